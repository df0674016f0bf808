import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IntList } from "../../../core/base/int-list.ts";
import { RankedBits } from "../../../core/base/ranked-bits.ts";

describe("a ranked set of numbers", () => {
  test("numbers its members as a sorted list would, whatever was added and removed", () => {
    const limit = 1000;
    const numbers = fc.array(fc.nat(limit - 1));
    fc.assert(
      fc.property(numbers, numbers, (added, removed) => {
        const bits = new RankedBits(limit);
        for (const i of added) bits.add(i);
        for (const i of removed) bits.remove(i);
        const gone = new Set(removed);
        const members = [...new Set(added)].filter((i) => !gone.has(i)).sort((a, b) => a - b);
        expect(bits.rank()).toBe(members.length);
        for (let i = 0; i < limit; i++) expect(bits.numberOf(i)).toBe(members.indexOf(i));
        const walked: number[] = [];
        for (let i = bits.next(0, limit); i >= 0; i = bits.next(i + 1, limit)) walked.push(i);
        expect(walked).toEqual(members);
        expect(bits.countBetween(64, 640)).toBe(members.filter((i) => i >= 64 && i < 640).length);
      }),
      { numRuns: 40 },
    );
  });

  test("has nothing from a place on that is past the last member", () => {
    const bits = new RankedBits(100);
    bits.add(63);
    expect([bits.next(63, 100), bits.next(63, 63), bits.next(64, 100)]).toEqual([63, -1, -1]);
  });
});

test("a growing list keeps what was pushed", () => {
  const list = new IntList(1);
  for (let i = 0; i < 1000; i++) list.push(-i);
  expect([list.length, list.at(0), list.at(999), list.pop(), list.length]).toEqual([1000, 0, -999, -999, 999]);
  expect(list.toArray()).toHaveLength(999);
});
