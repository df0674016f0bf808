/** Compaction of array space (Z-M7): storage moves, ids and contents do not. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Pointer } from "../../../../core/base/units.ts";
import { compileProgram } from "../../../../core/language/compiler/compile-program.ts";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import { BLOCK_CODE, type ManagerFactory, type ManagerOptions } from "../../../../core/managers/contract.ts";
import type { MarkSweepManager } from "../../../../core/managers/mark-sweep/mark-sweep-manager.ts";
import { fragmentationOf } from "../../../../core/managers/storage/compaction/slide.ts";
import { NIL, T } from "../../../../core/memory/layout.ts";
import { codeCells, writeCode } from "../../../../core/objects/code/code.ts";
import { valueCell } from "../../../../core/objects/symbols.ts";
import { storageProblems } from "../../../support/heap/heap-invariants.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";
import { runProgram } from "../../../support/lisp/run-program.ts";

const ONED_ARRAY = 14;
const POINTERS = 1;

/** Arrays as Lisp has them: a header that the stack refers to, and a block of cells that only the header refers to. */
class Arrays {
  readonly heap: ManagedHeap;
  readonly manager: MarkSweepManager;

  constructor(options: ManagerOptions = { compact: 1 }) {
    this.heap = new ManagedHeap(managerFactory("mark-sweep") as ManagerFactory, { threshold: 1_000_000, ...options });
    this.manager = this.heap.manager as MarkSweepManager;
  }
  /** An array whose cells are small integers from `first` on. */
  make(cells: number, first: number): Pointer {
    const { heap, manager } = this;
    const header = manager.allocate(ONED_ARRAY);
    const block = manager.allocateBlock(cells, POINTERS);
    for (let i = 0; i < cells; i++) heap.memory.setCell(block + 2 * i, 0xe0000 + ((first + i) & 0xffff));
    heap.setField(header, 0, block);
    return header;
  }
  blockOf(header: Pointer): Pointer {
    return this.heap.memory.pointer(header);
  }
  contents(header: Pointer, cells: number): number[] {
    const block = this.blockOf(header);
    return Array.from({ length: cells }, (_, i) => this.heap.memory.cell(block + 2 * i) & 0xffff);
  }
  idOf(object: Pointer): number {
    const { table } = this.manager.heap;
    for (let id = 0; id < table.used; id++) if (table.isLive(id) && table.payloads[id] === object) return id;
    return -1;
  }
  problems(): string[] {
    return storageProblems(this.heap.memory, this.heap.variables);
  }
}

/** Arrays of which every second one is dropped. */
function scattered(options?: ManagerOptions): { arrays: Arrays; kept: Pointer[] } {
  const arrays = new Arrays(options);
  const all = Array.from({ length: 20 }, (_, i) => arrays.make(30, 100 * i));
  const kept = all.filter((_, i) => i % 2 === 0);
  arrays.heap.roots.push(...kept);
  return { arrays, kept };
}

function figure(manager: MarkSweepManager, label: string): string | undefined {
  return manager.view().figures.find((found) => found.label === label)?.value;
}

describe("compaction", () => {
  test("Z-M7: free storage lies together afterwards, and figures tell fragmentation before and after (Z-C8)", () => {
    const plain = scattered({}).arrays;
    plain.manager.collect("request");
    expect(fragmentationOf(plain.manager.storage).percent).toBeGreaterThan(80);
    const { arrays } = scattered();
    arrays.manager.collect("request");
    expect(fragmentationOf(arrays.manager.storage).percent).toBeLessThan(5);
    expect(figure(arrays.manager, "fragmentation before, after")).toMatch(/^[89]\d\.\d%, [0-4]\.\d%$/);
    expect(arrays.problems()).toEqual([]);
  });

  test("Z-M7: ids stay valid while storage moves, and contents go along", () => {
    const { arrays, kept } = scattered();
    const before = kept.map((header) => arrays.blockOf(header));
    const ids = before.map((block) => arrays.idOf(block));
    arrays.manager.collect("request");
    const after = kept.map((header) => arrays.blockOf(header));
    expect(after.filter((block, i) => block !== before[i]).length).toBeGreaterThan(7);
    expect(after.map((block) => arrays.idOf(block))).toEqual(ids);
    kept.forEach((header, i) => {
      expect(arrays.contents(header, 30)).toEqual(Array.from({ length: 30 }, (_, k) => 200 * i + k));
    });
  });

  test("Z-M7: a block that the stack refers to stays, also when it refers into its middle", () => {
    const { arrays, kept } = scattered();
    const blocks = kept.map((header) => arrays.blockOf(header));
    arrays.heap.roots.push((blocks[4] as number) + 6, blocks[6] as number);
    arrays.manager.collect("request");
    expect([arrays.blockOf(kept[4] as number), arrays.blockOf(kept[6] as number)]).toEqual([blocks[4], blocks[6]]);
    expect(arrays.blockOf(kept[5] as number)).not.toBe(blocks[5]);
    expect(arrays.problems()).toEqual([]);
  });

  test.each([
    ["of the program", (manager: MarkSweepManager) => manager],
    ["of the image, which never goes", (manager: MarkSweepManager) => manager.storage],
  ])("Z-M7: a block that code %s refers to stays, because code is not changed in place (Z-M9)", (_whose, allocator) => {
    const { arrays } = scattered();
    const { heap, manager } = arrays;
    const function_ = compileProgram('(define (f) "text")', "test.cons").program?.blocks.find(
      ({ name }) => name === "f",
    );
    if (function_ === undefined) throw new Error("f has no code");
    const constant = manager.allocateBlock(30, POINTERS);
    heap.memory.setCell(constant, 0xe0007);
    const code = allocator(manager).allocateBlock(codeCells(function_), BLOCK_CODE, 2);
    writeCode(
      heap.memory,
      code,
      function_,
      null,
      () => constant,
      () => NIL,
    );
    manager.barrier(code, NIL, constant, "add-first");
    heap.roots.push(code);
    manager.collect("request");
    expect(figure(manager, "blocks moved")).toBe("9");
    expect(arrays.idOf(constant)).toBeGreaterThanOrEqual(0);
    expect(heap.memory.cell(constant)).toBe(0xe0007);
  });

  test("Z-M7: a variable that holds a block follows it", () => {
    const { arrays } = scattered();
    const { heap, manager } = arrays;
    const block = manager.allocateBlock(30, POINTERS);
    heap.memory.setCell(block, 0xe0007);
    const variable = valueCell(T);
    manager.barrier(variable, heap.memory.pointer(variable), block, "add-first");
    heap.memory.setPointer(variable, block);
    manager.collect("request");
    const moved = heap.memory.pointer(variable);
    expect([moved === block, arrays.idOf(moved) >= 0, heap.memory.cell(moved)]).toEqual([false, true, 0xe0007]);
  });

  test("Z-M7: nothing moves while less than the set share of the free storage is scattered", () => {
    const [few, many] = [70, 95].map((compact) => {
      const { manager } = scattered({ compact }).arrays;
      manager.collect("request");
      return figure(manager, "compactions");
    });
    expect([few, many]).toEqual(["1", undefined]);
  });

  test("the manager says that it moves objects only when it does", () => {
    expect(new Arrays().manager.traits.moves).toBe(true);
    expect(new Arrays({}).manager.traits.moves).toBe(false);
  });

  test("Z-M7: whatever was made and dropped, contents and storage are right after each compaction", () => {
    const step = fc.record({ cells: fc.integer({ min: 1, max: 80 }), drop: fc.nat(100), collect: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const arrays = new Arrays();
        const known = new Map<Pointer, number[]>();
        for (const [i, { cells, drop, collect }] of steps.entries()) {
          const header = arrays.make(cells, i);
          known.set(header, arrays.contents(header, cells));
          arrays.heap.roots.push(header);
          if (drop % 3 === 0) {
            const [gone] = arrays.heap.roots.splice(drop % arrays.heap.roots.length, 1);
            known.delete(gone as number);
          }
          if (!collect) continue;
          arrays.manager.collect("request");
          for (const [object, contents] of known) expect(arrays.contents(object, contents.length)).toEqual(contents);
          expect(arrays.problems()).toEqual([]);
        }
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });

  test("Z-M7: Lisp programs give the same output while their arrays and strings move", () => {
    const program = `
      (define kept (make-vector 20))
      (for (i 0 20)
        (vector-set! kept i (make-vector (+ 3 i)))
        (vector-set! (vector-ref kept i) 1 (string-append "text" "s"))
        (make-vector (* 2 i)))
      (define (tick) (let ((n (make-vector 5))) (lambda (v) (vector-set! n 2 v) n)))
      (define t (tick))
      (for (i 0 50) (make-vector 7) (t i) (vector-set! kept (% i 20) (list i (t i))) (gc))
      (print kept)`;
    const { output } = runProgram(program, "refcount");
    const compacting = runProgram(program, "mark-sweep", { compact: 1, threshold: 20 });
    expect(compacting.output).toBe(output);
    const moved = figure(compacting.machine.manager as MarkSweepManager, "blocks moved");
    expect(Number(moved?.replace(",", ""))).toBeGreaterThan(10);
  });
});
