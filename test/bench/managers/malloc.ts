/** How fast the flat heap and the manager `malloc` hand out and take back: millions of pairs of operations a second. */
import { managerFactory } from "../../../core/managers/catalog.ts";
import { BlockHeap } from "../../../core/managers/malloc/blocks/block-heap.ts";
import { NIL } from "../../../core/memory/layout.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { ManagedHeap } from "../../support/heap/managed-heap.ts";
import { type BenchRow, secondsOf, speed } from "../row.ts";

const PAIRS = 200_000;
/** Blocks alive, so that the free list has something on it. */
const LIVE = 50;

/** One block freed and one allocated, round about through some of different sizes. */
function flatBlocks(fit: "first" | "best") {
  const heap = new BlockHeap(new VirtualMemory(8));
  heap.initialize({ fit });
  const pointers = Array.from({ length: LIVE }, (_, i) => heap.malloc(8 * (1 + (i % 7))));
  return speed(PAIRS, () =>
    secondsOf(() => {
      for (let i = 0; i < PAIRS; i++) {
        heap.free(pointers[i % LIVE] as number);
        pointers[i % LIVE] = heap.malloc(8 * (1 + (i % 7)));
      }
    }),
  );
}

/** A pair made and freed under the manager. */
function pairs(quarantine: number) {
  const factory = managerFactory("malloc");
  if (factory === null) throw new RangeError("the catalog has no malloc");
  const { manager } = new ManagedHeap(factory, { quarantine });
  return speed(PAIRS, () =>
    secondsOf(() => {
      for (let i = 0; i < PAIRS; i++) manager.explicit?.free(manager.cons(NIL, NIL), 0);
    }),
  );
}

export function rows(): BenchRow[] {
  const row = (name: string, figures: ReturnType<typeof speed>): BenchRow => ({
    name,
    ...figures,
    unit: "M/s",
    target: null,
  });
  return [
    row("flat heap, first fit: free and malloc", flatBlocks("first")),
    row("flat heap, best fit: free and malloc", flatBlocks("best")),
    row("malloc: cons and free", pairs(0)),
    row("malloc: cons and free, 64 waiting", pairs(64)),
  ];
}
