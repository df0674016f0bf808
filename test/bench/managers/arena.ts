/**
 * Arenas against the regular allocator, with the workload of the description of system M: 1000 objects of 64 bytes, which then all go. Both are those of the manager
 * `arena`, called directly, on the same heap; the regular allocator is the one that `(free x)` gives back to, with its check against freeing twice.
 */
import { managerFactory } from "../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../core/managers/contract.ts";
import { SMALL_POSITIVE } from "../../../core/memory/layout.ts";
import { ManagedHeap } from "../../support/heap/managed-heap.ts";
import { type BenchRow, secondsOf } from "../row.ts";

/** A hunk of 16 cells: 64 bytes. */
const OBJECT_TYPE = 39;
const OBJECTS = 1000;
const TURNS = 1000;
const ROUNDS = 5;
const NANOSECONDS = 1e9;
const SIZE = { megabytes: 16, endPage: 0x8000 };
/** Of objects that one heap of that size has room for. */
const TURNS_A_HEAP = 100;

interface Times {
  readonly allocate: number;
  readonly release: number;
}

function heap() {
  const { manager } = new ManagedHeap(
    managerFactory("arena") as ManagerFactory,
    {},
    { megabytes: 16, endPage: 0x8000 },
  );
  manager.due();
  const { arenas, explicit } = manager;
  if (arenas === null || explicit === null) throw new RangeError("the manager has no arenas");
  return { manager, arenas, explicit };
}

/** Seconds of many short turns. The one in the middle counts: a turn during which something else ran says nothing. */
class Turns {
  private readonly seconds: number[] = [];
  measure(turn: () => void): void {
    this.seconds.push(secondsOf(turn));
  }
  get middle(): number {
    this.seconds.sort((a, b) => a - b);
    return this.seconds[this.seconds.length >> 1] as number;
  }
}

/** Seconds that 1000 objects take to make, and to give back. */
function inArenas(): Times {
  const { manager, arenas } = heap();
  const allocate = new Turns();
  const release = new Turns();
  for (let turn = 0; turn < TURNS; turn++) {
    arenas.enter(null);
    allocate.measure(() => {
      for (let i = 0; i < OBJECTS; i++) manager.allocate(OBJECT_TYPE);
    });
    release.measure(() => void arenas.exit(0));
  }
  return { allocate: allocate.middle, release: release.middle };
}

function byRegularAllocator(): Times {
  const { manager, explicit } = heap();
  const objects = new Int32Array(OBJECTS);
  const allocate = new Turns();
  const release = new Turns();
  for (let turn = 0; turn < TURNS; turn++) {
    allocate.measure(() => {
      for (let i = 0; i < OBJECTS; i++) objects[i] = manager.allocate(OBJECT_TYPE);
    });
    release.measure(() => {
      for (let i = 0; i < OBJECTS; i++) explicit.free(objects[i] as number, 0);
    });
  }
  return { allocate: allocate.middle, release: release.middle };
}

/** Seconds that the same objects take in storage that nothing comes back to: new pages, new heaps. */
function withoutRelease(): number {
  const turns = new Turns();
  for (let turn = 0; turn < TURNS; turn += TURNS_A_HEAP) {
    const { manager } = new ManagedHeap(managerFactory("none") as ManagerFactory, {}, SIZE);
    for (let i = 0; i < TURNS_A_HEAP; i++) {
      turns.measure(() => {
        for (let i = 0; i < OBJECTS; i++) manager.allocate(OBJECT_TYPE);
      });
    }
  }
  return turns.middle;
}

/** Seconds for a list of 1000 pairs, made from its end. */
function pairs(inArena: boolean): number {
  const { manager, arenas } = heap();
  const turns = new Turns();
  for (let turn = 0; turn < TURNS; turn++) {
    if (inArena) arenas.enter(null);
    turns.measure(() => {
      let list = 0;
      for (let i = 0; i < OBJECTS; i++) list = manager.cons(SMALL_POSITIVE, list);
    });
    if (inArena) arenas.exit(0);
  }
  return turns.middle;
}

interface Figures {
  readonly median: number;
  readonly best: number;
}

/** Nanoseconds an object, of several rounds after one that is not counted. */
function figuresOf(rounds: readonly number[]): Figures {
  const sorted = rounds.map((seconds) => (seconds * NANOSECONDS) / OBJECTS).sort((a, b) => a - b);
  return { median: sorted[ROUNDS >> 1] as number, best: sorted[0] as number };
}
function measure(round: () => number): Figures {
  round();
  return figuresOf(Array.from({ length: ROUNDS }, round));
}
function measureBoth(round: () => Times): { readonly allocate: Figures; readonly release: Figures } {
  round();
  const times = Array.from({ length: ROUNDS }, round);
  const of = (part: keyof Times) => figuresOf(times.map((time) => time[part]));
  return { allocate: of("allocate"), release: of("release") };
}

export function rows(): BenchRow[] {
  const arena = measureBoth(inArenas);
  const regular = measureBoth(byRegularAllocator);
  const row = (name: string, { median, best }: Figures, unit = "ns", target: number | null = null): BenchRow => ({
    ...{ name, value: median, best, unit, target },
  });
  const ratio = (slow: Figures, fast: Figures) => ({ median: slow.median / fast.median, best: slow.best / fast.best });
  return [
    row("arena against regular allocator, allocation", ratio(regular.allocate, arena.allocate), "times", 3),
    row("object of 64 bytes: in an arena", arena.allocate),
    row("by the regular allocator", regular.allocate),
    row("by storage without free (manager none)", measure(withoutRelease)),
    row("its share in the end of the arena", arena.release),
    row("its free by the regular allocator", regular.release),
    row(
      "pair: in an arena",
      measure(() => pairs(true)),
    ),
    row(
      "by the regular allocator",
      measure(() => pairs(false)),
    ),
  ];
}
