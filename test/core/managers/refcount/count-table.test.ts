/** The cases of the Interlisp convention (absent = 1) by name, on one bucket of the tables. */
import { beforeEach, describe, expect, test } from "vitest";
import { VmFault } from "../../../../core/base/errors.ts";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import type { CollectionSteps, ManagerFactory, ReferenceCounts } from "../../../../core/managers/contract.ts";
import { silent } from "../../../../core/managers/events.ts";
import { HTCOLL_BASE, HTMAIN_BASE, NIL, SMALL_POSITIVE, T } from "../../../../core/memory/layout.ts";
import { setTypeEntries } from "../../../../core/objects/types.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";

const refcount = managerFactory("refcount") as ManagerFactory;
const ADD = 0;
const DELETE = 1;
const STACK = 2;
/** Three objects of one bucket, and its index. */
const [a, b, c] = [0x2e1000, 0x3a1000, 0x3b1000];
const INDEX = 0x800;

let heap: ManagedHeap;
let counts: ReferenceCounts;
let errors: string[];

beforeEach(() => {
  heap = new ManagedHeap(refcount, { countdown: 100 });
  counts = heap.manager.counts as ReferenceCounts;
  errors = [];
  heap.manager.observer = { ...silent, countError: (_object, message) => errors.push(message) };
  for (const object of [a, b, c]) setTypeEntries(heap.memory, object, object + 512, 2);
  // The descriptors have taken some of it.
  heap.memory.setCell(heap.variables.reclaimCountdown, SMALL_POSITIVE + 100);
});

const main = (index = INDEX) => heap.memory.cell(HTMAIN_BASE + 2 * index);
const countdown = () => heap.memory.cell(heap.variables.reclaimCountdown) - SMALL_POSITIVE;
/** [count, stack bit] of an entry cell. */
const decode = (entry: number) => [entry >>> 17, (entry >>> 16) & 1];
function chain(): [number, number][] {
  const members: [number, number][] = [];
  for (let link = main() - 1; link !== 0; link = heap.memory.cell(HTCOLL_BASE + 2 * link + 2)) {
    const entry = heap.memory.cell(HTCOLL_BASE + 2 * link);
    members.push([((entry & 0x1ffe) << 15) | (INDEX << 1), entry >>> 17]);
  }
  return members;
}
/** A collection that stands before its map scan. */
function midCollection(): CollectionSteps {
  const steps = heap.manager.beginCollection("request") as CollectionSteps;
  while (steps.phase !== "reclaim") steps.step();
  return steps;
}

describe("one object (I-F9, I-F10)", () => {
  test("entries come at counts other than 1 and cost the countdown (I-A30)", () => {
    const seen = [ADD, DELETE, DELETE, ADD].map((operation) => [counts.operate(operation, a), main(), countdown()]);
    const tag = (a >> 15) & 0x1ffe;
    expect(seen).toEqual([
      [NIL, tag | 0x40000, 99],
      [NIL, 0, 100],
      [a, tag, 99],
      [NIL, 0, 100],
    ]);
  });

  test("three additions cost one entry (I-A31)", () => {
    for (let i = 0; i < 3; i++) counts.operate(ADD, a);
    expect([counts.countOf(a), countdown()]).toEqual([4, 99]);
  });

  test("a second deletion below zero is an error and changes nothing (I-A37)", () => {
    counts.operate(DELETE, a);
    const before = main();
    expect(counts.operate(DELETE, a)).toBe(NIL);
    expect([main(), errors.length, countdown()]).toEqual([before, 1, 99]);
  });

  test("operations other than add and delete are errors outside a collection (I-A36, I-C10)", () => {
    expect(counts.operate(ADD, a)).toBe(NIL);
    expect(counts.operate(DELETE, a)).toBe(NIL);
    expect(counts.operate(DELETE, a)).toBe(a);
    const before = main();
    expect(() => counts.operate(STACK, a)).toThrow(VmFault);
    expect(() => counts.operate(3, a)).toThrow("count operation 3 is not possible");
    expect([main(), errors.length]).toEqual([before, 2]);
  });

  test("during a collection the stack bit may be set (I-A36)", () => {
    midCollection();
    expect(counts.operate(STACK, a)).toBe(NIL);
    expect(decode(main())).toEqual([1, 1]);
    expect(() => counts.operate(3, a)).toThrow(VmFault);
  });

  test("a marked entry that falls to 1 stays until the marks go (I-A38)", () => {
    counts.operate(ADD, a);
    const steps = midCollection();
    counts.operate(STACK, a);
    counts.operate(DELETE, a);
    expect(decode(main())).toEqual([1, 1]);
    while (steps.phase !== "done") steps.step();
    expect(main()).toBe(0);
  });

  test("what is not counted has no count and makes no entry", () => {
    for (const pointer of [NIL, T, SMALL_POSITIVE + 5, 0x70041, 0x140000]) {
      expect([counts.operate(DELETE, pointer), counts.countOf(pointer)]).toEqual([NIL, null]);
    }
    expect(countdown()).toBe(100);
  });
});

describe("objects of one bucket", () => {
  test("the newest is first in the chain, and the last one left goes back to the main table (I-A32)", () => {
    for (let i = 0; i < 3; i++) counts.operate(ADD, a);
    expect(counts.operate(DELETE, b)).toBe(b);
    counts.operate(ADD, c);
    expect(chain()).toEqual([
      [c, 2],
      [b, 0],
      [a, 4],
    ]);
    counts.operate(ADD, b);
    expect(chain()).toEqual([
      [c, 2],
      [a, 4],
    ]);
    counts.operate(DELETE, c);
    expect(main()).toBe(((a >> 15) & 0x1ffe) | (4 << 17));
  });
});

describe("all objects that can lie in one bucket", () => {
  test("keep counts of their own, whatever goes and comes (I-M8, I-A2, I-A11)", () => {
    heap.memory.setCell(heap.variables.reclaimCountdown, SMALL_POSITIVE + 60_000);
    const objects = Array.from({ length: 0x1000 - 0x2e }, (_, i) => (0x2e + i) * 0x10000 + 0x1000).filter(
      (object) => object >> 16 !== 0x320000 >> 16 && (object % 0x70000 === 0x1000 || object >= 0xff01000),
    );
    for (const object of objects) setTypeEntries(heap.memory, object, object + 512, 2);
    const wanted = new Map(objects.map((object, i) => [object, 2 + (i % 3)]));
    for (let round = 0; round < 3; round++) {
      for (const [object, count] of wanted) if (count > 1 + round) counts.operate(ADD, object);
    }
    for (const [i, object] of objects.entries()) {
      if (i % 5 !== 0) continue;
      counts.operate(DELETE, object);
      wanted.set(object, (wanted.get(object) as number) - 1);
    }
    expect(objects.map((object) => [object, counts.countOf(object)])).toEqual([...wanted]);
    expect(main() & 1).toBe(1);
  });
});

describe("counts that pass the field of an entry", () => {
  test("go to the big table and come back (I-A33)", () => {
    const overflows: number[] = [];
    heap.manager.observer = { ...silent, countOverflow: (object) => overflows.push(object) };
    const add = (times: number, operation: number) => {
      for (let i = 0; i < times; i++) counts.operate(operation, a);
    };
    add(32765, ADD);
    expect([counts.countOf(a), overflows]).toEqual([32766, []]);
    add(1, ADD);
    expect([counts.countOf(a), decode(main()), overflows]).toEqual([32767, [32767, 0], [a]]);
    add(10, ADD);
    expect(counts.countOf(a)).toBe(32777);
    add(10, DELETE);
    expect([counts.countOf(a), decode(main())]).toEqual([32767, [32767, 0]]);
    add(1, DELETE);
    expect([counts.countOf(a), decode(main())]).toEqual([32766, [32766, 0]]);
  });

  test("keep the mark of the stack on their own entry", () => {
    for (let i = 0; i < 32766; i++) counts.operate(ADD, a);
    midCollection();
    const neighbour = main(INDEX + 1);
    counts.operate(STACK, a);
    expect([decode(main()), main(INDEX + 1)]).toEqual([[32767, 1], neighbour]);
  });

  test("without their slot in the big table they stay as they are", () => {
    for (let i = 0; i < 32766; i++) counts.operate(ADD, a);
    heap.memory.setCell(0x170100, 0);
    counts.operate(DELETE, a);
    expect([decode(main()), errors.length]).toEqual([[32767, 0], 1]);
  });
});

describe("the countdown", () => {
  test("asks for a collection at 0 and stays there (I-A35, I-F12)", () => {
    const due: string[] = [];
    heap.manager.observer = { ...silent, collectionDue: (cause) => due.push(cause) };
    heap.memory.setCell(heap.variables.reclaimCountdown, SMALL_POSITIVE + 3);
    heap.safepointRequests = 0;
    const seen = [a, b, c, 0x2e1002].map((object) => {
      counts.operate(DELETE, object);
      return [countdown(), heap.manager.due(), due.length];
    });
    expect(seen).toEqual([
      [2, null, 0],
      [1, null, 0],
      [0, "countdown", 1],
      [0, "countdown", 1],
    ]);
    expect(heap.safepointRequests).toBe(2);
  });

  test("stays due when entries have gone before the safepoint", () => {
    heap.memory.setCell(heap.variables.reclaimCountdown, SMALL_POSITIVE + 1);
    counts.operate(DELETE, a);
    counts.operate(ADD, a);
    expect([countdown(), heap.manager.due()]).toEqual([1, "countdown"]);
  });
});

describe("the scans", () => {
  test("find what may be garbage, and what may be marked (I-A34, I-M4, I-M5, I-F15)", () => {
    const { manager, memory } = heap;
    const [f, g, h] = [manager.allocate(2), manager.allocate(2), manager.allocate(2)] as [number, number, number];
    const index = (object: number) => (object & 0xffff) >> 1;
    counts.operate(ADD, h);
    heap.roots.push(f, h);
    const steps = midCollection();
    expect(counts.nextCandidate(32768)).toBe(index(g));
    expect(counts.nextCandidate(index(g))).toBe(-1);
    const marks = [];
    for (let probe = counts.nextStackMark(32768); probe >= 0; probe = counts.nextStackMark(probe)) marks.push(probe);
    expect(marks).toEqual([index(h), index(f)].sort((x, y) => y - x));
    while (steps.phase !== "done") steps.step();
    expect(steps.report.freedObjects).toBe(1);
    expect(memory.cell(HTMAIN_BASE + 2 * index(h))).toBe(0);
    expect([counts.countOf(f), decode(memory.cell(HTMAIN_BASE + 2 * index(f)))]).toEqual([0, [0, 0]]);
    expect(manager.allocate(2)).toBe(g);
  });

  test("stop at every chain, whatever is in it (I-M4, I-M5)", () => {
    // Its link is larger than a count without a stack bit could be.
    heap.memory.setCell(HTCOLL_BASE + 2, 0x20000);
    counts.operate(ADD, a);
    counts.operate(ADD, b);
    expect([counts.countOf(a), counts.countOf(b), main() & 1]).toEqual([2, 2, 1]);
    expect([counts.nextCandidate(32768), counts.nextStackMark(32768)]).toEqual([INDEX, INDEX]);
    expect([counts.nextCandidate(INDEX), counts.nextStackMark(INDEX)]).toEqual([-1, -1]);
  });

  test("statistics count every operation on what is counted, and none on what is not", () => {
    const before = heap.manager.statistics().countOperations;
    counts.operate(ADD, a);
    counts.operate(DELETE, a);
    counts.operate(ADD, SMALL_POSITIVE);
    counts.operate(ADD, NIL);
    expect(heap.manager.statistics().countOperations - before).toBe(2);
  });
});
