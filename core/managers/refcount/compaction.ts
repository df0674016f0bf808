/**
 * Compaction of array space under reference counting. Nobody keeps a list of who refers to a block, but its count says how many references there are: a
 * block may move when as many are found in places where they can be changed, and the stack has none. What only code, or something unknown, refers to stays.
 */
import type { Pointer, WordAddress } from "../../base/units.ts";
import {
  DTD_BASE,
  DTD_WORDS,
  MDS_UNIT_WORDS,
  NIL,
  TYPE_BLOCK,
  TYPE_LISTP,
  TYPE_NEW_ATOM,
} from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { eachBlock } from "../../objects/arrays/blocks.ts";
import { carCell, cdrCell, enumerateConses } from "../../objects/cons.ts";
import { DTD_FREE, DTD_LIMIT, instanceWords, pointerOffsets } from "../../objects/dtd.ts";
import { eachOldSymbol, rawValueCells } from "../../objects/roots.ts";
import { definitionCell, propertyListCell, valueCell } from "../../objects/symbols.ts";
import { typeNumber, unitsOfType } from "../../objects/types.ts";
import { BLOCK_POINTERS, type HeapBinding, type ManagerFigure } from "../contract.ts";
import { canCompact, fragmentationOf, type Relocation, slideBlocks } from "../storage/compaction/slide.ts";
import type { Storage } from "../storage/storage.ts";
import { isCutByPage } from "../storage/typed-pages.ts";
import type { CountTable } from "./count-table.ts";

const PAGE_WORDS = MDS_UNIT_WORDS / 2;

export class Compactor {
  private readonly binding: HeapBinding;
  private readonly storage: Storage;
  private readonly table: CountTable;
  /** Percent of scattered free storage from which on it is worth the time; 0 is never. */
  private readonly least: number;
  private compactions = 0;
  private movedBlocks = 0;
  private before = 0;
  private after = 0;

  constructor(binding: HeapBinding, storage: Storage, table: CountTable, least: number) {
    this.binding = binding;
    this.storage = storage;
    this.table = table;
    this.least = least;
  }

  /** At the end of a collection, when no entry carries a stack bit and the countdown stands still. */
  run(): void {
    if (this.least === 0 || !canCompact(this.storage)) return;
    const { percent } = fragmentationOf(this.storage);
    if (percent < this.least) return;
    this.movedBlocks += slideBlocks(this.storage, this.relocation());
    this.compactions++;
    this.before = percent;
    this.after = fragmentationOf(this.storage).percent;
  }

  private relocation(): Relocation {
    const { memory } = this.storage.context;
    const found = new Map<Pointer, number>();
    eachReferenceCell(this.storage, (cell) => {
      const target = memory.pointer(cell);
      if (target !== NIL && typeNumber(memory, target) === TYPE_BLOCK) found.set(target, (found.get(target) ?? 0) + 1);
    });
    const pinned = this.blocksOfTheStack();
    return {
      isMovable: (data) => !pinned.has(data) && found.get(data) === this.table.inlineCountOf(data),
      moving: (from, to) => this.table.moveEntry(from, to),
      forward: (moved) =>
        eachReferenceCell(this.storage, (cell) => {
          const to = moved.get(memory.pointer(cell));
          if (to !== undefined) memory.setPointer(cell, to);
        }),
    };
  }

  /** Blocks that the stack or the machine points at or into: it may be no pointer at all, so it cannot be changed. */
  private blocksOfTheStack(): ReadonlySet<Pointer> {
    const pointers: number[] = [];
    this.binding.eachRoot((pointer, kind) => {
      if (kind === "stack" || kind === "machine") pointers.push(pointer);
    });
    pointers.sort((a, b) => a - b);
    const pinned = new Set<Pointer>();
    let next = 0;
    this.eachUsedBlock((data, end) => {
      while (next < pointers.length && (pointers[next] as number) < data - 2) next++;
      if (next < pointers.length && (pointers[next] as number) < end) pinned.add(data);
    });
    return pinned;
  }

  private eachUsedBlock(visit: (data: Pointer, end: WordAddress) => void): void {
    const { memory, variables } = this.storage.context;
    eachBlock(memory, memory.pointer(variables.arraySpace), memory.pointer(variables.arrayFrLst), (block) => {
      if (block.isInUse) visit((block.header + 2) as Pointer, block.header + 2 * block.cells);
    });
  }

  /** What the figures say. */
  save(): readonly number[] {
    return [this.compactions, this.movedBlocks, this.before, this.after];
  }
  restore([compactions = 0, movedBlocks = 0, before = 0, after = 0]: readonly number[]): void {
    this.compactions = compactions;
    this.movedBlocks = movedBlocks;
    this.before = before;
    this.after = after;
  }

  figures(): ManagerFigure[] {
    if (this.least === 0) return [];
    const percent = (value: number) => `${value.toFixed(1)}%`;
    return [
      { label: "compactions", value: String(this.compactions), meaning: "times that array space was compacted" },
      {
        label: "blocks moved",
        value: String(this.movedBlocks),
        meaning: "array blocks that got another address by it",
      },
      {
        label: "fragmentation before, after",
        value: `${percent(this.before)}, ${percent(this.after)}`,
        meaning:
          "free words outside the largest free array block, in percent of the free words, at the last compaction",
      },
    ];
  }
}

/** Calls `visit` for each cell in which a counted reference lies that can be changed in place: not those of code, and none of what is free. */
function eachReferenceCell(storage: Storage, visit: (cell: WordAddress) => void): void {
  const { memory, variables } = storage.context;
  const raw = rawValueCells(memory);
  eachOldSymbol(memory, (symbol) => {
    for (const cell of [valueCell(symbol), definitionCell(symbol), propertyListCell(symbol)])
      if (!raw.has(cell)) visit(cell);
  });
  enumerateConses(memory, (cons) => {
    visit(carCell(memory, cons));
    const cell = cdrCell(memory, cons);
    if (cell !== null) visit(cell);
  });
  for (let type = TYPE_LISTP + 1; type < DTD_LIMIT; type++) eachFieldCell(memory, type, visit);
  eachBlock(memory, memory.pointer(variables.arraySpace), memory.pointer(variables.arrayFrLst), (block) => {
    if (!block.isInUse || storage.blocks.content(block.header as Pointer) !== BLOCK_POINTERS) return;
    const end = block.header + 2 * (block.cells - 1);
    for (let cell = block.header + 2; cell < end; cell += 2) visit(cell);
  });
}

/** Pointer fields of the instances of a type that are in use. */
function eachFieldCell(memory: VirtualMemory, type: number, visit: (cell: WordAddress) => void): void {
  const size = instanceWords(memory, type);
  if (size === 0) return;
  const offsets = pointerOffsets(memory, type);
  if (offsets.length === 0 || type === TYPE_NEW_ATOM) return;
  const free = new Set<Pointer>();
  let object = memory.pointer(DTD_BASE + DTD_WORDS * type + DTD_FREE);
  while (object !== NIL && !free.has(object)) {
    free.add(object);
    object = memory.pointer(object);
  }
  const stretch = isCutByPage(size) ? PAGE_WORDS : MDS_UNIT_WORDS;
  for (const unit of unitsOfType(memory, type)) {
    for (let start = unit; start < unit + MDS_UNIT_WORDS; start += stretch) {
      for (let at = start; at + size <= start + stretch; at += size) {
        if (!free.has(at as Pointer)) for (const offset of offsets) visit(at + offset);
      }
    }
  }
}
