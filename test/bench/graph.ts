/** How long it takes to know every object of an image, who refers to it and what it keeps, and how much memory that takes. */

import type { IndexSteps } from "../../core/base/steps.ts";
import { graphSteps } from "../../core/inspect/graph/graph-steps.ts";
import { type RetainedSizes, retainedSteps } from "../../core/inspect/graph/retained.ts";
import { deadImage } from "../../core/inspect/image-view.ts";
import type { VirtualMemory } from "../../core/memory/virtual-memory.ts";
import { CodeDirectory } from "../../core/objects/code/code-directory.ts";
import { bigMemory } from "../support/images/big-image.ts";
import type { BenchRow } from "./row.ts";

/** Megabytes of the file, rounds, and the target in seconds. The second is as large as a file gets in an address space of 256 MB. */
const IMAGES = [
  { megabytes: 11, name: "11 MB", rounds: 7, target: 1 },
  { megabytes: 240, name: "256 MB", rounds: 3, target: 10 },
];
const ALLOWED_BYTES_A_WORD = 4;
const ALLOWED_BYTES_AN_OBJECT = 24;

export function rows(): readonly BenchRow[] {
  return IMAGES.flatMap(({ megabytes, name, rounds, target }) => measure(bigMemory(megabytes), name, rounds, target));
}

interface Round {
  readonly index: number;
  readonly sizes: number;
  readonly longestStep: number;
  readonly bytes: number;
  readonly objects: number;
}

function measure(memory: VirtualMemory, size: string, rounds: number, target: number): readonly BenchRow[] {
  const all = Array.from({ length: rounds }, () => round(memory));
  const { bytes, objects } = all[0] as Round;
  const allowed = ALLOWED_BYTES_A_WORD * memory.sizeWords + ALLOWED_BYTES_AN_OBJECT * objects;
  const image = `image of ${size}`;
  const row = (name: string, of: (one: Round) => number, unit: string, wanted: number | null): BenchRow => {
    const sorted = all.map(of).sort((a, b) => a - b);
    const median = sorted[sorted.length >> 1] as number;
    return { name, value: median, best: sorted[0] as number, unit, target: wanted, isLowerBetter: true };
  };
  return [
    row(`${image}: index of ${(objects / 1e6).toFixed(1)} million objects`, (one) => one.index, "s", target),
    row(`${image}: then what each retains`, (one) => one.sizes, "s", null),
    row(`${image}: longest step of the two`, (one) => one.longestStep, "s", null),
    {
      name: `${image}: memory and index, of what is allowed`,
      value: (100 * (memory.sizeBytes + bytes)) / allowed,
      best: null,
      unit: "%",
      target: 100,
      isLowerBetter: true,
    },
  ];
}

/** One index from nothing. What the steps of the sizes take before the graph is there is the graph's. */
function round(memory: VirtualMemory): Round {
  const view = deadImage(memory, new CodeDirectory());
  const index = timed(graphSteps(view));
  const sizes = timed<RetainedSizes>(retainedSteps(view));
  const { graph } = sizes.answer;
  return {
    index: index.seconds,
    sizes: sizes.seconds,
    longestStep: Math.max(index.longestStep, sizes.longestStep),
    bytes: graph.bytes + sizes.answer.bytes,
    objects: graph.objects,
  };
}

function timed<T>(steps: IndexSteps<T>): {
  readonly answer: T;
  readonly seconds: number;
  readonly longestStep: number;
} {
  const start = performance.now();
  let longest = 0;
  for (let before = start; ; ) {
    const step = steps.next();
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
    if (step.done === true) return { answer: step.value, seconds: (now - start) / 1000, longestStep: longest / 1000 };
  }
}
