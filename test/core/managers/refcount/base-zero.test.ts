import { describe, expect, test } from "vitest";
import { BaseZeroCounts } from "../../../../core/managers/refcount/base-zero.ts";

describe("counts with absent = 0 (I-C8)", () => {
  test("each reference counts (I-A1)", () => {
    const counts = new BaseZeroCounts();
    counts.addReference(0x1000);
    expect(counts.referenceCount(0x1000)).toBe(1);
    counts.addReference(0x1000);
    expect(counts.referenceCount(0x1000)).toBe(2);
  });

  test("objects of one bucket keep counts of their own (I-A2, I-A11, I-M8)", () => {
    const counts = new BaseZeroCounts({ tableSize: 1024 });
    const objects = [0x1000, 0x2000, 0x3000, 0x9000];
    for (const object of objects) counts.addReference(object);
    expect(objects.map((object) => counts.referenceCount(object))).toEqual([1, 1, 1, 1]);
    expect(counts.distribution()).toEqual([4]);
  });

  test("NIL has no count (I-A3, I-A5)", () => {
    const counts = new BaseZeroCounts();
    counts.addReference(0);
    counts.deleteReference(0);
    counts.markStackReference(0);
    expect(counts.referenceCount(0)).toBe(0);
    expect(counts.distribution()).toEqual([]);
    expect(counts.reclaimable).toEqual([]);
  });

  test("the last deletion puts an object on the list (I-A4, I-A8, I-F11)", () => {
    const counts = new BaseZeroCounts();
    counts.addReference(0x1000);
    counts.addReference(0x1000);
    counts.deleteReference(0x1000);
    expect([counts.referenceCount(0x1000), counts.reclaimable]).toEqual([1, []]);
    counts.deleteReference(0x1000);
    expect([counts.referenceCount(0x1000), counts.reclaimable]).toEqual([0, [0x1000]]);
  });

  test("the list is in the order of falling (I-A6, I-A7)", () => {
    const counts = new BaseZeroCounts();
    const [a, b] = [0x1000, 0x2000];
    for (const object of [a, a, b]) counts.addReference(object);
    const lists = [a, b, a].map((object) => {
      counts.deleteReference(object);
      return [...counts.reclaimable];
    });
    expect(lists).toEqual([[], [b], [b, a]]);
  });

  test("an object on the stack survives one collection (I-A9, I-M6)", () => {
    const counts = new BaseZeroCounts();
    counts.addReference(0x1000);
    counts.markStackReference(0x1000);
    counts.deleteReference(0x1000);
    expect([counts.referenceCount(0x1000), counts.isOnStack(0x1000), counts.reclaimable]).toEqual([0, true, []]);
    expect(counts.collect()).toEqual([]);
    expect(counts.isOnStack(0x1000)).toBe(false);
    expect(counts.collect()).toEqual([0x1000]);
    expect(counts.collect()).toEqual([]);
  });

  test("a hundred objects are told apart (I-A10)", () => {
    const counts = new BaseZeroCounts();
    const objects = Array.from({ length: 100 }, (_, i) => 0x1000 + 0x100 * i);
    for (const object of objects) counts.addReference(object);
    expect(objects.map((object) => counts.referenceCount(object))).toEqual(objects.map(() => 1));
    for (const object of objects.slice(0, 50)) counts.deleteReference(object);
    expect(counts.reclaimable).toEqual(objects.slice(0, 50));
    expect(objects.slice(50).every((object) => counts.referenceCount(object) === 1)).toBe(true);
    for (const object of objects.slice(50)) counts.deleteReference(object);
    expect(counts.reclaimable).toEqual(objects);
  });

  test("deletions hit the object that they name (I-A12)", () => {
    const counts = new BaseZeroCounts();
    for (const object of [0x1000, 0x3000, 0x3000]) counts.addReference(object);
    counts.deleteReference(0x3000);
    expect([counts.referenceCount(0x3000), counts.reclaimable]).toEqual([1, []]);
  });

  test("an object is freed exactly once (I-A13, I-C11)", () => {
    const counts = new BaseZeroCounts();
    counts.addReference(5);
    counts.deleteReference(5);
    expect([counts.collect(), counts.collect()]).toEqual([[5], []]);
  });

  test("an object that is referred to again is not freed", () => {
    const counts = new BaseZeroCounts();
    counts.addReference(0x1000);
    counts.deleteReference(0x1000);
    counts.addReference(0x1000);
    expect(counts.collect()).toEqual([]);
    expect(counts.referenceCount(0x1000)).toBe(1);
  });
});

describe("the trigger by allocation units", () => {
  test("260 units at 100/50 make 4 collections (I-A14, I-C9)", () => {
    const counts = new BaseZeroCounts({ countdown: 100, restart: 50 });
    for (let i = 0; i < 260; i++) counts.noteAllocation(1);
    expect([counts.runs, counts.countdown]).toEqual([4, 40]);
  });

  test("the countdown restarts at the last unit (I-A15)", () => {
    const counts = new BaseZeroCounts({ countdown: 10, restart: 5 });
    counts.noteAllocation(5);
    expect([counts.runs, counts.countdown]).toEqual([0, 5]);
    counts.noteAllocation(5);
    expect([counts.runs, counts.countdown]).toEqual([1, 5]);
  });

  test("units beyond the countdown are dropped (I-A16)", () => {
    const counts = new BaseZeroCounts({ countdown: 10, restart: 50 });
    counts.noteAllocation(25);
    expect([counts.runs, counts.countdown]).toEqual([1, 50]);
  });

  test("a collector that is off neither counts down nor runs (I-A17)", () => {
    const counts = new BaseZeroCounts({ countdown: 10 });
    counts.isEnabled = false;
    counts.noteAllocation(10);
    expect(counts.collect()).toEqual([]);
    expect([counts.runs, counts.countdown]).toEqual([0, 10]);
  });

  test("pressure collects once and puts the next collection off (I-A20)", () => {
    const counts = new BaseZeroCounts({ countdown: 10, restart: 50 });
    const budget = { maxPages: 100, usedPages: 0 };
    expect(counts.pressure(budget, 10)).toBe(true);
    counts.relievePressure();
    expect([counts.runs, counts.countdown]).toEqual([1, 100]);
    expect(counts.pressure({ maxPages: 2000, usedPages: 1000 }, 10)).toBe(false);
    expect(counts.pressure({ maxPages: 2000, usedPages: 1000 }, 1000)).toBe(true);
  });
});
