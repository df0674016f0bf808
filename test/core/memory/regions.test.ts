import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ADDRESS_LIMIT_WORDS } from "../../../core/memory/layout.ts";
import {
  GUARD_VMEM_FULL_PAGES,
  isIn,
  REGIONS,
  regionNamed,
  regionOf,
  StorageRegion,
} from "../../../core/memory/regions.ts";

describe("regions (I-F19)", () => {
  test("ascend without overlap, inside the address space", () => {
    let end = 0;
    for (const region of REGIONS) {
      expect(region.start).toBeGreaterThanOrEqual(end);
      end = region.start + region.words;
    }
    expect(end).toBe(ADDRESS_LIMIT_WORDS);
  });
  test.each(REGIONS.map((region) => [region.name, region] as const))(
    "I-M13: %s holds its first and last address, and nothing beyond",
    (_, region) => {
      const last = region.start + region.words - 1;
      expect([regionOf(region.start), regionOf(last)]).toEqual([region, region]);
      expect([regionOf(region.start - 1), regionOf(last + 1)]).not.toContain(region);
      expect([isIn(region, region.start - 1), isIn(region, last + 1)]).toEqual([false, false]);
    },
  );
  test("the lookup agrees with a plain search", () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: -10, max: 0x300000 }), fc.nat(0xfffffff)), (address) => {
        expect(regionOf(address)).toBe(REGIONS.find((region) => isIn(region, address)) ?? null);
      }),
    );
  });
  test("gaps belong to nobody", () => {
    expect([regionOf(0x200), regionOf(0x148000), regionOf(0x178100), regionOf(-1)]).toEqual([null, null, null, null]);
    expect(() => regionNamed("NOWHERE")).toThrow(/no region NOWHERE/);
    expect(regionNamed("STACK").start).toBe(0x10000);
  });
});

describe("storage regions (I-F5)", () => {
  const full = (usedPages: number, maxPages: number) => {
    const region = new StorageRegion("test", 0x200000, maxPages);
    if (usedPages > 0) region.take(usedPages * 512);
    return region;
  };

  test.each([
    [499, false],
    [500, false],
    [501, true],
  ])("I-A18, I-F8: guard 500 of 1000 pages, %d used: pressure is %s", (used, expected) => {
    expect(full(used, 1000).isUnderPressure(0, GUARD_VMEM_FULL_PAGES)).toBe(expected);
  });
  test.each([
    [999, false],
    [1000, true],
    [1001, true],
  ])("I-A19: guard 500, 1000 of 2000 pages used, %d asked: pressure is %s", (request, expected) => {
    expect(full(1000, 2000).isUnderPressure(request, GUARD_VMEM_FULL_PAGES)).toBe(expected);
  });
  test("I-A20: a small heap is under pressure from the start", () => {
    expect(full(0, 100).isUnderPressure(10, GUARD_VMEM_FULL_PAGES)).toBe(true);
  });
  test("I-A21, I-F8: two more of ten pages fit when eight are used, three do not", () => {
    const region = full(8, 10);
    expect([region.isStorageFull(2), region.isStorageFull(3)]).toEqual([false, true]);
  });
  test("I-A22, I-F7: byte offsets and Lisp addresses convert both ways", () => {
    const region = full(0, 10);
    const pointers = [0, 8, 20].map((offset) => region.offsetToLisp(offset));
    expect(pointers).toEqual([0x200000, 0x200004, 0x20000a]);
    expect(pointers.map((pointer) => region.lispToOffset(pointer))).toEqual([0, 8, 20]);
  });
  test("I-A23: below the base and past the end is nothing", () => {
    const region = full(0, 10);
    expect(region.lispToOffset(0x1fffff)).toBeNull();
    expect(region.lispToOffset(0x200000 + 10 * 256)).toBeNull();
    expect(region.lispToOffset(0x200000 + 10 * 256 - 1)).toBe(5118);
    expect(() => region.offsetToLisp(5120)).toThrow(/byte 5120 is outside storage region test/);
  });
  test("handing out ends with an error that changes nothing", () => {
    const region = full(0, 1);
    expect([region.take(6), region.take(500)]).toEqual([0x200000, 0x200004]);
    expect(() => region.take(8)).toThrow(/8 bytes asked, 4 of 512 left/);
    expect([region.nextBytes, region.usedPages, region.leftPages]).toEqual([508, 1, 0]);
    expect(region.take(4)).toBe(0x2000fe);
  });
  test("a heap that leaves the address space is refused", () => {
    expect(() => new StorageRegion("far", 0xfffff00, 2)).toThrow(/leave the address space/);
  });
});
