/** The operations of the lifetime plan on a bare heap. */
import { describe, expect, test } from "vitest";
import { AsapTestHeap, number } from "../../../support/asap-heap.ts";

describe("owned objects (O-F5)", () => {
  test("a released tree goes as a whole, once", () => {
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

  test("an owned object has no count to change", () => {
    const heap = new AsapTestHeap();
    const pair = heap.cons("OWNED", number(1), 0);
    expect(() => heap.perform("RETAIN", pair)).toThrow("has one owner and no count");
    expect(() => heap.perform("DROP", pair)).toThrow("has one owner and no count");
  });
});

describe("scopes of the plan (O-F7)", () => {
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
