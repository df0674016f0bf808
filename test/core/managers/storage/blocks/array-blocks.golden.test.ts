import { expect, test } from "vitest";
import type { BlockContent } from "../../../../../core/managers/contract.ts";
import type { VirtualMemory } from "../../../../../core/memory/virtual-memory.ts";
import { blockCell } from "../../../../../core/objects/arrays/blocks.ts";
import { setTypeEntries } from "../../../../../core/objects/types.ts";
import { describeGolden } from "../../../../support/golden/golden.ts";
import {
  type GoldenConfig,
  type GoldenTables,
  goldenHeap,
  readTables,
  testVariables,
} from "../../../../support/heap/golden-heap.ts";
import { type GoldenOperation, runOperations } from "../golden-operations.ts";

interface Sequence {
  readonly name: string;
  readonly init: {
    readonly blocks: readonly (readonly [number, BlockContent])[];
    readonly arrayMerging: boolean;
    readonly hunking: boolean;
    readonly arrayFrLst: number;
  };
  readonly ops: readonly GoldenOperation[];
  readonly final: {
    readonly cells: readonly (readonly [number, number])[];
    readonly buckets: readonly number[];
    readonly ht: GoldenTables;
  };
}
interface File {
  readonly config: GoldenConfig;
  readonly arraySpaceBase: number;
  readonly freeBlockBuckets: number;
  readonly sequences: readonly Sequence[];
}
const T = 76;

function layOut(memory: VirtualMemory, file: File, { init }: Sequence): void {
  setTypeEntries(memory, file.arraySpaceBase, 0x800000, 0);
  let at = file.arraySpaceBase;
  for (const [cells, content] of init.blocks) {
    memory.setCell(at, blockCell(content, true, cells));
    memory.setCell(at + 2 * (cells - 1), blockCell(content, true, cells));
    at += 2 * cells;
  }
  expect(at).toBe(init.arrayFrLst);
  memory.setCell(testVariables.reclaimCountdown, 0);
  memory.setCell(testVariables.freeBlockBuckets, file.freeBlockBuckets);
  memory.setCell(testVariables.arraySpace, file.arraySpaceBase);
  memory.setCell(testVariables.arrayFrLst, init.arrayFrLst);
  memory.setCell(testVariables.arrayMerging, init.arrayMerging ? T : 0);
  memory.setCell(testVariables.hunking, init.hunking ? T : 0);
}

describeGolden<File>(
  "arrays.json",
  (file) => {
    test.each(file.sequences.map((sequence) => [sequence.name, sequence] as const))("%s", (_name, sequence) => {
      const heap = goldenHeap(file.config, 16, (memory) => layOut(memory, file, sequence));
      const { memory, manager } = heap;
      const { final, init } = sequence;
      runOperations(heap, sequence.ops, {
        reclaim: (_heap, [data]) => {
          manager.reclaim(data as number);
          return 1;
        },
      });
      const cells: [number, number][] = [];
      for (let at = file.arraySpaceBase; at < init.arrayFrLst; at += 2) {
        if (memory.cell(at) !== 0) cells.push([at, memory.cell(at)]);
      }
      expect(cells).toEqual(final.cells);
      expect(final.buckets.map((_, i) => memory.cell(file.freeBlockBuckets + 2 * i))).toEqual(final.buckets);
      const { main, coll } = readTables(memory);
      expect({ main, coll }).toEqual(final.ht);
    });
  },
  "I-M9",
);
