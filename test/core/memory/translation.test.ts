import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VmFault } from "../../../core/base/errors.ts";
import { checkDisjoint, StorageRegion } from "../../../core/memory/regions.ts";
import {
  byteToLisp,
  fastTranslate,
  isMapped,
  lispToByte,
  pageBase,
  pageNumber,
  pageOffset,
  provePage,
  translate,
  translateExtended,
  virtualPage,
} from "../../../core/memory/translation.ts";
import { PAGE_ABSENT, VirtualMemory } from "../../../core/memory/virtual-memory.ts";

const memory = new VirtualMemory(16);
const addresses = fc.integer({ min: 0, max: memory.sizeWords - 1 });

function fault(action: () => unknown): string | null {
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof VmFault) return error.kind;
    throw error;
  }
}

describe("translation (I-F1)", () => {
  test("I-A24: tag bits are masked off", () => {
    expect([translate(memory, 0x10000), translate(memory, 0xf0010000)]).toEqual([0x20000, 0x20000]);
  });
  test("I-A25, I-F4: page and byte offset of 0x2E0105", () => {
    expect([pageNumber(0x2e0105), pageOffset(0x2e0105)]).toEqual([0x2e01, 10]);
  });
  test("the first word past the image is an invalid address, the last one is not", () => {
    expect(translate(memory, memory.sizeWords - 1)).toBe(memory.sizeBytes - 2);
    expect(fault(() => translate(memory, memory.sizeWords))).toBe("InvalidAddress");
    expect(fault(() => translate(memory, 0x0fffffff))).toBe("InvalidAddress");
  });
  test("pointers, bytes and pages are each other's inverses", () => {
    fc.assert(
      fc.property(addresses, fc.nat(15), (address, tag) => {
        const tagged = tag * 0x10000000 + address;
        expect(lispToByte(tagged)).toBe(translate(memory, tagged));
        expect(byteToLisp(lispToByte(tagged))).toBe(address);
        expect(byteToLisp(lispToByte(tagged) + 1)).toBe(address);
        expect(pageBase(pageNumber(tagged)) * 2 + pageOffset(tagged)).toBe(lispToByte(tagged));
        expect(virtualPage(lispToByte(tagged))).toBe(pageNumber(tagged));
      }),
    );
  });
  test("I-M3: the unchecked form agrees with the checked one in a proved page", () => {
    fc.assert(
      fc.property(addresses, (address) => {
        expect(fastTranslate(provePage(memory, address), address)).toBe(translate(memory, address));
      }),
    );
  });
  test("there is no proof for an absent page or an address outside (I-M3)", () => {
    const holes = new VirtualMemory(1);
    holes.pageFlags[3] = PAGE_ABSENT;
    expect(fault(() => provePage(holes, 0x3ff))).toBe("PageMappingFailed");
    expect(fault(() => provePage(holes, holes.sizeWords))).toBe("InvalidAddress");
    expect([isMapped(holes, 0x2ff, 1), isMapped(holes, 0x2ff, 2), isMapped(holes, 0x3ff, 1)]).toEqual([
      true,
      false,
      false,
    ]);
    expect([isMapped(holes, holes.sizeWords - 2, 2), isMapped(holes, holes.sizeWords - 2, 3)]).toEqual([true, false]);
  });
});

describe("translation with heaps beside the image (I-F2)", () => {
  const heap = new StorageRegion("cons", 0x1000000, 4);
  const other = new StorageRegion("float", 0x2000000, 4);

  test("I-M15: image and heaps are found whatever their order", () => {
    for (const regions of [
      [heap, other],
      [other, heap],
    ]) {
      expect(translateExtended(memory, regions, 0x10000)).toEqual({ region: null, offsetBytes: 0x20000 });
      expect(translateExtended(memory, regions, 0x91000004)).toEqual({ region: heap, offsetBytes: 8 });
      expect(translateExtended(memory, regions, 0x2000000 + 1023).offsetBytes).toBe(2046);
      expect(fault(() => translateExtended(memory, regions, 0x2000000 + 1024))).toBe("InvalidAddress");
    }
  });
  test("I-M15: overlapping ranges are a configuration error that names both", () => {
    expect(() => checkDisjoint(memory.sizeWords, [heap, other])).not.toThrow();
    expect(() => checkDisjoint(0x1000100, [heap])).toThrow(/cons at 0x1000000 overlaps the image/);
    expect(() => checkDisjoint(0, [heap, new StorageRegion("odd", 0x1000002, 1)])).toThrow(/odd .* overlaps .*cons/);
  });
});
