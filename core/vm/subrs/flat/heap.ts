/** Memory operations of the flat heap: `malloc` and what belongs to it. The same under every manager. */
import type { ByteAddress, Pointer } from "../../../base/units.ts";
import { MEMORY } from "../../../isa/memory-operations.ts";
import { BlockHeap } from "../../../managers/malloc/blocks/block-heap.ts";
import { coalesce, compact, plannedMoves } from "../../../managers/malloc/blocks/compaction.ts";
import type { HeapConfiguration } from "../../../managers/malloc/blocks/configuration.ts";
import { markAndSweep } from "../../../managers/malloc/blocks/mark-and-sweep.ts";
import { FLAT_CELLS, FLAT_PROTECTED_CELLS } from "../../../memory/flat-memory.ts";
import { ATOMS_BASE, NIL, POINTER_MASK, SMALL_POSITIVE } from "../../../memory/layout.ts";
import { smallInteger } from "../../../objects/immediates.ts";
import { symbolName } from "../../../objects/symbols.ts";
import { isSymbol } from "../../../objects/types.ts";
import { signal } from "../../faults.ts";
import { makeInteger } from "../../image/datum.ts";
import { type Processor, STACK_BYTES } from "../../processor.ts";
import type { Arguments, Subr } from "../arguments.ts";
import { flatAddress } from "../memory/memory.ts";

/** The words of `init-allocator` for the policy. */
const POLICIES: ReadonlyMap<string, Partial<HeapConfiguration>> = new Map<string, Partial<HeapConfiguration>>([
  ["first-fit", { fit: "first" }],
  ["best-fit", { fit: "best" }],
  ["no-split", { split: false }],
  ["no-coalesce", { coalesce: false }],
  ["aligned", { aligned: true }],
  ["trim", { trim: true }],
  ["tagged", { tagged: true }],
]);
const NUMBERS = ["start", "end", "alignment", "minimum"] as const;

/** The flat heap; one that no program has begun begins with the usual range. */
export function startedHeap(m: Processor): BlockHeap {
  const heap = new BlockHeap(m.memory);
  if (!heap.isInitialized) heap.initialize();
  return heap;
}

const initialize: Subr = (m, args) => {
  let wanted: Partial<HeapConfiguration> = {};
  for (let i = 0; i < args.count; i++) {
    const number = args.number(i);
    const name = NUMBERS[i];
    if (number !== null && name !== undefined) wanted = { ...wanted, [name]: number };
    else wanted = { ...wanted, ...policyOf(m, args.pointer(i)) };
  }
  const heap = new BlockHeap(m.memory);
  heap.initialize(wanted);
  return makeInteger(m, heap.registers.get("start"));
};

function policyOf(m: Processor, word: Pointer): Partial<HeapConfiguration> {
  const policy = isSymbol(m.memory, word) ? POLICIES.get(symbolName(m.memory, word)) : undefined;
  return policy ?? signal(m.memory, "wrong-type", [word]);
}

const malloc: Subr = (m, args) => makeInteger(m, startedHeap(m).malloc(args.integer(0)));

function figure(read: (heap: BlockHeap) => number): Subr {
  return (m) => makeInteger(m, read(startedHeap(m)));
}

const printStats: Subr = (m) => {
  const { allocations, frees, total, inUse, free, fragmentation } = startedHeap(m).statistics();
  printNumbers(m, [7777, allocations, frees, total, inUse, free, fragmentation]);
  return NIL;
};
const printFreeList: Subr = (m) => {
  const list = startedHeap(m).freeList();
  printNumbers(m, [9000, ...list.flatMap(({ block, size }) => [block, size])]);
  return NIL;
};
function printNumbers(m: Processor, numbers: readonly number[]): void {
  m.ports.console.write(numbers.map((number) => `${number}\n`).join(""));
}

const joinAll: Subr = (m) => makeInteger(m, coalesce(startedHeap(m)));

const compactHeap: Subr = (m, args) => {
  const heap = startedHeap(m);
  const cells = rootCells(m, args, heap);
  // The list comes first: it may not fit.
  let list: Pointer = NIL;
  for (const [from, to] of [...plannedMoves(heap)].reverse()) {
    list = m.manager.cons(m.manager.cons(smallInteger(from), smallInteger(to)), list);
  }
  compact(heap, cells);
  return list;
};

const sweep: Subr = (m, args) => {
  const heap = startedHeap(m);
  const cells = rootCells(m, args, heap);
  const eachRoot = (visit: (word: number) => void) => {
    for (const cell of cells) visit(heap.flat.get(cell));
    if (cells.length === 0) eachWord(m, heap, args.end, visit);
  };
  return makeInteger(m, markAndSweep(heap, eachRoot).blocks);
};

/** @throws {LispFault} `bad-address` for what is no cell outside the heap */
function rootCells(m: Processor, args: Arguments, heap: BlockHeap): number[] {
  return Array.from({ length: args.count }, (_, i) => {
    const cell = flatAddress(m, args, i, FLAT_PROTECTED_CELLS);
    const isInside = cell >= heap.registers.get("start") && cell < heap.registers.get("end");
    return isInside ? signal(m.memory, "bad-address", [args.pointer(i)]) : cell;
  });
}

/**
 * Every word that may be an address of the flat heap: integers on the stack, in symbols and in objects, dead or alive, and what stands in the flat cells
 * outside the heap. An address has an immediate form, so it need not be looked for in boxes.
 */
function eachWord(m: Processor, heap: BlockHeap, stackEnd: ByteAddress, visit: (word: number) => void): void {
  const { view, sizeBytes } = m.memory;
  const scan = (from: ByteAddress, to: ByteAddress) => {
    for (let at = from; at < to; at += 4) {
      const pointer = view.getInt32(at) & POINTER_MASK;
      if ((pointer & 0x0fff0000) === SMALL_POSITIVE) visit(pointer & 0xffff);
    }
  };
  scan(STACK_BYTES, stackEnd);
  scan(2 * ATOMS_BASE, sizeBytes);
  const end = heap.registers.get("end");
  for (let cell = FLAT_PROTECTED_CELLS; cell < heap.registers.get("start"); cell++) visit(heap.flat.get(cell));
  for (let cell = end; cell < FLAT_CELLS; cell++) visit(heap.flat.get(cell));
}

/** Flat cell of a word of a block in use. @throws {VmFault} `MemoryError` for no such block, {LispFault} `bad-index` outside of it */
function blockCell(m: Processor, args: Arguments, heap: BlockHeap): number {
  const pointer = args.integer(0);
  const index = args.integer(1);
  const size = heap.checkedSize(heap.blockOf(pointer));
  return index >= 0 && index < size
    ? pointer + index
    : signal(m.memory, "bad-index", [args.pointer(0), args.pointer(1)]);
}
const dereference: Subr = (m, args) => {
  const heap = startedHeap(m);
  return makeInteger(m, heap.flat.get(blockCell(m, args, heap)));
};
const store: Subr = (m, args) => {
  const heap = startedHeap(m);
  heap.flat.set(blockCell(m, args, heap), args.integer(2));
  return args.pointer(2);
};

export const HEAP_OPERATIONS: readonly (readonly [number: number, operation: Subr])[] = [
  [MEMORY.INIT_ALLOCATOR, initialize],
  [MEMORY.MALLOC, malloc],
  [MEMORY.USED_MEMORY, figure((heap) => heap.statistics().inUse)],
  [MEMORY.FREE_MEMORY, figure((heap) => heap.statistics().free)],
  [MEMORY.HEAP_SIZE, figure((heap) => heap.heapSize)],
  [MEMORY.FRAGMENTATION, figure((heap) => heap.statistics().fragmentation)],
  [MEMORY.TOTAL_FREED, figure((heap) => heap.statistics().totalFreed)],
  [MEMORY.PRINT_STATS, printStats],
  [MEMORY.PRINT_FREE_LIST, printFreeList],
  [MEMORY.COALESCE, joinAll],
  [MEMORY.COMPACT_HEAP, compactHeap],
  [MEMORY.MARK_AND_SWEEP, sweep],
  [MEMORY.PTR_DEREF, dereference],
  [MEMORY.PTR_STORE, store],
];
