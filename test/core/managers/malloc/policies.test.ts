/** What each item that system L lists as missing is worth: one workload under each policy, and the table of the manager's page that says so. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BlockHeap } from "../../../../core/managers/malloc/blocks/block-heap.ts";
import { compact } from "../../../../core/managers/malloc/blocks/compaction.ts";
import type { HeapConfiguration } from "../../../../core/managers/malloc/blocks/configuration.ts";
import { VirtualMemory } from "../../../../core/memory/virtual-memory.ts";

interface Policy {
  readonly name: string;
  readonly rows: string;
  readonly configuration?: Partial<HeapConfiguration>;
  readonly never?: "free";
  readonly whenFull?: "compact";
}
const POLICIES: readonly Policy[] = [
  { name: "free only counts", rows: "published", never: "free" },
  { name: "free list, whole blocks", rows: "L-M1, L-M10", configuration: { split: false, coalesce: false } },
  { name: "free list and splitting, no joining", rows: "L-M6", configuration: { coalesce: false } },
  { name: "free list, splitting, joining: the usual way", rows: "L-M2, L-M3" },
  { name: "best fit", rows: "L-M5", configuration: { fit: "best" } },
  { name: "aligned", rows: "L-F7", configuration: { aligned: true } },
  { name: "the usual way, compaction when full", rows: "L-M4, L-M9", whenFull: "compact" },
];

const STEPS = 5000;
const MOST_LIVE = 180;

/** 5000 random steps, up to 180 blocks of 1 to 200 words alive, in a heap of 20 000 words. */
function work({ configuration = {}, never, whenFull }: Policy) {
  const heap = new BlockHeap(new VirtualMemory(8));
  heap.initialize(configuration);
  let seed = 1;
  const random = (limit: number) => {
    seed = (seed * 48271) % 0x7fffffff;
    return seed % limit;
  };
  let live: number[] = [];
  const refused: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const isMalloc = live.length === 0 || (live.length < MOST_LIVE && random(20) < 11);
    const number = random(1_000_000);
    if (isMalloc) {
      const words = 1 + (number % 200);
      let pointer = heap.malloc(words);
      if (pointer === 0 && whenFull === "compact") {
        const moves = compact(heap, []);
        live = live.map((each) => moves.get(each) ?? each);
        pointer = heap.malloc(words);
      }
      if (pointer === 0) refused.push(step);
      else live.push(pointer);
    } else {
      const [pointer = 0] = live.splice(number % live.length, 1);
      if (never !== "free") heap.free(pointer);
    }
  }
  const { fragmentation, wastedShare } = heap.statistics();
  return { refused: refused.length, first: refused[0] ?? null, fragmentation, wastedShare };
}

const page = readFileSync(join(import.meta.dirname, "../../../../docs/managers/malloc.md"), "utf8");
const results = new Map(POLICIES.map((policy) => [policy, work(policy)]));
const resultOf = (policy: Policy) => results.get(policy) ?? work(policy);
const rowOf = (policy: Policy) => {
  const { refused, first, fragmentation, wastedShare } = resultOf(policy);
  return `| ${policy.name} | ${policy.rows} | ${refused} | ${first ?? "never"} | ${fragmentation} % | ${wastedShare} % |`;
};

describe("the page says what each policy is worth", () => {
  test.each(POLICIES)("$name ($rows)", (policy) => {
    expect(page.split("\n")).toContain(rowOf(policy));
  });
  test("a free list, then joining, then compaction let more requests through; splitting without joining does not (L-M1, L-M3, L-M4, L-M6)", () => {
    const [counts = 0, whole = 0, split = 0, joined = 0, , , compacted = 0] = POLICIES.map(
      (policy) => resultOf(policy).refused,
    );
    expect([whole < counts, joined < whole, compacted < joined, split > whole]).toEqual([true, true, true, true]);
  });
});
