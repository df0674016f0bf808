import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { LineTable, toPosition } from "../../server/convert.ts";

/** Texts with every kind of line end, and characters of one and of two UTF-16 units. */
const texts = () =>
  fc.array(fc.constantFrom("a", "(", "\n", "\r", "\r\n", "é", "😀"), { maxLength: 40 }).map((parts) => parts.join(""));
const documentOf = (text: string) => TextDocument.create("file:///a.cons", "conspect", 1, text);

describe("LineTable", () => {
  test("finds the positions that the protocol's own text document finds", () => {
    fc.assert(
      fc.property(texts(), fc.integer({ min: -2, max: 50 }), (text, offset) => {
        expect(new LineTable(text).positionAt(offset)).toEqual(documentOf(text).positionAt(offset));
      }),
    );
  });

  test("finds the offsets that the protocol's own text document finds, also of positions that do not exist", () => {
    const numbers = fc.integer({ min: -2, max: 12 });
    fc.assert(
      fc.property(texts(), numbers, numbers, (text, line, character) => {
        expect(new LineTable(text).offsetAt({ line, character })).toBe(documentOf(text).offsetAt({ line, character }));
      }),
    );
  });

  test("counts characters in UTF-16 units", () => {
    expect(new LineTable("a\n😀b").positionAt(4)).toEqual({ line: 1, character: 2 });
  });

  test("ends a range inside a line break at the end of the line", () => {
    const range = new LineTable("ab\r\ncd").rangeOf({ start: 1, end: 3 });
    expect(range).toEqual({ start: { line: 0, character: 1 }, end: { line: 0, character: 2 } });
  });
});

describe("toPosition", () => {
  test.each([
    [undefined],
    [null],
    [7],
    [{}],
    [{ line: 1 }],
    [{ line: "1", character: 0 }],
    [{ line: 0.5, character: 0 }],
  ])("refuses %j and names the attribute", (value) => {
    expect(() => toPosition(value, "position")).toThrow(/^position: expected a position/);
  });
});
