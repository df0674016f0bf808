/** Young and old objects (Z-M1), and counts beside the tracer (Z-M4), on the heap of the mark-sweep manager. */
import { describe, expect, test } from "vitest";
import { ZexusHeap } from "../../../support/heap/zexus-heap.ts";

describe("young and old objects", () => {
  const heapWith = (promoteAfter: number) => new ZexusHeap({ promoteAfter });

  test("Z-M1: an object is old after surviving the set number of minor collections (Z-F10, Z-C4)", () => {
    const heap = heapWith(2);
    const root = heap.allocate(40, "root", { root: true });
    const isOld = () => heap.heap.generations?.isOld(heap.id(root));
    heap.collect({ kind: "minor" });
    expect(isOld()).toBe(false);
    heap.collect({ kind: "minor" });
    expect(isOld()).toBe(true);
    expect(heap.heap.generations).toMatchObject({ promoted: 1, oldBytes: 40 });
  });

  test("Z-M1: major collections make nothing older", () => {
    const heap = heapWith(1);
    const root = heap.allocate(40, "root", { root: true });
    for (let i = 0; i < 3; i++) heap.collect();
    expect(heap.table.record(heap.id(root)).generation).toBe(0);
    expect(heap.heap.generations).toMatchObject({ promoted: 0, oldBytes: 0 });
  });

  test("Z-M1: a minor collection takes dead young objects and leaves dead old ones to a major one", () => {
    const heap = heapWith(1);
    const old = heap.allocate(40, "old", { root: true });
    heap.collect({ kind: "minor" });
    heap.table.removeRoot(heap.id(old));
    heap.allocate(40, "young");
    expect(heap.collect({ kind: "minor" })).toBe(1);
    expect(heap.get(old)).toBe("old");
    expect(heap.collect()).toBe(1);
    expect(heap.heap.generations?.oldBytes).toBe(0);
    expect(heap.table.statistics).toMatchObject({ runs: 3, minorRuns: 2 });
  });

  test("Z-M1: a young object that only an old one refers to survives, and no longer when the old one lets go", () => {
    const heap = heapWith(2);
    const old = heap.allocate(40, "old", { root: true });
    heap.collect({ kind: "minor" });
    heap.collect({ kind: "minor" });
    const young = heap.allocate(40, "young");
    heap.refer(old, young);
    expect(heap.heap.generations?.rememberedObjects).toBe(1);
    expect(heap.collect({ kind: "minor" })).toBe(0);
    expect(heap.get(young)).toBe("young");
    heap.cut(old, young);
    expect(heap.collect({ kind: "minor" })).toBe(1);
    expect(heap.heap.generations?.rememberedObjects).toBe(0);
  });

  test("Z-M1: an object that becomes old keeps what it refers to", () => {
    const heap = heapWith(2);
    const root = heap.allocate(40, "root", { root: true });
    heap.collect({ kind: "minor" });
    const young = heap.allocate(40, "young");
    heap.refer(root, young);
    // The root is old now, its part still young.
    heap.collect({ kind: "minor" });
    expect(heap.collect({ kind: "minor" })).toBe(0);
    expect(heap.get(young)).toBe("young");
  });

  test("Z-M1: collections that are due are minor until old objects have grown beyond their limit", () => {
    const heap = heapWith(1);
    expect(heap.heap.dueKind()).toBe("minor");
    for (let i = 0; i < 70; i++) heap.allocate(1024, null, { root: true });
    heap.collect({ kind: "minor" });
    expect(heap.heap.dueKind()).toBe("major");
    heap.collect();
    expect(heap.heap.dueKind()).toBe("minor");
  });

  test("an old object that grows where it is counts with what it has, as it does when the heap is put back", () => {
    const heap = heapWith(1);
    const root = heap.allocate(40, "root", { root: true });
    heap.collect({ kind: "minor" });
    heap.heap.enlarge(heap.id(root), 4);
    expect(heap.heap.generations?.oldBytes).toBe(44);
    heap.heap.restore(heap.heap.save());
    expect(heap.heap.generations?.oldBytes).toBe(44);
    heap.heap.deallocate(root);
    expect(heap.heap.generations?.oldBytes).toBe(0);
  });
});

describe("counts beside the tracer", () => {
  const release = (heap: ZexusHeap) => heap.collect({ kind: "counted" });

  test("Z-M4: an object goes when its last reference does, with all that only it held, whatever the depth (Z-C4)", () => {
    const heap = new ZexusHeap({ countsReferences: true, threshold: 1_000_000 });
    const root = heap.allocate(40, "root", { root: true });
    let chain = heap.allocate(40);
    for (let i = 0; i < 50_000; i++) chain = heap.allocate(40, null, { references: [chain] });
    heap.refer(root, chain);
    expect(release(heap)).toBe(0);
    heap.cut(root, chain);
    expect(release(heap)).toBe(50_001);
    expect(heap.live()).toEqual([root]);
    expect(heap.table.statistics.runs).toBe(0);
  });

  test("Z-M4: a second reference keeps it", () => {
    const heap = new ZexusHeap({ countsReferences: true });
    const root = heap.allocate(40, "root", { root: true });
    const part = heap.allocate(40);
    heap.refer(root, part);
    heap.refer(root, part);
    heap.cut(root, part);
    expect(release(heap)).toBe(0);
    heap.cut(root, part);
    expect(release(heap)).toBe(1);
  });

  test("Z-M4: a root with count 0 stays until it is none", () => {
    const heap = new ZexusHeap({ countsReferences: true });
    const holder = heap.allocate(40, "holder", { root: true });
    const part = heap.allocate(40, "part", { root: true });
    heap.refer(holder, part);
    heap.cut(holder, part);
    expect(release(heap)).toBe(0);
    heap.table.removeRoot(heap.id(part));
    expect(release(heap)).toBe(1);
  });

  test("Z-M4: a cycle is left to the tracer, and counts of what it held go down", () => {
    const heap = new ZexusHeap({ countsReferences: true });
    const root = heap.allocate(40, "root", { root: true });
    const shared = heap.allocate(40, "shared");
    const first = heap.allocate(40, null, { references: [shared] });
    const second = heap.allocate(40, null, { references: [first] });
    heap.refer(first, second);
    heap.refer(root, first);
    heap.refer(root, shared);
    heap.cut(root, first);
    expect(release(heap)).toBe(0);
    expect(heap.table.record(heap.id(shared)).references).toBe(2);
    expect(heap.collect()).toBe(2);
    expect(heap.table.record(heap.id(shared)).references).toBe(1);
    heap.cut(root, shared);
    expect(release(heap)).toBe(1);
  });

  test("Z-M4: what dies in a cycle that is swept in pieces takes no reference from an object that came to lie where another was", () => {
    const heap = new ZexusHeap({ countsReferences: true });
    const root = heap.allocate(40, "root", { root: true });
    const part = heap.allocate(40);
    const holder = heap.allocate(40, null, { references: [part] });
    expect([heap.id(part), heap.id(holder)]).toEqual([1, 2]);
    heap.heap.begin("major", false);
    heap.heap.trace(Number.POSITIVE_INFINITY);
    heap.heap.beginSweep(Number.POSITIVE_INFINITY);
    heap.heap.sweepNext();
    // The next object has the id of the part that has just gone, and is what the dead holder's reference now leads to.
    const young = heap.allocate(40, "young");
    heap.refer(root, young);
    heap.aim(holder, young);
    heap.sweep();
    expect(heap.table.record(heap.id(young)).references).toBe(1);
    expect(release(heap)).toBe(0);
    expect(heap.get(young)).toBe("young");
  });
});
