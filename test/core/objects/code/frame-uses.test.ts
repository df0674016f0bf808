/** Use counts, slow links and release of stack frames. Source: instruction specification, section 3.6. */
import { beforeEach, describe, expect, test } from "vitest";
import { STACK_BASE } from "../../../../core/memory/layout.ts";
import { VirtualMemory } from "../../../../core/memory/virtual-memory.ts";
import {
  addFrameUse,
  freeRunEnd,
  makeFreeBlock,
  makeSlow,
  releaseFrameUse,
} from "../../../../core/objects/code/frame-uses.ts";

const LOWER = 0x102;
const UPPER = 0x122;

describe("stack frames", () => {
  let memory: VirtualMemory;
  const cell = (offset: number) => memory.cell(STACK_BASE + offset).toString(16);
  const set = (offset: number, value: number) => memory.setCell(STACK_BASE + offset, value >>> 0);

  // Two frames, one on the other: the upper one has an argument. Free stack behind them.
  beforeEach(() => {
    memory = new VirtualMemory(1);
    set(0x100, 0x80000100);
    set(LOWER, 0xc000000b);
    set(LOWER + 4, 0x011e0000);
    set(LOWER + 8, 0x0100000a);
    set(0x11e, 0x000e0005);
    set(0x120, 0x8000011e);
    set(UPPER, 0xc0000000 | (LOWER + 10));
    set(UPPER + 4, 0x01300000);
    makeFreeBlock(memory, 0x130, 0x20);
    makeFreeBlock(memory, 0x150, 0x10);
  });

  test("a user more makes the frame behind slow, so that it returns to a copy", () => {
    addFrameUse(memory, LOWER);
    expect([LOWER, UPPER, UPPER + 8].map(cell)).toEqual(["c001000b", "c000010d", "120010c"]);
    // Its links were stored; nothing changes a second time.
    set(UPPER + 8, 0x01000110);
    makeSlow(memory, UPPER);
    expect(cell(UPPER + 8)).toBe("1000110");
  });

  test("more than 200 users are an error, and so is a link to nothing", () => {
    set(LOWER, 0xc0c8000b);
    expect(() => addFrameUse(memory, LOWER)).toThrow("more than 200 users");
    expect(cell(LOWER)).toBe("c0c8000b");
    expect(() => addFrameUse(memory, 0x130)).toThrow("a place without a frame");
  });

  test("the last user frees the frame, its arguments, and its use of the frame below", () => {
    set(LOWER, 0xc001000b);
    releaseFrameUse(memory, UPPER);
    expect([0x11e, UPPER, LOWER].map(cell)).toEqual(["a0000004", "a000000e", "c000000b"]);
  });

  test("arguments that others use stay", () => {
    set(0x120, 0x8001011e);
    releaseFrameUse(memory, UPPER);
    expect([0x11e, 0x120, UPPER].map(cell)).toEqual(["e0005", "8000011e", "a000000e"]);
    // And the frame below, which nobody else used, with the basic frame before it.
    expect([0x100, LOWER].map(cell)).toEqual(["a0000002", "a000001c"]);
  });

  test("a run of free blocks ends at the first other block, and at a block of length 0", () => {
    expect(freeRunEnd(memory, 0x130)).toBe(0x160);
    expect(freeRunEnd(memory, UPPER)).toBe(UPPER);
    makeFreeBlock(memory, 0x150, 0);
    expect(freeRunEnd(memory, 0x130)).toBe(0x150);
    makeFreeBlock(memory, 0x150, 0xff00);
    expect(freeRunEnd(memory, 0x130)).toBe(0x150);
  });
});
