import { describe, expect, test } from "vitest";
import { ImageError } from "../../../../core/base/errors.ts";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../../core/managers/contract.ts";
import { locateSystemVariables } from "../../../../core/managers/storage/system-variables.ts";
import { findSymbol, printNameBlock, valueCell, writeSymbol } from "../../../../core/objects/symbols.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";

const none = managerFactory("none") as ManagerFactory;

/** Adds a symbol to a heap's image. */
function addSymbol(heap: ManagedHeap, number: number, name: string): void {
  const block = 0x12fe00 + 0x20 * (number % 8);
  heap.memory.bytes.set(printNameBlock(name).bytes, 2 * block);
  writeSymbol(heap.memory, number, name, block);
}

describe("system variables", () => {
  test("are found by name: value cells, and boxes of page numbers", () => {
    const { memory, variables } = new ManagedHeap(none);
    const value = (name: string) => valueCell(findSymbol(memory, name) as number);
    expect(variables.arrayFrLst).toBe(value("\\ArrayFrLst"));
    expect(variables.nxtMdsPage).toBe(memory.cell(value("\\NxtMDSPage")));
    expect(variables.closureCache).toBe(null);
  });

  test("a missing symbol is an error that names it", () => {
    const { memory } = new ManagedHeap(none);
    const symbol = findSymbol(memory, "\\RECLAIMMIN") as number;
    memory.setCell(memory.pointer(valueCell(symbol) - 2), 0);
    expect(() => locateSystemVariables(memory)).toThrow(/symbol \\RECLAIMMIN: found none/);
  });

  test("a page number outside a box is an error", () => {
    const { memory } = new ManagedHeap(none);
    memory.setCell(valueCell(findSymbol(memory, "\\NxtMDSPage") as number), 0xe0000 + 100);
    expect(() => locateSystemVariables(memory)).toThrow(ImageError);
  });

  test("those of the closure cache are found under their prefixes before packages exist", () => {
    const heap = new ManagedHeap(none);
    addSymbol(heap, 400, "SI::*CLOSURE-CACHE-ENABLED*");
    addSymbol(heap, 401, "SI::*CLOSURE-CACHE*");
    expect(locateSystemVariables(heap.memory).closureCache).toBe(null);
    addSymbol(heap, 402, "XCL::*DELETED-IMPLICIT-HASH-SLOT*");
    expect(locateSystemVariables(heap.memory).closureCache).toEqual({
      enabled: valueCell(400),
      cache: valueCell(401),
      deletedSlot: valueCell(402),
    });
  });
});
