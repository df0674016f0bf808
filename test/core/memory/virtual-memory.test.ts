import { describe, expect, test } from "vitest";
import { PAGE_ABSENT, PAGE_JOURNALED, VirtualMemory } from "../../../core/memory/virtual-memory.ts";

/** The last word of page 2. */
const LAST = 0x2ff;

describe("a cell at an odd address that reaches into the next page", () => {
  test("is stored", () => {
    const memory = new VirtualMemory(1);
    memory.setCell(LAST, 0x1234_5678);
    expect([memory.word(LAST), memory.word(LAST + 1), memory.cell(LAST)]).toEqual([0x1234, 0x5678, 0x1234_5678]);
    memory.setPointer(LAST, 0xabc_def0);
    expect(memory.cell(LAST)).toBe(0x1abc_def0);
  });

  test("passes the gates of both pages", () => {
    const memory = new VirtualMemory(1);
    const seen: number[] = [];
    memory.storeObserver = { beforeStore: (page) => seen.push(page), afterStore() {} };
    memory.pageFlags[3] = PAGE_JOURNALED;
    memory.setCell(LAST, 1);
    memory.pageFlags[2] = PAGE_JOURNALED;
    memory.setCell(LAST, 1);
    expect(seen).toEqual([3, 2, 3]);
  });

  test("changes nothing when one of the pages is not there", () => {
    const memory = new VirtualMemory(1);
    for (const page of [2, 3]) {
      memory.pageFlags.fill(0);
      memory.pageFlags[page] = PAGE_ABSENT;
      expect(() => memory.setCell(LAST, 0xffffffff)).toThrow("unmapped page");
      expect(memory.cell(LAST)).toBe(0);
    }
    expect(() => memory.setCell(memory.sizeWords - 1, 0xffffffff)).toThrow("store outside the image");
    expect(memory.word(memory.sizeWords - 1)).toBe(0);
  });
});
