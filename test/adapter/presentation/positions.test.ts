import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Positions } from "../../../adapter/presentation/positions.ts";

describe("positions", () => {
  test("a client that says nothing counts lines and columns from 1", () => {
    const positions = new Positions();
    expect(positions.lineToClient(0)).toBe(1);
    expect(positions.columnToClient(0)).toBe(1);
    expect(positions.lineFromClient(7)).toBe(6);
    expect(positions.columnFromClient(7)).toBe(6);
  });

  test.each([
    [true, false, 1, 0],
    [false, true, 0, 1],
    [false, false, 0, 0],
  ])("lines from 1: %s, columns from 1: %s", (lines, columns, firstLine, firstColumn) => {
    const positions = new Positions(lines, columns);
    expect(positions.lineToClient(0)).toBe(firstLine);
    expect(positions.columnToClient(0)).toBe(firstColumn);
    expect(positions.lineFromClient(positions.lineToClient(5))).toBe(5);
    expect(positions.columnFromClient(positions.columnToClient(5))).toBe(5);
  });

  test("an offset that became a position of the client comes back as the same offset", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "(", "\n", "é", "😀") });
    fc.assert(
      fc.property(texts, fc.nat(), fc.boolean(), fc.boolean(), (text, n, lines, columns) => {
        const positions = new Positions(lines, columns);
        const offset = n % (text.length + 1);
        const { line, column } = positions.positionOfOffset(text, offset);
        expect(positions.offsetFromClient(text, line, column)).toBe(offset);
      }),
    );
  });

  test("a position outside of the text becomes the nearest offset", () => {
    const positions = new Positions();
    expect(positions.offsetFromClient("abc\nde", 9, 9)).toBe(6);
    expect(positions.offsetFromClient("abc\nde", 1, -4)).toBe(0);
    expect(positions.offsetFromClient("", 1, 1)).toBe(0);
  });

  test("texts for people count from 1 whatever the client does", () => {
    expect(new Positions(false, false).readable("a\nbc", 3)).toEqual({ line: 2, column: 2 });
  });
});
