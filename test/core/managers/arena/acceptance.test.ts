/** The acceptance cases of system M, with the sizes that they name. */
import { describe, expect, test } from "vitest";
import type { ArenaManager } from "../../../../core/managers/arena/arena-manager.ts";
import { Backing } from "../../../../core/managers/arena/bytes/backing.ts";
import { ByteArena } from "../../../../core/managers/arena/bytes/byte-arena.ts";
import { ContextAllocator, DEFAULT_CONFIG } from "../../../../core/managers/arena/bytes/context-allocator.ts";
import { LiteralPool } from "../../../../core/managers/arena/bytes/literal-pool.ts";
import { type AllocationKind, STRATEGIES } from "../../../../core/managers/arena/bytes/strategies.ts";
import { EVEN_SHARES, OWN_ARENA, WorkerArenas } from "../../../../core/managers/arena/bytes/worker-arenas.ts";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import { BLOCK_POINTERS, type ManagerFactory, type ManagerOptions } from "../../../../core/managers/contract.ts";
import { silent } from "../../../../core/managers/events.ts";
import type { ArenaPolicy } from "../../../../core/managers/storage/arenas/policy.ts";
import { NIL } from "../../../../core/memory/layout.ts";
import { typeName, writeTypeDescriptor } from "../../../../core/objects/dtd.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";

/** Types of these tests. */
const FIRST_TYPE = 80;

function withVm(config = {}): ContextAllocator {
  const allocator = new ContextAllocator({ ...DEFAULT_CONFIG, ...config });
  allocator.openVmArena();
  return allocator;
}

/** A program under the manager, with a type of its own for objects of each size in bytes. */
function program(sizes: readonly number[], options: ManagerOptions = {}) {
  const heap = new ManagedHeap(managerFactory("arena") as ManagerFactory, options);
  const { memory } = heap;
  const manager = heap.manager as ArenaManager;
  const type = (bytes: number) => FIRST_TYPE + sizes.indexOf(bytes);
  for (const bytes of sizes) {
    const number = type(bytes);
    writeTypeDescriptor(memory, { type: number, name: NIL, sizeWords: bytes / 2, pointers: NIL, entry: number });
  }
  manager.due();
  const placeOf = (object: number) => {
    const number = manager.arenas.arenaOf(object);
    return number === 0 ? "regular" : manager.arenas.unit?.identity.name;
  };
  return { manager, memory, type, placeOf };
}

describe("selection of the allocator", () => {
  test("M-A1: follows the table of system M for every context and object (M-F4)", () => {
    const kinds = Object.keys(STRATEGIES) as AllocationKind[];
    const of = (allocator: string) => kinds.filter((kind) => STRATEGIES[kind] === allocator);
    expect(of("vm")).toEqual([
      ...["native-function", "native-function-name", "string-literal", "constant", "global-constant", "error-text"],
    ]);
    expect(of("compiler")).toEqual([
      "parse-buffer",
      "symbol-table",
      "syntax-node",
      "compile-error-context",
      "temporary",
    ]);
    expect(of("regular")).toEqual([
      ...["runtime-string", "function", "closure", "upvalue", "class", "instance", "bound-method", "vector"],
      ...["hash-table", "linked-list", "pair", "range", "matrix"],
    ]);
    const asked = ["native-function", "global-constant", "string-literal", "instance", "temporary"] as const;
    expect(asked.map((kind) => STRATEGIES[kind] === "vm")).toEqual([true, true, true, false, false]);
  });

  test("M-A14: without a VM arena the regular allocator serves, and says so (M-F5)", () => {
    const allocator = new ContextAllocator();
    const copy = allocator.allocateText("error-text", "print");
    expect(copy).toMatchObject({ allocator: "regular", bytes: 5, isFallback: true });
    expect(allocator.statistics()).toMatchObject({
      vm: null,
      regular: { currentAllocations: 1, currentBytes: 5 },
      strategies: { fallbacks: 1, dynamic: { objects: 1, bytes: 5 } },
    });
  });

  test("M-A15: counts objects and bytes by allocator (M-F7, M-C1)", () => {
    const allocator = withVm();
    allocator.allocate("native-function", 48);
    allocator.allocate("closure", 64);
    allocator.allocateText("string-literal", "abcdef");
    allocator.allocate("runtime-string", 9);
    const { arena, dynamic } = allocator.strategyCounters();
    expect([arena, dynamic]).toEqual([
      { objects: 2, bytes: 54 },
      { objects: 2, bytes: 73 },
    ]);
    allocator.resetStrategyCounters();
    expect(allocator.strategyCounters().arena).toEqual({ objects: 0, bytes: 0 });
  });

  test("a string goes by its context: literals to the arena, strings of the running program to the regular allocator (M-F4, M-C4, M-C5)", () => {
    const allocator = withVm();
    expect(allocator.allocateText("string-literal", "text").allocator).toBe("vm");
    expect(allocator.allocateText("runtime-string", "text").allocator).toBe("regular");
    const { manager, type, placeOf } = program([8]);
    const pair = () => manager.allocate(type(8));
    expect(placeOf(pair())).toBe("regular");
    expect(placeOf(manager.arenas.compile(pair))).toBe("compiler");
    expect(placeOf(pair())).toBe("regular");
  });
});

describe("the VM arena", () => {
  test("M-A2: three names take 13 bytes, and are readable after 1000 compilations (M-F1, M-F6)", () => {
    const allocator = withVm();
    const names = ["print", "input", "len"].map((name) => allocator.allocateText("native-function-name", name));
    expect(allocator.statistics().vm).toMatchObject({ totalCount: 3, current: 13 });
    const { manager, type } = program([8]);
    for (let unit = 0; unit < 1000; unit++) manager.arenas.compile(() => manager.allocate(type(8)));
    expect(manager.arenas.unit?.figures()).toMatchObject({ objects: 1, generation: 999 });
    const texts = names.map(({ reference }) => reference !== null && allocator.text(reference));
    expect(texts).toEqual(["print", "input", "len"]);
  });

  test("M-A3: an object of 256 bytes after a name makes 2 allocations and 261 bytes (M-C1)", () => {
    const allocator = withVm();
    allocator.allocateText("native-function-name", "print");
    allocator.allocate("native-function", 256);
    expect(allocator.statistics().vm).toMatchObject({ totalCount: 2, current: 261 });
  });

  test("M-A10: 15 native names take 15 allocations, 55 bytes and one release (M-F1, M-M1)", () => {
    const allocator = withVm();
    const names = "print input len type str int float range sum min max abs sqrt sin cos".split(" ");
    for (const name of names) allocator.allocateText("native-function-name", name);
    expect(allocator.statistics().vm).toMatchObject({ totalCount: 15, current: 55 });
    allocator.shutDown();
    expect(allocator.backing.counters()).toMatchObject({ given: 1, currentBytes: 0 });
  });

  test("M-A16: equal literals are one allocation (M-M2)", () => {
    const allocator = withVm();
    const first = allocator.allocateText("string-literal", "abc");
    expect(allocator.allocateText("string-literal", "abc")).toBe(first);
    expect(allocator.literals.hits).toBe(1);
    expect(allocator.statistics().vm).toMatchObject({ totalCount: 1, current: 3 });
    const without = withVm({ literalPool: false });
    expect(without.allocateText("string-literal", "abc")).not.toBe(without.allocateText("string-literal", "abc"));
    const pool = new LiteralPool<object>();
    expect(pool.intern("a", () => ({}))).toBe(pool.intern("a", () => ({})));
    expect(pool.size).toBe(1);
  });

  test("error texts and constants lie in it; large constants are used where they are (M-M3, M-M4, M-M7)", () => {
    const allocator = withVm();
    const text = allocator.allocateText("error-text", "the list is empty");
    expect(text.reference !== null && allocator.text(text.reference)).toBe("the list is empty");
    allocator.allocateConstant(40, "table of 10");
    const before = allocator.statistics().vm;
    allocator.allocateConstant(100_000, "table of 25000");
    expect(allocator.statistics().vm).toMatchObject({
      current: (before?.current ?? 0) + 100_000,
      capacity: before?.capacity,
      mapped: 100_000,
    });
  });
});

describe("the compiler arena", () => {
  const unitOf = ({ arenas }: ArenaManager) => {
    const { words = 0, peakWords = 0, totalWords = 0, totalObjects, generation } = arenas.unit?.figures() ?? {};
    return { current: 2 * words, peak: 2 * peakWords, total: 2 * totalWords, totalCount: totalObjects, generation };
  };

  test("M-A4, M-A5: current, peak, total and count over a reset (M-F2, M-C3)", () => {
    const { manager, type } = program([1024, 8, 512]);
    manager.arenas.compile(() => [1024, 8].map((bytes) => manager.allocate(type(bytes))));
    expect(unitOf(manager)).toEqual({ current: 1032, peak: 1032, total: 1032, totalCount: 2, generation: 0 });
    manager.arenas.compile(() => manager.allocate(type(512)));
    expect(unitOf(manager)).toEqual({ current: 512, peak: 1032, total: 1544, totalCount: 3, generation: 1 });
  });

  test("what is shown of it has the peak of all expressions (M-M11)", () => {
    const { manager, type } = program([1024, 512]);
    manager.arenas.compile(() => manager.allocate(type(1024)));
    manager.arenas.compile(() => manager.allocate(type(512)));
    const shown = manager.view().figures.find(({ label }) => label === "compiler arena");
    expect(shown?.value).toBe("512 bytes in 1 allocations, peak 1024 bytes");
  });

  test.each([
    ["keep-all", { reset: "keep-all" }, 4096],
    ["keep-limit", { reset: "keep-limit", keepBytes: 2048 }, 2048],
    ["give-back", { reset: "give-back" }, 0],
  ])("the option reset %s says what the next expression finds (M-C3)", (_name, options, kept) => {
    const { manager, type } = program([1024], options);
    manager.arenas.compile(() => Array.from({ length: 4 }, () => manager.allocate(type(1024))));
    manager.arenas.compile(() => {});
    expect(2 * (manager.arenas.unit?.capacityWords ?? 0)).toBe(kept);
  });

  test("M-A6: a reference from before a reset is stale: error with object and generations", () => {
    const { manager, type } = program([8]);
    const object = manager.arenas.compile(() => manager.allocate(type(8)));
    expect(manager.arenas.staleReference(object)).toBeNull();
    manager.arenas.compile(() => {});
    expect(manager.arenas.staleReference(object)?.message).toMatch(
      /^stale reference: \{.*\}#[\d,]+ was allocated in arena 1 \(compiler\), which was reset: generation 0 of 1$/,
    );
    const later = manager.arenas.compile(() => manager.allocate(type(8)));
    manager.arenas.compile(() => {});
    expect(manager.arenas.staleReference(later)?.message).toContain("which was reset: generation 2 of 3");
  });

  test("M-A7: ten units need no more memory than one", () => {
    const { manager, type } = program([1024]);
    const capacities = Array.from({ length: 10 }, () => {
      manager.arenas.compile(() => Array.from({ length: 4 }, () => manager.allocate(type(1024))));
      return [manager.arenas.unit?.capacityWords, manager.storage.limit.pagesLeft()];
    });
    expect(unitOf(manager).peak).toBe(4096);
    expect(capacities[9]).toEqual(capacities[0]);
  });

  test("M-A8: after its end a request is an error", () => {
    const { manager, type } = program([8]);
    manager.arenas.compile(() => {});
    const ended = manager.arenas.unit;
    manager.collect("exit");
    expect(() => ended?.allocate(type(8))).toThrow("arena 1 (compiler) is not open");
    expect(() => ended?.allocateBlock(8, BLOCK_POINTERS, 1)).toThrow("arena 1 (compiler) is not open");
  });

  test("M-A9: opening it twice is an error, and loses nothing", () => {
    const { manager, type } = program([128]);
    manager.arenas.compile(() => {
      manager.allocate(type(128));
      expect(() => manager.arenas.compile(() => {})).toThrow("the compiler arena is open already");
    });
    expect(unitOf(manager).current).toBe(128);
    const vm = withVm();
    expect(() => vm.openVmArena()).toThrow("the VM arena is open already");
  });
});

describe("the regular allocator", () => {
  test("M-A11: counts, and lists what was never freed with its site (M-F3, M-F8)", () => {
    const { regular } = new ContextAllocator();
    const a = regular.allocate(100, "main.cons:3");
    regular.allocate(50, "main.cons:4");
    regular.free(a);
    expect(regular.counters()).toEqual({
      totalAllocations: 2,
      currentAllocations: 1,
      peakAllocations: 2,
      deallocations: 1,
      currentBytes: 50,
      peakBytes: 150,
    });
    expect(regular.leaks()).toMatchObject([{ bytes: 50, site: "main.cons:4" }]);
  });

  test("M-A12: when all is freed the leak check is clean, and arenas end before it (M-F8)", () => {
    const { manager, type } = program([8, 64]);
    const events: string[] = [];
    const unfreed = () => manager.view().sections.find(({ label }) => label === "Not freed")?.size;
    manager.observer = {
      ...silent,
      lifetime: (kind, _object, _words, _after, place) => events.push(`${kind} ${place}`),
    };
    manager.arenas.compile(() => manager.allocate(type(8)));
    const closure = manager.allocate(type(64));
    expect(unfreed()).toBe(1);
    manager.free(closure, 0);
    manager.collect("exit");
    expect(events.at(-1)).toBe("arena.end compiler");
    expect(unfreed()).toBe(0);
    const allocator = withVm();
    allocator.free(allocator.allocate("closure", 64, "main.cons:1").address);
    expect(allocator.shutDown()).toEqual([]);
    expect(() => allocator.vmArena?.allocate(1, "late")).toThrow("arena vm is not open");
    const leaking = withVm();
    leaking.allocate("closure", 64, "main.cons:1");
    expect(leaking.shutDown()).toMatchObject([{ bytes: 64, site: "main.cons:1" }]);
    expect(withVm({ leakDetection: false }).shutDown()).toEqual([]);
  });

  test("M-A13: an arena's pointer is not freed by the regular allocator, nor the reverse (M-F11)", () => {
    const allocator = withVm();
    const literal = allocator.allocateText("string-literal", "abc");
    const before = JSON.stringify(allocator.statistics());
    expect(() => allocator.free(literal.address)).toThrow("belongs to arena vm, not to the regular allocator");
    expect(() => allocator.free(12345)).toThrow("nothing that the regular allocator has handed out begins at 12345");
    expect(JSON.stringify(allocator.statistics())).toBe(before);
    const elsewhere = withVm().allocateText("string-literal", "x").reference;
    expect(() => elsewhere && allocator.vmArena?.check(elsewhere)).toThrow("x belongs to arena vm, not to arena vm");
    const { manager, type } = program([8]);
    const temporary = manager.arenas.compile(() => manager.allocate(type(8)));
    expect(() => manager.free(temporary, 0)).toThrow("it belongs to arena 1 (compiler), not to the regular allocator");
  });

  test("a change of size counts once (M-C8)", () => {
    const backing = new Backing();
    const { regular } = new ContextAllocator(DEFAULT_CONFIG, backing);
    const a = regular.allocate(100, "a");
    const b = regular.allocate(100, "b");
    const moved = regular.resize(a, 300);
    expect(moved).not.toBe(a);
    expect(regular.resize(moved, 250)).toBe(moved);
    expect(regular.counters()).toMatchObject({ totalAllocations: 2, currentBytes: 350, deallocations: 0 });
    expect(backing.counters().currentBytes).toBe(350);
    regular.free(moved);
    regular.free(b);
    expect(backing.counters()).toMatchObject({ currentBytes: 0, taken: 3, given: 3 });
    expect(() => regular.free(moved)).toThrow("nothing that the regular allocator has handed out");
  });
});

describe("stacks and pools", () => {
  test("M-A17: frames that are pushed and popped are arenas that open and end, the last one first (M-M6)", () => {
    const { manager, type } = program([32, 64, 16, 48]);
    const { arenas } = manager;
    const push = (bytes: number) => {
      arenas.enter(null);
      manager.allocate(type(bytes));
    };
    for (const bytes of [32, 64, 16]) push(bytes);
    arenas.exit(NIL);
    arenas.exit(NIL);
    push(48);
    const inUse = () => {
      const open = manager.view().sections.find(({ label }) => label === "Arenas");
      return open?.rows(0, open.size).map(({ details }) => Number(details[0]?.value));
    };
    expect(inUse()).toEqual([32, 48]);
    const peak = manager.view().figures.find(({ label }) => label === "peak in arenas");
    expect(peak?.value).toBe("112 bytes");
    arenas.exit(NIL);
    manager.allocate(type(16));
    expect(inUse()).toEqual([32 + 16]);
    arenas.exit(NIL);
    expect(() => arenas.exit(NIL)).toThrow("no arena is open that could end");
  });

  test("M-A18: a pool uses the slot again that was freed, then grows (M-M5)", () => {
    // A unit of 1 KB is a pool of four slots for objects of 256 bytes.
    const { manager, type, memory } = program([256], { quarantine: 0 });
    const freeSlots = () => {
      const pools = manager.view().sections.find(({ label }) => label === "Pools");
      return pools?.rows(0, pools.size).find(({ label }) => label === typeName(memory, type(256)))?.value;
    };
    const slots = [0, 1, 2, 3].map(() => manager.allocate(type(256)));
    expect(freeSlots()).toBeUndefined();
    manager.free(slots[1] as number, 0);
    expect(freeSlots()).toBe("1 free slots of 256 bytes");
    expect(manager.allocate(type(256))).toBe(slots[1]);
    const fifth = manager.allocate(type(256));
    expect(slots).not.toContain(fifth);
    expect(freeSlots()).toBe("3 free slots of 256 bytes");
    manager.free(fifth, 0);
    expect(() => manager.free(fifth, 0)).toThrow("double free: it is free already");
  });
});

describe("rules of an arena", () => {
  const small: ArenaPolicy = {
    chunk: 64,
    growth: 2,
    mostChunk: 256,
    reset: { kind: "keep-all" },
    limit: null,
    presize: 0,
  };

  test("chunks grow by the policy, up to its largest; one request may be larger (M-M9)", () => {
    const arena = new ByteArena("test", small, new Backing());
    const capacities = Array.from({ length: 12 }, () => {
      arena.allocate(64, "piece");
      return arena.capacity;
    });
    expect(capacities).toEqual([64, 192, 192, 448, 448, 448, 448, 704, 704, 704, 704, 960]);
    arena.allocate(1000, "large");
    expect(arena.figures()).toMatchObject({ chunks: 6, capacity: 1960 });
  });

  test("an arena that is sized before needs no further chunk (M-M10)", () => {
    const backing = new Backing();
    const arena = new ByteArena("test", { ...small, presize: 4096 }, backing);
    for (let i = 0; i < 64; i++) arena.allocate(64, "piece");
    expect([arena.capacity, backing.counters().taken]).toEqual([4096, 1]);
  });

  test("a limit is an error, and nothing has changed (M-C9)", () => {
    const arena = new ByteArena("test", { ...small, limit: 128 }, new Backing());
    arena.allocate(100, "first");
    const before = arena.figures();
    expect(() => arena.allocate(100, "second")).toThrow(
      "storage full: arena test has a limit of 128 bytes, capacity 104, requested 104",
    );
    expect(arena.figures()).toEqual(before);
    arena.allocate(20, "third");
  });

  test("a reset keeps chunks, keeps some, or gives all back (M-C3)", () => {
    const capacityAfter = (reset: ArenaPolicy["reset"]) => {
      const arena = new ByteArena("test", { ...small, reset }, new Backing());
      for (let i = 0; i < 7; i++) arena.allocate(64, "piece");
      arena.reset();
      return arena.capacity;
    };
    expect(capacityAfter({ kind: "keep-all" })).toBe(448);
    expect(capacityAfter({ kind: "keep-limit", most: 200 })).toBe(192);
    expect(capacityAfter({ kind: "give-back" })).toBe(0);
  });

  test("nothing is allocated for nothing, and a second end has no effect", () => {
    const allocator = withVm();
    allocator.allocate("native-function", 0);
    expect(allocator.regular.allocate(0, "nothing")).toBe(0);
    allocator.free(0);
    expect(allocator.statistics().vm).toMatchObject({ totalCount: 0, capacity: 0 });
    expect(allocator.statistics().regular.totalAllocations).toBe(0);
    allocator.vmArena?.allocate(10, "x");
    allocator.vmArena?.end();
    allocator.vmArena?.end();
    expect(allocator.backing.counters()).toMatchObject({ taken: 1, given: 1 });
    expect(() => allocator.vmArena?.allocate(1, "late")).toThrow("arena vm is not open");
  });

  test("each worker has an arena; placement is a policy; at the join they become one without a copy (M-M8)", () => {
    const backing = new Backing();
    const workers = new WorkerArenas(["one", "two"], OWN_ARENA, small, backing);
    const references = [workers.allocate(0, 40, "a"), workers.allocate(1, 30, "b"), workers.allocate(1, 30, "c")];
    expect(workers.arenas.map((arena) => arena.figures().current)).toEqual([40, 60]);
    const target = new ByteArena("vm", small, backing);
    target.allocate(5, "own");
    const { taken } = backing.counters();
    workers.join(target);
    expect(backing.counters().taken).toBe(taken);
    expect(target.figures()).toMatchObject({ current: 105, count: 4, chunks: 3 });
    for (const reference of references) target.check(reference);
    expect(() => workers.allocate(0, 1, "late")).toThrow("arena one is not open");
    target.reset();
    expect(() => target.check(references[0] as never)).toThrow("generation 0 of 1");

    const even = new WorkerArenas(["one", "two"], EVEN_SHARES, small, backing);
    for (let i = 0; i < 4; i++) even.allocate(0, 10, "piece");
    expect(even.arenas.map((arena) => arena.figures().current)).toEqual([20, 20]);
  });
});
