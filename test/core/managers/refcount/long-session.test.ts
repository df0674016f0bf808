/** A session of many collections in a heap that is always nearly full, and how the tables lie in memory. */
import { describe, expect, test } from "vitest";
import type { Pointer } from "../../../../core/base/units.ts";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../../core/managers/contract.ts";
import { silent } from "../../../../core/managers/events.ts";
import { HTMAIN_BASE, NIL, SMALL_POSITIVE } from "../../../../core/memory/layout.ts";
import { countProblems, storageProblems } from "../../../support/heap/heap-invariants.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";

const refcount = managerFactory("refcount") as ManagerFactory;
const HUNK_64 = 43;

describe("a long session under pressure (I-M11)", () => {
  test("meets pressure again and again, and leaks nothing", () => {
    const heap = new ManagedHeap(refcount, { countdown: 60_000 }, { endPage: 0x2e00 + 300 });
    const { manager } = heap;
    const live = new Set<Pointer>();
    let pressures = 0;
    let full = 0;
    manager.observer = {
      ...silent,
      allocated: (object) => live.add(object),
      freed: (object) => live.delete(object),
      collectionDue: (cause) => {
        if (cause === "pressure") pressures++;
      },
    };
    let seed = 1;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed % below;
    };
    // As the machine does it: full storage is a reason to collect, once.
    const withRoom = (allocate: () => Pointer): Pointer => {
      try {
        return allocate();
      } catch (problem) {
        expect(problem).toMatchObject({ kind: "StorageFull" });
        full++;
        manager.collect("pressure");
        return allocate();
      }
    };
    for (let round = 0; round < 4000; round++) {
      let list = NIL;
      for (let i = random(20); i > 0; i--) list = withRoom(() => manager.cons(SMALL_POSITIVE + i, list));
      heap.roots.push(
        withRoom(() => manager.allocate(HUNK_64)),
        list,
        withRoom(() => manager.allocateBlock(random(200), 1)),
      );
      if (heap.roots.length > 60) heap.roots.splice(random(30), 20);
      const cause = manager.due();
      if (cause !== null) manager.collect(cause);
    }
    expect(pressures).toBeGreaterThan(3);
    expect(full).toBeGreaterThan(3);
    heap.roots.length = 0;
    manager.collect("request");
    manager.collect("request");
    // Storage has noted its own state on a list of the image.
    expect([...live]).toEqual([heap.memory.pointer(heap.variables.systemCacheVars)]);
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
    expect(countProblems(heap.memory, (pointer) => live.has(pointer))).toEqual([]);
  });
});

describe("the main table in memory (I-M10)", () => {
  test("packs the entries of sixteen neighbours into one cache line of 64 bytes", () => {
    const heap = new ManagedHeap(refcount);
    expect((HTMAIN_BASE * 2) % 64).toBe(0);
    const objects = Array.from({ length: 16 }, () => heap.manager.allocate(2));
    const first = (objects.reduce((least, object) => Math.min(least, object)) & 0xffe0) as Pointer;
    const lines = new Set(objects.map((object) => ((HTMAIN_BASE + (object & 0xfffe)) * 2) >> 6));
    expect(lines.size).toBeLessThanOrEqual(2);
    for (const object of objects) expect(heap.memory.cell(HTMAIN_BASE + (object & 0xfffe))).not.toBe(0);
    expect(first).toBeGreaterThan(0);
  });
});
