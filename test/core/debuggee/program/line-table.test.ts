import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineTable } from "../../../../core/debuggee/program/line-table.ts";

describe("a line table", () => {
  test("finds line and column of every offset, as counting characters does", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "\n", "\r\n", "\r")), (pieces) => {
        const text = pieces.join("");
        const table = new LineTable(text);
        let line = 0;
        let column = 0;
        for (let offset = 0; offset <= text.length; offset++) {
          const isInsideBreak = text[offset - 1] === "\r" && text[offset] === "\n";
          if (offset > 0 && !isInsideBreak && /[\n\r]/.test(text[offset - 1] ?? "")) {
            line++;
            column = 0;
          }
          expect(table.at(offset)).toEqual({ line, column });
          column++;
        }
        expect(table.lineCount).toBe(line + 1);
      }),
    );
  });

  test("gives the start of a line, and the end of the text behind the last", () => {
    const table = new LineTable("ab\ncd\n");
    expect([0, 1, 2, 3].map((line) => table.startOf(line))).toEqual([0, 3, 6, 6]);
  });
});
