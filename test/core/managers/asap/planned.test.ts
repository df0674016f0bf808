/** The operations of the lifetime plan on a bare heap. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { atomicCounting, plainCounting } from "../../../../core/managers/asap/objects/counting.ts";
import { AsapTestHeap, number } from "../../../support/heap/asap-heap.ts";

describe("owned objects (O-F5)", () => {
  test("a released tree goes as a whole, once (O-F11)", () => {
    const heap = new AsapTestHeap();
    const before = heap.live();
    const list = heap.list("OWNED", 1, 2, 3);
    expect(heap.taken()).toEqual(["alloc", "alloc", "alloc"]);
    heap.perform("RELEASE", list);
    expect(heap.taken()).toEqual(["free", "free", "free"]);
    expect(heap.live()).toBe(before);
  });

  test("what nothing was planned for stays until the program ends, and goes in one piece", () => {
    const heap = new AsapTestHeap();
    const kept = heap.manager.cons(number(1), 0);
    heap.perform("RELEASE", heap.cons("OWNED", kept, 0));
    heap.taken();
    heap.manager.collect("exit");
    // The two lists of the heap's type descriptors are in it as well.
    expect(heap.taken()).toEqual([`arena.end ${heap.manager.statistics().allocatedObjects - 1}`]);
    expect(heap.live()).toBe(0);
  });

  test("a second release stops, and tells where the object came from and where it went", () => {
    const heap = new AsapTestHeap();
    heap.site = 100;
    const pair = heap.cons("OWNED", number(1), 0);
    heap.site = 200;
    heap.perform("RELEASE", pair);
    heap.site = 300;
    expect(() => heap.perform("RELEASE", pair)).toThrow(
      /released twice: \{.*\}#\d+,\d+ was allocated at 0x64 test and released at 0xC8 test; the reference has generation 1, slot \d+ has generation 2/,
    );
  });
});

describe("counted objects (O-F5)", () => {
  test("creation counts one owner, and the last one to go frees", () => {
    const heap = new AsapTestHeap();
    const shared = heap.cons("COUNTED", number(8080), 0);
    heap.perform("RETAIN", shared);
    heap.perform("DROP", shared);
    heap.perform("DROP", shared);
    expect(heap.taken()).toEqual(["alloc", "inc 2", "dec 1", "dec 0", "free"]);
  });

  test("O-C12: a count never falls below zero", () => {
    const heap = new AsapTestHeap();
    const shared = heap.cons("COUNTED", number(1), 0);
    heap.perform("DROP", shared);
    expect(() => heap.perform("DROP", shared)).toThrow("dropped after its last owner was gone");
  });

  test("a released tree takes one owner off what it refers to", () => {
    const heap = new AsapTestHeap();
    const shared = heap.cons("COUNTED", number(1), 0);
    const first = heap.cons("OWNED", number(2), shared);
    heap.perform("RETAIN", shared);
    const second = heap.cons("OWNED", number(3), shared);
    heap.taken();
    heap.perform("RELEASE", second);
    heap.perform("RELEASE", first);
    expect(heap.taken()).toEqual(["dec 1", "free", "dec 0", "free", "free"]);
  });

  test("an owned tree that gets a second owner is counted from then on", () => {
    const heap = new AsapTestHeap();
    const list = heap.list("OWNED", 1, 2);
    heap.perform("SHARE", list);
    heap.perform("RETAIN", list);
    heap.taken();
    heap.perform("DROP", list);
    heap.perform("DROP", list);
    expect(heap.taken()).toEqual(["dec 1", "dec 0", "dec 0", "free", "free"]);
  });

  test("an owned object has no count to take from; with a second owner its counting begins", () => {
    const heap = new AsapTestHeap();
    const pair = heap.cons("OWNED", number(1), 0);
    expect(() => heap.perform("DROP", pair)).toThrow("has one owner and no count");
    heap.taken();
    heap.perform("RETAIN", pair);
    heap.perform("DROP", pair);
    heap.perform("RELEASE", pair);
    expect(heap.taken()).toEqual(["inc 2", "dec 1", "dec 0", "free"]);
  });
});

describe("scopes of the plan (O-F7, O-F11)", () => {
  test.each([
    ["STACK", "STACK_BEGIN", "STACK_END", "stack"],
    ["ARENA", "ARENA_BEGIN", "ARENA_END", "arena"],
  ] as const)("%s objects go with the innermost scope, without single frees", (strategy, begin, end, name) => {
    const heap = new AsapTestHeap();
    const before = heap.live();
    heap.perform(begin);
    heap.cons(strategy, number(1), 0);
    heap.perform(begin);
    heap.list(strategy, 2, 3);
    heap.perform(end);
    heap.perform(end);
    expect(heap.taken()).toEqual([
      `${name}.alloc 1`,
      `${name}.alloc 1`,
      `${name}.alloc 2`,
      `${name}.end 2`,
      `${name}.end 1`,
    ]);
    expect(heap.live()).toBe(before);
    expect(() => heap.perform(end)).toThrow(`no ${name} scope is open`);
  });
});

describe("checked references (O-F9)", () => {
  const CLOSURE = 13;
  const HUNK = 31;

  test("O-A22: a closure is refused once something that it has captured is gone", () => {
    const heap = new AsapTestHeap();
    const captured = [heap.cons("OWNED", number(1), 0), heap.cons("OWNED", number(2), 0)] as const;
    const environment = heap.manager.allocate(HUNK);
    heap.setField(environment, 0, captured[0]);
    heap.setField(environment, 1, captured[1]);
    const closure = heap.manager.allocate(CLOSURE);
    heap.setField(closure, 1, environment);
    expect(() => heap.perform("CHECK", closure)).not.toThrow();
    heap.perform("RELEASE", captured[1]);
    expect(() => heap.perform("CHECK", closure)).toThrow(/^a closure has captured what was freed \(-5\): /);
    heap.setField(environment, 1, 0);
    expect(() => heap.perform("CHECK", closure)).not.toThrow();
  });

  test("what is no object is no reference that could be stale", () => {
    const heap = new AsapTestHeap();
    for (const value of [0, 1, 76, number(5), 0x70041]) expect(heap.perform("CHECK", value)).toBe(value);
  });
});

describe("how counts are changed (O-F11, O-M8)", () => {
  test.each(["plain", "atomic"])("%s counting gives the same counts, and says so of each object", (counting) => {
    const heap = new AsapTestHeap({ counting });
    const shared = heap.cons("COUNTED", number(1), 0);
    for (let i = 0; i < 3; i++) heap.perform("RETAIN", shared);
    heap.perform("DROP", shared);
    const [row] =
      heap.manager
        .view()
        .sections.find(({ label }) => label === "Counted objects")
        ?.rows(0, 5) ?? [];
    expect(row).toMatchObject({ object: shared, value: "3 owners" });
    const details = new Map(row?.details.map(({ label, value }) => [label, value]));
    expect([details.get("locality"), details.get("counting")]).toEqual(["local", counting]);
    for (let i = 0; i < 3; i++) heap.perform("DROP", shared);
    expect(heap.taken()).toEqual(["alloc", "inc 2", "inc 3", "inc 4", "dec 3", "dec 2", "dec 1", "dec 0", "free"]);
  });
});

describe("atomic counting (O-M8)", () => {
  const counts = new Int32Array(new SharedArrayBuffer(8));
  afterEach(() => vi.restoreAllMocks());

  test("changes a count in one step that no other thread can come between", () => {
    const steps = [vi.spyOn(Atomics, "add"), vi.spyOn(Atomics, "sub")];
    expect([atomicCounting.add(counts, 1), atomicCounting.add(counts, 1), atomicCounting.remove(counts, 1)]).toEqual([
      1, 2, 1,
    ]);
    expect(steps.map(({ mock }) => mock.calls.length)).toEqual([2, 1]);
    expect([...counts]).toEqual([0, 1]);
  });
  test("is not paid for where counting is plain", () => {
    const steps = [vi.spyOn(Atomics, "add"), vi.spyOn(Atomics, "sub")];
    expect([plainCounting.add(counts, 0), plainCounting.remove(counts, 0)]).toEqual([1, 0]);
    expect(steps.map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  });
});

describe("the profile of the regions (O-M11)", () => {
  test("says what each place holds and held at most, and sums up those that are over", () => {
    const heap = new AsapTestHeap();
    const rows = () => {
      const section = heap.manager.view().sections.find(({ label }) => label === "Regions");
      return (section?.rows(0, section.size) ?? []).map(({ label, value, details }) => [
        label,
        value,
        details.find((detail) => detail.label === "peak")?.value,
      ]);
    };
    for (const size of [2, 5]) {
      heap.perform("STACK_BEGIN");
      heap.list("STACK", ...Array(size).keys());
      heap.perform("STACK_END");
    }
    heap.perform("ARENA_BEGIN");
    heap.list("ARENA", 1, 2, 3);
    heap.manager.arenas?.enter("work");
    heap.manager.cons(number(1), 0);
    const words = (row: unknown) => Number(/(\d+) words/.exec(String(row))?.[1]);
    const open = rows();
    expect(open.map(([label]) => label)).toEqual(["program", "arena 3", "work", "stack (over)"]);
    expect(open.slice(1).map(([, value]) => String(value).replace(/\d+ words/, "n words"))).toEqual([
      "3 objects, n words",
      "1 objects, n words",
      "2 times, 7 objects, n words",
    ]);
    // A list of n pairs takes 2 n + 2 words: the longer one is the peak, both are in the sum.
    expect([words(open[3]?.[1]), words(open[3]?.[2])]).toEqual([6 + 12, 12]);
    expect(words(open[1]?.[2])).toBe(words(open[1]?.[1]));
    heap.manager.arenas?.exit(0);
    expect(rows().map(([label]) => label)).toEqual(["program", "arena 3", "stack (over)", "work (over)"]);
  });
});
