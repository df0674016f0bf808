import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DocumentSymbol, LSPErrorCodes, type Range, ResponseError } from "vscode-languageserver";
import { features } from "../../server/features/index.ts";
import { OpenProgram, uri } from "../support/lisp/language-service.ts";
import { PROGRAMS } from "../support/lisp/programs.ts";

/** Asks for everything at one offset. A request may be refused, as long as the refusal is a sentence for the user. */
function answers(program: OpenProgram, offset: number): Map<string, unknown> {
  const position = program.document.positionAt(offset);
  const range = { start: position, end: position };
  const params = {
    textDocument: { uri },
    position,
    positions: [position],
    range,
    context: { stoppedLocation: range },
    newName: "fresh-name",
    ch: "\n",
    item: { uri, name: "f", selectionRange: range },
    query: "",
  };
  return new Map(features.map(({ method }) => [method, answer(program, method, params)]));
}

function answer(program: OpenProgram, method: string, params: object): unknown {
  try {
    return program.service.answer(method, params);
  } catch (error) {
    if (error instanceof ResponseError && error.code === LSPErrorCodes.RequestFailed) return null;
    throw error;
  }
}

/** Of more ranges than this in one answer, some are left out. */
const MAX_CHECKED = 3000;

/** Every range in a result, wherever it stands. */
function rangesIn(value: unknown): Range[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "start" in value && "end" in value ? [value as Range] : [];
  return [...own, ...Object.values(value).flatMap(rangesIn)];
}

function checkRanges(program: OpenProgram, value: unknown): void {
  const { document } = program;
  const ranges = rangesIn(value);
  const step = Math.ceil(ranges.length / MAX_CHECKED);
  for (const range of ranges.filter((_, i) => i % step === 0)) {
    for (const position of [range.start, range.end]) {
      expect(document.positionAt(document.offsetAt(position))).toEqual(position);
    }
    expect(document.offsetAt(range.end)).toBeGreaterThanOrEqual(document.offsetAt(range.start));
  }
}

function checkOutline(program: OpenProgram, symbols: readonly DocumentSymbol[], around: Range | null): void {
  const offsets = ({ start, end }: Range) => [program.document.offsetAt(start), program.document.offsetAt(end)];
  for (const symbol of symbols) {
    const [start, end] = offsets(symbol.range) as [number, number];
    const [nameStart, nameEnd] = offsets(symbol.selectionRange) as [number, number];
    expect(start <= nameStart && nameEnd <= end && nameStart < nameEnd, symbol.name).toBe(true);
    if (around !== null) {
      const [outerStart, outerEnd] = offsets(around) as [number, number];
      expect(outerStart <= start && end <= outerEnd, symbol.name).toBe(true);
    }
    checkOutline(program, symbol.children ?? [], symbol.range);
  }
}

function checkEverything(text: string, offset: number): void {
  const program = new OpenProgram(text);
  const found = answers(program, offset);
  for (const answer of found.values()) checkRanges(program, answer);
  checkOutline(program, found.get("textDocument/documentSymbol") as DocumentSymbol[], null);
  const tokens = (found.get("textDocument/semanticTokens/full") as { data: number[] }).data;
  expect(tokens.every((number) => number >= 0)).toBe(true);
  checkRanges(program, program.service.diagnose(uri).diagnostics);
}

describe("on broken text every feature answers, with ranges that exist", () => {
  test("for any beginning of a program, at any place", () => {
    const cases = fc.constantFrom(...PROGRAMS).chain((text) => {
      return fc.tuple(fc.constant(text), fc.nat(text.length), fc.nat(text.length));
    });
    fc.assert(
      fc.property(cases, ([text, end, offset]) => checkEverything(text.slice(0, end), Math.min(offset, end))),
      { numRuns: 150 },
    );
  });

  test("for a program with a piece cut out or put in", () => {
    const pieces = fc.constantFrom(
      "(",
      ")",
      "'",
      '"',
      "#|",
      "#;",
      "(define",
      "(let ((",
      " . ",
      ",@",
      "#(",
      "\r",
      "😀",
      "\\",
    );
    const cases = fc.constantFrom(...PROGRAMS).chain((text) => {
      return fc.tuple(fc.constant(text), fc.nat(text.length), fc.nat(30), pieces);
    });
    fc.assert(
      fc.property(cases, ([text, start, length, piece]) => {
        checkEverything(text.slice(0, start) + piece + text.slice(start + length), start);
      }),
      { numRuns: 150 },
    );
  });

  test("for any text at all", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), fc.nat(60), (text, offset) => {
        checkEverything(text, Math.min(offset, text.length));
      }),
    );
  });

  test.each(["(", ")", "'", '"', "#|", "#(", "; \n", "(a)"])("for fifty thousand times %j", (piece) => {
    checkEverything(piece.repeat(50_000), 25_000);
  });
});

test("any beginning of a program shows the definitions that are complete in it", () => {
  for (const text of PROGRAMS) {
    const whole = new OpenProgram(text).ask<DocumentSymbol[]>("documentSymbol");
    for (let end = 0; end <= text.length; end += 7) {
      const program = new OpenProgram(text.slice(0, end));
      const names = program.ask<DocumentSymbol[]>("documentSymbol").map((symbol) => symbol.name);
      const complete = whole.filter((symbol) => program.document.offsetAt(symbol.range.end) < end);
      expect(names.slice(0, complete.length)).toEqual(complete.map((symbol) => symbol.name));
    }
  }
});
