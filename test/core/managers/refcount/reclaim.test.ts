/** Types that a collection treats in a way of their own. */

import { describe, expect, test } from "vitest";
import type { Pointer } from "../../../../core/base/units.ts";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import { BLOCK_CODE, type ManagerFactory, noSites } from "../../../../core/managers/contract.ts";
import { silent } from "../../../../core/managers/events.ts";
import { RefcountManager } from "../../../../core/managers/refcount/refcount-manager.ts";
import { DTD_BASE, DTD_WORDS, NIL, SMALL_POSITIVE, STACK_BASE, T } from "../../../../core/memory/layout.ts";
import { DTD_POINTERS } from "../../../../core/objects/dtd.ts";
import { setTypeEntries } from "../../../../core/objects/types.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";

const refcount = managerFactory("refcount") as ManagerFactory;
const FIXP = 2;
const STACKP = 8;
const VMEMPAGEP = 10;
const CLOSURE = 13;
const HUNK_2 = 31;
const HUNK_4 = 32;
const HUNK_64 = 43;
const CODE_HUNK_12 = 64;
const GCONST = 0x6f;

/** Writes a function header and code that loads the constants, which it counts. */
function writeCode(heap: ManagedHeap, code: Pointer, frameName: Pointer, constants: readonly Pointer[]): void {
  const { memory, manager } = heap;
  memory.setWord(code + 3, 16 + 8);
  memory.setCell(code + 4, frameName);
  manager.counts?.operate(0, frameName);
  let at = 2 * code + 24;
  for (const constant of constants) {
    memory.setByte(at, GCONST);
    memory.view.setUint32(at + 1, constant);
    if (constant !== code) manager.counts?.operate(0, constant);
    at += 5;
  }
  memory.setByte(at, 0);
}

describe.each([
  ["block", (heap: ManagedHeap) => heap.manager.allocateBlock(12, BLOCK_CODE)],
  ["hunk", (heap: ManagedHeap) => heap.manager.allocate(CODE_HUNK_12)],
] as const)("a code %s", (_kind, allocate) => {
  test("gives up its frame name and its constants, but not itself", () => {
    const heap = new ManagedHeap(refcount);
    const { manager } = heap;
    const code = allocate(heap);
    const constants = [manager.cons(NIL, NIL), code, manager.allocate(FIXP)];
    const name = manager.cons(SMALL_POSITIVE, NIL);
    writeCode(heap, code, name, constants);
    heap.roots.push(code);
    expect(manager.collect("request")?.freedObjects).toBe(0);
    heap.roots.length = 0;
    // What dies by it waits, where the scan has passed already.
    const freed = [manager.collect("request"), manager.collect("request")].map((report) => report?.freedObjects ?? 0);
    expect((freed[0] as number) + (freed[1] as number)).toBe(4);
  });

  test("stays while the closure cache has it, and goes with its closure", () => {
    const plain = new ManagedHeap(refcount);
    const { memory } = plain;
    // Cells of the three variables, in a place that nothing else uses.
    const cells = { enabled: 0x12fe00, cache: 0x12fe02, deletedSlot: 0x12fe04 };
    const roots: Pointer[] = [];
    const binding = {
      memory,
      eachStackPointer: (visit: (p: Pointer) => void) => roots.forEach(visit),
      eachRoot() {},
      requestSafepoint() {},
      sites: noSites,
    };
    const manager = new RefcountManager(binding, { ...plain.variables, closureCache: cells }, {});
    const code = allocate(Object.assign(Object.create(plain), { manager }));
    writeCode(plain, code, NIL, []);
    const closure = manager.allocate(CLOSURE);
    // The closure's link is uncounted while the cache has it.
    memory.setCell(closure, code);
    const vector = manager.allocateBlock(4, 1);
    const record = manager.allocate(HUNK_4);
    memory.setCell(record, vector);
    memory.setWord(record + 2, 3);
    memory.setWord(record + 4, 1);
    const low = code & 0xffff;
    const bits = (code >>> 16) ^ (((low & 0x1fff) << 3) ^ (low >> 9));
    memory.setCell(vector + 2 * (bits & 3), closure);
    for (const held of [vector, record, closure]) manager.table.addReference(held);
    memory.setCell(cells.enabled, T);
    memory.setCell(cells.cache, record);
    memory.setCell(cells.deletedSlot, T);

    manager.collect("request");
    expect([memory.word(record + 4), memory.cell(vector + 2 * (bits & 3))]).toEqual([0, T]);
    manager.collect("request");
    manager.collect("request");
    expect(manager.table.countOf(vector)).toBe(1);
    expect(manager.statistics().freedObjects).toBe(2);
  });
});

describe("damage that would make freeing endless", () => {
  test("a list of fields that runs in a circle leaves the object where it is", () => {
    const heap = new ManagedHeap(refcount);
    const { manager, memory } = heap;
    const object = manager.allocate(HUNK_4);
    const fields = DTD_BASE + DTD_WORDS * HUNK_4 + DTD_POINTERS;
    const list = memory.pointer(fields);
    const circle = manager.cons(SMALL_POSITIVE, NIL);
    manager.replaceCdr(circle, circle);
    memory.setCell(fields, circle);
    manager.collect("request");
    memory.setCell(fields, list);
    expect(manager.allocate(HUNK_4)).not.toBe(object);
  });
  test("objects that lie in one another stop the collection", () => {
    const heap = new ManagedHeap(refcount);
    const { manager, memory } = heap;
    const object = manager.allocate(HUNK_4);
    // The second field refers to itself, as if an object began there.
    memory.setCell(object + 2, object + 2);
    expect(() => manager.collect("request")).toThrow(/does not end: objects that wait to be freed lie in one another/);
  });
});

describe("a VMEMPAGEP", () => {
  test("is freed when no buffer of a chain that runs in a circle has it", () => {
    const heap = new ManagedHeap(refcount);
    const { manager, memory } = heap;
    const buffer = manager.allocate(HUNK_4);
    heap.roots.push(buffer);
    memory.setCell(buffer + 6, buffer);
    memory.setCell(heap.variables.systemBufferList, buffer);
    manager.allocate(VMEMPAGEP);
    expect(manager.collect("request")?.freedObjects).toBe(1);
  });
  test("that a buffer holds is kept, and the buffer told", () => {
    const heap = new ManagedHeap(refcount);
    const { manager, memory } = heap;
    const buffers = [manager.allocate(HUNK_4), manager.allocate(HUNK_4)] as const;
    const page = manager.allocate(VMEMPAGEP);
    memory.setCell(buffers[1] + 2, page);
    memory.setCell(buffers[0] + 6, buffers[1]);
    for (const buffer of buffers) manager.counts?.operate(0, buffer);
    memory.setCell(heap.variables.systemBufferList, buffers[0]);
    expect(manager.collect("request")?.freedObjects).toBe(0);
    expect([memory.cell(buffers[0] + 6), memory.cell(buffers[1] + 6)]).toEqual([buffers[1], 0x80000000]);
    expect(manager.counts?.countOf(page)).toBe(1);
  });

  test("that nobody holds is freed", () => {
    const heap = new ManagedHeap(refcount);
    heap.manager.allocate(VMEMPAGEP);
    expect(heap.manager.collect("request")?.freedObjects).toBe(1);
  });
});

describe("a STACKP", () => {
  /** Two frames with basic frames before them: the second, called by the first, has two arguments. */
  function frames(heap: ManagedHeap, useCounts: readonly [number, number]): readonly [number, number] {
    const word = (offset: number, value: number) => heap.memory.setWord(STACK_BASE + offset, value);
    const [outer, inner] = [0x202, 0x21c];
    word(outer - 2, 0x8000);
    word(outer - 1, outer - 2);
    word(outer, 0xc000 | useCounts[0]);
    word(outer + 1, 11);
    word(outer + 4, 0x216);
    word(outer + 9, 10);
    word(inner - 2, 0x8000);
    word(inner - 1, 0x216);
    word(inner, 0xc000 | useCounts[1]);
    word(inner + 1, outer + 10);
    word(inner + 4, 0x230);
    return [outer, inner];
  }
  function dropStackPointer(heap: ManagedHeap, frame: number): void {
    const pointer = heap.manager.allocate(STACKP);
    heap.memory.setCell(pointer, frame);
    expect(heap.manager.collect("request")?.freedObjects).toBe(1);
  }
  const block = (heap: ManagedHeap, offset: number) => [
    heap.memory.word(STACK_BASE + offset),
    heap.memory.word(STACK_BASE + offset + 1),
  ];

  test("lowers the use count of its frame", () => {
    const heap = new ManagedHeap(refcount);
    const [outer, inner] = frames(heap, [1, 2]);
    dropStackPointer(heap, inner);
    expect([block(heap, inner)[0], block(heap, outer)[0]]).toEqual([0xc001, 0xc001]);
  });

  test("frees a frame that nobody else uses, its arguments, and its use of the caller", () => {
    const heap = new ManagedHeap(refcount);
    const [outer, inner] = frames(heap, [1, 0]);
    dropStackPointer(heap, inner);
    expect(block(heap, inner)).toEqual([0xa000, 0x230 - inner]);
    expect(block(heap, 0x216)).toEqual([0xa000, inner - 0x216]);
    expect(block(heap, outer)[0]).toBe(0xc000);
  });

  test("to no frame is just freed", () => {
    const heap = new ManagedHeap(refcount);
    frames(heap, [0, 0]);
    const before = heap.memory.bytes.slice(2 * STACK_BASE, 2 * STACK_BASE + 0x20000);
    dropStackPointer(heap, 0);
    dropStackPointer(heap, 0x204);
    expect(heap.memory.bytes.slice(2 * STACK_BASE, 2 * STACK_BASE + 0x20000)).toEqual(before);
  });
});

describe("the order of freeing", () => {
  test("objects that wait near their start come before those that wait far from it", () => {
    const heap = new ManagedHeap(refcount);
    const { manager } = heap;
    const near = manager.allocate(HUNK_2);
    const far = manager.allocate(HUNK_64);
    const [first, nearRest, farRest] = [manager.cons(NIL, NIL), manager.cons(NIL, NIL), manager.cons(NIL, NIL)];
    heap.setField(far, 14, first);
    heap.setField(far, 15, farRest);
    heap.setField(near, 0, far);
    heap.setField(near, 1, nearRest);
    const freed: Pointer[] = [];
    manager.observer = { ...silent, freed: (object) => freed.push(object) };
    manager.collect("request");
    expect(freed).toEqual([near, far, first, nearRest, farRest]);
  });

  test("all dead objects of one bucket go in one collection", () => {
    const heap = new ManagedHeap(refcount);
    const objects = [0x2e1000, 0x3a1000, 0x3b1000];
    for (const object of objects) {
      setTypeEntries(heap.memory, object, object + 512, FIXP);
      heap.manager.counts?.operate(1, object);
    }
    expect(heap.manager.collect("request")?.freedObjects).toBe(3);
  });
});
