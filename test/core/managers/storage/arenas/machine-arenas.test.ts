/** Objects of the machine in arenas: where they lie, what a reset or an end takes back, what is wrong with references that outlive them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { managerFactory } from "../../../../../core/managers/catalog.ts";
import type { ManagerFactory, ProgramArenas } from "../../../../../core/managers/contract.ts";
import { silent } from "../../../../../core/managers/events.ts";
import { MachineArenas } from "../../../../../core/managers/storage/arenas/machine-arenas.ts";
import { Storage } from "../../../../../core/managers/storage/storage.ts";
import { SMALL_POSITIVE } from "../../../../../core/memory/layout.ts";
import { car, cdr } from "../../../../../core/objects/cons.ts";
import { storageProblems } from "../../../../support/heap/heap-invariants.ts";
import { ManagedHeap } from "../../../../support/heap/managed-heap.ts";

const factory = managerFactory("arena") as ManagerFactory;
/** Types whose instances fill units in different ways: page by page, across the unit, one a page. */
const TYPES = [2, 6, 11, 13, 14, 20, 33, 40, 43];

function openHeap(size = {}) {
  const heap = new ManagedHeap(factory, {}, size);
  heap.manager.due();
  return { heap, manager: heap.manager, memory: heap.memory, arenas: heap.manager.arenas as ProgramArenas };
}

function isZero({ memory }: ManagedHeap, start: number, words: number): boolean {
  return memory.bytes.subarray(2 * start, 2 * (start + words)).every((byte) => byte === 0);
}

describe("objects in an arena", () => {
  test("keep their contents, do not overlap, and are all enumerated", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("cons" as const), to: fc.nat() }),
      fc.record({ kind: fc.constant("record" as const), type: fc.constantFrom(...TYPES) }),
      fc.record({ kind: fc.constant("block" as const), cells: fc.nat(600), align: fc.constantFrom(1, 2, 4) }),
      fc.record({ kind: fc.constant("cdr" as const), pair: fc.nat(), to: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: "max" }), (program) => {
        const { heap } = openHeap();
        const storage = new Storage(heap.memory, heap.variables);
        const arenas = new MachineArenas(storage);
        const arena = arenas.open("test", 1);
        const pairs: { pointer: number; car: number; cdr: number }[] = [];
        const others: { pointer: number; words: number }[] = [];
        const pairOf = (n: number) => pairs[n % (pairs.length + 1)]?.pointer ?? 0;
        for (const [i, operation] of program.entries()) {
          switch (operation.kind) {
            case "cons": {
              const to = pairOf(operation.to);
              pairs.push({ pointer: arena.cons(SMALL_POSITIVE + i, to), car: SMALL_POSITIVE + i, cdr: to });
              break;
            }
            case "record": {
              const pointer = arena.allocate(operation.type);
              const words = heap.memory.word(0x141000 + 18 * operation.type + 3);
              expect(isZero(heap, pointer, words)).toBe(true);
              heap.memory.bytes.fill(i, 2 * pointer, 2 * (pointer + words));
              others.push({ pointer, words });
              break;
            }
            case "block": {
              const pointer = arena.allocateBlock(operation.cells, 0, operation.align as 1);
              expect(pointer % (2 * operation.align)).toBe(0);
              expect(isZero(heap, pointer, 2 * operation.cells)).toBe(true);
              heap.memory.bytes.fill(i, 2 * pointer, 2 * (pointer + 2 * operation.cells));
              others.push({ pointer, words: 2 * operation.cells });
              break;
            }
            case "cdr": {
              const pair = pairs[operation.pair % (pairs.length + 1)];
              if (pair === undefined) break;
              pair.cdr = pairOf(operation.to);
              arena.replaceCdr(pair.pointer, pair.cdr);
            }
          }
        }
        for (const { pointer, ...fields } of pairs) {
          expect({ car: car(heap.memory, pointer), cdr: cdr(heap.memory, pointer) }).toEqual(fields);
        }
        const places = [...pairs.map(({ pointer }) => ({ pointer, words: 2 })), ...others];
        places.sort((a, b) => a.pointer - b.pointer);
        for (const [i, { pointer, words }] of places.entries()) {
          expect(pointer + words).toBeLessThanOrEqual(places[i + 1]?.pointer ?? Number.POSITIVE_INFINITY);
          expect(arenas.ownerOf(pointer)).toBe(arena);
        }
        const seen: number[] = [];
        arena.eachObject((object) => seen.push(object));
        const expected = [...pairs, ...others].map(({ pointer }) => pointer);
        expect(seen.sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
        expect(arena.figures().objects).toBe(expected.length);
        expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
        arenas.end(arena);
        expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
        for (const pointer of expected) expect(arenas.ownerOf(pointer)).toBe(null);
      }),
      { numRuns: 30 },
    );
  });

  test("go all at once: what was open stays as it was, and the pages come back", () => {
    const { heap, manager, memory, arenas } = openHeap({ endPage: 0x2e00 + 400 });
    const kept = manager.cons(SMALL_POSITIVE, 0);
    const before = manager.usage();
    for (let round = 0; round < 300; round++) {
      arenas.enter(null);
      let list = 0;
      for (let i = 0; i < 200; i++) list = manager.cons(manager.allocate(2), list);
      manager.allocateBlock(100, 1);
      arenas.exit(kept);
      expect(manager.usage()).toEqual(before);
    }
    expect(car(memory, kept)).toBe(SMALL_POSITIVE);
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
  });

  test("are zero when they are made, whatever lay there before", () => {
    const { heap, manager, memory, arenas } = openHeap();
    for (let round = 0; round < 200; round++) {
      arenas.enter(null);
      for (let i = 0; i < 10; i++) {
        const [hunk, block] = [manager.allocate(43), manager.allocateBlock(64, 0)];
        expect(isZero(heap, hunk, 128) && isZero(heap, block, 128)).toBe(true);
        memory.bytes.fill(0xff, 2 * hunk, 2 * (hunk + 128)).fill(0xff, 2 * block, 2 * (block + 128));
      }
      arenas.exit(0);
    }
  });

  test("a list that is built from its end takes one cell a pair", () => {
    const { manager, arenas } = openHeap();
    arenas.enter(null);
    let list = 0;
    for (let i = 0; i < 124; i++) list = manager.cons(0, list);
    const words = manager.statistics().allocatedWords;
    for (let i = 0; i < 100; i++) list = manager.cons(0, list);
    // The first of a new page cannot reach the page before it: its CDR takes a second cell.
    expect(manager.statistics().allocatedWords - words).toBe(202);
  });
});

describe("references that outlive an arena", () => {
  test("a stale reference is told with the arena, the allocation and both generations (M-A6)", () => {
    const { manager, arenas } = openHeap();
    arenas.enter(null);
    const pair = manager.cons(0, 0);
    const box = manager.allocate(2);
    arenas.exit(0);
    expect(arenas.staleReference(pair)?.message).toMatch(
      /^stale reference: \{LISTP\}#\d+,\d+ was allocated in arena 1 \(with-arena\), which has ended: generation 0 of 1$/,
    );
    expect(arenas.staleReference(box)?.message).toContain("{FIXP}");
    expect(arenas.staleReference(manager.cons(0, 0))).toBe(null);
  });

  test("the unit of a stale object is not used again at once, and then it is nobody's stale object", () => {
    const { manager, arenas } = openHeap();
    const stale: number[] = [];
    for (let i = 0; i < 100; i++) {
      arenas.enter(null);
      stale.push(manager.cons(0, 0));
      arenas.exit(0);
    }
    const told = stale.filter((pair) => arenas.staleReference(pair) !== null);
    expect(told.length).toBeGreaterThan(60);
    expect(new Set(stale).size).toBeLessThan(100);
  });

  test("a result inside the arena is an escape, and the arena stays open", () => {
    const { manager, arenas } = openHeap();
    arenas.enter(null);
    const pair = manager.cons(0, 0);
    expect(() => arenas.exit(pair)).toThrow(
      /^escape: the result #\d+,\d+ lies in arena 1 \(with-arena\), which ends here/,
    );
    expect(arenas.arenaOf(pair)).toBe(1);
    arenas.exit(0);
    expect(arenas.arenaOf(pair)).toBe(0);
  });

  test("a reference from outside stops the end of an arena, unless it has gone by then", () => {
    const { heap, manager, arenas } = openHeap();
    const outer = manager.cons(0, 0);
    const record = manager.allocate(13);
    arenas.enter(null);
    const inner = manager.cons(0, 0);
    heap.setCar(outer, inner);
    expect(() => arenas.exit(0)).toThrow(
      /^arena 1 \(with-arena\) cannot end: #\d+,\d+, outside of it, refers to #\d+,\d+ in it/,
    );
    heap.setCar(outer, 0);
    manager.replaceCdr(outer, inner);
    expect(() => arenas.exit(0)).toThrow("cannot end");
    manager.replaceCdr(outer, 0);
    heap.setField(record, 0, inner);
    expect(() => arenas.exit(0)).toThrow("cannot end");
    heap.setField(record, 0, outer);
    arenas.exit(0);
  });

  test("a region lets nothing outside refer into it, not even for a while; the message names both places", () => {
    const { heap, manager, arenas } = openHeap();
    const outer = manager.cons(0, 0);
    arenas.enter("outer");
    const middle = manager.cons(0, 0);
    arenas.enter("inner");
    const inner = manager.cons(middle, outer);
    heap.setCar(inner, outer);
    expect(() => heap.setCar(middle, inner)).toThrow(
      /^region violation: #\d+,\d+ of region 2 \(inner\) was to be stored at #\d+,\d+, in an object of region 1 \(outer\), which lives longer/,
    );
    expect(() => manager.replaceCdr(outer, inner)).toThrow("in an object outside of all arenas, which lives longer");
    expect([car(heap.memory, middle), cdr(heap.memory, outer)]).toEqual([0, 0]);
    arenas.exit(0);
    arenas.exit(0);
  });
});

describe("events of arenas", () => {
  test("every object is told of by arena.alloc, and goes with arena.end (M-F12)", () => {
    const { manager, arenas } = openHeap();
    const events: (readonly [string, number, number, string])[] = [];
    manager.observer = {
      ...silent,
      allocated: () => events.push(["alloc", 0, 0, ""]),
      lifetime: (kind, _object, words, after, place) => events.push([kind, words, after, place]),
    };
    arenas.enter("squares");
    manager.cons(0, 0);
    manager.allocate(13);
    arenas.exit(0);
    manager.cons(0, 0);
    expect(events).toEqual([
      ["region.enter", 0, 1, "squares"],
      ["arena.alloc", 2, 1, "squares"],
      ["arena.alloc", 4, 2, "squares"],
      ["arena.end", 6, 2, "squares"],
      ["region.exit", 0, 0, "squares"],
      ["alloc", 0, 0, ""],
    ]);
  });

  test("what the next expression of the console takes back is told by arena.reset (M-F12)", () => {
    const { manager, arenas } = openHeap();
    const events: (readonly [string, number, number, string])[] = [];
    manager.observer = {
      ...silent,
      lifetime: (kind, _object, words, after, place) => events.push([kind, words, after, place]),
    };
    for (let i = 0; i < 2; i++) arenas.compile(() => manager.cons(0, 0));
    expect(events).toEqual([
      ["arena.alloc", 2, 1, "compiler"],
      ["arena.reset", 2, 1, "compiler"],
      ["arena.alloc", 2, 1, "compiler"],
    ]);
  });

  test("an arena that is full stops with its limit, and nothing has changed (M-C9)", () => {
    const { heap } = openHeap();
    const storage = new Storage(heap.memory, heap.variables);
    const policy = {
      chunk: 256,
      growth: 2,
      mostChunk: 4096,
      reset: { kind: "keep-all" },
      limit: 4096,
      presize: 0,
    } as const;
    const arenas = new MachineArenas(storage, policy);
    const arena = arenas.open("small", 1);
    const fill = () => {
      for (;;) arena.allocate(43);
    };
    expect(fill).toThrow("arena 1 (small) has a limit of 8192 bytes, capacity 8192 bytes, requested 1024 bytes");
    const before = arena.figures();
    expect(() => arena.allocateBlock(10, 1, 1)).toThrow("has a limit of 8192 bytes");
    expect(arena.figures()).toEqual(before);
    arena.reset();
    expect(arena.figures()).toMatchObject({ objects: 0, generation: 1, capacityWords: 4096 });
    expect(arena.allocate(43)).toBeGreaterThan(0);
  });
});
