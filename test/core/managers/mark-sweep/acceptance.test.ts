/** The acceptance cases of system Z, on the heap that the mark-sweep manager uses. Sizes are what the cases say, times are milliseconds. */
import { describe, expect, test } from "vitest";
import { memoryReport, statisticsDictionary } from "../../../../core/managers/mark-sweep/table/report.ts";
import { INTEGER_BYTES, textBytes, ZexusHeap } from "../../../support/heap/zexus-heap.ts";

const times = (count: number, run: (i: number) => void) => {
  for (let i = 0; i < count; i++) run(i);
};

describe("collections", () => {
  test("Z-A1: of 5100 objects with 100 roots a forced collection takes exactly 5000 (Z-F7, Z-F9)", () => {
    const heap = new ZexusHeap({ threshold: 10_000 });
    times(100, () => heap.allocate(28, null, { root: true }));
    times(5000, () => heap.allocate(28));
    expect(heap.collect()).toBe(5000);
    expect(heap.table.liveObjects).toBe(100);
    expect(heap.table.statistics.runs).toBe(1);
  });

  test("Z-A2: 999 integers are one short of the default threshold", () => {
    const heap = new ZexusHeap();
    times(999, () => heap.allocate(INTEGER_BYTES));
    expect(heap.table.statistics).toMatchObject({ runs: 0, current: 27_972 });
    expect(heap.table.liveObjects).toBe(999);
  });

  test("Z-A3: the allocation that reaches the threshold keeps its object (Z-F8, Z-C3)", () => {
    const heap = new ZexusHeap();
    times(999, (i) => heap.allocate(INTEGER_BYTES, i));
    const last = heap.allocate(INTEGER_BYTES, "last");
    expect(heap.table.statistics).toMatchObject({ runs: 1, collected: 999 });
    expect(heap.table.liveObjects).toBe(1);
    expect(heap.get(last)).toBe("last");
  });

  test("Z-A4: with threshold 10, three roots and seven others, six are collected", () => {
    const heap = new ZexusHeap({ threshold: 10 });
    times(3, () => heap.allocate(28, null, { root: true }));
    times(7, () => heap.allocate(28));
    expect(heap.table.statistics.collected).toBe(6);
    expect(heap.table.liveObjects).toBe(4);
  });

  test("Z-A5: what a rooted container holds survives (Z-C2)", () => {
    const heap = new ZexusHeap();
    const inner = heap.allocate(28, "inner");
    heap.allocate(64, "container", { root: true, references: [inner] });
    expect(heap.collect()).toBe(0);
    expect(heap.get(inner)).toBe("inner");
  });

  test("Z-A6: two objects that refer to each other go together (Z-C2)", () => {
    const heap = new ZexusHeap();
    const first = heap.allocate(64);
    const second = heap.allocate(64, null, { references: [first] });
    heap.refer(first, second);
    heap.allocate(28, null, { root: true });
    expect(heap.collect()).toBe(2);
    expect(heap.table.liveObjects).toBe(1);
  });

  test("Z-A24: nothing is due below the threshold, and the run counter stays", () => {
    const heap = new ZexusHeap({ threshold: 100 });
    times(99, () => heap.allocate(28));
    expect(heap.heap.isDue).toBe(false);
    expect(heap.table.statistics).toMatchObject({ runs: 0, collectionTime: null });
  });

  test("Z-A17: waves: everything but the newest was collected before the program frees it (Z-F18)", () => {
    const heap = new ZexusHeap();
    let freed = 0;
    times(10, () => {
      const wave = Array.from({ length: 1000 }, () => heap.allocate(28));
      for (const handle of wave.slice(0, 500)) if (heap.heap.deallocate(handle)) freed++;
    });
    expect(freed).toBe(0);
    expect(heap.table.liveObjects).toBe(1);
    const { runs, collected, allocations, deallocations } = heap.table.statistics;
    expect({ runs, collected, allocations, deallocations }).toEqual({
      runs: 10,
      collected: 9999,
      allocations: 10_000,
      deallocations: 9999,
    });
  });

  test("Z-A18: stress: collected, freed and live objects add up to 100,000 (Z-F18)", () => {
    const heap = new ZexusHeap({ threshold: 500 });
    let seed = 1;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      return seed % below;
    };
    let freed = 0;
    times(1000, () => {
      const round = Array.from({ length: 100 }, () => heap.allocate(INTEGER_BYTES));
      times(50, () => {
        const [handle = 0] = round.splice(random(round.length), 1);
        if (heap.heap.deallocate(handle)) freed++;
      });
    });
    const { runs, collected } = heap.table.statistics;
    expect(runs).toBe(200);
    expect(collected + freed + heap.table.liveObjects).toBe(100_000);
    expect(heap.table.liveObjects).toBeLessThanOrEqual(1);
    expect(collected).toBeGreaterThanOrEqual(59_800);
    expect(collected).toBeLessThanOrEqual(60_000);
  });

  test("Z-A19: what is freed at once is not collected: 100 allocations, 100 deallocations, 2 runs (Z-F8)", () => {
    const heap = new ZexusHeap({ threshold: 50 });
    times(100, () => heap.heap.deallocate(heap.allocate(28)));
    expect(heap.table.statistics).toMatchObject({ allocations: 100, deallocations: 100, runs: 2 });
  });
});

describe("ids", () => {
  test("Z-A7: freed ids are given again, last freed first (Z-F1, Z-F2)", () => {
    const heap = new ZexusHeap();
    const handles = Array.from({ length: 5 }, () => heap.allocate(28));
    expect(handles.map((handle) => heap.id(handle))).toEqual([0, 1, 2, 3, 4]);
    for (const id of [1, 3, 0]) heap.heap.deallocate(handles[id] as number);
    expect(Array.from({ length: 5 }, () => heap.id(heap.allocate(28)))).toEqual([0, 3, 1, 5, 6]);
  });

  test("Z-A8: freeing twice and freeing what never was answer false, and a stale handle is an error", () => {
    const heap = new ZexusHeap();
    const first = heap.allocate(28, "first");
    expect(heap.heap.deallocate(first)).toBe(true);
    expect(heap.heap.deallocate(first)).toBe(false);
    expect(heap.heap.deallocate(77)).toBe(false);
    const second = heap.allocate(28, "second");
    expect(heap.id(second)).toBe(heap.id(first));
    expect(heap.heap.deallocate(first)).toBe(false);
    expect(() => heap.get(first)).toThrow("object 0.1 is gone: id 0 is another object now");
    expect(heap.get(second)).toBe("second");
    heap.heap.deallocate(second);
    expect(() => heap.get(second)).toThrow("object 0.2 is gone: no object has id 0");
  });

  test("Z-C9: the next object with the id of a freed root is no root", () => {
    const heap = new ZexusHeap();
    const root = heap.allocate(28, null, { root: true });
    heap.heap.deallocate(root);
    const next = heap.allocate(28);
    expect(heap.id(next)).toBe(heap.id(root));
    expect(heap.collect()).toBe(1);
  });

  test("roots can be taken back (Z-F7)", () => {
    const heap = new ZexusHeap();
    const root = heap.allocate(28, null, { root: true });
    expect(heap.collect()).toBe(0);
    expect(heap.table.removeRoot(heap.id(root))).toBe(true);
    expect(heap.table.removeRoot(heap.id(root))).toBe(false);
    expect(heap.collect()).toBe(1);
  });
});

describe("the limit", () => {
  const full = () => {
    const heap = new ZexusHeap({ limit: 1000 });
    const first = heap.allocate(600, null, { root: true });
    heap.allocate(400, null, { root: true });
    return { heap, first };
  };

  test("Z-A9: 1000 bytes fit into a limit of 1000 (Z-F3)", () => {
    expect(full().heap.table.statistics.current).toBe(1000);
  });

  test("Z-A10: one byte more is an error that changes nothing (Z-F3)", () => {
    const { heap } = full();
    expect(() => heap.allocate(1)).toThrow("Heap full: 1001 > 1000");
    expect(heap.table.statistics).toMatchObject({ allocations: 2, current: 1000 });
    expect(heap.table.used).toBe(2);
  });

  test("Z-A11: a freed object makes room, and totals go on", () => {
    const { heap, first } = full();
    expect(heap.heap.deallocate(first)).toBe(true);
    expect(heap.id(heap.allocate(600))).toBe(0);
    const { current, peak, totalAllocated, totalFreed } = heap.table.statistics;
    expect({ current, peak, totalAllocated, totalFreed }).toEqual({
      current: 1000,
      peak: 1000,
      totalAllocated: 1600,
      totalFreed: 600,
    });
  });

  test("Z-A12: a text of 1000 characters does not fit into 100 bytes", () => {
    const heap = new ZexusHeap({ limit: 100 });
    expect(() => heap.allocate(textBytes(1000))).toThrow("Heap full: 1041 > 100");
  });

  test("Z-A13: a full heap collects first", () => {
    const heap = new ZexusHeap({ limit: 1024 });
    times(100, () => heap.allocate(textBytes(10)));
    expect(heap.table.statistics).toMatchObject({ runs: 4, collected: 80, current: 1020 });
    expect(heap.table.liveObjects).toBe(20);
  });
});

describe("figures", () => {
  test("Z-A15: a leak is older than 60 seconds, and no root (Z-F12)", () => {
    const heap = new ZexusHeap();
    const now = 500_000;
    heap.now = now - 60_500;
    const plain = heap.allocate(28);
    heap.now = now - 500_000;
    heap.allocate(28, null, { root: true });
    heap.now = now - 59_000;
    heap.allocate(28);
    expect(heap.table.leaks(now).map(({ handle }) => handle)).toEqual([plain]);
    expect(heap.table.leaks(now - 500)).toEqual([]);
  });

  test("Z-A16: the report (Z-F5, Z-F6, Z-F13)", () => {
    const heap = new ZexusHeap();
    for (const [i, size] of [1000, 1001, 1002].entries()) heap.allocate(size, null, { root: i === 1 });
    expect(memoryReport(heap.table.statistics, 3)).not.toContain("Avg GC Time");
    heap.collect();
    heap.table.statistics.addCollectionTime(2.5);
    const lines = memoryReport(heap.table.statistics, heap.table.liveObjects).split("\n");
    expect(lines.slice(0, 3)).toEqual(["=".repeat(60), "Zexus Memory Manager Report", "=".repeat(60)]);
    expect(lines.filter((line) => /^\w/.test(line) && !line.includes("%"))).toEqual([
      "Zexus Memory Manager Report",
      "Memory Usage:",
      "Allocation Statistics:",
      "Garbage Collection:",
    ]);
    expect(lines.map((line) => line.trim().split(/: +/)).filter(({ length }) => length === 2)).toEqual([
      ["Current", "1,001 bytes"],
      ["Peak", "3,003 bytes"],
      ["Total Alloc", "3,003 bytes"],
      ["Total Freed", "2,002 bytes"],
      ["Allocations", "3"],
      ["Deallocations", "2"],
      ["Live Objects", "1"],
      ["GC Runs", "1"],
      ["GC Time", "0.0025s"],
      ["Collected", "2"],
      ["Avg GC Time", "0.0025s"],
      ["Memory Efficiency", "66.7%"],
    ]);
    expect(statisticsDictionary(heap.table.statistics)).toEqual({
      total_allocated: "3,003 bytes",
      total_freed: "2,002 bytes",
      current_usage: "1,001 bytes",
      peak_usage: "3,003 bytes",
      allocation_count: 3,
      deallocation_count: 2,
      gc_runs: 1,
      gc_time: "0.0025s",
      objects_collected: 2,
      memory_efficiency: "66.7%",
    });
  });

  test("Z-A20: a hundred variables with small integers are 2,800 bytes in a hundred objects", () => {
    const heap = new ZexusHeap();
    times(100, (i) => heap.allocate(INTEGER_BYTES, i, { root: true }));
    expect(heap.table.statistics).toMatchObject({ allocations: 100, current: 2800 });
  });

  test("Z-A23: resetting the statistics keeps what is in use, which never falls below 0", () => {
    const heap = new ZexusHeap();
    const handle = heap.allocate(50);
    heap.table.statistics.reset();
    expect(heap.table.statistics).toMatchObject({ current: 50, peak: 50, allocations: 0, totalAllocated: 0 });
    heap.heap.deallocate(handle);
    expect(heap.table.statistics.current).toBe(0);
  });

  test("Z-A25: without a history nothing is remembered; with one, time, id and size, and no more than it holds (Z-F11)", () => {
    const silent = new ZexusHeap({ history: 0 });
    silent.allocate(28);
    expect(silent.table.history.newest(0, 10)).toEqual([]);
    const heap = new ZexusHeap({ history: 2 });
    times(3, (i) => {
      heap.now = 100 * i;
      heap.allocate(10 + i);
    });
    expect(heap.table.history.newest(0, 10)).toEqual([
      { time: 200, id: 2, size: 12 },
      { time: 100, id: 1, size: 11 },
    ]);
    expect(heap.table.history.total).toBe(3);
  });

  test("Z-A26: ten thousand numbered texts are 518,890 bytes", () => {
    const heap = new ZexusHeap({ threshold: 20_000 });
    times(10_000, (i) => heap.allocate(textBytes(`object_${i}`.length)));
    expect(heap.table.statistics.current).toBe(518_890);
    expect((heap.table.statistics.current / 1024).toFixed(2)).toBe("506.73");
  });

  test("Z-F4, Z-F10: the record of an object", () => {
    const heap = new ZexusHeap({ promoteAfter: 3, countsReferences: true });
    heap.allocate(8);
    heap.now = 17;
    const handle = heap.allocate(40, "x", { root: true });
    heap.allocate(40, "y", { root: true, references: [handle, handle] });
    heap.collect({ kind: "minor" });
    expect(heap.table.record(heap.id(handle))).toEqual({
      id: 1,
      handle,
      payload: 1,
      size: 40,
      time: 17,
      references: 2,
      generation: 1,
      isRoot: true,
    });
  });

  test("Z-F4: an object is allocated, marked while a collection has found it, and swept", () => {
    const heap = new ZexusHeap();
    const [root = 0, garbage = 0] = [true, false].map((root) => heap.allocate(28, null, { root }));
    const state = (handle: number) => {
      const id = heap.id(handle);
      if (!heap.table.isLive(id)) return "swept";
      return heap.heap.isMarking && heap.heap.marks.isMarked(id) ? "marked" : "allocated";
    };
    const states = () => [root, garbage].map(state);
    expect(states()).toEqual(["allocated", "allocated"]);
    heap.heap.begin("major", false);
    expect(states()).toEqual(["marked", "allocated"]);
    heap.heap.trace(Number.POSITIVE_INFINITY);
    heap.sweep();
    expect(states()).toEqual(["allocated", "swept"]);
  });

  test("Z-F5: times of collections add up, and an object that grows where it is counts", () => {
    const { table } = new ZexusHeap();
    table.enlarge(table.add(8, 0, 0), 4);
    expect(table.statistics).toMatchObject({ totalAllocated: 12, current: 12, peak: 12, allocations: 1 });
    table.remove(0);
    expect(table.statistics).toMatchObject({ totalFreed: 12, current: 0, deallocations: 1 });
    for (const milliseconds of [2.5, 4]) table.statistics.addCollectionTime(milliseconds);
    expect(statisticsDictionary(table.statistics).gc_time).toBe("0.0065s");
  });

  test("Z-F6: a heap that never had an object has an efficiency of 0 %", () => {
    expect(statisticsDictionary(new ZexusHeap().table.statistics).memory_efficiency).toBe("0.0%");
  });

  test("Z-C5: efficiency of 100 % does not hide how a deallocation ended: a miss is a miss", () => {
    const heap = new ZexusHeap({ threshold: 10 });
    const handles = Array.from({ length: 10 }, () => heap.allocate(28));
    const hits = handles.filter((handle) => heap.heap.deallocate(handle)).length;
    expect([hits, handles.length - hits]).toEqual([1, 9]);
    expect(statisticsDictionary(heap.table.statistics).memory_efficiency).toBe("100.0%");
  });
});
