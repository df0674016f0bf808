/** Writing image files: unchanged memory gives back the file, page by page. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { PAGE_BYTES } from "../../../../core/memory/layout.ts";
import { bytesFile } from "../../../../core/memory/sysout/image-file.ts";
import { openSysout } from "../../../../core/memory/sysout/open-sysout.ts";
import { pagesOfMemory, writeSysout } from "../../../../core/memory/sysout/write-sysout.ts";
import { miniBytes, miniFile } from "../../../support/images/mini-sysout.ts";

const TABLE = 2 * PAGE_BYTES;

function joined(pieces: Iterable<Uint8Array>): Uint8Array {
  return Uint8Array.from(Buffer.concat([...pieces]));
}
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

test("an unchanged image is written as it was, by its own table and by the one of the file", () => {
  const { memory, pages } = openSysout(miniFile(), { purpose: "inspect" });
  expect(isSame(joined(writeSysout(memory)), miniBytes())).toBe(true);
  expect(isSame(joined(writeSysout(memory, pages)), miniBytes())).toBe(true);
});

test("a change in memory is a change in the file, at each place that holds the page", () => {
  const original = miniBytes();
  const view = new DataView(original.buffer);
  const page = view.getUint32(TABLE + 4 * 1312);
  // Page 1313 becomes a second copy of 1312; the copy of the table in memory is the same bytes of the file.
  view.setUint32(TABLE + 4 * 1313, page);
  original.copyWithin(1312 * PAGE_BYTES, 1311 * PAGE_BYTES, 1312 * PAGE_BYTES);
  const { memory } = openSysout(bytesFile("x", original), { purpose: "run" });
  memory.setByte(page * PAGE_BYTES + 7, 0x5a);
  const written = joined(writeSysout(memory));
  expect([written[1311 * PAGE_BYTES + 7], written[1312 * PAGE_BYTES + 7]]).toEqual([0x5a, 0x5a]);
  expect(written.reduce((sum, byte, i) => sum + (byte === original[i] ? 0 : 1), 0)).toBe(2);
});

test("holes are zero, wherever they are", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 14, max: 1313 }), { maxLength: 40 }), (holes) => {
      const original = miniBytes();
      const view = new DataView(original.buffer);
      for (const filePage of holes) {
        view.setUint32(TABLE + 4 * filePage, 0xffff0000 + filePage);
        original.fill(0, (filePage - 1) * PAGE_BYTES, filePage * PAGE_BYTES);
      }
      const { memory, pages } = openSysout(bytesFile("x", original), { purpose: "inspect" });
      expect(isSame(joined(writeSysout(memory, pages)), original)).toBe(true);
      expect(isSame(joined(writeSysout(memory)), original)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test("whole pages of a file of odd size are as they were, also of one that is cut off", () => {
  fc.assert(
    fc.property(fc.integer({ min: 30 * PAGE_BYTES, max: 1313 * PAGE_BYTES }), (size) => {
      const original = miniBytes().subarray(0, size);
      const { memory, pages } = openSysout(bytesFile("x", original), { purpose: "inspect" });
      const whole = original.subarray(0, size - (size % PAGE_BYTES));
      expect(isSame(joined(writeSysout(memory, pages)), whole)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test("the interface page is written as the second page, also where the table does not say so", () => {
  const original = miniBytes();
  new DataView(original.buffer).setUint32(TABLE + 8, 0xffffffff);
  const { memory, pages } = openSysout(bytesFile("x", original), { purpose: "inspect" });
  expect(isSame(joined(writeSysout(memory, pages)), original)).toBe(true);
});

test("what a machine saves is what its own table says, bounded by the table and the memory", () => {
  const { memory } = openSysout(miniFile(), { purpose: "run" });
  memory.setCell(0x140000 + 82, 0xffffffff);
  expect(pagesOfMemory(memory).count).toBe(524287);
  memory.setCell(0x140000 + 82, 4);
  memory.setCell(0x20000 + 8, 0x7ffffff);
  const written = joined(writeSysout(memory));
  expect(written).toHaveLength(4 * PAGE_BYTES);
  expect(written.subarray(3 * PAGE_BYTES).every((byte) => byte === 0)).toBe(true);
});
