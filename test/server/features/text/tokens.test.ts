import { describe, expect, test } from "vitest";
import type { SemanticTokens, SemanticTokensDelta } from "vscode-languageserver";
import { legend } from "../../../../server/features/text/tokens.ts";
import { OpenProgram, uri } from "../../../support/lisp/language-service.ts";

/** Tokens as `text type modifiers`, decoded as a client does it. */
function tokens(text: string): string[] {
  const program = new OpenProgram(text);
  const { data } = program.ask<SemanticTokens>("semanticTokens/full");
  const shown: string[] = [];
  let line = 0;
  let character = 0;
  for (let i = 0; i < data.length; i += 5) {
    const [lines, characters, length, type, modifiers] = data.slice(i, i + 5) as [
      number,
      number,
      number,
      number,
      number,
    ];
    character = lines === 0 ? character + characters : characters;
    line += lines;
    const range = { start: { line, character }, end: { line, character: character + length } };
    const names = legend.tokenModifiers.filter((_, bit) => modifiers & (1 << bit));
    shown.push([program.textOf(range), legend.tokenTypes[type], ...names].join(" "));
  }
  return shown;
}

describe("semantic tokens", () => {
  test("tell functions, parameters, variables and what is built in apart", () => {
    expect(tokens("(define n 1)\n(define (f x)\n  (set! n (+ x n))\n  (f x))")).toEqual([
      "define keyword",
      "n variable declaration",
      "1 number",
      "define keyword",
      "f function declaration",
      "x parameter declaration",
      "set! keyword",
      "n variable modification",
      "+ function defaultLibrary",
      "x parameter",
      "n variable",
      "f function",
      "x parameter",
    ]);
  });

  test("show a form behind #; as a comment", () => {
    expect(tokens("#;(if 1 2) 3")).toEqual(["#;(if 1 2) comment", "3 number"]);
  });

  test("cut what spans lines", () => {
    expect(tokens('"ab\r\n\n c" #| d\ne |#')).toEqual(['"ab string', ' c" string', "#| d comment", "e |# comment"]);
  });

  test("leave quoted names and unknown names alone", () => {
    expect(tokens("'(if car 1) (foo)")).toEqual(["1 number"]);
  });
});

describe("semantic tokens afterwards", () => {
  const change = (program: OpenProgram, text: string, version: number) =>
    program.service.change({ textDocument: { uri, version }, contentChanges: [{ text }] });

  test("are only what changed, and that applied gives the new tokens", () => {
    const texts = ["(define n 1)\n(print n)", "(define n 1)\n(print n n)", "(print 2)", "", "(define n 1)\n(print n)"];
    const program = new OpenProgram(texts[0] as string);
    let have = program.ask<SemanticTokens>("semanticTokens/full");
    for (const [i, text] of texts.entries()) {
      change(program, text, i + 2);
      const delta = program.askWith<SemanticTokensDelta>("semanticTokens/full/delta", {
        previousResultId: have.resultId,
      });
      const data = [...have.data];
      for (const edit of delta.edits) data.splice(edit.start, edit.deleteCount, ...(edit.data ?? []));
      expect(data).toEqual(new OpenProgram(text).ask<SemanticTokens>("semanticTokens/full").data);
      if (i === 1) expect(delta.edits).toMatchObject([{ deleteCount: 0, data: { length: 5 } }]);
      have = { data, resultId: delta.resultId ?? "" };
    }
  });

  test("are all of them for a client that has others", () => {
    const program = new OpenProgram("(print 1)");
    const all = program.ask<SemanticTokens>("semanticTokens/full");
    expect(program.askWith("semanticTokens/full/delta", { previousResultId: "other" })).toEqual(all);
  });

  test("of some lines are those of these lines", () => {
    const program = new OpenProgram("(print 1)\n(print 2)\n(print 3)");
    const range = { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } };
    const { data } = program.askWith<SemanticTokens>("semanticTokens/range", { range });
    expect(data.length).toBe(10);
    expect(data[0]).toBe(1);
  });
});
