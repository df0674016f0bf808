/** A new pair is counted as three operations one after another, whichever way it is done. */
import { expect, test } from "vitest";
import type { Pointer } from "../../../../core/base/units.ts";
import type { CountTable } from "../../../../core/managers/refcount/count-table.ts";
import { NIL, SMALL_POSITIVE, T } from "../../../../core/memory/layout.ts";
import { PAGE_WATCHED } from "../../../../core/memory/virtual-memory.ts";
import { setTypeEntries } from "../../../../core/objects/types.ts";
import { goldenHeap, testVariables } from "../../../support/heap/golden-heap.ts";

type NewPair = (table: CountTable, pair: Pointer, car: Pointer, cdr: Pointer) => void;

const COUNTED = 0x2e0000;
/** Five objects, four of them in one place of the main table; and one that no counted reference can hold by rights, with the tag 0. */
const OBJECTS = [0x2e1000, 0x2f1000, 0x301000, 0x311000, 0x2e1002, 0x8000];
const UNCOUNTED = [NIL, T, SMALL_POSITIVE + 7];
const VALUES = [...OBJECTS, ...UNCOUNTED];

/** What is in memory, and who was told what, after `newPair` and random counting before it. */
function outcomeOf(newPair: NewPair, seed: number) {
  let state = seed;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = (values: readonly number[]) => values[random(values.length)] as number;
  const { memory, manager } = goldenHeap(null, 4);
  setTypeEntries(memory, 0, 0x8000, 0x8000);
  setTypeEntries(memory, SMALL_POSITIVE, SMALL_POSITIVE + 0x200, 0xb801);
  setTypeEntries(memory, 0x8000, 0x8200, 5);
  setTypeEntries(memory, COUNTED, COUNTED + 0x40000, 5);
  const { reclaimCountdown, gcDisabled } = testVariables;
  memory.setCell(reclaimCountdown, SMALL_POSITIVE + 100);
  for (let n = random(3); n > 0; n--) {
    if (random(2) === 0) manager.table.addReference(pick(OBJECTS));
    else manager.table.deleteReference(pick(OBJECTS));
  }
  // Half of the time what the quick way is for: a list that nobody holds yet.
  const isGrowing = random(2) === 0;
  const cdr = pick(isGrowing ? OBJECTS : VALUES);
  const car = pick(isGrowing ? UNCOUNTED : VALUES);
  if (isGrowing) manager.table.deleteReference(cdr);
  memory.setCell(reclaimCountdown, pick([NIL, SMALL_POSITIVE, SMALL_POSITIVE + 1, SMALL_POSITIVE + 2, 1000]));
  if (random(8) === 0) memory.setCell(gcDisabled, T);
  const told: string[] = [];
  const event = (name: string) => (what: number | string) => told.push(`${name} ${what}`);
  manager.observer = {
    ...manager.observer,
    countZero: event("zero"),
    countError: event("error"),
    collectionDue: event("due"),
  };
  if (random(4) === 0) {
    memory.pageFlags[reclaimCountdown >> 8] = PAGE_WATCHED;
    const store = (name: string) => (_page: number, address: number) => told.push(`${name} ${address}`);
    memory.storeObserver = { beforeStore: store("before"), afterStore: store("after") };
  }
  newPair(manager.table, pick(OBJECTS), car, cdr);
  return { bytes: Buffer.from(memory.bytes.buffer), told, due: manager.due() };
}

test("the quick way for a list that grows leaves and tells what three single operations do", () => {
  for (let seed = 1; seed <= 600; seed++) {
    const quick = outcomeOf((table, ...args) => table.newPair(...args), seed);
    const single = outcomeOf((table, pair, car, cdr) => {
      table.addReference(cdr);
      table.addReference(car);
      table.newObject(pair);
    }, seed);
    expect(quick.bytes.equals(single.bytes), `memory, seed ${seed}`).toBe(true);
    expect([quick.told, quick.due], `seed ${seed}`).toEqual([single.told, single.due]);
  }
});
