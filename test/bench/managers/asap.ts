/** What a lifetime plan costs: pairs by strategy, releases of a long list, and a store with and without an open arena. */
import type { STRATEGY } from "../../../core/isa/plan.ts";
import { AsapTestHeap, number } from "../../support/heap/asap-heap.ts";
import { type BenchRow, secondsOf, speed } from "../row.ts";

const MILLION_PER_SECOND = "M/s";
const LENGTH = 2_500;
const LISTS = 200;
const DEEP = 1_000_000;
const SIZE = { megabytes: 32, endPage: 0x8000 };

type Speed = Pick<BenchRow, "best"> & { readonly value: number };
type Step = (heap: AsapTestHeap, list: number) => void;

function quietHeap(): AsapTestHeap {
  const heap = new AsapTestHeap({}, SIZE);
  heap.quiet();
  return heap;
}

function build(heap: AsapTestHeap, strategy: keyof typeof STRATEGY, length: number): number {
  let list = 0;
  for (let i = 0; i < length; i++) list = heap.cons(strategy, number(i & 0xff), list);
  return list;
}

/** Lists of 2500 pairs that are made and end again. */
function turnover(strategy: keyof typeof STRATEGY, begin: (heap: AsapTestHeap) => void, end: Step): Speed {
  const heap = quietHeap();
  const work = () => {
    for (let i = 0; i < LISTS; i++) {
      begin(heap);
      end(heap, build(heap, strategy, LENGTH));
    }
  };
  return speed(LISTS * LENGTH, () => secondsOf(work));
}

/** One list of a million pairs, by one operation. */
function deepRelease(strategy: keyof typeof STRATEGY, end: Step): Speed {
  const heap = quietHeap();
  return speed(DEEP, () => {
    const list = build(heap, strategy, DEEP);
    return secondsOf(() => end(heap, list));
  });
}

function stores(inArena: boolean): Speed {
  const heap = quietHeap();
  const pair = heap.manager.cons(number(1), 0);
  if (inArena) heap.manager.arenas?.enter("bench");
  const work = () => {
    for (let i = 0; i < DEEP; i++) heap.setCar(pair, number(i & 0xff));
  };
  return speed(DEEP, () => secondsOf(work));
}

const nothing = () => {};

export function rows(): BenchRow[] {
  const measured: readonly (readonly [string, Speed])[] = [
    ["asap: pair made and released", turnover("OWNED", nothing, (heap, list) => heap.perform("RELEASE", list))],
    ["asap: pair made and counted down", turnover("COUNTED", nothing, (heap, list) => heap.perform("DROP", list))],
    [
      "asap: pair in a scope",
      turnover(
        "STACK",
        (heap) => heap.perform("STACK_BEGIN"),
        (heap) => heap.perform("STACK_END"),
      ),
    ],
    ["asap: pair of a list of a million released", deepRelease("OWNED", (heap, list) => heap.perform("RELEASE", list))],
    ["asap: store, no arena open", stores(false)],
    ["asap: store, region open", stores(true)],
  ];
  return measured.map(([name, { value, best }]) => ({ name, value, best, unit: MILLION_PER_SECOND, target: null }));
}
