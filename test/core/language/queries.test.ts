import { describe, expect, test } from "vitest";
import { analyse } from "../../../core/language/analysis/analyse.ts";
import { enclosingForms } from "../../../core/language/queries/forms/forms-at.ts";
import { documentSymbols, foldingRanges } from "../../../core/language/queries/forms/outline.ts";
import { semanticTokens } from "../../../core/language/queries/forms/tokens.ts";
import { callAt } from "../../../core/language/queries/names/calls.ts";
import { completions } from "../../../core/language/queries/names/completion.ts";
import { hover } from "../../../core/language/queries/names/hover.ts";
import { definitionAt, isCodeAt, referencesAt, wordAt } from "../../../core/language/queries/names/names.ts";

const TEXT = `; How many are left.
(define stock 10)

; Takes some away.
; Never below zero.
(define (take n . more)
  (let ((left (- stock n)))
    (define (half x) (quotient x 2))
    (if (< left 0)
        (error "too many" n)
        (set! stock left))
    (half stock)))
(display (take 3)) ; prints
(define list-of '(take "it" #\\a 1))
`;
const analysis = analyse(TEXT);
/** Offset of the n-th occurrence of a piece of text. */
function at(piece: string, n = 1): number {
  let offset = -1;
  for (let i = 0; i < n; i++) offset = TEXT.indexOf(piece, offset + 1);
  expect(offset).toBeGreaterThanOrEqual(0);
  return offset;
}
const slice = (range: { start: number; end: number }) => TEXT.slice(range.start, range.end);

describe("hover", () => {
  test("shows how a function is called, what it is, and the comment above it", () => {
    const found = hover(analysis, at("take 3"));
    expect(found?.code).toBe("(take n . more)");
    expect(found?.text).toBe(
      "Global function, line 6; takes at least 1 argument.\n\nTakes some away.\nNever below zero.",
    );
  });
  test("knows what is built in", () => {
    expect(hover(analysis, at("quotient"))?.code).toBe("(quotient integer integer)");
    expect(hover(analysis, at("if ("))?.code).toBe("(if test then else)");
    expect(hover(analysis, at("left 0"))?.text).toBe("Local variable of take, line 7; value: number.");
  });
  test("tells what a literal is", () => {
    expect(hover(analysis, at('"it"') + 1)?.text).toBe("String of 2 characters.");
  });
  test("says nothing about white space and quoted names", () => {
    expect(hover(analysis, at("\n\n") + 1)).toBeNull();
    expect(hover(analysis, at("take", 3))).toBeNull();
  });
});

describe("definition and references", () => {
  test("lead from a use to the definition and back", () => {
    const binding = definitionAt(analysis, at("stock n"));
    expect(binding?.nameRange.start).toBe(at("stock"));
    expect(referencesAt(analysis, at("stock"), true).map((range) => range.start)).toEqual(
      [1, 2, 3, 4].map((n) => at("stock", n)),
    );
    expect(referencesAt(analysis, at("stock"), false)).toHaveLength(3);
  });
  test("of data there are none: a quoted symbol is not the function", () => {
    expect(definitionAt(analysis, at("take", 3))).toBeNull();
  });
});

describe("completion", () => {
  const names = (offset: number) => completions(analysis, offset).map((item) => item.name);
  test("offers inner names before outer names, and each once", () => {
    const found = names(at("(if (<"));
    expect(found.slice(0, 4)).toEqual(
      ["left", "half", "n", "more"].sort((a, b) => found.indexOf(a) - found.indexOf(b)),
    );
    expect(found).toContain("stock");
    expect(found).toContain("while");
    expect(found).toContain("car");
    expect(new Set(found).size).toBe(found.length);
  });
  test("does not offer locals outside of their scope", () => {
    expect(names(at("(display"))).not.toContain("left");
  });
  test("keeps out of strings and comments", () => {
    expect(isCodeAt(analysis, at("too many"))).toBe(false);
    expect(isCodeAt(analysis, at("How many"))).toBe(false);
    expect(isCodeAt(analysis, at("(if (<"))).toBe(true);
  });
  test("replaces the whole symbol around the cursor", () => {
    expect(slice(wordAt(TEXT, at("quotient") + 3))).toBe("quotient");
  });
});

test("parameter help names the argument at the cursor", () => {
  expect(callAt(analysis, at("stock n") + 6)).toMatchObject({ name: "-", argument: 1 });
  expect(callAt(analysis, at("take 3") + 5)).toMatchObject({
    name: "take",
    signatures: [{ label: "(take n . more)", active: 0 }],
    argument: 0,
  });
});

test("the outline nests local functions in the function around them", () => {
  const outline = documentSymbols(analysis).map((symbol) => [
    symbol.name,
    symbol.kind,
    symbol.children.map((child) => child.name),
  ]);
  expect(outline).toEqual([
    ["stock", "variable", []],
    ["take", "function", ["half"]],
    ["list-of", "variable", []],
  ]);
});

test("folds lists and comments of several lines", () => {
  expect(foldingRanges(analysis).map((range) => [range.kind, slice(range).split("\n")[0]])).toEqual([
    ["comment", "; Takes some away."],
    ["code", "(define (take n . more)"],
    ["code", "(let ((left (- stock n)))"],
    ["code", "(if (< left 0)"],
  ]);
});

test("selection grows from the atom to the top-level form", () => {
  const ranges = enclosingForms(analysis.forms, at("left 0"));
  expect(ranges.map(slice)[0]).toBe("left");
  expect(slice(ranges.at(-1) as { start: number; end: number }).startsWith("(define (take")).toBe(true);
});

test("semantic tokens classify names by what they mean, in order and without overlap", () => {
  const tokens = semanticTokens(analysis);
  const kindOf = (piece: string, n = 1) => tokens.find((token) => token.start === at(piece, n))?.kind;
  expect(kindOf("define")).toBe("keyword");
  expect(kindOf("stock", 2)).toBe("variable");
  expect(kindOf("n . more")).toBe("parameter");
  expect(kindOf("quotient")).toBe("builtin");
  expect(kindOf("half", 2)).toBe("function");
  expect(kindOf("take", 3)).toBeUndefined();
  expect(kindOf('"it"')).toBe("string");
  for (const [i, token] of tokens.entries()) {
    if (i > 0) expect(token.start).toBeGreaterThanOrEqual((tokens[i - 1] as { end: number }).end);
  }
});
