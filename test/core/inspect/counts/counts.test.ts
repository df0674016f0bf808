import { describe, expect, test } from "vitest";
import {
  countEntries,
  countEntry,
  countGauges,
  countOf,
  eachCountEntry,
} from "../../../../core/inspect/counts/counts.ts";
import { HTBIG_BASE, HTCOLL_BASE, HTMAIN_BASE } from "../../../../core/memory/layout.ts";
import { VirtualMemory } from "../../../../core/memory/virtual-memory.ts";
import { describeGolden } from "../../../support/golden/golden.ts";
import { isException } from "../../../support/golden/golden-exceptions.ts";

interface Sequence {
  readonly name: string;
  readonly runs?: readonly (readonly [number, number, number])[];
  readonly ops?: readonly number[];
  readonly errors?: unknown;
  readonly collNextStart?: number;
  readonly final: {
    readonly main: readonly (readonly [number, number])[];
    readonly coll: readonly (readonly [number, number])[];
    readonly big: readonly (readonly [number, number])[];
  };
}

function tables(final: Sequence["final"]): VirtualMemory {
  const memory = new VirtualMemory(8);
  for (const [index, value] of final.main) memory.setCell(HTMAIN_BASE + 2 * index, value);
  for (const [index, value] of final.coll) memory.setCell(HTCOLL_BASE + 2 * index, value);
  for (const [slot, [pointer, count]] of final.big.entries()) {
    memory.setCell(HTBIG_BASE + 4 * slot, pointer);
    memory.setCell(HTBIG_BASE + 4 * slot + 2, count);
  }
  return memory;
}

/** The counts that a sequence of operations leaves, by plain arithmetic: pointer -> [count, on the stack]. */
function model(sequence: Sequence): Map<number, [number, boolean]> {
  const counts = new Map<number, [number, boolean]>();
  const apply = (op: number, pointer: number) => {
    const p = pointer & 0xffffffe;
    const state = counts.get(p) ?? [1, false];
    if (op === 48) for (const entry of counts.values()) entry[1] = false;
    else if (op === 0 || op === 16) state[0]++;
    else if (op === 1 || op === 17) state[0]--;
    else if (op === 18) state[1] = true;
    else return;
    if (op !== 48) counts.set(p, state);
  };
  for (const [op, pointer, repeat] of sequence.runs ?? []) for (let i = 0; i < repeat; i++) apply(op, pointer);
  const flat = sequence.ops ?? [];
  for (let i = 0; i < flat.length; i += 2) apply(flat[i] as number, flat[i + 1] as number);
  for (const [p, [count, stack]] of counts) if (count === 1 && !stack) counts.delete(p);
  return counts;
}

describeGolden<{ sequences: Sequence[] }>("refcount.json", ({ sequences }) => {
  const sound = sequences.filter(
    ({ name, errors, collNextStart }) =>
      !isException("refcount.json", name) &&
      errors === undefined &&
      collNextStart === undefined &&
      !name.startsWith("segment0"),
  );
  test.each(sound)("$name: decoded entries are what the operations add up to", (sequence) => {
    const memory = tables(sequence.final);
    const decoded = new Map<number, [number, boolean]>();
    eachCountEntry(memory, ({ pointer, count, onStack }) => {
      decoded.set(pointer, [count, onStack]);
      return true;
    });
    const byPointer = (map: Map<number, [number, boolean]>) => [...map].sort(([a], [b]) => a - b);
    expect(byPointer(decoded)).toEqual(byPointer(model(sequence)));
    expect(countGauges(memory).problems).toEqual([]);
    expect(countGauges(memory).entries).toBe(decoded.size);
  });
});

describe("count tables", () => {
  test("an object without entry has count 1", () => {
    const memory = tables({ main: [], coll: [[1, 2]], big: [] });
    expect(countEntry(memory, 0x400008)).toBe(null);
    expect(countOf(memory, 0x400008)).toBe(1);
  });

  test("entries of a chain know their place", () => {
    const memory = tables({
      main: [[4, 7]],
      coll: [
        [0, 0],
        [1, 8],
        [2, 0x00040082],
        [3, 4],
        [4, 0x00000080],
        [6, 0x00000084],
        [7, 2],
      ],
      big: [],
    });
    expect(countEntry(memory, 0x410008)).toMatchObject({ count: 2, chainPosition: 1, index: 4 });
    expect(countEntries(memory, 1, 10).map(({ pointer }) => pointer)).toEqual([0x410008, 0x400008]);
    expect(countGauges(memory)).toMatchObject({ entries: 3, zeroEntries: 2, chains: 1, longestChain: 3 });
  });

  test("a chain that leads round in a circle is reported and ends", () => {
    const memory = tables({
      main: [[4, 3]],
      coll: [
        [1, 6],
        [2, 0x00040082],
        [3, 4],
        [4, 0x80],
        [5, 2],
      ],
      big: [],
    });
    const problems = countGauges(memory).problems;
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]).toMatch(/chain of main entry 4/);
  });

  test("a page of the entries begins and ends where it was asked to", () => {
    const memory = tables({
      main: [
        [1, 0x40080],
        [2, 0x40080],
        [3, 0x40080],
        [9, 0x80],
      ],
      coll: [[1, 2]],
      big: [],
    });
    expect(countEntries(memory, 1, 2).map(({ index }) => index)).toEqual([2, 3]);
    expect(countEntries(memory, 0, 9, ({ count }) => count === 0).map(({ index }) => index)).toEqual([9]);
  });

  test("an overflowed entry takes its count from the table of big counts", () => {
    const main: [number, number][] = [[4, 0xfffe0080]];
    expect(
      countOf(
        tables({
          main,
          coll: [[1, 2]],
          big: [
            [0x4c, 5],
            [0x400008, 40000],
          ],
        }),
        0x400008,
      ),
    ).toBe(40000);
    const lost = tables({ main, coll: [[1, 2]], big: [] });
    expect(countOf(lost, 0x400008)).toBe(0x7fff);
    expect(countGauges(lost).problems).toEqual(["overflowed entry of 400008 has no big count"]);
  });
});
