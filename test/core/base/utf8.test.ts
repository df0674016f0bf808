import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeUtf8, encodeUtf8 } from "../../../core/base/utf8.ts";

describe("UTF-8", () => {
  test("is what the host makes of a text, in both directions", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const bytes = encodeUtf8(text);
        expect(bytes).toEqual([...Buffer.from(text, "utf8")]);
        expect(decodeUtf8(bytes)).toBe(text.toWellFormed());
      }),
    );
  });

  test("that it is not is read as one character a byte", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), (bytes) => {
        let expected: string;
        try {
          expected = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
        } catch {
          expected = Buffer.from(bytes).toString("latin1");
        }
        expect(decodeUtf8(bytes)).toBe(expected);
      }),
      {
        numRuns: 3000,
        examples: [[Uint8Array.of(0xc0, 0x80)], [Uint8Array.of(0xed, 0xa0, 0x80)], [Uint8Array.of(0xe2, 0x82)]],
      },
    );
  });
});
