import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IFPAGE, IFPAGE_KEY, interfaceWord } from "../../../core/memory/interface-page.ts";
import { FPTOVP_BASE, IFPAGE_BASE } from "../../../core/memory/layout.ts";
import { PageTable, sysoutSource, zeroSource } from "../../../core/memory/page-table.ts";
import { bytesFile } from "../../../core/memory/sysout/image-file.ts";
import { PAGE_ABSENT, VirtualMemory } from "../../../core/memory/virtual-memory.ts";

function tableOf(entries: readonly number[], cacheSize = 64): PageTable {
  const memory = new VirtualMemory(4);
  for (const [i, entry] of entries.entries()) memory.setCell(FPTOVP_BASE + 2 * i, entry);
  memory.setCell(interfaceWord(IFPAGE.activePagesCell), entries.length - 1);
  return new PageTable(memory, cacheSize);
}

describe("page table (I-F3, I-F16)", () => {
  test("I-A29, I-C13: pages are found both ways, unused entries are none", () => {
    const table = tableOf([0xffff0000, 5, 2, 0xffff0000, 0x00012345]);
    expect([2, 5, 9].map((page) => table.filePageOf(page))).toEqual([2, 1, null]);
    expect([0, 1, 3, 4, 5].map((filePage) => table.pageOk(filePage))).toEqual([false, true, false, true, false]);
    expect(table.imageOffset(4)).toBe(38177280);
    expect(table.fileOffset(4)).toBe(1536);
    expect(() => table.imageOffset(3)).toThrow(/file page 3 is not mapped/);
  });
  test("worked decoding 15: file page 2 is the interface page", () => {
    expect(tableOf([0, 0xffffffff, 0x1400]).imageOffset(2)).toBe(0x280000);
  });
  test("I-M1: new pages extend the table contiguously, and gaps are marked unused", () => {
    const table = tableOf([0]);
    expect([table.addPage(0x100), table.addPage(0x101)]).toEqual([1, 2]);
    table.mapPage(5, 0x200);
    expect([table.activePages, table.pageOk(4), table.virtualPageOf(5)]).toEqual([5, false, 0x200]);
    expect(table.addPage(0x201)).toBe(6);
    expect(() => table.mapPage(0, 1)).toThrow(/file page 0 outside/);
    expect(() => table.mapPage(7, 0x4000)).toThrow(/outside the image/);
  });
});

test("worked decoding 16: key, start of the table and active pages in the interface page", () => {
  const memory = new VirtualMemory(4);
  for (const [byte, value] of [
    [30, 0x15],
    [31, 0xe3],
    [118, 0x03],
    [119, 0xff],
    [166, 0x3a],
    [167, 0x98],
  ] as const) {
    memory.setByte(2 * IFPAGE_BASE + byte, value);
  }
  const table = new PageTable(memory);
  expect(memory.word(interfaceWord(IFPAGE.key))).toBe(IFPAGE_KEY);
  expect(table.activePages).toBe(15000);
  expect(table.fileOffset(memory.word(interfaceWord(IFPAGE.fptovpStart)))).toBe(0x7fc00);
});

describe("page faults", () => {
  test("a page comes from the image file, and a proof comes with it (I-M1)", () => {
    const table = tableOf([0, 0x10, 0x11]);
    const file = bytesFile(
      "two.sysout",
      new Uint8Array(1024).map((_, i) => (i < 512 ? 1 : 2)),
    );
    table.memory.pageFlags[0x11] = PAGE_ABSENT;
    expect(() => table.memory.setCell(0x1100, 7)).toThrow(/unmapped page 0x11/);
    expect(table.getPage(0x1180, sysoutSource(file))).toBe(0x11);
    expect(table.memory.cell(0x1100)).toBe(0x02020202);
    table.memory.setCell(0x1100, 7);
    expect(table.getPage(0x1100, sysoutSource(file))).toBe(0x11);
    expect(table.memory.cell(0x1100)).toBe(7);
  });
  test("a page that no file holds becomes a zero page and joins the file (I-M1)", () => {
    const table = tableOf([0, 0x10]);
    table.memory.pageFlags[0x40] = PAGE_ABSENT;
    expect(() => table.getPage(0x4000, sysoutSource(bytesFile("one.sysout", new Uint8Array(512))))).toThrow(
      /page 0x40 is not in the image file/,
    );
    expect(table.memory.pageFlags[0x40]).toBe(PAGE_ABSENT);
    table.getPage(0x4000, zeroSource);
    expect([table.memory.pageFlags[0x40], table.filePageOf(0x40)]).toEqual([0, 2]);
  });
  test("an address outside the image is no page fault", () => {
    expect(() => tableOf([0]).getPage(0x800000, zeroSource)).toThrow(/outside the image/);
  });
});

describe("I-M2: cache of the reverse search", () => {
  test("counts hits and misses and forgets the least recently used", () => {
    const table = tableOf([0, 0x10, 0x11, 0x12], 2);
    for (const page of [0x10, 0x11, 0x10, 0x12, 0x10, 0x11]) table.filePageOf(page);
    expect([table.hits, table.misses]).toEqual([2, 4]);
  });
  test("a page that was moved by someone else is found in its new place", () => {
    const table = tableOf([0, 0x10, 0x11]);
    expect(table.filePageOf(0x10)).toBe(1);
    table.memory.setCell(FPTOVP_BASE + 2 * 1, 0x207);
    table.memory.setCell(FPTOVP_BASE + 2 * 3, 0x10);
    table.memory.setCell(interfaceWord(IFPAGE.activePagesCell), 3);
    expect([table.filePageOf(0x10), table.filePageOf(0x207)]).toEqual([3, 1]);
  });
  test("answers are the same with and without it, whatever is mapped in between", () => {
    const pages = fc.integer({ min: 0x10, max: 0x18 });
    const steps = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant("find" as const), page: pages }),
        fc.record({ kind: fc.constant("map" as const), filePage: fc.integer({ min: 1, max: 8 }), page: pages }),
        fc.record({ kind: fc.constant("add" as const), page: pages }),
        // The storage allocator moves a page to the end of the file to make room for the table.
        fc.record({ kind: fc.constant("move" as const), filePage: fc.integer({ min: 1, max: 8 }) }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, (program) => {
        const [cached, plain] = [tableOf([0, 0x10, 0x11], 3), tableOf([0, 0x10, 0x11], 0)];
        for (const step of program) {
          const results = [cached, plain].map((table) => {
            if (step.kind === "find") return table.filePageOf(step.page);
            if (step.kind === "map") return table.mapPage(step.filePage, step.page);
            if (step.kind === "add") return table.addPage(step.page);
            if (!table.pageOk(step.filePage)) return null;
            const next = table.activePages + 1;
            const { memory } = table;
            memory.setCell(FPTOVP_BASE + 2 * next, memory.cell(FPTOVP_BASE + 2 * step.filePage));
            memory.setCell(FPTOVP_BASE + 2 * step.filePage, 0x200 + next);
            memory.setCell(interfaceWord(IFPAGE.activePagesCell), next);
            return next;
          });
          expect(results[0]).toBe(results[1]);
        }
      }),
    );
  });
});
