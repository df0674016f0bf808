import { describe, expect, test } from "vitest";
import type { Hover, MarkupContent } from "vscode-languageserver";
import { OpenProgram } from "../../../support/lisp/language-service.ts";

/** The text of a hover at the cursor, without Markdown and what is said about memory; null when there is none. */
function hover(text: string): string | null {
  const answer = new OpenProgram(text, {}).ask<Hover | null>("hover");
  return answer === null ? null : (answer.contents as MarkupContent).value.replace(/\n\nMemory: .*/s, "");
}

describe("hover", () => {
  test("shows signature, place, arity and the comment above a function", () => {
    expect(
      hover(";; Three of them.\n; In a list.\n(define (list3 a b c) (cons a (cons b (cons c nil))))\n(lis‸t3 1 2 3)"),
    ).toBe("(list3 a b c)\n\nGlobal function, line 3; takes 3 arguments.\n\nThree of them.\nIn a list.");
  });

  test.each([
    ["(define (f‸ a . more) a)", "(f a . more)\n\nGlobal function, line 1; takes at least 1 argument."],
    ["(define (f‸ . all) all)", "(f . all)\n\nGlobal function, line 1; takes any number of arguments."],
    ["(define f (lambda (x y) x))\n(‸f 1 2)", "(f x y)\n\nGlobal function, line 1; takes 2 arguments."],
    ["(define (f)\n  (define (‸g x) x)\n  (g 1))", "(g x)\n\nLocal function of f, line 2; takes 1 argument."],
    ["(define f (lambda (x) x))\n(set! ‸f 1)", "f\n\nGlobal variable, line 1."],
  ])("shows the arguments of functions: %j", (text, expected) => {
    expect(hover(text)).toBe(expected);
  });

  test.each(["; far\n\n(define (f‸) 1)", "(g)\n(g) ; behind\n(define (f‸) 1)"])(
    "leaves out a comment that does not belong to the definition: %j",
    (text) => {
      expect(hover(text)).toBe("(f)\n\nGlobal function, line 3; takes 0 arguments.");
    },
  );

  test.each([
    ["(define (f a) ‸a)", "a\n\nParameter of f, line 1."],
    ["(define n 5)\n(display ‸n)", "n\n\nGlobal variable, line 1; value: integer."],
    ["(define n 5)\n(set! ‸n nil)", "n\n\nGlobal variable, line 1; value at first: integer."],
    ['(define (f) (let ((s "a")) ‸s))', "s\n\nLocal variable of f, line 1; value: string."],
    ["(define (f x) (let ((p (cons x x))) ‸p))", "p\n\nLocal variable of f, line 1; value: list."],
    ["(define q '(1 2))\n‸q", "q\n\nGlobal variable, line 1; value: list."],
    ["(define (f x) (let ((y (car x))) ‸y))", "y\n\nLocal variable of f, line 1."],
    ["(for (i 0 3) (display ‸i))", "i\n\nLocal variable of the top level, line 1; value: integer."],
  ])("shows where a variable is bound and what its value is: %j", (text, expected) => {
    expect(hover(text)).toBe(expected);
  });

  test("shows what is built in", () => {
    expect(hover("(co‸ns 1 2)")).toBe("(cons a b)\n\nA new pair.\n\nBuilt in; takes 2 arguments; result: list.");
    expect(hover("(i‸f 1 2 3)")).toMatch(/^\(if test then else\)\n\n.*\n\nSpecial form\.$/);
  });

  test.each([
    ["1‸0", "10\n\nInteger: #xA, #o12; small, kept in the pointer itself."],
    ["-6553‸7", "-65537\n\nInteger: #x-10001, #o-200001; too large for a pointer, a number object."],
    ["1.‸5", "1.5\n\nFloat, IEEE single: 1.5."],
    ['"a‸b"', '"ab"\n\nString of 2 characters.'],
    ["ni‸l", "nil\n\nNil: the empty list, and false."],
  ])("shows the literal %j", (text, expected) => {
    expect(hover(text)).toBe(expected);
  });

  test.each(["(foo‸ 1)", " ‸ ", "(‸  )", "'(a‸ b)"])("has nothing to say at %j", (text) => {
    expect(hover(text)).toBeNull();
  });

  test("is Markdown with a coloured signature for clients that take it, and covers the name", () => {
    const program = new OpenProgram("(co‸ns 1 2)");
    const answer = program.ask<Hover>("hover");
    expect(answer.contents).toMatchObject({
      kind: "markdown",
      value: expect.stringMatching(/^```conspect\n\(cons a b\)\n```\n\n/),
    });
    expect(program.marked(answer.range === undefined ? [] : [answer.range])).toBe("(«cons» 1 2)");
  });

  test("closes its code fence, whatever the code is", () => {
    const { value } = new OpenProgram('"a```‸b"').ask<{ contents: MarkupContent }>("hover").contents;
    expect(value).toMatch(/^````conspect\n"a```b"\n````\n/);
  });
});
