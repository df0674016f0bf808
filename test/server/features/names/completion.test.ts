import { describe, expect, test } from "vitest";
import { type CompletionItem, CompletionItemKind, type TextEdit } from "vscode-languageserver";
import { BUILTINS, SPECIAL_FORMS } from "#core";
import { SNIPPETS } from "../../../../server/features/names/completion.ts";
import { OpenProgram } from "../../../support/lisp/language-service.ts";

function complete(text: string, capabilities?: object): CompletionItem[] {
  return new OpenProgram(text, capabilities).ask("completion");
}
/** Names of the program, in the order in which the client shows them. */
function own(text: string): string[] {
  return complete(text)
    .sort((a, b) => ((a.sortText as string) < (b.sortText as string) ? -1 : 1))
    .map((item) => item.label)
    .filter((name) => !SPECIAL_FORMS.has(name) && !BUILTINS.has(name));
}
function one(items: readonly CompletionItem[], label: string): CompletionItem {
  const found = items.filter((item) => item.label === label);
  expect(found, label).toHaveLength(1);
  return found[0] as CompletionItem;
}

describe("completion", () => {
  test("offers locals in scope before globals", () => {
    const text = "(define n 1)\n(define (f a) (let ((b 2)) (‸)) (let ((c 3)) c))";
    expect(own(text)).toEqual(["b", "a", "n", "f"]);
  });

  test("offers the inner one of two variables with one name", () => {
    const items = complete("(define x 1)\n(define (f x) (‸))");
    expect(one(items, "x").detail).toBe("Parameter of f, line 2.");
  });

  test.each([
    "(define (f abc)\n  (+ ‸",
    "(define (f abc)\n  (let ((d 1)) (+ d ‸",
    "(define (f abc)\n  (+ ‸\n\n(define (g x) x)\n",
    "(define (f abc)\n  (+ a‸",
    "(define (f abc)\n  ‸",
  ])("knows the scope in what is being typed: %j", (text) => {
    expect(own(text)).toContain("abc");
  });

  test("does not offer names of a form that has ended", () => {
    expect(own("(define (f abc) abc)\n‸")).toEqual(["f"]);
  });

  test("replaces what has been typed of the name", () => {
    const program = new OpenProgram("(set-c‸ x)");
    const { textEdit } = one(program.ask("completion"), "set-car!");
    expect(program.marked([(textEdit as TextEdit).range])).toBe("(«set-c» x)");
    expect(textEdit?.newText).toBe("set-car!");
  });

  test("says what things are", () => {
    const items = complete("; Adds one.\n(define (inc n) (+ n 1))\n(define v 1)\n(‸");
    expect(one(items, "inc")).toMatchObject({ kind: CompletionItemKind.Function, detail: "(inc n)" });
    expect(JSON.stringify(one(items, "inc").documentation)).toContain("Adds one.");
    expect(one(items, "v")).toMatchObject({ kind: CompletionItemKind.Variable });
    expect(one(items, "cons")).toMatchObject({ kind: CompletionItemKind.Function, detail: "(cons a b)" });
    expect(one(items, "let")).toMatchObject({ kind: CompletionItemKind.Keyword });
  });

  test("writes special forms as snippets, with an opening bracket where there is none", () => {
    const snippet = ["if $", "{1:test}\n\t$", "{2:then}\n\t$", "{3:else}"].join("");
    expect(one(complete("(‸"), "if")).toMatchObject({
      insertTextFormat: 2,
      textEdit: { newText: snippet },
    });
    expect(one(complete("‸"), "if").textEdit?.newText).toBe(`(${snippet})`);
  });

  test("writes plain names for clients without snippets", () => {
    const item = one(complete("(‸", {}), "if");
    expect(item.insertTextFormat).toBeUndefined();
    expect(item.textEdit?.newText).toBe("if");
  });

  test("has a snippet for every special form and for nothing else", () => {
    expect(SNIPPETS.get("with-region")).toMatch(/^with-region \$\{1:name\}\n\t\$0$/);
    expect([...SNIPPETS.keys()].sort()).toEqual([...SPECIAL_FORMS.keys()].sort());
  });

  test.each(['"a‸b"', '"a‸', "; a‸", "'(a‸ b)", "(+ 12‸)", "#‸", "#| a‸ |#"])("offers nothing in %j", (text) => {
    expect(complete(text)).toEqual([]);
  });
});
