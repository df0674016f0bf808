import { describe, expect, test } from "vitest";
import type { Hover, InlayHint, MarkupContent } from "vscode-languageserver";
import { OpenProgram, uri } from "../../../support/lisp/language-service.ts";

const TEXT = `(define (pair a) (cons a nil))
(define (main)
  (let ((xs (pair 5)))
    (print (car xs))))
(main)
`;
const everything = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

function hints(program: OpenProgram, range = everything): InlayHint[] {
  return program.askWith<InlayHint[]>("inlayHint", { range });
}
const tooltip = (hint: InlayHint | undefined) => (hint?.tooltip as MarkupContent | undefined)?.value;
const labels = (found: InlayHint[]) => found.map(({ position, label }) => `${position.line} ${label}`);

describe("inlay hints", () => {
  test("show how objects are allocated, handed on and freed", () => {
    expect(labels(hints(new OpenProgram(TEXT)))).toEqual(["0 owned", "0 to the caller", "3 free xs"]);
  });

  test("are of the newest version, of the lines that are asked for, and of intact forms", () => {
    const program = new OpenProgram(TEXT);
    const line = { start: { line: 3, character: 0 }, end: { line: 4, character: 0 } };
    expect(labels(hints(program, line))).toEqual(["3 free xs"]);
    program.service.change({
      textDocument: { uri, version: 2 },
      contentChanges: [{ text: `${TEXT}(define (broken x)\n  (cons x` }],
    });
    expect(labels(hints(program)).slice(0, 3)).toEqual(["0 owned", "0 to the caller", "3 free xs"]);
  });

  test("tell why, with links to the places", () => {
    const [owned] = hints(new OpenProgram(TEXT));
    expect(tooltip(owned)).toBe(
      "Owned: it has one owner at a time, and is freed where the last one needs it no more. 1 cell. It leaves its function as a result; each of its objects is referred to once.\n\nWhy:\n\n- returned by pair ([line 1](file:///program.cons#L1,1))",
    );
    const plain = new OpenProgram(TEXT, {});
    expect(tooltip(hints(plain)[0])).toContain("- returned by pair (line 1)");
  });

  test.each([
    ["allocations", ["0 to the caller", "3 free xs"]],
    ["frees", ["0 owned", "0 to the caller"]],
    ["transfers", ["0 owned", "3 free xs"]],
  ])("leave out %s when the setting says so", (kind, expected) => {
    const program = new OpenProgram(TEXT);
    const params: object = { settings: { conspect: { hints: { [kind]: false } } } };
    program.service.configure(params);
    expect(labels(hints(program))).toEqual(expected);
  });

  test("show regions, and whose memory is used anew, unless the setting says otherwise (O-F12)", () => {
    const program = new OpenProgram(`(define (f n)
  (for (i 0 n)
    (print (car (cons i nil)))
    (print (car (list 3)))))
(f 2)
`);
    const shown = ["2 owned", "2 free temporary", "3 owned", "3 reuses temporary", "3 free temporary"];
    expect(labels(hints(program))).toEqual(shown);
    const reused = tooltip(hints(program).find(({ label }) => label === "reuses temporary"));
    expect(reused).toMatch(/Why:\n\n- temporary is freed here: nothing of it is wanted from here on \(\[line 3\]/);
    const params: object = { settings: { conspect: { hints: { reuses: false } } } };
    program.service.configure(params);
    expect(labels(hints(program))).toEqual(shown.filter((label) => !label.includes("reuses")));
    const region = hints(new OpenProgram("(with-region work\n  (print (car (cons 1 2))))"));
    expect(labels(region)).toContain("1 region work");
    expect(tooltip(region[0])).toContain("- made inside (with-region work …)");
  });

  test("are absent from a text that is too long to follow", () => {
    expect(hints(new OpenProgram("(define x (cons 1 2))\n".repeat(6000)))).toEqual([]);
  });
});

test("hover tells what the memory behind a name does, and why", () => {
  const hover = (text: string) => (new OpenProgram(text).ask<Hover>("hover").contents as MarkupContent).value;
  expect(hover(TEXT.replace("(cons", "(co‸ns"))).toMatch(
    /\n\nMemory: Owned: .*\n\nWhy:\n\n- returned by pair \(\[line 1\]/s,
  );
  expect(hover(TEXT.replace("(car xs", "(car x‸s"))).toContain("Owned: it has one owner at a time");
  expect(hover(TEXT.replace("(pair a", "(pai‸r a"))).toContain("Arguments: a captured. The result is new");
});
