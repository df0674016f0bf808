import { describe, expect, test } from "vitest";
import { NIL, T } from "../../../core/memory/layout.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import {
  car,
  carCell,
  cdr,
  cdrCell,
  consPages,
  enumerateConses,
  freeConsOffsets,
  isCons,
  isReadableCons,
  listItems,
} from "../../../core/objects/cons.ts";
import { smallInteger } from "../../../core/objects/immediates.ts";
import { setTypeEntries } from "../../../core/objects/types.ts";
import { describeGolden } from "../../support/golden/golden.ts";
import { TestImage } from "../../support/images/test-image.ts";

function consMemory(cells: Readonly<Record<number, number>>): VirtualMemory {
  const memory = new VirtualMemory(16);
  setTypeEntries(memory, 0x7ffe00, 0x800000, 5);
  for (const [address, cell] of Object.entries(cells)) memory.setCell(Number(address), cell);
  return memory;
}

describe("CDR codes", () => {
  test("worked decoding 5: the list (1 T) by code 9 and code 8", () => {
    const memory = consMemory({ 8388342: 0x900e0001, 8388344: 0x8000004c });
    expect(isCons(memory, 0x7ffef6)).toBe(true);
    expect(listItems(memory, 0x7ffef6, 10)).toEqual({ items: [smallInteger(1), T], tail: NIL });
    expect([cdrCell(memory, 0x7ffef6), cdrCell(memory, 0x7ffef8)]).toEqual([null, null]);
  });
  test("worked decoding 6: the dotted pair (2 . 3) by code 1", () => {
    const memory = consMemory({ 8388346: 0x100e0002, 8388348: 0x000e0003 });
    expect([car(memory, 0x7ffefa), cdr(memory, 0x7ffefa)]).toEqual([smallInteger(2), smallInteger(3)]);
    expect(cdrCell(memory, 0x7ffefa)).toBe(0x7ffefc);
  });
  test("worked decoding 7: the pair (T . 7) by a replacement cell", () => {
    const memory = consMemory({ 8388344: 0x007ffef0, 8388336: 0x1000004c, 8388338: 0x000e0007 });
    expect([car(memory, 0x7ffef8), cdr(memory, 0x7ffef8)]).toEqual([T, smallInteger(7)]);
    expect([carCell(memory, 0x7ffef8), cdrCell(memory, 0x7ffef8)]).toEqual([0x7ffef0, 0x7ffef2]);
  });
  test("conses that would lead outside the image are not readable, the last cell of it may be one", () => {
    const memory = consMemory({
      8388344: 0x0ffffff0,
      8388346: 0x007ffef1,
      8388604: 0x20000000,
      8388606: 0x80000000,
    });
    const readable = [0x7ffef8, 0x7ffefa, 0x7ffef9, 0x7ffffc, 0x800000, 0x7ffffe].map((cons) =>
      isReadableCons(memory, cons),
    );
    expect(readable).toEqual([false, false, false, false, false, true]);
  });
});

describe("lists", () => {
  test("end at their limit, at a dotted tail, and at NIL", () => {
    const image = new TestImage();
    const ring = image.cons(NIL, NIL);
    image.setCons(ring, T, ring);
    expect(listItems(image.memory, ring, 3)).toEqual({ items: [T, T, T], tail: ring });
    expect(listItems(image.memory, image.cons(T, smallInteger(1)), 9)).toEqual({ items: [T], tail: smallInteger(1) });
    expect(listItems(image.memory, NIL, 9)).toEqual({ items: [], tail: NIL });
  });
});

interface ConsSequence {
  readonly name: string;
  readonly ops: readonly (readonly (number | string)[])[];
  readonly final: { readonly pages: Readonly<Record<string, string>> };
}

describe("free chain", () => {
  test("a chain that runs in a circle ends", () => {
    const memory = consMemory({ 8388100: 0, 8388104: 0x0a000000, 8388106: 0x08000000 });
    memory.setWord(0x7ffe04, (2 << 8) | 8);
    expect(freeConsOffsets(memory, 0x7ffe)).toEqual([8, 10]);
  });
});

describeGolden<{ readonly sequences: readonly ConsSequence[] }>("cons.json", (data) => {
  const untouched = data.sequences.filter(
    ({ ops, final }) =>
      Object.keys(final.pages).length > 0 && ops.every(([op]) => op !== "gc" && op !== "freelistcell"),
  );
  test.each(untouched)("$name: enumeration finds exactly the conses that were made", ({ ops, final }) => {
    const memory = new VirtualMemory(16);
    for (const [page, cells] of Object.entries(final.pages)) {
      const start = Number(page) * 256;
      setTypeEntries(memory, start & ~511, (start & ~511) + 512, 5);
      const words = typeof cells === "string" ? (cells.match(/.{8}/g) ?? []) : (cells as readonly string[]);
      for (const [i, cell] of words.entries()) memory.setCell(start + 2 * i, Number.parseInt(cell, 16));
    }
    const made = ops.filter(([op]) => op === "cons" || op === "rplcons").map((op) => Number(op.at(-1)));
    const found: number[] = [];
    const census = enumerateConses(memory, (cons) => found.push(cons));
    expect(found).toEqual([...new Set(made)].sort((a, b) => a - b));
    expect(census.conses + census.helpers + census.free).toBe(consPages(memory).length * 124);
  });
});
