import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import type { ManagerOptions } from "../../../../core/managers/contract.ts";
import { silent } from "../../../../core/managers/events.ts";
import { NIL, TYPE_ONED_ARRAY } from "../../../../core/memory/layout.ts";
import { storageProblems } from "../../../support/heap/heap-invariants.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";
import { outputOf, runProgram } from "../../../support/lisp/run-program.ts";

const factory = managerFactory("malloc");
if (factory === null) throw new Error("the catalog has no malloc");

function heapOf(options: ManagerOptions = {}) {
  const heap = new ManagedHeap(factory as NonNullable<typeof factory>, options);
  const { explicit } = heap.manager;
  if (explicit === null) throw new Error("malloc has no explicit free");
  return { heap, manager: heap.manager, memory: heap.memory, free: (object: number) => explicit.free(object, 0x1000) };
}

/** Runs a program under malloc that must stop with a memory error. @returns its message */
function memoryErrorOf(text: string): string {
  const { stop } = runProgram(text, "malloc");
  if (stop.kind !== "failed" || stop.event?.kind !== "memory.error") throw new Error(JSON.stringify(stop));
  return stop.message;
}

describe("free of objects", () => {
  test("storage of a freed object is handed out again, and counts as free (L-F4, L-M1)", () => {
    const { heap, manager, free } = heapOf({ quarantine: 0 });
    const before = manager.usage();
    const { allocatedObjects } = manager.statistics();
    const pair = manager.cons(NIL, NIL);
    const record = manager.allocate(33);
    const block = manager.allocateBlock(100, 1);
    for (const object of [pair, record, block]) free(object);
    expect(manager.usage()).toEqual(before);
    expect(manager.statistics()).toMatchObject({ allocatedObjects: allocatedObjects + 3, freedObjects: 3 });
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
    expect([manager.cons(NIL, NIL), manager.allocate(33), manager.allocateBlock(100, 1)]).toEqual([
      pair,
      record,
      block,
    ]);
  });

  test("a vector goes with its elements, a pair with its helper cells", () => {
    const { heap, manager, memory, free } = heapOf({ quarantine: 0 });
    const before = manager.usage();
    const vector = manager.allocate(TYPE_ONED_ARRAY);
    memory.setPointer(vector, manager.allocateBlock(40, 1));
    free(vector);
    const pair = manager.cons(NIL, NIL);
    manager.replaceCdr(pair, pair);
    const other = manager.cons(pair, 76);
    free(other);
    free(pair);
    expect(manager.usage()).toEqual(before);
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
  });

  test("what is no object of the program cannot be freed, and nothing changes", () => {
    const { heap, manager, free } = heapOf();
    const record = manager.allocate(33);
    manager.cons(NIL, NIL);
    const before = heap.save();
    const wrong: readonly [number, string][] = [
      [76, "no storage of its own"],
      [0x70041, "no storage of its own"],
      [record + 1, "no object can lie there"],
      [record + 2, "no object of type"],
      [0x0ffffffe, "no object can lie there"],
    ];
    for (const [pointer, why] of wrong) expect(() => free(pointer)).toThrow(why);
    free(NIL);
    expect(manager.save()).toEqual(before.state);
    expect(Buffer.compare(heap.memory.bytes, before.bytes)).toBe(0);
  });

  test("a second free is an error as long as the storage was not handed out again (L-A19)", () => {
    for (const quarantine of [0, 5]) {
      const { manager, free } = heapOf({ quarantine });
      const pair = manager.cons(NIL, NIL);
      free(pair);
      expect(() => free(pair)).toThrow("double free");
      for (let i = 0; i < 500; i++) manager.cons(NIL, NIL);
      if (quarantine === 0) expect(() => free(pair)).not.toThrow();
    }
  });

  test("storage waits while it is in quarantine, and a store into it is noticed when it leaves", () => {
    const { heap, manager, memory, free } = heapOf({ quarantine: 2 });
    const errors: string[] = [];
    manager.observer = { ...silent, memoryError: (_object, message) => errors.push(message) };
    const [first = 0, second = 0, third = 0, fourth = 0] = Array.from({ length: 4 }, () => manager.allocate(33));
    free(first);
    free(second);
    expect(manager.allocate(33)).not.toBe(first);
    free(third);
    expect(manager.allocate(33)).toBe(first);
    memory.setCell(second + 2, 0);
    free(fourth);
    expect(errors).toEqual([expect.stringContaining("was stored into after it was freed")]);
    manager.collect("request");
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
  });

  test("random programs free whatever they like, and storage stays well formed", () => {
    const step = fc.tuple(fc.constantFrom("cons", "record", "vector", "free", "free", "cdr"), fc.nat(1000));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.constantFrom(0, 3, 64), (steps, quarantine) => {
        const { heap, manager, free } = heapOf({ quarantine });
        const before = manager.usage();
        const live: number[] = [];
        const pairs = new Set<number>();
        for (const [kind, n] of steps) {
          const chosen = live[n % Math.max(1, live.length)];
          if (kind === "cons") {
            live.push(manager.cons(NIL, n % 3 === 0 ? 76 : NIL));
            pairs.add(live.at(-1) as number);
          } else if (kind === "record") live.push(manager.allocate(n % 2 === 0 ? 33 : 40));
          else if (kind === "vector") live.push(manager.allocateBlock(n % 200, n % 2 === 0 ? 1 : 0));
          else if (chosen === undefined) continue;
          else if (kind === "cdr") {
            if (pairs.has(chosen)) manager.replaceCdr(chosen, 76);
          } else {
            live.splice(live.indexOf(chosen), 1);
            pairs.delete(chosen);
            free(chosen);
          }
        }
        expect(new Set(live).size).toBe(live.length);
        const saved = manager.save();
        manager.restore(saved);
        expect(manager.save()).toEqual(saved);
        for (const object of live) free(object);
        manager.collect("exit");
        expect(manager.usage()).toEqual(before);
        expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe("array blocks", () => {
  /** Free blocks of 300, 250 and 200 cells, of which that with 250 comes first on its list, with used blocks between them. */
  const holes = (options: ManagerOptions) => {
    const made = heapOf({ quarantine: 0, ...options });
    const blocks = [300, 10, 250, 10, 200, 10].map((cells) => made.manager.allocateBlock(cells, 1));
    for (const i of [4, 2, 0]) made.free(blocks[i] as number);
    return { ...made, blocks };
  };

  test("first fit takes the first block of its list that fits, best fit the smallest (L-M2, L-M5)", () => {
    const taken = (options: ManagerOptions, cells: number) => {
      const { manager, blocks } = holes(options);
      return blocks.indexOf(manager.allocateBlock(cells, 1));
    };
    const best = { fit: "best" } as const;
    expect([150, 210, 260].map((cells) => taken({}, cells))).toEqual([2, 2, 0]);
    expect([150, 210, 260].map((cells) => taken(best, cells))).toEqual([4, 2, 0]);
  });

  test("splitting and joining can be turned off (L-M3, L-M6)", () => {
    const split = holes({});
    split.manager.allocateBlock(100, 1);
    const whole = holes({ split: false });
    whole.manager.allocateBlock(100, 1);
    expect(whole.manager.usage().usedWords).toBeGreaterThan(split.manager.usage().usedWords);
    const joined = (options: ManagerOptions) => {
      const { manager, free } = heapOf({ quarantine: 0, ...options });
      const [first = 0, second = 0] = [100, 100, 100].map((cells) => manager.allocateBlock(cells, 1));
      free(first);
      free(second);
      return manager.allocateBlock(190, 1) === first;
    };
    expect([joined({}), joined({ coalesce: false })]).toEqual([true, false]);
  });
});

describe("a program under malloc", () => {
  test("uses the same storage again and again when it frees what it makes", () => {
    const text = (free: string) => `(define (waste n) (for (i 0 n) (let ((v (make-vector 1000 i))) ${free})))
      (waste 5000) (display 'done)`;
    expect(outputOf(text("(free v)"), "malloc")).toBe("done");
    expect(outputOf(text("v"), "malloc")).toContain("storage full");
  });

  test("frees a table with its buckets and pairs", () => {
    const text = (
      free: string,
    ) => `(define (work n) (for (i 0 n) (let ((t (make-table))) (for (k 0 6) (table-set! t k i)) ${free})))
      (work 3000) (display 'done)`;
    expect(outputOf(text("(free t)"), "malloc")).toBe("done");
    const { machine } = runProgram(text("(free t)").replace("3000", "10"), "malloc");
    const { allocatedObjects, freedObjects } = machine.manager.statistics();
    // Table, vector, block, and two pairs a key.
    expect(freedObjects).toBe(10 * (3 + 2 * 6));
    expect(allocatedObjects).toBeGreaterThanOrEqual(freedObjects);
  });

  test("a second free stops it with both places (L-A19)", () => {
    const message = memoryErrorOf(`(define (drop x) (free x)) (define (again x) (free x))
      (define p (cons 1 2)) (drop p) (again p)`);
    expect(message).toMatch(
      /^\{LISTP\}#\d+,\d+ was not freed: double free: it is free already; first freed at drop\+\d+, again at again\+\d+$/,
    );
  });

  test.each([
    ["(car p)", "(list 1 2)"],
    ["(cdr p)", "(list 1 2)"],
    ["(vector-ref p 1)", "(vector 1 2 3)"],
    ["(vector-set! p 1 5)", "(vector 1 2 3)"],
    ["(string-ref p 0)", "(make-string 3 #\\a)"],
    ["(length p)", "(list 1 2)"],
    ["(display p)", "(make-string 3 #\\a)"],
    ["(print p)", "(list 1 2)"],
    ["(equal? p (list 1 2))", "(list 1 2)"],
    ["(p 1)", "(let ((n 5)) (lambda (m) (+ n m)))"],
  ])("%s after a free stops it with the place of the free", (use, make) => {
    const message = memoryErrorOf(
      `(define p ${make}) (define (drop x) (free x)) (define (use p) ${use}) (drop p) (use p)`,
    );
    expect(message).toMatch(/^use after free: \{.*\}#\d+,\d+ was freed at drop\+\d+, and is used at /);
  });

  test("an error that has nothing to do with a freed object stays what it is", () => {
    const { stop } = runProgram("(define p (list 1 2)) (define (bad q) (list q (+ 'a 1))) (free p) (bad p)", "malloc");
    expect(stop).toMatchObject({ kind: "failed", event: { kind: "lisp.error", name: "not-a-number" } });
  });

  test("shows what waits, with the place of the free, and what is free", () => {
    const { manager, free } = heapOf();
    free(manager.cons(NIL, NIL));
    const [waiting] = manager.view().sections;
    expect([waiting?.size, waiting?.rows(0, 9)[0]?.value]).toEqual([1, "freed at test"]);
    const { machine } = runProgram(
      "(define v (make-vector 300 1)) (define w (vector 1)) (define (drop x) (free x)) (drop v)",
      "malloc",
    );
    const { figures, sections } = machine.manager.view();
    expect(figures.find(({ label }) => label === "waiting")?.value).toBe("0");
    expect(sections.map(({ label }) => label)).toEqual(["Waiting", "Free array blocks"]);
    expect(sections[1]?.rows(0, 100).map(({ value }) => value)).toContain("302 cells");
  });
});
