/**
 * The heap of the mark-sweep manager, by the benchmarks that its origin published: allocation, deallocation, objects collected, waves, stress; then the
 * manager as a whole, in a machine. Published figures are in docs/benchmarks.md.
 */
import { IntList } from "../../../core/base/int-list.ts";
import { managerFactory } from "../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../core/managers/contract.ts";
import { ObjectTable } from "../../../core/managers/mark-sweep/table/object-table.ts";
import {
  DEFAULT_POLICY,
  type HeapPolicy,
  type ObjectGraph,
  TracedHeap,
} from "../../../core/managers/mark-sweep/traced-heap.ts";
import { ManagedHeap } from "../../support/heap/managed-heap.ts";
import { runProgram } from "../../support/lisp/run-program.ts";
import { alternate } from "../alternate.ts";
import { type BenchRow, secondsOf, speed } from "../row.ts";

const OBJECTS = 1_000_000;
const SIZE = 28;
/** Objects without references: the table and the collector alone are measured. */
const leaves: ObjectGraph = { beginScan() {}, scan() {}, release() {}, regionOf: () => 0 };

function heapOf(policy: Partial<HeapPolicy> = {}): TracedHeap {
  const table = new ObjectTable(1024 * 1024 * 1024);
  return new TracedHeap(table, leaves, { ...DEFAULT_POLICY, threshold: 2 * OBJECTS, ...policy });
}
function fill(heap: TracedHeap, count: number): void {
  for (let i = 0; i < count; i++) heap.allocate(SIZE, i, i);
}
function collect(heap: TracedHeap): void {
  heap.begin("major", false);
  heap.trace(Number.POSITIVE_INFINITY);
  heap.beginSweep(Number.POSITIVE_INFINITY);
  while (heap.sweepNext());
  heap.end();
}

function allocation() {
  return speed(OBJECTS, () => {
    const heap = heapOf();
    return secondsOf(() => fill(heap, OBJECTS));
  });
}
function deallocation(isHit: boolean) {
  return speed(OBJECTS, () => {
    const heap = heapOf();
    fill(heap, OBJECTS);
    const handles = Array.from({ length: OBJECTS }, (_, id) => heap.table.handle(id));
    if (!isHit) collect(heap);
    return secondsOf(() => {
      for (let i = 0; i < OBJECTS; i++) heap.deallocate(handles[i] as number);
    });
  });
}
function collected(policy: Partial<HeapPolicy> = {}) {
  return speed(OBJECTS, () => {
    const heap = heapOf(policy);
    fill(heap, OBJECTS);
    for (let id = 0; id < OBJECTS; id += 50) heap.table.addRoot(id);
    return secondsOf(() => collect(heap));
  });
}
/** Marking a wide graph whose objects have ten references each. */
function marked(workers: number) {
  const graph: ObjectGraph = {
    ...leaves,
    scan: (id, sink) => {
      for (let i = 1; i <= 10; i++) sink.mark((10 * id + i) % OBJECTS);
    },
  };
  const heap = new TracedHeap(new ObjectTable(1024 * 1024 * 1024), graph, {
    ...DEFAULT_POLICY,
    threshold: 2 * OBJECTS,
    workers,
  });
  fill(heap, OBJECTS);
  heap.table.addRoot(0);
  return speed(OBJECTS, () =>
    secondsOf(() => {
      heap.begin("major", false);
      heap.trace(Number.POSITIVE_INFINITY);
      heap.cancel();
    }),
  );
}

/** A marked heap in which one object of fifty is dead. */
function nearlyAlive(): TracedHeap {
  const heap = heapOf();
  fill(heap, OBJECTS);
  heap.begin("major", false);
  for (let id = 0; id < OBJECTS; id++) if (id % 50 !== 0) heap.marks.markOnly(id);
  return heap;
}
/** The search for dead objects, object by object and thirty-two at a time. */
function deadByObject() {
  return speed(OBJECTS, () => {
    const { table, marks } = nearlyAlive();
    const dead = new IntList();
    return secondsOf(() => {
      for (let id = 0; id < OBJECTS; id++) if (table.isLive(id) && !marks.isMarked(id)) dead.push(id);
    });
  });
}
function deadByWord() {
  return speed(OBJECTS, () => {
    const heap = nearlyAlive();
    return secondsOf(() => heap.beginSweep(Number.POSITIVE_INFINITY));
  });
}

/** In a machine's memory: pairs made and dropped, with the collections that are due. */
function consesCollected(options: Record<string, number | boolean>) {
  const count = 1_000_000;
  return speed(count, () => {
    const { manager } = new ManagedHeap(managerFactory("mark-sweep") as ManagerFactory, options);
    return secondsOf(() => {
      for (let n = 0; n < count; n++) {
        manager.cons(0xe0001, 0);
        const cause = manager.due();
        if (cause !== null) manager.collect(cause);
      }
    });
  });
}

const PROGRAM = "(define (work n) (while (> n 0) (list n n n n) (set! n (- n 1)))) (work 100000)";

/** Milliseconds of a program with and without collecting, taking turns. */
function compared(): string {
  const run = (manager: string) => () => 1000 * secondsOf(() => runProgram(PROGRAM, manager));
  const { first, second } = alternate(8, run("none"), run("mark-sweep"));
  return `${first.toFixed(0)}, ${second.toFixed(0)}`;
}

export function rows(): BenchRow[] {
  const row = (name: string, figures: { value: number; best: number }, target: number | null): BenchRow => ({
    name: `mark-sweep: ${name}`,
    ...figures,
    unit: "M/s",
    target,
  });
  return [
    row("allocation", allocation(), 5),
    row("deallocation", deallocation(true), 20),
    row("deallocation of what is gone", deallocation(false), null),
    row("objects collected", collected(), 10),
    row("objects collected, by 2 workers", collected({ workers: 2 }), null),
    row("objects marked, ten references each", marked(1), null),
    row("objects marked, by 2 workers", marked(2), null),
    row("dead objects found, one at a time", deadByObject(), null),
    row("dead objects found, 32 at a time", deadByWord(), null),
    row("pairs made and collected", consesCollected({}), null),
    row("the same, threshold 100000", consesCollected({ threshold: 100_000 }), null),
    row("the same, generational", consesCollected({ threshold: 100_000, generational: true }), null),
    {
      name: "mark-sweep: a program under none, under mark-sweep",
      value: compared(),
      best: null,
      unit: "ms",
      target: null,
    },
  ];
}
