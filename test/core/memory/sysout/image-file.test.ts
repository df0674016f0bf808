import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesFile, CellReader, readingAhead } from "../../../../core/memory/sysout/image-file.ts";

const SIZE = 700_001;
const bytes = Uint8Array.from({ length: SIZE }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

/** Counts the calls that come through. */
function counted() {
  const file = bytesFile("counted", bytes);
  let calls = 0;
  const read = (offsetBytes: number, into: Uint8Array) => {
    calls++;
    return file.read(offsetBytes, into);
  };
  return { file: { ...file, read }, calls: () => calls };
}

test("reading ahead gives what the file gives, wherever and however much", () => {
  const request = fc.tuple(fc.integer({ min: 0, max: SIZE + 10 }), fc.oneof(fc.nat(100), fc.nat(400_000)));
  fc.assert(
    fc.property(fc.array(request, { maxLength: 20 }), (requests) => {
      const ahead = readingAhead(bytesFile("x", bytes));
      for (const [offset, length] of requests) {
        const into = new Uint8Array(length);
        const expected = bytes.subarray(offset, offset + length);
        expect(ahead.read(offset, into)).toBe(expected.length);
        expect(Buffer.compare(into.subarray(0, expected.length), expected)).toBe(0);
      }
    }),
    { numRuns: 50 },
  );
});

test("small pieces one after the other take few calls, and none behind the end", () => {
  const { file, calls } = counted();
  const ahead = readingAhead(file);
  const into = new Uint8Array(512);
  for (let offset = 0; offset + 512 <= SIZE; offset += 512) ahead.read(offset, into);
  expect(calls()).toBe(3);
  expect(ahead.read(SIZE, into)).toBe(0);
  expect(ahead.read(SIZE + 5000, into)).toBe(0);
  expect(calls()).toBe(3);
});

test("cells are big-endian, and wholly inside or not there", () => {
  const cells = new CellReader(bytesFile("x", Uint8Array.of(0, 1, 2, 3, 0xff, 0, 0, 0)));
  expect([0, 1, 4, 5, 8, -4].map((offset) => cells.cellAt(offset))).toEqual([
    0x00010203,
    0x010203ff,
    0xff000000,
    null,
    null,
    null,
  ]);
});
