import { expect, test } from "vitest";
import type { VirtualMemory } from "../../../../core/memory/virtual-memory.ts";
import { consPages } from "../../../../core/objects/cons.ts";
import { typeDescriptor } from "../../../../core/objects/dtd.ts";
import { describeGolden } from "../../../support/golden/golden.ts";
import {
  Digest,
  type GoldenConfig,
  type GoldenTables,
  goldenHeap,
  readGlobals,
  readTables,
} from "../../../support/heap/golden-heap.ts";
import { type GoldenOperation, listOperations, runOperations } from "./golden-operations.ts";

interface Sequence {
  readonly name: string;
  readonly ops: readonly GoldenOperation[];
  readonly checkpoints?: readonly (readonly [number, number])[];
  readonly final: {
    readonly pages: Readonly<Record<string, string>>;
    readonly digest: number;
    readonly listpDTD: {
      readonly free: number;
      readonly cnt0: number;
      readonly oldcnt: number;
      readonly nextpage: number;
    };
    readonly nxtMDSPage: number;
    readonly nactivepages: number;
    readonly ht: GoldenTables;
  };
}

const LISTP = 5;

function cellsOf(memory: VirtualMemory, page: number): number[] {
  return Array.from({ length: 128 }, (_, i) => memory.cell(page * 256 + 2 * i));
}
function pagesDigest(memory: VirtualMemory): number {
  const digest = new Digest();
  for (const page of consPages(memory)) {
    digest.add(page);
    for (const cell of cellsOf(memory, page)) digest.add(cell);
  }
  return digest.value;
}

describeGolden<{ config: GoldenConfig; sequences: Sequence[] }>(
  "cons.json",
  ({ config, sequences }) => {
    test.each(sequences.map((sequence) => [sequence.name, sequence] as const))(
      "%s",
      (_name, { ops, checkpoints, final }) => {
        const heap = goldenHeap(config, 16);
        const { memory } = heap;
        const digests = new Map(checkpoints ?? []);
        runOperations(heap, ops, listOperations, (done) => {
          const expected = digests.get(done);
          if (expected !== undefined) expect([done, pagesDigest(memory)]).toEqual([done, expected]);
        });
        const pages = Object.fromEntries(
          consPages(memory).map((page) => [
            page,
            cellsOf(memory, page)
              .map((cell) => cell.toString(16).padStart(8, "0"))
              .join(""),
          ]),
        );
        expect(pages).toEqual(final.pages);
        expect(pagesDigest(memory)).toBe(final.digest);
        const { free, recentAllocations, allocations, nextPage } = typeDescriptor(memory, LISTP);
        expect({ free, cnt0: recentAllocations, oldcnt: allocations, nextpage: nextPage }).toEqual(final.listpDTD);
        const { nxtMDSPage, nactivepages } = final;
        expect(readGlobals(memory, { nxtMDSPage, nactivepages })).toEqual({ nxtMDSPage, nactivepages });
        expect(readTables(memory)).toEqual({ big: [], ...final.ht });
      },
    );
  },
  "I-F6, I-C4",
);
