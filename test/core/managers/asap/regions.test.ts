/** Regions and arenas: the acceptance cases O-A25, O-A26, O-A32 and O-A33, and the arenas that a program opens. */
import { describe, expect, test } from "vitest";
import { ByteArena } from "../../../../core/managers/asap/regions/byte-arena.ts";
import { REGION_ERROR, RegionStack } from "../../../../core/managers/asap/regions/region-stack.ts";
import type { ProgramArenas } from "../../../../core/managers/contract.ts";
import { AsapTestHeap, number } from "../../../support/heap/asap-heap.ts";

describe("the stack of regions (O-F10)", () => {
  test("O-A25: a reference leads to the same region or an outer one", () => {
    const regions = new RegionStack();
    regions.enter(1, "r1");
    regions.enter(2, "r2");
    const codes = [0, 1, 2].map((source) => [0, 1, 2].map((target) => regions.check(source, target)));
    expect(codes).toEqual([
      [0, -3, -3],
      [0, 0, -3],
      [0, 0, 0],
    ]);
  });

  test("O-A26: a region that is over cannot be read or referred to, and the root is never left", () => {
    const regions = new RegionStack();
    regions.enter(1, "r1");
    expect(regions.checkRead(1)).toBe(0);
    expect(regions.exit()).toBe(0);
    expect(regions.checkRead(1)).toBe(-2);
    expect(regions.isOpen(1)).toBe(false);
    expect(regions.exit()).toBe(-4);
    expect(regions.current).toBe(regions.root);
    expect(regions.check(0, 1)).toBe(-2);
    expect(regions.check(0, null)).toBe(REGION_ERROR.null);
  });

  test("O-C9: that two regions are equally deep does not let one refer to the other", () => {
    const regions = new RegionStack();
    regions.enter(1, "first");
    const first = regions.current;
    regions.exit();
    regions.enter(2, "second");
    expect(regions.depth).toBe(1);
    expect(first.parent).toBe(regions.current.parent);
    expect(regions.check(2, 1)).toBe(REGION_ERROR.closed);
    expect(regions.check(1, 2)).toBe(REGION_ERROR.closed);
  });
});

describe("the account of an arena (O-F7)", () => {
  test("O-A32: small requests lie 8 bytes apart, a large one has a block of its own", () => {
    const arena = new ByteArena();
    const first = arena.allocate(1);
    expect(arena.allocate(1) - first).toBe(8);
    arena.allocate(5000);
    expect([arena.blockCount, arena.capacityBytes]).toEqual([2, 4096 + 5000]);
    expect(arena.allocate(1) - first).toBe(16);
  });

  test("O-A33: a reset keeps the blocks, and they are filled again", () => {
    const arena = new ByteArena();
    for (let cycle = 0; cycle < 10; cycle++) {
      const addresses = Array.from({ length: 10 }, () => arena.allocate(4096));
      expect(new Set(addresses).size).toBe(10);
      arena.reset(() => {});
      expect(arena.blockCount).toBe(10);
    }
  });

  test("O-A33: a large block is kept and used again too", () => {
    const arena = new ByteArena();
    for (let cycle = 0; cycle < 5; cycle++) {
      arena.allocate(10);
      arena.allocate(9000);
      arena.allocate(5000);
      arena.allocate(4090);
      arena.reset(() => {});
      expect([arena.blockCount, arena.capacityBytes]).toEqual([4, 2 * 4096 + 5000 + 9000]);
    }
  });

  test("O-C8: externals are released with the arena, each once", () => {
    const arena = new ByteArena();
    const released: number[] = [];
    arena.addExternal(5);
    arena.addExternal(7);
    arena.reset((external) => released.push(external));
    arena.addExternal(9);
    arena.end((external) => released.push(external));
    arena.end((external) => released.push(external));
    expect(released).toEqual([5, 7, 9]);
    expect(arena.blockCount).toBe(0);
  });
});

describe("arenas that a program opens (O-M7)", () => {
  const arenasOf = (heap: AsapTestHeap) => heap.manager.arenas as ProgramArenas;

  test("everything in it goes at once, whatever the plan says of it (O-F11)", () => {
    const heap = new AsapTestHeap();
    const before = heap.live();
    const number1 = arenasOf(heap).enter(null);
    const list = heap.list("OWNED", 1, 2, 3);
    expect(arenasOf(heap).arenaOf(list)).toBe(number1);
    heap.perform("RELEASE", list);
    expect(arenasOf(heap).exit(number(7))).toBe(number(7));
    expect(heap.taken()).toEqual(["arena.alloc 1", "arena.alloc 2", "arena.alloc 3", "arena.end 3"]);
    expect(heap.live()).toBe(before);
    expect(arenasOf(heap).arenaOf(list)).toBe(0);
  });

  test("a store into an outer region stops, and names both (O-F10)", () => {
    const heap = new AsapTestHeap();
    arenasOf(heap).enter("outer");
    const outer = heap.manager.cons(number(1), 0);
    arenasOf(heap).enter("inner");
    const inner = heap.manager.cons(number(2), outer);
    heap.taken();
    expect(() => heap.setCar(outer, inner)).toThrow(
      /region violation \(-3\): \{.*\}#[\d,]+ in region "outer" would refer to \{.*\}#[\d,]+ in region "inner", which ends before it/,
    );
    expect(() => heap.manager.replaceCdr(outer, inner)).toThrow("region violation");
    expect(heap.taken()).toEqual(["error", "error"]);
    expect(() => heap.setCar(inner, outer)).not.toThrow();
    arenasOf(heap).exit(0);
    arenasOf(heap).exit(0);
    expect(heap.taken()).toEqual(["arena.end 1", "region.exit 1", "arena.end 1", "region.exit 0"]);
  });

  test("an arena may be referred to from outside while it lasts, and not when it ends", () => {
    const heap = new AsapTestHeap();
    const outside = heap.manager.cons(number(1), 0);
    arenasOf(heap).enter(null);
    const inside = heap.manager.cons(number(2), 0);
    heap.setCar(outside, inside);
    expect(() => arenasOf(heap).exit(0)).toThrow("region violation");
    heap.manager.replaceCdr(outside, inside);
    heap.setCar(outside, number(3));
    expect(() => arenasOf(heap).exit(0)).toThrow("region violation");
    heap.manager.replaceCdr(outside, 0);
    expect(() => arenasOf(heap).exit(inside)).toThrow(/cannot leave arena \d: it lies in it/);
    expect(() => arenasOf(heap).exit(outside)).not.toThrow();
    expect(() => arenasOf(heap).exit(0)).toThrow("no arena is open that could end (region error -4)");
  });

  test("fields of larger objects are checked like those of pairs (O-F10)", () => {
    const heap = new AsapTestHeap();
    const outside = heap.manager.allocate(40);
    const block = heap.manager.allocateBlock(300, 1);
    arenasOf(heap).enter("inner");
    const inside = heap.manager.allocate(40);
    const innerBlock = heap.manager.allocateBlock(300, 1);
    expect(() => heap.setField(outside, 20, inside)).toThrow("region violation");
    expect(() => heap.setField(block, 299, inside)).toThrow("region violation");
    expect(() => heap.setField(innerBlock, 299, outside)).not.toThrow();
    expect(() => heap.setField(inside, 23, innerBlock)).not.toThrow();
  });

  test("what is made for ever belongs to no arena", () => {
    const heap = new AsapTestHeap();
    arenasOf(heap).enter("r");
    const name = arenasOf(heap).outside(() => heap.manager.allocateBlock(4, 0));
    expect(arenasOf(heap).arenaOf(name)).toBe(0);
    expect(arenasOf(heap).arenaOf(heap.manager.cons(name, 0))).toBe(1);
  });
});
