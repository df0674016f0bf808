import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applied, format, indentationAt, isSameProgram } from "../../../../core/language/format/format.ts";
import { read } from "../../../../core/language/reader.ts";
import { PROGRAMS } from "../../../support/lisp/programs.ts";

function formatted(text: string, start = 0, end = text.length): string {
  return applied(text, format(text, { start, end }, { insertFinalNewline: false }));
}

const EXAMPLES = ["fibonacci", "garbage", "allocator"].map((name) =>
  readFileSync(join(import.meta.dirname, `../../../../examples/${name}.cons`), "utf8"),
);

describe("the formatter indents", () => {
  test.each([
    ["a body by two", "(define (f x)\n(print x)\n      x)", "(define (f x)\n  (print x)\n  x)"],
    ["the header of a body by four", "(define\n(f x)\nx)", "(define\n    (f x)\n  x)"],
    ["arguments below the first", "(list 1\n2\n  3)", "(list 1\n      2\n      3)"],
    ["arguments below the function when none is beside it", "(list\n1\n2)", "(list\n 1\n 2)"],
    ["branches below the test", "(if (= a b)\n1\n2)", "(if (= a b)\n    1\n    2)"],
    [
      "blocks by two, or below their first form",
      "(begin\n1\n2)\n(begin 1\n2)",
      "(begin\n  1\n  2)\n(begin 1\n       2)",
    ],
    ["bindings below each other", "(let ((a 1)\n(b 2))\na)", "(let ((a 1)\n      (b 2))\n  a)"],
    ["a named let", "(let loop ((i 0)\n(j 1))\n(loop j i))", "(let loop ((i 0)\n           (j 1))\n  (loop j i))"],
    ["clauses", "(cond ((f x)\n1)\n(else\n2))", "(cond ((f x)\n       1)\n      (else\n       2))"],
    ["cases by two", "(case x\n((1 2) 3)\n(else 4))", "(case x\n  ((1 2) 3)\n  (else 4))"],
    ["data below each other", "'(a b\nc\n(d e\nf))", "'(a b\n  c\n  (d e\n   f))"],
    ["vectors", "#(1\n2)", "#(1\n  2)"],
    ["parameters below each other", "(lambda (a b\nc) a)", "(lambda (a b\n         c) a)"],
    ["templates as the code that they are", "`(let ((a 1))\n,a)", "`(let ((a 1))\n   ,a)"],
    ["comments like the form after them", "(define (f)\n; why\n1)", "(define (f)\n  ; why\n  1)"],
  ])("%s", (_, text, expected) => {
    expect(formatted(text)).toBe(expected);
  });
});

describe("the formatter", () => {
  test.each([
    ["puts one space between forms", "(a   b)(c)\td", "(a b) (c) d"],
    ["leaves no space inside brackets", "( a b )", "(a b)"],
    ["pulls closing brackets up", "(a\n b\n)", "(a\n b)"],
    ["keeps a bracket below a comment", "(a ; c\n)", "(a ; c\n )"],
    [
      "keeps comments and how far they stand from the code",
      "(a)    ; one\n#| two |#\n\n\n(b)",
      "(a)    ; one\n#| two |#\n\n\n(b)",
    ],
    [
      "keeps what stands inside strings and block comments",
      '(a\n"b\n    c")\n#| x\n      y |#',
      '(a\n "b\n    c")\n#| x\n      y |#',
    ],
    [
      "takes white space away at the ends of lines",
      "(a  \n   b)  \n\t\n; c  \n",
      "(a\n   b)\n\n; c\n".replace("   b", " b"),
    ],
    ["keeps the line breaks of Windows", "(a\r\n     b) ; c \r\n\r\n(d)\r\n", "(a\r\n b) ; c\r\n\r\n(d)\r\n"],
    ["parts a comma from an @ that belongs to a name", "`(a , @b)", "`(a , @b)"],
    ["writes prefixes close", "( f ' a ` b )", "(f 'a `b)"],
    ["ends a text with one line break", "(a)\n\n\n", "(a)\n"],
    [
      "leaves a form alone that is not closed",
      "(a   b)\n(define (f\n         x\n(define   (g) 1)\n",
      "(a b)\n(define (f\n         x\n(define (g) 1)\n",
    ],
  ])("%s", (_, text, expected) => {
    expect(formatted(text)).toBe(expected);
  });

  test("changes only the lines of a range, and indents them by what is above them", () => {
    const text = "(define (f x)\n     (list x\n 1\n       2))";
    const at = text.indexOf(" 1");
    expect(formatted(text, at, at + 1)).toBe("(define (f x)\n     (list x\n           1\n       2))");
  });

  test("has nothing to change in the examples", () => {
    for (const text of EXAMPLES) expect(formatted(text)).toBe(text);
  });

  test("adds a line break at the end when it is asked to", () => {
    const text = "(a)";
    expect(applied(text, format(text, { start: 0, end: 3 }, { insertFinalNewline: true }))).toBe("(a)\n");
  });
});

describe("a formatted text is the same program, and formatting it again changes nothing", () => {
  /** Without white space: `#;` makes code a comment, which is formatted as code. */
  const comments = (text: string) => read(text).comments.map((comment) => comment.text.replace(/\s+/g, ""));
  function check(text: string): void {
    const once = formatted(text);
    expect(isSameProgram(read(text).forms, read(once).forms)).toBe(true);
    expect(comments(once)).toEqual(comments(text));
    expect(formatted(once)).toBe(once);
  }
  const piece = fc.constantFrom(
    ...'( ) \' ` , ,@ #( #; ; \n \r\n \t let define if loop a @b . 1 2.5 "s" "x\ny" #\\( #| |# (let( (a [ ] #!x \\ (define'.split(
      " ",
    ),
    " ",
    "\n",
    "\n(define (f x)",
    "#\\ ",
  );

  test("for programs with pieces put in", () => {
    const cases = fc.constantFrom(...PROGRAMS, ...EXAMPLES).chain((text) => {
      return fc.tuple(fc.constant(text), fc.array(fc.tuple(fc.nat(text.length), piece), { maxLength: 4 }));
    });
    fc.assert(
      fc.property(cases, ([text, pieces]) => {
        check(pieces.reduce((broken, [at, put]) => broken.slice(0, at) + put + broken.slice(at), text));
      }),
      { numRuns: 400 },
    );
  });

  test("for any sequence of tokens", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => check(pieces.join(""))),
      { numRuns: 2000 },
    );
  });

  test("is always the case where nothing is broken, without giving up", () => {
    // With all indentation taken away there is much to change, and the changes are made.
    for (const text of [...EXAMPLES, ...PROGRAMS]) {
      const flat = text.replace(/\n[ ]+(?=[(a-z])/g, "\n");
      expect(formatted(flat)).not.toBe(flat);
    }
  });
});

describe("a new line is indented", () => {
  test.each([
    ["(define (f x)\n", 2],
    ["(list 1\n", 6],
    ["(define (f x)\n  (list x\n", 8],
    ["(f)\n", 0],
    ['(f "a\n', null],
    ["#| a\n", null],
    ["; a\n", 0],
    ["(define (f)\n  (g\n\n(define (h)\n", 2],
  ])("after %j by %j", (text, expected) => {
    expect(indentationAt(text, text.length)).toBe(expected);
  });
});
