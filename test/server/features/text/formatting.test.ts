import { expect, test } from "vitest";
import type { TextEdit } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { OpenProgram } from "../../../support/lisp/language-service.ts";

const options = { tabSize: 2, insertSpaces: true };

function edited(program: OpenProgram, method: string, params: object): string {
  return TextDocument.applyEdits(program.document, program.askWith<TextEdit[]>(method, { options, ...params }));
}

test("formats a whole file, with any line ends", () => {
  expect(edited(new OpenProgram("( a\n1 )\n\n\n"), "formatting", {})).toBe("(a\n 1)\n");
  expect(edited(new OpenProgram("( a  ; x  \r\n1 )\r\n"), "formatting", {})).toBe("(a  ; x\r\n 1)\r\n");
  expect(edited(new OpenProgram("(a)"), "formatting", { options: { insertFinalNewline: true } })).toBe("(a)\n");
});

test("formats the lines of a range", () => {
  const range = { start: { line: 1, character: 3 }, end: { line: 1, character: 3 } };
  const program = new OpenProgram("(a  b\n(c  d)\n(e  f))");
  expect(edited(program, "rangeFormatting", { range })).toBe("(a  b\n    (c d)\n(e  f))");
});

test("indents the line that Enter begins", () => {
  const program = new OpenProgram("(define (f x)\n‸)");
  expect(edited(program, "onTypeFormatting", { ch: "\n" })).toBe("(define (f x)\n  )");
  expect(edited(program, "onTypeFormatting", { ch: "x" })).toBe("(define (f x)\n)");
  expect(edited(new OpenProgram('(f "a\n‸"'), "onTypeFormatting", { ch: "\n" })).toBe('(f "a\n"');
});
