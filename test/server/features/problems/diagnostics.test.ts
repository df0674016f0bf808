import { describe, expect, test } from "vitest";
import { MAX_ANALYSED_LENGTH } from "../../../../server/documents.ts";
import { OpenProgram, uri } from "../../../support/lisp/language-service.ts";

const change = (version: number, text: string) => ({ textDocument: { uri, version }, contentChanges: [{ text }] });

describe("diagnostics", () => {
  test("say where, what and from whom", () => {
    const program = new OpenProgram("(display 1))\n");
    expect(program.service.diagnose(uri)).toEqual({
      uri,
      version: 1,
      diagnostics: [
        {
          range: { start: { line: 0, character: 11 }, end: { line: 0, character: 12 } },
          severity: 1,
          code: "extra-bracket",
          source: "conspect",
          message: "this ) closes nothing: remove it, or add a ( before",
        },
      ],
    });
  });

  test("belong to the version that is open now", () => {
    const program = new OpenProgram(")");
    program.service.change(change(2, "1"));
    expect(program.service.diagnose(uri)).toEqual({ uri, version: 2, diagnostics: [] });
  });

  test("are taken away when the document is closed", () => {
    const program = new OpenProgram(")");
    program.service.close({ textDocument: { uri } });
    expect(program.service.diagnose(uri)).toEqual({ uri, diagnostics: [] });
  });

  test("show the limits that only compiling finds", () => {
    const many = `(list ${"1 ".repeat(300)})`;
    expect(new OpenProgram(many).service.diagnose(uri).diagnostics).toMatchObject([{ code: "argument-count" }]);
    const long = `(define (f x)\n${"  (display (+ x 1000000))\n".repeat(4000)})`;
    expect(new OpenProgram(long).service.diagnose(uri).diagnostics).toMatchObject([{ code: "too-long", severity: 1 }]);
  });

  test("fade what is never used", () => {
    const { diagnostics } = new OpenProgram("(let ((x 1)) 2)").service.diagnose(uri);
    expect(diagnostics).toMatchObject([{ code: "unused", severity: 4, tags: [1] }]);
  });

  test("end with a count when there are too many to read", () => {
    const { diagnostics } = new OpenProgram(")".repeat(503)).service.diagnose(uri);
    expect(diagnostics).toHaveLength(501);
    expect(diagnostics.at(-1)).toMatchObject({
      code: "too-many-problems",
      message: "3 more problems from here on: correct the ones above first",
      range: { start: { character: 500 } },
    });
  });

  test("are one warning for a text that is too long to be analysed, until it is short again", () => {
    const program = new OpenProgram(")".repeat(MAX_ANALYSED_LENGTH + 1));
    expect(program.service.diagnose(uri).diagnostics).toMatchObject([{ code: "text-too-long", severity: 2 }]);
    program.service.change(change(2, ")"));
    expect(program.service.diagnose(uri).diagnostics).toMatchObject([{ code: "extra-bracket" }]);
  });
});
