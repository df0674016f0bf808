/**
 * How the count of an object with several owners is changed: plainly, or by operations that no other thread can come between. The machine has one thread, so
 * every object is local to it and plain counting is enough; the other way is there to see what it costs, and gives the same counts.
 */
export interface Counting {
  readonly name: string;
  /** @returns owners after one more */
  add(counts: Int32Array, slot: number): number;
  /** @returns owners after one less */
  remove(counts: Int32Array, slot: number): number;
}

export const plainCounting: Counting = {
  name: "plain",
  add: (counts, slot) => {
    const owners = (counts[slot] as number) + 1;
    counts[slot] = owners;
    return owners;
  },
  remove: (counts, slot) => {
    const owners = (counts[slot] as number) - 1;
    counts[slot] = owners;
    return owners;
  },
};

export const atomicCounting: Counting = {
  name: "atomic",
  add: (counts, slot) => Atomics.add(counts, slot, 1) + 1,
  remove: (counts, slot) => Atomics.sub(counts, slot, 1) - 1,
};
