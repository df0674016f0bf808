import { expect, test } from "vitest";
import { addPage } from "../../../../core/managers/storage/new-page.ts";
import { IFPAGE, interfaceWord } from "../../../../core/memory/interface-page.ts";
import { FPTOVP_BASE, TYPE_TABLE_BASE } from "../../../../core/memory/layout.ts";
import type { VirtualMemory } from "../../../../core/memory/virtual-memory.ts";
import { typeDescriptor, writeTypeDescriptor } from "../../../../core/objects/dtd.ts";
import { describeGolden } from "../../../support/golden/golden.ts";
import {
  type GoldenConfig,
  type GoldenGlobals,
  type GoldenHeap,
  goldenHeap,
  readGlobals,
  setGlobals,
  testVariables,
} from "../../../support/heap/golden-heap.ts";
import { type GoldenOperation, runOperations } from "./golden-operations.ts";

interface Sequence {
  readonly name: string;
  readonly init: {
    readonly extraDTD: Readonly<Record<string, readonly [number, number]>>;
    readonly globals: GoldenGlobals;
    readonly memory?: readonly (readonly [number, number])[];
    readonly freeBlockBuckets?: number;
    readonly arraySpace?: number;
    readonly ifpageKey?: number;
    readonly fptovpInit?: unknown;
  };
  readonly ops: readonly GoldenOperation[];
  readonly final: {
    readonly globals: GoldenGlobals;
    readonly nactivepages: number;
    readonly dtd: Readonly<Record<string, { free: number; cnt0: number; oldcnt: number; nextpage: number }>>;
    readonly typeTableChanged: readonly (readonly [number, number])[];
    readonly fptovp?: readonly (readonly [number, number])[];
  };
}
const T = 76;
/** Words of the type table that the sequences may change: those of the first 32 MB. */
const TYPE_ENTRIES = 0x8000;

function prepare(memory: VirtualMemory, { init }: Sequence): void {
  for (const [type, [sizeWords, entry]] of Object.entries(init.extraDTD)) {
    writeTypeDescriptor(memory, { type: Number(type), name: 0, sizeWords, entry, pointers: 0 });
  }
  // As every start with more than 8 MB sets it; one sequence says otherwise.
  memory.setWord(interfaceWord(IFPAGE.dl24BitAddressable), 0xffff);
  setGlobals(memory, init.globals);
  memory.setCell(testVariables.arrayMerging, T);
  memory.setCell(testVariables.freeBlockBuckets, init.freeBlockBuckets ?? 0);
  memory.setCell(testVariables.arraySpace, init.arraySpace ?? 0);
  memory.setWord(interfaceWord(IFPAGE.key), init.ifpageKey ?? 0);
  for (const [address, value] of init.memory ?? []) memory.setCell(address, value);
  if (init.fptovpInit === undefined) return;
  for (let i = 0; i <= 125; i++) memory.setCell(FPTOVP_BASE + 2 * i, 0x5000 + i);
  memory.setCell(FPTOVP_BASE + 2 * 20, 0x200);
}

const operations: Record<string, (heap: GoldenHeap, args: readonly number[]) => number> = {
  createcell: ({ manager }, [type]) => manager.allocate(type as number),
  allocmds: ({ manager }, [entry]) => manager.storage.typed.allocateUnit(entry as number) << 8,
  newpage: ({ manager }, [address]) => {
    addPage(manager.storage.context, (address as number) >> 8);
    return address as number;
  },
};

describeGolden<{ config: GoldenConfig; sequences: Sequence[] }>(
  "storage.json",
  ({ config, sequences }) => {
    test.each(sequences.map((sequence) => [sequence.name, sequence] as const))("%s", (_name, sequence) => {
      const heap = goldenHeap(config, 33, (memory) => prepare(memory, sequence));
      const { memory } = heap;
      const { final } = sequence;
      const entries = () => Array.from({ length: TYPE_ENTRIES }, (_, i) => memory.word(TYPE_TABLE_BASE + i));
      const before = entries();
      runOperations(heap, sequence.ops, operations);
      expect(readGlobals(memory, final.globals)).toEqual(final.globals);
      expect(memory.cell(interfaceWord(IFPAGE.activePagesCell))).toBe(final.nactivepages);
      for (const [type, expected] of Object.entries(final.dtd)) {
        const { free, recentAllocations, allocations, nextPage } = typeDescriptor(memory, Number(type));
        const actual = { free, cnt0: recentAllocations, oldcnt: allocations, nextpage: nextPage };
        expect([type, actual]).toEqual([type, expected]);
      }
      const changed = entries().flatMap((entry, i) => (entry === before[i] ? [] : [[i, entry]]));
      expect(changed).toEqual(final.typeTableChanged);
      for (const [index, page] of final.fptovp ?? [])
        expect([index, memory.cell(FPTOVP_BASE + 2 * index)]).toEqual([index, page]);
    });
  },
  "I-F6, I-C15",
);
