import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Pointer } from "../../../../core/base/units.ts";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../../core/managers/contract.ts";
import type { RefcountManager } from "../../../../core/managers/refcount/refcount-manager.ts";
import { fragmentationOf } from "../../../../core/managers/storage/compaction/slide.ts";
import { NIL, SMALL_POSITIVE } from "../../../../core/memory/layout.ts";
import { car, cdr } from "../../../../core/objects/cons.ts";
import { countProblems, storageProblems } from "../../../support/heap/heap-invariants.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";
import { runProgram } from "../../../support/lisp/debuggee.ts";

const refcount = managerFactory("refcount") as ManagerFactory;
const percent = (heap: ManagedHeap) => fragmentationOf((heap.manager as RefcountManager).storage).percent;

/** A list of vectors, each with its number inside; every other vector made on the way is dropped. */
function scattered(options: Record<string, number>): { readonly heap: ManagedHeap; readonly list: Pointer } {
  const heap = new ManagedHeap(refcount, options);
  const { manager } = heap;
  let list: Pointer = NIL;
  for (let i = 0; i < 60; i++) {
    const kept = manager.allocateBlock(5 + (i % 7), 1);
    heap.setField(kept, 0, SMALL_POSITIVE + i);
    manager.allocateBlock(9 + (i % 5), 1);
    list = manager.cons(kept, list);
  }
  heap.roots.push(list);
  manager.collect("request");
  return { heap, list };
}

function numbersIn(heap: ManagedHeap, list: Pointer): number[] {
  const numbers: number[] = [];
  for (let rest = list; rest !== NIL; rest = cdr(heap.memory, rest)) {
    numbers.push(heap.memory.pointer(car(heap.memory, rest)) - SMALL_POSITIVE);
  }
  return numbers;
}

describe("compaction of array space under reference counting (I-M9)", () => {
  test("brings free storage together, and every reference follows", () => {
    const plain = scattered({});
    const compacted = scattered({ compact: 1 });
    expect(percent(plain.heap)).toBeGreaterThan(80);
    // Blocks move by four cells at least: a cell or two stay between some.
    expect(percent(compacted.heap)).toBeLessThan(20);
    expect(numbersIn(compacted.heap, compacted.list)).toEqual(numbersIn(plain.heap, plain.list));
    const { memory, variables, manager } = compacted.heap;
    expect(storageProblems(memory, variables)).toEqual([]);
    compacted.heap.roots.length = 0;
    manager.collect("request");
    manager.collect("request");
    const { allocatedObjects, freedObjects } = manager.statistics();
    const other = scattered({});
    other.heap.roots.length = 0;
    other.heap.manager.collect("request");
    other.heap.manager.collect("request");
    expect(allocatedObjects - freedObjects).toBe(
      other.heap.manager.statistics().allocatedObjects - other.heap.manager.statistics().freedObjects,
    );
  });

  test("leaves what the stack points at or into, and what is referred to from where nobody can change it", () => {
    const heap = new ManagedHeap(refcount, { compact: 1 });
    const { manager } = heap;
    manager.allocateBlock(40, 1);
    const onStack = manager.allocateBlock(10, 1);
    heap.roots.push((onStack + 6) as Pointer, onStack);
    manager.allocateBlock(40, 1);
    const elsewhere = manager.allocateBlock(10, 1);
    // As if code referred to it: two references, of which one is nowhere to be found.
    heap.roots.push(manager.cons(elsewhere, NIL));
    manager.counts?.operate(0, elsewhere);
    manager.allocateBlock(40, 1);
    const free = manager.allocateBlock(10, 1);
    const holder = manager.cons(free, NIL);
    heap.roots.push(holder);
    manager.collect("request");
    expect(car(heap.memory, heap.roots[2] as Pointer)).toBe(elsewhere);
    expect(car(heap.memory, holder)).toBeLessThan(free);
    expect(manager.counts?.countOf(onStack)).toBe(0);
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
  });

  test("entries of blocks in one place of the count table move with them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 4, max: 60 }), fc.nat(4)), { minLength: 3, maxLength: 60 }),
        (given) => {
          const heap = new ManagedHeap(refcount, { compact: 1 });
          const { manager } = heap;
          const holders: [Pointer, number, number][] = [];
          for (const [i, [cells, references]] of given.entries()) {
            const block = manager.allocateBlock(cells, 1);
            if (references === 0) continue;
            heap.setField(block, 0, SMALL_POSITIVE + i);
            let list: Pointer = NIL;
            for (let n = 0; n < references; n++) list = manager.cons(block, list);
            heap.roots.push(list);
            holders.push([list, i, references]);
          }
          manager.collect("request");
          for (const [list, number, references] of holders) {
            const block = car(heap.memory, list);
            expect([heap.memory.pointer(block) - SMALL_POSITIVE, manager.counts?.countOf(block)]).toEqual([
              number,
              references,
            ]);
          }
          expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
          heap.roots.length = 0;
          manager.collect("request");
          manager.collect("request");
          expect(countProblems(heap.memory, () => false)).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a program prints the same with it and without it, however often it collects", () => {
    const program = `(define-type node value (next weak))
(define kept nil)
(define table (make-table))
(define (grow i)
  (let ((v (make-vector (+ 3 (% i 7)) i)) (waste (make-vector 11 i)) (n (make-node (make-vector 4 i) nil)))
    (set-node-next! n n)
    (set! kept (cons (list v (string-append "s" (number->string i)) (lambda () (vector-ref v 0)) n) kept))
    (table-set! table i v)
    (vector-length waste)))
(for (i 0 120) (grow i))
(for-each (lambda (entry)
            (display (vector-ref (car entry) 1)) (display (cadr entry)) (display ((caddr entry)))
            (display (vector-ref (node-value (node-next (cadddr entry))) 2)) (display " "))
          kept)
(display (vector-ref (table-ref table 77) 0))`;
    const plain = runProgram(program);
    const moving = runProgram(program, { managerOptions: { compact: 1, stress: 7 } });
    expect(moving.stop).toEqual(plain.stop);
    expect(moving.output).toBe(plain.output);
    const figures = moving.debuggee.machine.manager.view().figures;
    expect(Number(figures.find(({ label }) => label === "blocks moved")?.value)).toBeGreaterThan(100);
  });
});
