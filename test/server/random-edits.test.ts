import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DocumentSymbol } from "vscode-languageserver";
import { analyse } from "../../core/language/analysis/analyse.ts";
import { lifetimeFacts } from "../../core/language/queries/lifetimes/facts.ts";
import { lifetimeHints } from "../../core/language/queries/lifetimes/hints.ts";
import { LanguageService } from "../../server/service.ts";
import { FileMap } from "../support/images/file-map.ts";
import { PROGRAMS } from "../support/lisp/programs.ts";
import { fullCapabilities } from "../support/protocol/lsp-process.ts";

const uri = "file:///edited.cons";
const textDocument = { uri };
const range = { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } };

const folder = join(import.meta.dirname, "../../examples");
const EXAMPLES = [folder, join(folder, "asap")].flatMap((place) =>
  readdirSync(place)
    .filter((name) => name.endsWith(".cons"))
    .map((name) => readFileSync(join(place, name), "utf8")),
);
const SMALL = [...PROGRAMS, ...EXAMPLES].filter((text) => text.length < 1500);

function opened(text: string): LanguageService {
  const service = new LanguageService(new FileMap());
  service.initialize({ capabilities: fullCapabilities });
  service.open({ textDocument: { uri, version: 1, text } });
  return service;
}

/** What an editor shows of a file; the identifiers of results are not shown. */
function shown(service: LanguageService): unknown {
  const ask = (method: string) => {
    const params: object = { textDocument, range };
    return service.answer(`textDocument/${method}`, params);
  };
  return {
    diagnostics: service.diagnose(uri).diagnostics,
    symbols: ask("documentSymbol"),
    tokens: (ask("semanticTokens/full") as { data: number[] }).data,
    hints: ask("inlayHint"),
  };
}

const piece = fc.oneof(
  fc.constantFrom(
    "(",
    ")",
    "'",
    '"',
    ";",
    "\n",
    " ",
    "(cons 1 2)",
    "(set! ",
    "x",
    "(define (f x) x)",
    "(let ((a (list 1))) a)",
    "#|",
    "|#",
    "\r\n",
    "😀",
  ),
  fc.string({ maxLength: 4 }),
);
const edit = fc.record({ at: fc.nat(), length: fc.oneof(fc.nat(3), fc.nat(60)), text: piece });

describe("after any edits everything is as if the text had just been opened", () => {
  test("for a thousand edits of programs, a hundred one after the other", () => {
    const sessions = fc.tuple(fc.constantFrom(...SMALL), fc.array(edit, { minLength: 100, maxLength: 100 }));
    fc.assert(
      fc.property(sessions, ([program, edits]) => {
        const service = opened(program);
        let text = program;
        for (const [i, { at, length, text: put }] of edits.entries()) {
          const start = at % (text.length + 1);
          const end = Math.min(start + length, text.length);
          const before = text;
          text = text.slice(0, start) + put + text.slice(end);
          service.change({
            textDocument: { uri, version: i + 2 },
            contentChanges: [{ range: { start: positionAt(before, start), end: positionAt(before, end) }, text: put }],
          });
          // Between the two characters of a line break there is no position: then the text is another one, on both sides.
          text = service.snapshotFor({ textDocument })?.text ?? "";
          expect(shown(service)).toEqual(shown(opened(text)));
        }
      }),
      { numRuns: 10 },
    );
  }, 300_000);
});

/** As the protocol counts: lines end at `\n`, `\r\n` or `\r`. */
function positionAt(text: string, offset: number): { line: number; character: number } {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

test("any beginning of any example shows the definitions and allocations of the forms that are complete in it", () => {
  for (const text of EXAMPLES) {
    const allocations = allocationOffsets(text);
    const whole = opened(text).answer("textDocument/documentSymbol", { textDocument }) as DocumentSymbol[];
    const step = Math.ceil(text.length / 100);
    for (let end = 0; end <= text.length; end += step) {
      const cut = text.slice(0, end);
      const symbols = opened(cut).answer("textDocument/documentSymbol", { textDocument }) as DocumentSymbol[];
      const complete = whole.filter((symbol) => offsetAt(text, symbol.range.end) < end);
      expect(symbols.slice(0, complete.length).map(({ name }) => name)).toEqual(complete.map(({ name }) => name));
      const last = Math.max(0, ...complete.map((symbol) => offsetAt(text, symbol.range.end)));
      // There may be more of them: a function that nobody calls yet is a value.
      const found = new Set(allocationOffsets(cut));
      expect(allocations.filter((offset) => offset <= last && !found.has(offset))).toEqual([]);
    }
  }
}, 300_000);

function allocationOffsets(text: string): number[] {
  const hints = lifetimeHints(lifetimeFacts(analyse(text)));
  return hints.flatMap(({ kind, offset }) => (kind === "allocations" ? [offset] : []));
}

function offsetAt(text: string, { line, character }: { line: number; character: number }): number {
  return text.split("\n").slice(0, line).join("\n").length + (line === 0 ? 0 : 1) + character;
}
