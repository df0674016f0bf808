import { describe, expect, test } from "vitest";
import { census } from "../../../../core/inspect/census.ts";
import type { HeapMap } from "../../../../core/inspect/heap/heap-map.ts";
import { mapMemory } from "../../../../core/inspect/heap/map-steps.ts";
import { variableCell } from "../../../../core/inspect/heap/system.ts";
import { T, TYPE_BLOCK, TYPE_FIXP, TYPE_LISTP, TYPE_TABLE_BASE } from "../../../../core/memory/layout.ts";
import type { VirtualMemory } from "../../../../core/memory/virtual-memory.ts";
import { PAGE_ABSENT } from "../../../../core/memory/virtual-memory.ts";
import { blockCell } from "../../../../core/objects/arrays/blocks.ts";
import { enumerateConses } from "../../../../core/objects/cons.ts";
import { DTD_FREE, dtdAddress } from "../../../../core/objects/dtd.ts";
import { smallInteger } from "../../../../core/objects/immediates.ts";
import { setTypeEntries } from "../../../../core/objects/types.ts";
import { runProgram } from "../../../support/lisp/run-program.ts";

const PROGRAM = `(define kept (list 1 2 3 (vector 1 2 (list 4 5)) "text" 1.5 100000))
(define (rotate! l) (set-cdr! l (list 9 8)) (set-cdr! (cdr l) (list l l)))
(define many (let loop ((i 0) (all nil)) (if (> i 500) all (loop (+ i 1) (cons (list i (* i 100000)) all)))))
(for (i 0 100) (set-cdr! (let walk ((l many) (n i)) (if (= n 0) (car l) (walk (cdr l) (- n 1)))) (list i)))
(rotate! (list 1 2 3))
(gc)`;

function memoryOfProgram(): VirtualMemory {
  return runProgram(PROGRAM).machine.memory;
}
function objectsOf(map: HeapMap, wanted?: number): number[] {
  const found: number[] = [];
  map.eachObject((object, type) => {
    if (wanted === undefined || type === wanted) found.push(object);
  });
  return found;
}
function box(memory: VirtualMemory, name: string): number {
  return variableCell(memory, name) ?? 0;
}

describe("the map of the heap", () => {
  test("has the conses that the enumeration of conses finds, and no problems", () => {
    const memory = memoryOfProgram();
    const map = mapMemory(memory);
    const conses: number[] = [];
    const { free, helpers } = enumerateConses(memory, (cons) => conses.push(cons));
    expect(objectsOf(map, TYPE_LISTP)).toEqual(conses);
    expect(map.types.get(TYPE_LISTP)).toMatchObject({ live: conses.length, free, parts: helpers });
    expect(map.problems).toEqual([]);
  });

  test("numbers objects in the order of their addresses", () => {
    const map = mapMemory(memoryOfProgram());
    const objects = objectsOf(map);
    expect(objects).toHaveLength(map.objects);
    expect(objects.map((object) => map.numberOf(object))).toEqual(objects.map((_, i) => i));
    expect(map.numberOf((objects[10] ?? 0) + 1)).toBe(-1);
  });

  test("holds code blocks in pages that are not counted, and those in pages that are", () => {
    const memory = memoryOfProgram();
    const entries = new Set(
      objectsOf(mapMemory(memory), TYPE_BLOCK).map((at) => memory.word(TYPE_TABLE_BASE + (at >> 9))),
    );
    expect(entries).toEqual(new Set([0x8000, 0]));
  });

  test("finds the blocks behind one whose header is overwritten", () => {
    const memory = memoryOfProgram();
    const before = objectsOf(mapMemory(memory), TYPE_BLOCK);
    const victim = before[5] ?? 0;
    memory.setCell(victim - 2, 0);
    const map = mapMemory(memory);
    expect(map.problems).toHaveLength(1);
    expect(map.problems[0]).toMatch(/^array space: no block at /);
    expect(objectsOf(map, TYPE_BLOCK)).toEqual(before.filter((object) => object !== victim));
  });

  test("finds the blocks of an image that does not say where array space ends", () => {
    const memory = memoryOfProgram();
    const before = objectsOf(mapMemory(memory), TYPE_BLOCK);
    memory.setCell(box(memory, "\\ArrayFrLst"), 0x3);
    expect(objectsOf(mapMemory(memory), TYPE_BLOCK)).toEqual(before);
  });

  test("takes units that wait for a type for no objects", () => {
    const memory = memoryOfProgram();
    const map = mapMemory(memory);
    const unit = map.types.get(TYPE_FIXP)?.units[0] ?? 0;
    memory.setCell(box(memory, "\\MDSFREELISTPAGE"), smallInteger(unit >> 8));
    memory.setCell(unit, 0);
    memory.setCell(dtdAddress(TYPE_FIXP) + DTD_FREE, 0);
    expect(mapMemory(memory).types.get(TYPE_FIXP)?.units ?? []).not.toContain(unit);
  });

  test("says that the pages of a unit are missing", () => {
    const memory = memoryOfProgram();
    const unit = mapMemory(memory).types.get(TYPE_LISTP)?.units[0] ?? 0;
    memory.pageFlags[unit >> 8] = PAGE_ABSENT;
    expect(mapMemory(memory).problems).toContainEqual(
      expect.stringMatching(/of type 5, but its pages are not in the image/),
    );
  });

  test("tells blocks by their content when the collector is off, because then none is counted", () => {
    const memory = memoryOfProgram();
    const kinds = () => census(mapMemory(memory)).flatMap(({ blockKind }) => (blockKind === null ? [] : [blockKind]));
    expect(kinds()).toContain("permanent");
    setTypeEntries(memory, 0x2e0000, 0x600000, 0x8000);
    memory.setCell(box(memory, "\\GCDISABLED"), T);
    expect(kinds()).toEqual(["pointers", "unboxed", "code"]);
  });

  describe("array space in two areas", () => {
    const before = memoryOfProgram();
    const end = before.pointer(box(before, "\\ArrayFrLst"));
    /** An address that nothing uses, in the room of its own that a second area has. */
    const second = 0x600000;
    const withSecondArea = (state: number) => {
      const memory = memoryOfProgram();
      const block = second + 2;
      memory.setCell(second, blockCell(1, true, 8));
      memory.setCell(second + 14, blockCell(0, true, 8));
      memory.setWord(TYPE_TABLE_BASE + (second >> 9), 0);
      memory.setCell(box(memory, "\\STORAGEFULLSTATE"), smallInteger(state));
      memory.setCell(box(memory, "\\ArrayFrLst2"), end);
      memory.setCell(box(memory, "\\ARRAYSPACE2"), second);
      memory.setCell(box(memory, "\\ArrayFrLst"), second + 16);
      return { memory, block };
    };

    test("has the blocks of both once arrays have moved", () => {
      const { memory, block } = withSecondArea(3);
      const map = mapMemory(memory);
      expect(map.problems).toEqual([]);
      expect(objectsOf(map, TYPE_BLOCK)).toEqual([...objectsOf(mapMemory(before), TYPE_BLOCK), block]);
    });

    test("is one piece before, whatever the variables of the second say", () => {
      const memory = memoryOfProgram();
      memory.setCell(box(memory, "\\ARRAYSPACE2"), 0x2e1000);
      memory.setCell(box(memory, "\\ArrayFrLst2"), 0x2e1000);
      expect(objectsOf(mapMemory(memory), TYPE_BLOCK)).toEqual(objectsOf(mapMemory(before), TYPE_BLOCK));
    });
  });
});
