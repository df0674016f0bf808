/** Releasing: deep structures, weak references, number boxes, what the program frees itself, and uses of what is gone. */
import { describe, expect, test } from "vitest";
import type { ExplicitFree, PlannedMemory } from "../../../../core/managers/contract.ts";
import { AsapTestHeap, number } from "../../../support/heap/asap-heap.ts";
import { storageProblems } from "../../../support/heap/heap-invariants.ts";

const CELLS = 5_000_000;
const LARGE = { megabytes: 64, second: { firstPage: 0x8000, endPage: 0x18000 }, endPage: 0x8000 };

describe("structures of any depth (O-M12)", () => {
  test("O-A34: a list of 5 000 000 cells goes by one operation, as a tree and by counting", () => {
    const heap = new AsapTestHeap({}, LARGE);
    heap.quiet();
    for (const [strategy, operation] of [
      ["OWNED", "RELEASE"],
      ["COUNTED", "DROP"],
    ] as const) {
      let list = 0;
      for (let i = 0; i < CELLS; i++) list = heap.cons(strategy, number(i & 0xff), list);
      const before = heap.live();
      heap.perform(operation, list);
      expect(heap.live()).toBe(before - CELLS);
    }
  }, 120_000);

  test("a list that grows to the left is as deep the other way, and is released too", () => {
    const heap = new AsapTestHeap();
    const before = heap.live();
    let tree = 0;
    for (let i = 0; i < 50_000; i++) tree = heap.cons("OWNED", tree, 0);
    heap.perform("RELEASE", tree);
    expect(heap.live()).toBe(before);
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
  });
});

describe("fields that own and fields that do not", () => {
  // A general array has pointers in its cells 0 and 4, and none in cell 1.
  const RECORD = 16;
  const NEXT = 0;
  const CHILD = 4;
  const PARENT_OFFSET = 2;
  const record = (heap: AsapTestHeap, type = RECORD) => {
    heap.perform("NEXT", number(0));
    return heap.manager.allocate(type);
  };

  test("O-A35: a parent field is weak, a field that gets a value without an owner owns it, one that gets an owned value does not", () => {
    const heap = new AsapTestHeap();
    const [first, second, child] = [record(heap), record(heap), record(heap)];
    heap.setField(first, NEXT, child);
    heap.setField(second, CHILD, child);
    heap.manager.weak.store(child, PARENT_OFFSET, first);
    heap.taken();
    heap.perform("RELEASE", second);
    expect(heap.taken()).toEqual(["free"]);
    expect(() => heap.perform("CHECK", child)).not.toThrow();
    heap.perform("RELEASE", first);
    expect(heap.taken()).toEqual(["free", "free"]);
  });

  test("a value that is taken out of its field goes with the next object that takes it", () => {
    const heap = new AsapTestHeap();
    const [first, second, child] = [record(heap), record(heap), record(heap)];
    heap.setField(first, NEXT, child);
    heap.setField(first, NEXT, 0);
    heap.setField(second, NEXT, child);
    heap.perform("RELEASE", first);
    expect(() => heap.perform("CHECK", child)).not.toThrow();
    heap.perform("RELEASE", second);
    expect(() => heap.perform("CHECK", child)).toThrow("use after free");
  });

  test.each([
    ["released", (heap: AsapTestHeap, child: number) => heap.perform("RELEASE", child)],
    ["dropped", (heap: AsapTestHeap, child: number) => heap.perform("DROP", child)],
    ["gone with its arena", (heap: AsapTestHeap) => heap.perform("ARENA_END")],
    ["gone with its component", (heap: AsapTestHeap) => heap.perform("COMPONENT_END")],
  ])("O-M10: a weak reference is cleared when its object is %s", (how, end) => {
    const heap = new AsapTestHeap();
    const strategy = { released: "OWNED", dropped: "COUNTED" }[how] ?? (how.includes("arena") ? "ARENA" : "COMPONENT");
    const holder = heap.manager.allocate(RECORD);
    if (strategy === "ARENA") heap.perform("ARENA_BEGIN");
    if (strategy === "COMPONENT") heap.perform("COMPONENT_BEGIN");
    const target = heap.cons(strategy as "OWNED", number(1), 0);
    heap.manager.weak.store(holder, PARENT_OFFSET, target);
    expect(heap.memory.pointer(holder + PARENT_OFFSET)).toBe(target);
    end(heap, target);
    expect(heap.memory.pointer(holder + PARENT_OFFSET)).toBe(0);
    expect(heap.live()).toBe(new AsapTestHeap().live() + 1);
  });
});

describe("number boxes", () => {
  const FIXP = 2;

  test("a long loop over large integers uses the same storage again", () => {
    const heap = new AsapTestHeap({}, { endPage: 0x2e00 + 300 });
    const boxes: number[] = [];
    for (let i = 0; i < 200_000; i++) {
      boxes.push(heap.manager.allocate(FIXP));
      heap.roots.splice(0, heap.roots.length, ...boxes.splice(0, boxes.length - 3), ...boxes);
      const due = heap.manager.due();
      if (due !== null) heap.manager.collect(due);
    }
    const { allocatedObjects, collections } = heap.manager.statistics();
    expect(allocatedObjects).toBeGreaterThan(200_000);
    expect(collections).toBeGreaterThan(10);
  });

  test("a box stays while an object or the stack refers to it (O-F11)", () => {
    const heap = new AsapTestHeap();
    const [onStack, inPair, inField, dropped] = [0, 1, 2, 3].map(() => heap.manager.allocate(FIXP)) as [
      number,
      number,
      number,
      number,
    ];
    heap.roots.push(onStack);
    const pair = heap.cons("OWNED", inPair, inPair);
    const hunk = heap.manager.allocate(31);
    heap.setField(hunk, 0, inField);
    heap.setField(hunk, 1, dropped);
    heap.setField(hunk, 1, 0);
    heap.taken();
    const sweep = () => {
      heap.manager.collect("countdown");
      return heap.taken().filter((event) => event === "free").length;
    };
    expect(sweep()).toBe(1);
    heap.perform("RELEASE", pair);
    expect(heap.taken()).toEqual(["free"]);
    expect(sweep()).toBe(1);
    heap.roots.length = 0;
    expect(sweep()).toBe(1);
    heap.setField(hunk, 0, 0);
    expect(sweep()).toBe(1);
    expect(sweep()).toBe(0);
  });

  test("a box that only an ended scope referred to goes", () => {
    const heap = new AsapTestHeap();
    const box = heap.manager.allocate(FIXP);
    heap.perform("STACK_BEGIN");
    heap.cons("STACK", box, 0);
    heap.manager.collect("countdown");
    heap.perform("STACK_END");
    heap.taken();
    heap.manager.collect("countdown");
    expect(heap.taken()).toEqual(["free"]);
  });

  test("the program's own request frees nothing: the plan says when objects end", () => {
    const heap = new AsapTestHeap();
    heap.manager.allocate(FIXP);
    expect(heap.manager.collect("request")).toBe(null);
  });
});

describe("quarantine", () => {
  test("a freed object keeps its address for a while, and whoever refers to it is told", () => {
    const heap = new AsapTestHeap({ quarantine: 2 });
    heap.site = 100;
    const pair = heap.cons("OWNED", number(1), 0);
    heap.site = 200;
    heap.perform("RELEASE", pair);
    const report =
      /was allocated at 0x64 test and released at 0xC8 test; the reference has generation 1, slot \d+ has generation 2/;
    expect(() => heap.perform("CHECK", pair)).toThrow(report);
    const other = heap.cons("OWNED", number(2), 0);
    expect(other).not.toBe(pair);
    expect(
      heap.manager
        .view()
        .sections.find(({ label }) => label === "Quarantine")
        ?.rows(0, 9),
    ).toMatchObject([{ object: pair, value: "released at 0xC8 test" }]);
    const planned = heap.manager.planned as PlannedMemory;
    expect(planned.explain(pair)?.message).toMatch(report);
    expect(planned.explain(other)).toBe(null);
    expect(planned.explain(number(3))).toBe(null);
    for (let i = 0; i < 2; i++) heap.perform("RELEASE", heap.cons("OWNED", number(i), 0));
    expect(() => heap.perform("CHECK", pair)).not.toThrow();
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
  });

  test("what is read from a freed object says which object it was", () => {
    const heap = new AsapTestHeap();
    const hunk = heap.cons("OWNED", 0, 0);
    heap.perform("NEXT", number(0));
    const record = heap.manager.allocate(40);
    heap.perform("NEXT", number(0));
    const vector = heap.manager.allocateBlock(10, 1);
    // A block waits for the header that it belongs to.
    heap.perform("RELEASE", hunk);
    heap.perform("RELEASE", record);
    heap.perform("RELEASE", vector);
    const planned = heap.manager.planned as PlannedMemory;
    for (const object of [record, vector]) {
      for (const cell of [0, 3, 9]) {
        const read = heap.memory.pointer(object + 2 * cell);
        expect(planned.explain(read)?.address).toBe(object);
      }
    }
    expect(heap.memory.cell(hunk) >>> 28).toBe(0);
    expect(heap.memory.pointer(hunk)).toBeGreaterThan(heap.memory.sizeWords);
  });

  test("without quarantine the storage is used anew at once", () => {
    const heap = new AsapTestHeap({ quarantine: 0 });
    const pair = heap.cons("OWNED", number(1), 0);
    heap.perform("RELEASE", pair);
    expect(heap.cons("OWNED", number(2), 0)).toBe(pair);
  });

  test("it is given back when storage is short", () => {
    const heap = new AsapTestHeap({ quarantine: 1000 });
    const used = heap.manager.usage().usedWords;
    heap.perform("RELEASE", heap.list("OWNED", ...Array(100).keys()));
    expect(heap.manager.usage().usedWords).toBeGreaterThan(used);
    expect(heap.manager.collect("pressure")).not.toBe(null);
    expect(heap.manager.usage().usedWords).toBe(used);
    expect(heap.manager.collect("pressure")).toBe(null);
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
  });
});

describe("what the program frees itself", () => {
  const free = (heap: AsapTestHeap, object: number) => (heap.manager.explicit as ExplicitFree).free(object, heap.site);

  test("ownership ends, and stale uses stop", () => {
    const heap = new AsapTestHeap();
    const before = heap.live();
    const list = heap.list("OWNED", 1, 2, 3);
    heap.site = 500;
    free(heap, list);
    expect(heap.live()).toBe(before);
    expect(() => free(heap, list)).toThrow(/freed twice: .* released at 0x1F4 test/);
    expect(() => heap.perform("RELEASE", list)).toThrow("released twice");
    expect(heap.manager.explicit?.releaseOf(list)).toEqual({ object: list, site: 500 });
  });

  test("what nothing was planned for goes alone", () => {
    const heap = new AsapTestHeap();
    const rest = heap.manager.cons(number(1), 0);
    const list = heap.manager.cons(number(2), rest);
    free(heap, list);
    expect(() => heap.perform("CHECK", rest)).not.toThrow();
    free(heap, rest);
    expect(heap.manager.explicit?.releaseOf(rest)?.object).toBe(rest);
  });

  test("what others own, scopes hold, or nobody allocated cannot be freed", () => {
    const heap = new AsapTestHeap();
    const counted = heap.cons("COUNTED", number(1), 0);
    heap.perform("RETAIN", counted);
    expect(() => free(heap, counted)).toThrow("has 2 owners: the program cannot free what others own");
    heap.perform("DROP", counted);
    free(heap, counted);
    heap.perform("STACK_BEGIN");
    expect(() => free(heap, heap.cons("STACK", 0, 0))).toThrow("belongs to a scope or a component");
    expect(() => free(heap, number(4))).toThrow("cannot be freed: it was not allocated by the program");
  });
});
