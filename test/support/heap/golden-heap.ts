/**
 * A heap in the start state of the golden sequences (cons, arrays, storage, refcount): tables and descriptors as their `config` says,
 * system variables in a corner of memory that no sequence looks at.
 */

import type { Pointer, WordAddress } from "../../../core/base/units.ts";
import { noSites } from "../../../core/managers/contract.ts";
import { RefcountManager } from "../../../core/managers/refcount/refcount-manager.ts";
import type { SystemVariables } from "../../../core/managers/storage/system-variables.ts";
import { IFPAGE, interfaceWord } from "../../../core/memory/interface-page.ts";
import { HTBIG_BASE, HTCOLL_BASE, HTMAIN_BASE, MISCSTATS_BASE, T } from "../../../core/memory/layout.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { writeTypeDescriptor } from "../../../core/objects/dtd.ts";
import { setTypeEntries } from "../../../core/objects/types.ts";

/** Variables lie in the pages of the screen. */
const VARIABLES_BASE = 0x120000;
const NAMES = [
  "reclaimCountdown",
  "reclaimMin",
  "gcDisabled",
  "freeBlockBuckets",
  "arrayMerging",
  "hunking",
  "arraySpace",
  "arraySpace2",
  "arrayFrLst",
  "arrayFrLst2",
  "mdsFreeListPage",
  "storageFullState",
  "storageFull",
  "vmemFullState",
  "pendingInterrupt",
  "interruptState",
  "systemCacheVars",
  "systemBufferList",
  "nxtMdsPage",
  "nxtArrayPage",
  "leastMdsPage",
  "secondMdsPage",
  "secondArrayPage",
  "lastVmemFilePage",
] as const;
const INTERRUPT_CELL = VARIABLES_BASE + 0x80;

export const testVariables: SystemVariables = {
  ...(Object.fromEntries(NAMES.map((name, i) => [name, VARIABLES_BASE + 2 * i])) as {
    [key in (typeof NAMES)[number]]: WordAddress;
  }),
  storageFullStateSymbol: 300,
  dirtySymbol: 301,
  closureCache: null,
};

export interface GoldenConfig {
  readonly typeTable: readonly (readonly [number, number, number])[];
  /** Type -> [size in words, type entry, name, supertype]. */
  readonly dtd: Readonly<Record<string, readonly number[]>>;
  readonly globals: GoldenGlobals;
}
export type GoldenGlobals = Readonly<Record<string, number>>;

/** Names of the golden files -> where the value lies. Cells, unless in the second list. */
const GLOBAL_CELLS: Record<string, WordAddress> = {
  reclaimCount: testVariables.reclaimCountdown,
  reclaimMin: testVariables.reclaimMin,
  ReclaimMin: testVariables.reclaimMin,
  nxtMDSPage: testVariables.nxtMdsPage,
  leastMDSPage: testVariables.leastMdsPage,
  secondMDSPage: testVariables.secondMdsPage,
  secondArrayPage: testVariables.secondArrayPage,
  nxtArrayPage: testVariables.nxtArrayPage,
  lastVmemFilePage: testVariables.lastVmemFilePage,
  mdsFreeListPage: testVariables.mdsFreeListPage,
  gcDisabled: testVariables.gcDisabled,
  GcDisabled: testVariables.gcDisabled,
  storageFullState: testVariables.storageFullState,
  storageFull: testVariables.storageFull,
  pendingInterrupt: testVariables.pendingInterrupt,
  PENDINGINTERRUPT: testVariables.pendingInterrupt,
  vmemFullState: testVariables.vmemFullState,
  systemCacheVars: testVariables.systemCacheVars,
  arrayFrLst: testVariables.arrayFrLst,
  arrayFrLst2: testVariables.arrayFrLst2,
  arraySpace2: testVariables.arraySpace2,
  interruptState: INTERRUPT_CELL,
  nactivepages: interfaceWord(IFPAGE.activePagesCell),
  htcollFree: HTCOLL_BASE,
  htcollNext: HTCOLL_BASE + 2,
};
const GLOBAL_WORDS: Record<string, WordAddress> = {
  dl24bitaddressable: interfaceWord(IFPAGE.dl24BitAddressable),
  fptovpstart: interfaceWord(IFPAGE.fptovpStart),
};
/** Variables that this machine does not have. */
const IGNORED = ["maxTypeNumber", "machineType"];

export function setGlobals(memory: VirtualMemory, globals: GoldenGlobals): void {
  for (const [name, value] of Object.entries(globals)) {
    const cell = GLOBAL_CELLS[name];
    const word = GLOBAL_WORDS[name];
    if (cell !== undefined) memory.setCell(cell, value);
    else if (word !== undefined) memory.setWord(word, value);
    else if (!IGNORED.includes(name)) throw new RangeError(`golden data name an unknown variable ${name}`);
  }
}
/** The variables that `expected` names, as they are now. */
export function readGlobals(memory: VirtualMemory, expected: GoldenGlobals): GoldenGlobals {
  const entries = Object.entries(expected).map(([name, value]) => {
    const cell = GLOBAL_CELLS[name];
    return [name, cell === undefined ? value : memory.cell(cell)] as const;
  });
  return Object.fromEntries(entries);
}

export interface GoldenHeap {
  readonly memory: VirtualMemory;
  readonly manager: RefcountManager;
  /** What the scan of the stack finds. */
  readonly stack: Pointer[];
}

/** @param megabytes of address space; the tables end within 6 MB, the primary heap at 16 MB */
export function goldenHeap(
  config: GoldenConfig | null,
  megabytes: number,
  prepare?: (m: VirtualMemory) => void,
): GoldenHeap {
  const memory = new VirtualMemory(megabytes);
  memory.setCell(testVariables.interruptState, INTERRUPT_CELL);
  memory.setCell(HTCOLL_BASE + 2, 2);
  if (config !== null) {
    for (const [start, end, entry] of config.typeTable) setTypeEntries(memory, start, end, entry);
    setTypeEntries(memory, MISCSTATS_BASE, MISCSTATS_BASE + 0x200, 0xb802);
    for (const [type, row] of Object.entries(config.dtd)) {
      const [sizeWords, entry, name, supertype] = row as [number, number, number, number];
      writeTypeDescriptor(memory, { type: Number(type), sizeWords, entry, name, supertype, pointers: 0 });
    }
    setGlobals(memory, config.globals);
  }
  prepare?.(memory);
  const stack: Pointer[] = [];
  const binding = {
    memory,
    eachStackPointer: (visit: (pointer: Pointer) => void) => {
      for (const pointer of stack) visit(pointer);
    },
    eachRoot() {},
    requestSafepoint: () => {},
    sites: noSites,
  };
  return { memory, manager: new RefcountManager(binding, testVariables, {}), stack };
}

/** FNV digest of 32-bit numbers, lowest byte first. */
export class Digest {
  value = 0x811c9dc5;
  add(number: number): void {
    let rest = number;
    for (let i = 0; i < 4; i++) {
      this.value = Math.imul(this.value ^ (rest & 0xff), 0x01000193) >>> 0;
      rest >>>= 8;
    }
  }
}

export interface GoldenTables {
  readonly main?: readonly (readonly [number, number])[];
  readonly coll?: readonly (readonly [number, number])[];
  readonly big?: readonly (readonly [number, number])[];
  readonly reclaimCount?: number;
}

/** The count tables in the form of the golden files. */
export function readTables(memory: VirtualMemory): Required<GoldenTables> {
  const nonZero = (base: WordAddress, length: number) => {
    const cells: [number, number][] = [];
    for (let i = 0; i < length; i++) {
      const value = memory.cell(base + 2 * i);
      if (value !== 0) cells.push([i, value]);
    }
    return cells;
  };
  const big: [number, number][] = [];
  for (let slot = HTBIG_BASE; memory.cell(slot) !== 0; slot += 4) big.push([memory.cell(slot), memory.cell(slot + 2)]);
  return {
    main: nonZero(HTMAIN_BASE, 32768),
    coll: nonZero(HTCOLL_BASE, memory.cell(HTCOLL_BASE + 2)),
    big,
    reclaimCount: memory.cell(testVariables.reclaimCountdown),
  };
}

/** Digest of the count tables as the golden file defines it. */
export function tablesDigest(memory: VirtualMemory): number {
  const digest = new Digest();
  for (let i = 0; i < 32768; i++) {
    const entry = memory.cell(HTMAIN_BASE + 2 * i);
    if (entry === 0) continue;
    digest.add(i);
    digest.add(entry);
  }
  const next = memory.cell(HTCOLL_BASE + 2);
  for (let i = 0; i < next; i++) digest.add(memory.cell(HTCOLL_BASE + 2 * i));
  for (let slot = HTBIG_BASE; memory.cell(slot) !== 0; slot += 4) {
    digest.add(memory.cell(slot));
    digest.add(memory.cell(slot + 2));
  }
  return digest.value;
}

/** The operation of the golden files that collects without a stack scan, and sets the countdown to 3000 whatever it was. */
export function goldenCollection(heap: GoldenHeap): void {
  const { memory, manager } = heap;
  const steps = manager.beginCollection("request");
  if (steps === null) throw new RangeError("the collector is off");
  while (steps.phase !== "done") steps.step();
  memory.setCell(testVariables.reclaimCountdown, 0xe0bb8);
}

export { T };
