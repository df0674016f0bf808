import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WeakReferences } from "../../../../../core/managers/storage/freeing/weak-references.ts";
import { VirtualMemory } from "../../../../../core/memory/virtual-memory.ts";

const OBJECTS = Array.from({ length: 8 }, (_, i) => 0x300000 + 16 * i);
const memoryOf = () => new VirtualMemory(8);

describe("weak references", () => {
  test("are cleared when their object goes, and their own record's are forgotten with it", () => {
    const memory = memoryOf();
    const weak = new WeakReferences(memory);
    const [a, b, c] = OBJECTS as [number, number, number];
    weak.store(a, 0, c);
    weak.store(b, 2, c);
    weak.store(c, 4, a);
    expect(weak.size).toBe(3);
    weak.objectFreed(c);
    expect([memory.pointer(a), memory.pointer(b + 2), memory.pointer(c + 4)]).toEqual([0, 0, a]);
    expect(weak.size).toBe(0);
  });

  test("follow an object that moves", () => {
    const memory = memoryOf();
    const weak = new WeakReferences(memory);
    const [a, b, c] = OBJECTS as [number, number, number];
    weak.store(a, 0, b);
    memory.setPointer(c, b);
    weak.moved(a, c);
    weak.moved(b, a);
    expect(memory.pointer(c)).toBe(a);
    weak.objectFreed(a);
    expect(memory.pointer(c)).toBe(0);
  });

  test("of a place go with it", () => {
    const memory = memoryOf();
    const weak = new WeakReferences(memory);
    const [a, b, c] = OBJECTS as [number, number, number];
    weak.store(a, 0, b);
    weak.store(b, 0, c);
    weak.store(c, 0, a);
    weak.placeEnded((object) => object === b);
    expect(memory.pointer(a)).toBe(0);
    expect(memory.pointer(c)).toBe(a);
    expect(weak.size).toBe(1);
  });

  test("agree with a model under any sequence of stores and ends, also saved and restored in between", () => {
    const index = fc.nat({ max: OBJECTS.length - 1 });
    const operation = fc.oneof(
      fc.record({ kind: fc.constant("store" as const), holder: index, cell: fc.nat({ max: 3 }), target: index }),
      fc.record({ kind: fc.constant("clear" as const), holder: index, cell: fc.nat({ max: 3 }) }),
      fc.record({ kind: fc.constant("free" as const), object: index }),
      fc.record({ kind: fc.constant("save" as const) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const memory = memoryOf();
        let weak = new WeakReferences(memory);
        const model = new Map<number, number>();
        for (const step of operations) {
          if (step.kind === "save") {
            const saved = weak.save();
            weak = new WeakReferences(memory);
            weak.restore(saved);
          } else if (step.kind === "free") {
            const object = OBJECTS[step.object] as number;
            weak.objectFreed(object);
            for (const [slot, target] of model) {
              if (target === object) model.set(slot, 0);
              if (slot >= object && slot < object + 16) model.delete(slot);
            }
          } else {
            const holder = OBJECTS[step.holder] as number;
            const value = step.kind === "store" ? (OBJECTS[step.target] as number) : 0;
            weak.store(holder, 2 * step.cell, value);
            model.set(holder + 2 * step.cell, value);
          }
        }
        for (const [slot, target] of model) expect(memory.pointer(slot)).toBe(target);
        expect(weak.size).toBe([...model.values()].filter((target) => target !== 0).length);
      }),
      { numRuns: 300 },
    );
  });
});
