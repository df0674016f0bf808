/**
 * A bare image under a memory manager from the catalog: symbols for the system variables, descriptors of all built-in types, an empty heap.
 * No machine, no code: the test is the mutator, and `roots` is its stack.
 */
import type { Pointer } from "../../../core/base/units.ts";
import type { ManagerFactory, ManagerOptions, ManagerState, MemoryManager } from "../../../core/managers/contract.ts";
import type { SystemVariables } from "../../../core/managers/storage/system-variables.ts";
import { locateSystemVariables, SYSTEM_VARIABLE_NAMES } from "../../../core/managers/storage/system-variables.ts";
import { IFPAGE, interfaceWord } from "../../../core/memory/interface-page.ts";
import { FPTOVP_BASE, HTCOLL_BASE, NIL, SMALL_POSITIVE, T, TYPE_NOREF } from "../../../core/memory/layout.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { carCell } from "../../../core/objects/cons.ts";
import { DTD_POINTERS, dtdAddress, writeTypeDescriptor } from "../../../core/objects/dtd.ts";
import { smallInteger } from "../../../core/objects/immediates.ts";
import { printNameBlock, valueCell, writeSymbol } from "../../../core/objects/symbols.ts";
import { BUILTIN_TYPES, setTypeEntries } from "../../../core/objects/types.ts";
import { eachRoot } from "../../../core/vm/state/roots.ts";

export interface HeapSize {
  readonly megabytes: number;
  /** First page of array space, and the page behind the last typed one. */
  readonly firstPage: number;
  readonly endPage: number;
  /** Pages of the second area: none when null. */
  readonly second: { readonly firstPage: number; readonly endPage: number } | null;
  readonly countdown: number;
}
const DEFAULT_SIZE: HeapSize = { megabytes: 8, firstPage: 0x2e00, endPage: 0x4000, second: null, countdown: 3000 };

/** Print names, boxes and free-list heads lie in the pages of the screen. */
const NAMES_BASE = 0x120000;
const BOXES_BASE = 0x12f000;
const BUCKETS = 0x12f800;
const FIRST_SYMBOL = 300;

export class ManagedHeap {
  readonly memory: VirtualMemory;
  readonly manager: MemoryManager;
  readonly variables: SystemVariables;
  readonly roots: Pointer[] = [];
  safepointRequests = 0;
  /** The instruction that the manager is told of. */
  site = 0;

  constructor(factory: ManagerFactory, options: ManagerOptions = {}, size: Partial<HeapSize> = {}) {
    const heap = { ...DEFAULT_SIZE, ...size };
    this.memory = new VirtualMemory(heap.megabytes);
    writeTables(this.memory, heap);
    writeVariables(this.memory, heap);
    this.variables = locateSystemVariables(this.memory);
    const eachStackPointer = (visit: (pointer: Pointer) => void) => {
      for (const pointer of this.roots) visit(pointer);
    };
    this.manager = factory.create(
      {
        memory: this.memory,
        eachStackPointer,
        eachRoot: (visit) => eachRoot(this.memory, eachStackPointer, visit),
        requestSafepoint: () => {
          this.safepointRequests++;
        },
        sites: { current: () => this.site, name: () => "test" },
      },
      options,
    );
    this.declareTypes();
  }

  setCar(cons: Pointer, value: Pointer): void {
    const cell = carCell(this.memory, cons);
    this.manager.barrier(cell, this.memory.pointer(cell), value, "delete-first");
    this.memory.setPointer(cell, value);
  }
  /** Stores into field `index` (in cells) of a typed object or a pointer block. */
  setField(object: Pointer, index: number, value: Pointer): void {
    const cell = object + 2 * index;
    this.manager.barrier(cell, this.memory.pointer(cell), value, "add-first");
    this.memory.setPointer(cell, value);
  }

  /** Everything that the heap is, to come back to. */
  save(): { readonly bytes: Uint8Array; readonly state: ManagerState } {
    return { bytes: this.memory.bytes.slice(), state: this.manager.save() };
  }
  restore({ bytes, state }: { readonly bytes: Uint8Array; readonly state: ManagerState }): void {
    this.memory.bytes.set(bytes);
    this.manager.restore(state);
  }

  private declareTypes(): void {
    const { memory, manager } = this;
    const descriptor = (type: (typeof BUILTIN_TYPES)[number]) => ({
      type: type.number,
      name: NIL,
      sizeWords: type.words,
      pointers: NIL,
      entry: type.entry,
    });
    for (const type of BUILTIN_TYPES) writeTypeDescriptor(memory, descriptor(type));
    for (const { number, pointerOffsets } of BUILTIN_TYPES) {
      let list: Pointer = NIL;
      for (const offset of [...(pointerOffsets ?? [])].reverse()) list = manager.cons(smallInteger(offset), list);
      const slot = dtdAddress(number) + DTD_POINTERS;
      manager.barrier(slot, NIL, list, "add-first");
      memory.setCell(slot, list);
    }
  }
}

function writeTables(memory: VirtualMemory, heap: HeapSize): void {
  setTypeEntries(memory, 0, 0x8000000, TYPE_NOREF);
  setTypeEntries(memory, 0, 0x10000, 0xc804);
  setTypeEntries(memory, 0x70000, 0x80000, 0x8009);
  setTypeEntries(memory, 0xe0000, 0x100000, 0xb801);
  memory.setCell(HTCOLL_BASE + 2, 2);
  // Page table: two pages of itself, and the interface page.
  for (const [filePage, page] of [0, 0xffffffff, 0x1400, 0x200, 0x201].entries()) {
    memory.setCell(FPTOVP_BASE + 2 * filePage, page);
  }
  memory.setWord(interfaceWord(IFPAGE.fptovpStart), 3);
  memory.setCell(interfaceWord(IFPAGE.activePagesCell), 4);
  memory.setWord(interfaceWord(IFPAGE.dl24BitAddressable), heap.second === null ? 0 : 0xffff);
}

function writeVariables(memory: VirtualMemory, heap: HeapSize): void {
  const { firstPage, endPage, second } = heap;
  const boxed: Record<string, number> = {
    "\\NxtMDSPage": endPage - 2,
    "\\NxtArrayPage": firstPage,
    "\\LeastMDSPage": endPage - 2,
    "\\SecondMDSPage": second === null ? 0xfffc : second.endPage - 2,
    "\\SecondArrayPage": second === null ? 0x8000 : second.firstPage,
    "\\LASTVMEMFILEPAGE": 0x7ffff,
  };
  const plain: Record<string, number> = {
    "\\RECLAIM.COUNTDOWN": SMALL_POSITIVE + heap.countdown,
    "\\RECLAIMMIN": SMALL_POSITIVE + heap.countdown,
    "\\FREEBLOCKBUCKETS": BUCKETS,
    "\\ARRAYMERGING": T,
    "\\ARRAYSPACE": firstPage * 256,
    "\\ARRAYSPACE2": 0x400000,
    "\\ArrayFrLst": firstPage * 256,
    "\\ArrayFrLst2": 0x400000,
  };
  let block = NAMES_BASE;
  for (const [i, name] of SYSTEM_VARIABLE_NAMES.entries()) {
    const symbol = FIRST_SYMBOL + i;
    const { bytes } = printNameBlock(name);
    memory.bytes.set(bytes, 2 * block);
    writeSymbol(memory, symbol, name, block);
    block += bytes.length / 2;
    const box = BOXES_BASE + 2 * i;
    const page = boxed[name];
    if (page !== undefined) memory.setCell(box, page);
    memory.setCell(valueCell(symbol), page !== undefined ? box : (plain[name] ?? NIL));
  }
}
