/** How fast counting and allocating are: millions of operations a second, measured on a bundle of this file's caller, never under the test runner. */

import type { ManagerOptions } from "../../../core/managers/contract.ts";
import { noSites } from "../../../core/managers/contract.ts";
import { RefcountManager } from "../../../core/managers/refcount/refcount-manager.ts";
import { CHARACTER_BASE, HTCOLL_BASE, SMALL_NEGATIVE, SMALL_POSITIVE, T } from "../../../core/memory/layout.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { writeTypeDescriptor } from "../../../core/objects/dtd.ts";
import { setTypeEntries } from "../../../core/objects/types.ts";
import { testVariables as variables } from "../../support/heap/golden-heap.ts";
import { type BenchRow, secondsOf, speed } from "../row.ts";

const MILLION_PER_SECOND = "M/s";
const ARRAY_START = 0x2e0000;

function heap(options: ManagerOptions = {}): { memory: VirtualMemory; manager: RefcountManager } {
  const memory = new VirtualMemory(16);
  setTypeEntries(memory, 0, 0x800000, 0x8000);
  setTypeEntries(memory, SMALL_POSITIVE, SMALL_NEGATIVE + 0x10000, 0xb801);
  setTypeEntries(memory, CHARACTER_BASE, CHARACTER_BASE + 0x10000, 0x8009);
  writeTypeDescriptor(memory, { type: 2, name: 0, sizeWords: 2, entry: 0x3802, pointers: 0 });
  writeTypeDescriptor(memory, { type: 5, name: 0, sizeWords: 4, entry: 5, pointers: 0 });
  const values: Partial<Record<keyof typeof variables, number>> = {
    reclaimCountdown: SMALL_POSITIVE + 65535,
    reclaimMin: SMALL_POSITIVE + 65535,
    arrayMerging: T,
    freeBlockBuckets: 0x120100,
    arraySpace: ARRAY_START,
    arrayFrLst: ARRAY_START,
    nxtArrayPage: ARRAY_START >> 8,
    nxtMdsPage: 0x7ffe,
    leastMdsPage: 0x7ffe,
    lastVmemFilePage: 0x7ffff,
  };
  for (const [name, value] of Object.entries(values)) memory.setCell(variables[name as "arraySpace"], value);
  memory.setCell(HTCOLL_BASE + 2, 2);
  const binding = { memory, eachStackPointer() {}, eachRoot() {}, requestSafepoint() {}, sites: noSites };
  return { memory, manager: new RefcountManager(binding, variables, options) };
}

type Speed = Pick<BenchRow, "best"> & { readonly value: number };

/** One pair is a reference added and deleted again. */
function countPairs(objects: number): Speed {
  const { manager } = heap();
  const pointers = new Int32Array(objects);
  for (let i = 0; i < objects; i++) pointers[i] = manager.allocate(2);
  for (let i = 0; i < objects; i++) manager.table.addReference(pointers[i] as number);
  const rounds = Math.ceil(6_000_000 / objects);
  const countAll = () => {
    const table = manager.table;
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < objects; i++) {
        const pointer = pointers[i] as number;
        table.addReference(pointer);
        table.deleteReference(pointer);
      }
    }
  };
  return speed(rounds * objects, () => secondsOf(countAll));
}

/** The same pairs on a table of host objects: what the packed table of the image is measured against. */
function countPairsInMap(objects: number): Speed {
  const { manager } = heap();
  const counts = new Map<number, { count: number }>();
  const pointers = Array.from({ length: objects }, () => manager.allocate(2));
  for (const pointer of pointers) counts.set(pointer, { count: 1 });
  const rounds = Math.ceil(6_000_000 / objects);
  const change = (pointer: number, by: number) => {
    const entry = counts.get(pointer);
    if (entry !== undefined) entry.count += by;
  };
  const countAll = () => {
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < objects; i++) {
        change(pointers[i] as number, 1);
        change(pointers[i] as number, -1);
      }
    }
  };
  return speed(rounds * objects, () => secondsOf(countAll));
}

/** One list of a million conses in a new heap. */
function conses(): Speed {
  const count = 1_000_000;
  return speed(count, () => {
    const { manager } = heap();
    return secondsOf(() => {
      let list = 0;
      for (let n = 0; n < count; n++) list = manager.cons(SMALL_POSITIVE, list);
    });
  });
}

/** Lists of 2500 conses, dropped and reclaimed; the collections are part of the time. */
function consesWithReclaim(): Speed {
  const { manager } = heap();
  const lists = 400;
  const length = 2500;
  const makeAndReclaim = () => {
    for (let i = 0; i < lists; i++) {
      let list = 0;
      for (let n = 0; n < length; n++) list = manager.cons(SMALL_POSITIVE, list);
      manager.collect("request");
    }
  };
  return speed(lists * length, () => secondsOf(makeAndReclaim));
}

/** Longest stretch of a collection of 50 000 separate pairs, whole and in increments of 1 000. @returns how many times shorter the increments are */
function incrementalGain(): Speed {
  const longest = (options: ManagerOptions): number => {
    const { manager } = heap(options);
    let most = 0;
    for (let round = 0; round < 5; round++) {
      for (let n = 0; n < 50_000; n++) manager.cons(SMALL_POSITIVE, 0);
      most = 0;
      for (let left = true; left; left = manager.due() !== null) {
        most = Math.max(
          most,
          secondsOf(() => manager.collect("countdown")),
        );
      }
    }
    return most;
  };
  const gains = Array.from({ length: 5 }, () => longest({}) / longest({ budget: 1000 })).sort((a, b) => a - b);
  return { value: gains[2] as number, best: gains[4] as number };
}

export function rows(): BenchRow[] {
  const row = (name: string, figures: Speed, target: number) => ({
    name,
    ...figures,
    unit: MILLION_PER_SECOND,
    target,
  });
  return [
    row("count up and down, 1000 objects", countPairs(1000), 60),
    row("count up and down, 60000 objects", countPairs(60_000), 30),
    row("cons, nothing reclaimed", conses(), 30),
    row("cons, reclaimed every 2500", consesWithReclaim(), 5),
    {
      name: "the same counts in a Map of host objects, 60000",
      ...countPairsInMap(60_000),
      unit: MILLION_PER_SECOND,
      target: null,
    },
    { name: "longest pause, whole collection against increments", ...incrementalGain(), unit: "times", target: null },
  ];
}
