import { describe, expect, test } from "vitest";
import { STACK_BASE, T, UNBOUND } from "../../../../core/memory/layout.ts";
import { VirtualMemory } from "../../../../core/memory/virtual-memory.ts";
import {
  argumentSlot,
  basicFrameAt,
  bindMark,
  eachStackBlock,
  firstTemporary,
  frameAt,
  frameChain,
  frameNames,
  freeVariableSlot,
  holdsValue,
  localSlot,
} from "../../../../core/objects/code/frames.ts";
import { functionHeader, NAME_ARGUMENT } from "../../../../core/objects/code/functions.ts";

const HEADER = 0x2e0100;

/** Two frames and a free block between 0x1800 and 0x1900; the caller is at the bottom of the stack. */
function sampleStack(): VirtualMemory {
  const memory = new VirtualMemory(8);
  const words: Record<number, number[]> = {
    // The caller: one basic frame without arguments.
    6144: [0x8000, 0x1800],
    6146: [0xc000, 11, HEADER >> 16, HEADER & 0xffff, 0x1820, 0x50, 0, 0, 0, 0],
    // The callee: two arguments.
    6176: [0, 76, 0, 0, 0x8000, 0x1820],
    6182: [0xc000, 0x1802 + 10, HEADER >> 16, HEADER & 0xffff, 0x1850, 0x44, 0, 0, 0, 0],
    6224: [0xa000, 0xa0],
    6384: [0xe000, 0x10],
  };
  for (const [offset, values] of Object.entries(words)) {
    for (const [i, word] of values.entries()) memory.setWord(STACK_BASE + Number(offset) + i, word);
  }
  memory.setWord(HEADER + 2, 1);
  return memory;
}

describe("frames", () => {
  test("worked decoding 13: arguments from 0x180A, caller at 0x1818", () => {
    const memory = new VirtualMemory(8);
    memory.setCell(STACK_BASE + 0x2000, 0x8000180a);
    memory.setCell(STACK_BASE + 0x2002, 0xc0001822);
    expect(basicFrameAt(memory, 0x2000)?.arguments).toBe(0x180a);
    expect(frameAt(memory, 0x2002)).toMatchObject({
      caller: 0x1818,
      control: 0x1818,
      isSlow: false,
      basicFrame: 0x2000,
    });
  });
  test("worked decoding 14: a free-variable slot that leads to the value cell of T", () => {
    expect(freeVariableSlot(0x02fa002c)).toEqual({ binding: 0x2c02fa, isOnStack: false });
    expect(freeVariableSlot(0x18220001)).toEqual({ binding: 0x11822, isOnStack: true });
    expect(freeVariableSlot(UNBOUND).binding).toBeNull();
  });
  test("a chain leads to the bottom of the stack", () => {
    const memory = sampleStack();
    const chain = frameChain(memory, 0x1826, 100);
    expect(chain.map(({ offset, caller, pc }) => [offset, caller, pc])).toEqual([
      [0x1826, 0x1802, HEADER * 2 + 0x44],
      [0x1802, null, HEADER * 2 + 0x50],
    ]);
    expect(frameChain(memory, 0x1826, 1)).toHaveLength(1);
  });
  test("a chain that runs in a circle ends", () => {
    const memory = sampleStack();
    memory.setWord(STACK_BASE + 0x1803, 0x1826 + 10);
    expect(frameChain(memory, 0x1826, 100)).toHaveLength(2);
    expect(frameChain(memory, 0x1900, 100)).toEqual([]);
  });
  test("slow frames have links of their own", () => {
    const memory = sampleStack();
    memory.setWord(STACK_BASE + 0x1827, (0x1802 + 10) | 1);
    memory.setWord(STACK_BASE + 0x1826 + 8, 0x1800);
    memory.setWord(STACK_BASE + 0x1826 + 9, 11);
    expect(frameAt(memory, 0x1826)).toMatchObject({ isSlow: true, caller: 0x1802, control: null, basicFrame: 0x1800 });
  });
  test("slots of arguments, locals and temporaries", () => {
    const memory = sampleStack();
    const [frame, basic] = [frameAt(memory, 0x1826), basicFrameAt(memory, 0x1824)];
    const header = functionHeader(memory, HEADER);
    if (frame === null || basic === null || header === null) throw new RangeError("no frame");
    expect([basic.argumentCount, memory.pointer(argumentSlot(basic, 0))]).toEqual([2, T]);
    expect(localSlot(frame, 1)).toBe(STACK_BASE + 0x1826 + 12);
    expect(firstTemporary(frame, header)).toBe(0x1826 + 14 + 8);
  });
  test("a frame with a name table of its own uses that", () => {
    const memory = sampleStack();
    memory.setWord(HEADER + 0x106, 4);
    memory.setCell(HEADER + 0x108, T);
    memory.setWord(STACK_BASE + 0x1826, 0xc200);
    memory.setCell(STACK_BASE + 0x1826 + 6, HEADER + 0x100);
    const frame = frameAt(memory, 0x1826);
    if (frame === null) throw new RangeError("no frame");
    expect(frameNames(memory, frame)).toEqual([{ name: T, kind: NAME_ARGUMENT, index: 0 }]);
    expect(frameNames(memory, { ...frame, hasOwnNameTable: false })).toEqual([]);
  });
});

describe("stack blocks", () => {
  test("tile the stack", () => {
    const memory = sampleStack();
    const kinds: [string, number][] = [];
    const end = eachStackBlock(memory, 0x1800, 0x1900, (block) => kinds.push([block.kind, block.offset]));
    expect(end).toBe(0x1900);
    expect(kinds).toEqual([
      ["basic-frame", 0x1800],
      ["frame", 0x1802],
      ["argument", 0x1820],
      ["argument", 0x1822],
      ["basic-frame", 0x1824],
      ["frame", 0x1826],
      ["free", 0x1850],
      ["guard", 0x18f0],
    ]);
  });
  test("a block without size ends the walk", () => {
    const memory = sampleStack();
    memory.setWord(STACK_BASE + 0x1851, 0);
    expect(eachStackBlock(memory, 0x1800, 0x1900, () => {})).toBe(0x1850);
  });
  test("cells that hold no value: unbound slots, bind marks", () => {
    expect([holdsValue(T), holdsValue(UNBOUND), holdsValue(0xfffe0004)]).toEqual([true, false, false]);
    expect(bindMark(0xfffe0004)).toEqual({ count: 1, lastOffset: 4 });
    expect(bindMark(T)).toBeNull();
  });
});
