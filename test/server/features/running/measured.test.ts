import { describe, expect, test } from "vitest";
import type { CodeLens, InlayHint } from "vscode-languageserver";
import { fingerprint } from "../../../../core/base/fingerprint.ts";
import type { Measurements } from "../../../../core/wire/index.ts";
import { LanguageService } from "../../../../server/service.ts";
import { FileMap } from "../../../support/images/file-map.ts";

const uri = "file:///tmp/a%20b.cons";
const textDocument = { uri };
const TEXT = "(define (pair x)\n  (cons x x))\n(pair 1)\n(list 2)\n";
const at = (piece: string) => ({ start: TEXT.indexOf(piece), end: TEXT.indexOf(piece) + piece.length });
const RUN: Measurements = {
  program: "/tmp/a b.cons",
  fingerprint: fingerprint(TEXT),
  manager: "refcount",
  steps: 99,
  sites: [
    { ...at("(cons x x)"), objects: 1200, bytes: 4800, deaths: 1199, meanLifetime: 12.345, maxLifetime: 40 },
    { ...at("(list 2)"), objects: 1, bytes: 4, deaths: 0, meanLifetime: null, maxLifetime: null },
  ],
  functions: [{ name: "pair", at: TEXT.indexOf("(cons"), calls: 400 }],
};

function session(run: unknown = RUN, settings: object = {}) {
  const service = new LanguageService(new FileMap());
  service.initialize({ capabilities: {} });
  service.configure({ settings });
  service.open({ textDocument: { uri, version: 1, text: TEXT } });
  service.measured(run);
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const hints = () => {
    const params: object = { textDocument, range };
    const all = service.answer("textDocument/inlayHint", params) as InlayHint[];
    return all.filter(isMeasured);
  };
  const lenses = () => service.answer("textDocument/codeLens", { textDocument }) as CodeLens[];
  const edit = (line: number, character: number, text: string) =>
    service.change({
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: { start: { line, character }, end: { line, character } }, text }],
    });
  return { service, hints, lenses, edit };
}
/** The others say how objects are going to live. */
const isMeasured = ({ label }: InlayHint) => / objects?, /.test(String(label));
const shown = (hints: InlayHint[]) =>
  hints.map(({ position, label }) => `${position.line}:${position.character} ${label}`);

describe("what a run measured", () => {
  test("stands behind the forms that allocated", () => {
    const hints = session().hints();
    expect(shown(hints)).toEqual(["1:12 1 200 objects, 4 800 bytes, 12 steps", "3:8 1 object, 4 bytes"]);
    expect(hints.map(({ tooltip }) => tooltip)).toEqual([
      "Measured under refcount: 1 200 objects, 4 800 bytes. 1 199 freed, after 12 program steps on average, 40 at most. 1 object was there at the end.",
      "Measured under refcount: 1 object, 4 bytes. 1 object was there at the end.",
    ]);
  });

  test("stands above functions, by the call", () => {
    expect(
      session()
        .lenses()
        .map(({ range, command }) => [range.start.line, command?.title]),
    ).toEqual([[0, "3 allocations a call, 400 calls"]]);
  });

  test("counts what a loop allocates for its function, and nothing for functions without a name", () => {
    const text = "(define (f n)\n  (let loop ((i n))\n    (if (= i 0) (lambda () i) (loop (cdr (cons 1 (- i 1)))))))\n";
    const start = text.indexOf("(cons");
    const site = { start, end: start + 16, objects: 30, bytes: 120, deaths: 0, meanLifetime: null, maxLifetime: null };
    const functions = [
      { name: "f", at: text.indexOf("(if"), calls: 10 },
      { name: "lambda", at: text.indexOf("i)"), calls: 5 },
    ];
    const { service, lenses } = session(null, {});
    service.change({ textDocument: { uri, version: 2 }, contentChanges: [{ text }] });
    service.measured({ ...RUN, fingerprint: fingerprint(text), sites: [site], functions });
    expect(lenses().map(({ command }) => command?.title)).toEqual(["3 allocations a call, 10 calls"]);
  });

  test("moves with the text, and is gone from what was changed", () => {
    const { hints, edit } = session();
    edit(0, 0, "; above\n");
    expect(shown(hints())).toEqual(["2:12 1 200 objects, 4 800 bytes, 12 steps", "4:8 1 object, 4 bytes"]);
    edit(2, 8, "y");
    expect(shown(hints())).toEqual(["4:8 1 object, 4 bytes"]);
  });

  test("is not shown for another text, another file, or when it is switched off", () => {
    expect(session({ ...RUN, fingerprint: "other" }).hints()).toEqual([]);
    expect(session({ ...RUN, program: "/tmp/c.cons" }).hints()).toEqual([]);
    expect(session(RUN, { conspect: { hints: { measured: false } } }).hints()).toEqual([]);
  });

  test.each([
    [null],
    [5],
    [{}],
    [{ ...RUN, sites: 5, functions: null }],
    [{ ...RUN, sites: [null, 5, {}], functions: [{}] }],
  ])("is nothing when it comes as %j", (run) => {
    expect(session(run).hints()).toEqual([]);
    expect(session(run).lenses()).toEqual([]);
  });

  test("is only for the lines that are asked for", () => {
    const { service } = session();
    const range = { start: { line: 3, character: 0 }, end: { line: 4, character: 0 } };
    const params: object = { textDocument, range };
    const found = service.answer("textDocument/inlayHint", params) as InlayHint[];
    expect(found.filter(isMeasured).length).toBe(1);
  });
});
