/** References with generations: the acceptance cases O-A20 to O-A24, on the table that the manager keeps its objects in. */
import { describe, expect, test } from "vitest";
import {
  GenSlots,
  MOST_SLOT_BLOCKS,
  SLOT_BLOCK,
  SLOT_ERROR,
  type SlotReference,
} from "../../../../core/managers/asap/objects/slots.ts";

/** What the manager does with the slot of an object that is freed, once it has left the quarantine. */
function free(slots: GenSlots, index: number): number {
  const code = slots.end(index);
  if (code === 0) slots.recycle(index);
  return code;
}
function allocated(slots: GenSlots): SlotReference {
  return slots.refer(slots.take()) as SlotReference;
}

describe("slots with generations (O-F9, O-C5)", () => {
  test("O-A20: a reference is good until its object is freed, and a second free changes nothing", () => {
    const slots = new GenSlots();
    const values = new Map<number, string>();
    const reference = allocated(slots);
    values.set(reference.index, "value");
    const read = (from: SlotReference) => (slots.check(from) === 0 ? values.get(from.index) : slots.check(from));
    expect(read(reference)).toBe("value");
    expect(free(slots, reference.index)).toBe(0);
    expect(read(reference)).toBe(-3);
    const generation = slots.generationOf(reference.index);
    expect(free(slots, reference.index)).toBe(SLOT_ERROR.freed);
    expect(slots.generationOf(reference.index)).toBe(generation);
    expect(slots.refer(reference.index)).toBe(SLOT_ERROR.freed);
  });

  test("O-A21: the null reference reads nothing", () => {
    expect(new GenSlots().check({ index: 0, generation: 0 })).toBe(-1);
  });

  test("O-A22: a closure runs only while all that it has captured is there", () => {
    const slots = new GenSlots();
    const captures = [allocated(slots), allocated(slots)];
    let calls = 0;
    const call = () => {
      const code = slots.checkCaptures(captures);
      if (code === 0) calls++;
      return code;
    };
    expect(call()).toBe(0);
    free(slots, (captures[1] as SlotReference).index);
    expect(call()).toBe(-5);
    expect(calls).toBe(1);
  });

  test("O-A23: the generation advances on free and on reuse, so the old handle stays invalid", () => {
    const slots = new GenSlots();
    const old = allocated(slots);
    free(slots, old.index);
    expect(slots.generationOf(old.index)).toBe(old.generation + 1);
    const next = allocated(slots);
    expect(next).toEqual({ index: old.index, generation: old.generation + 2 });
    expect(slots.check(old)).toBe(-3);
    expect(slots.check(next)).toBe(0);
  });

  test("O-A24: of a million stale handles none is accepted", () => {
    const slots = new GenSlots();
    let accepted = 0;
    const oldest = allocated(slots);
    let stale = oldest;
    free(slots, stale.index);
    for (let round = 0; round < 1_000_000; round++) {
      const index = slots.take();
      // A tag of a few bits would be that of the oldest one again and again.
      if (slots.check(stale) === 0 || slots.check(oldest) === 0) accepted++;
      stale = { index, generation: slots.generationOf(index) };
      free(slots, index);
    }
    expect(accepted).toBe(0);
  });

  test("a slot whose generation has wrapped is never used again", () => {
    const slots = new GenSlots();
    const { index } = allocated(slots);
    slots.generations[index] = 0xffffffff | 0;
    expect(slots.refer(index)).toEqual({ index, generation: 0xffffffff });
    free(slots, index);
    expect(slots.check({ index, generation: 0 })).toBe(SLOT_ERROR.null);
    expect(allocated(slots).index).not.toBe(index);
    expect(slots.statistics()).toMatchObject({ inUse: 1, retired: 1 });
  });

  test("blocks of 4096 slots double in number up to 256, and then there is no slot", () => {
    const slots = new GenSlots();
    const capacities = new Set<number>();
    for (let i = 0; i < SLOT_BLOCK * MOST_SLOT_BLOCKS; i++) {
      slots.take();
      capacities.add(slots.capacity / SLOT_BLOCK);
    }
    expect([...capacities]).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256]);
    expect(slots.take()).toBe(-4);
    expect(slots.statistics()).toEqual({ inUse: 1_048_576, free: 0, retired: 0, capacity: 1_048_576 });
    free(slots, 17);
    expect(slots.take()).toBe(17);
  });
});
