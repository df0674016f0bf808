import { expect, test } from "vitest";
import { type DocumentHighlight, DocumentHighlightKind } from "vscode-languageserver";
import { OpenProgram } from "../../../support/lisp/language-service.ts";

function highlights(text: string, kind: DocumentHighlightKind): string {
  const program = new OpenProgram(text);
  const found = program.ask<DocumentHighlight[]>("documentHighlight").filter((highlight) => highlight.kind === kind);
  return program.marked(found.map(({ range }) => range));
}

test("highlights tell reading a variable from writing it", () => {
  const text = "(define (f x) (set! x (+ x‸ 1)) (let ((x 2)) x))";
  expect(highlights(text, DocumentHighlightKind.Read)).toBe("(define (f x) (set! x (+ «x» 1)) (let ((x 2)) x))");
  expect(highlights(text, DocumentHighlightKind.Write)).toBe("(define (f «x») (set! «x» (+ x 1)) (let ((x 2)) x))");
});

test("highlights the uses of what is built in, and the words of the language", () => {
  expect(highlights("(car‸ (car x))", DocumentHighlightKind.Read)).toBe("(«car» («car» x))");
  expect(highlights("(if‸ (if 1 2) 3)", DocumentHighlightKind.Text)).toBe("(«if» («if» 1 2) 3)");
});
