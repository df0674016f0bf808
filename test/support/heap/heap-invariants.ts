/**
 * What must hold of every heap outside a collection (collection specification, sections 11.1 and 11.3), read from the bytes alone.
 * Each function returns what is wrong, in words: an empty list is what tests expect.
 */
import type { Pointer, WordAddress } from "../../../core/base/units.ts";
import { countGauges, eachCountEntry } from "../../../core/inspect/counts/counts.ts";
import type { SystemVariables } from "../../../core/managers/storage/system-variables.ts";
import { IFPAGE, interfaceWord } from "../../../core/memory/interface-page.ts";
import { DTD_BASE, DTD_WORDS, FPTOVP_BASE, TYPE_TABLE_BASE } from "../../../core/memory/layout.ts";
import type { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { type ArrayBlock, eachBlock } from "../../../core/objects/arrays/blocks.ts";
import { consPages, freeConsOffsets } from "../../../core/objects/cons.ts";
import { typeDescriptor } from "../../../core/objects/dtd.ts";

const LISTP = 5;
const MAX_BLOCK_CELLS = 65535;
const UNCHAINED = 0xffffffff;

export function storageProblems(memory: VirtualMemory, variables: SystemVariables): string[] {
  return [
    ...arrayProblems(memory, variables),
    ...typedProblems(memory),
    ...consProblems(memory),
    ...pageProblems(memory, variables),
  ];
}

/** Array space in one piece, or in two after a switch. */
function arraySpaces(memory: VirtualMemory, variables: SystemVariables): (readonly [WordAddress, WordAddress])[] {
  const start = memory.pointer(variables.arraySpace);
  const start2 = memory.pointer(variables.arraySpace2);
  const end = memory.pointer(variables.arrayFrLst);
  const hasMoved = (memory.cell(variables.storageFullState) & 0xffff) >= 3;
  return hasMoved
    ? [
        [start, memory.pointer(variables.arrayFrLst2)],
        [start2, end],
      ]
    : [[start, end]];
}

function arrayProblems(memory: VirtualMemory, variables: SystemVariables): string[] {
  const problems: string[] = [];
  const buckets = memory.pointer(variables.freeBlockBuckets);
  const linked = new Map<WordAddress, number>();
  for (let bucket = 0; bucket <= 30; bucket++) {
    const head = memory.pointer(buckets + 2 * bucket);
    for (let block = head; block !== 0; block = memory.pointer(block + 2)) {
      if (linked.has(block)) {
        if (block !== head) problems.push(`bucket ${bucket} is no ring through its head`);
        break;
      }
      linked.set(block, bucket);
      if (memory.pointer(memory.pointer(block + 2) + 4) !== block) problems.push(`links of ${block} disagree`);
    }
  }
  for (const [start, end] of arraySpaces(memory, variables)) {
    let previous: ArrayBlock | null = null;
    const stop = eachBlock(memory, start, end, (block) => {
      const wasLinked = linked.get(block.header);
      linked.delete(block.header);
      const bucket = block.isInUse || block.cells < 4 ? undefined : Math.min(32 - Math.clz32(block.cells), 30);
      if (wasLinked !== bucket) problems.push(`block ${block.header} is in bucket ${wasLinked}, expected ${bucket}`);
      if (previous !== null && !previous.isInUse && !block.isInUse && previous.cells + block.cells <= MAX_BLOCK_CELLS) {
        problems.push(`free blocks ${previous.header} and ${block.header} are not merged`);
      }
      previous = block;
    });
    if (stop !== end) problems.push(`array space does not tile: stopped at ${stop}, end is ${end}`);
  }
  for (const block of linked.keys()) problems.push(`bucket holds ${block}, which is no block`);
  return problems;
}

/** Start of each instance in a unit of two pages. */
export function instanceStarts(unit: WordAddress, size: number): WordAddress[] {
  const slop = 256 % size;
  const byPage = slop !== 0 && slop < Math.floor(size / 2) && size < 256;
  const starts = (from: WordAddress, words: number) =>
    Array.from({ length: Math.floor(words / size) }, (_, i) => from + i * size);
  return byPage ? [...starts(unit, 256), ...starts(unit + 256, 256)] : starts(unit, 512);
}

function typedProblems(memory: VirtualMemory): string[] {
  const problems: string[] = [];
  for (let type = 1; type < 128; type++) {
    const { sizeWords, free } = typeDescriptor(memory, type);
    if (sizeWords === 0 || type === LISTP) continue;
    const seen = new Set<Pointer>();
    for (let object = free; object !== 0; object = memory.pointer(object)) {
      if (seen.has(object)) problems.push(`free chain of type ${type} has a cycle`);
      if (seen.has(object)) break;
      seen.add(object);
      const unit = Math.floor(object / 512) * 512;
      if ((memory.word(TYPE_TABLE_BASE + (object >> 9)) & 0x7ff) !== type) {
        problems.push(`free object ${object} of type ${type} lies in another type's unit`);
      } else if (!instanceStarts(unit, sizeWords).includes(object))
        problems.push(`free object ${object} is no instance`);
    }
  }
  return problems;
}

function consProblems(memory: VirtualMemory): string[] {
  const problems: string[] = [];
  const onChain = new Set<number>();
  for (let page = typeDescriptor(memory, LISTP).nextPage; page !== 0; page = memory.cell(page * 256 + 6)) {
    if (onChain.has(page)) {
      problems.push(`cons page chain has a cycle at ${page}`);
      break;
    }
    onChain.add(page);
  }
  for (const page of consPages(memory)) {
    const offsets = freeConsOffsets(memory, page);
    const count = memory.word(page * 256 + 4) >> 8;
    if (offsets.length !== count) problems.push(`cons page ${page} counts ${count} free cells, has ${offsets.length}`);
    if (offsets.some((offset, i) => i > 0 && (offset ^ 6) >= ((offsets[i - 1] as number) ^ 6))) {
      problems.push(`free chain of cons page ${page} is out of order`);
    }
    const next = memory.cell(page * 256 + 6);
    if (!onChain.has(page) && next !== UNCHAINED)
      problems.push(`cons page ${page} is off the chain but links to ${next}`);
  }
  return problems;
}

function pageProblems(memory: VirtualMemory, variables: SystemVariables): string[] {
  const problems: string[] = [];
  const registered = new Set<number>();
  const active = memory.cell(interfaceWord(IFPAGE.activePagesCell));
  for (let filePage = 1; filePage <= active; filePage++) registered.add(memory.cell(FPTOVP_BASE + 2 * filePage));
  for (let unit = memory.pointer(variables.arraySpace) >> 9; unit < memory.sizeWords >> 9; unit++) {
    const entry = memory.word(TYPE_TABLE_BASE + unit);
    if (entry === 0x8000) continue;
    const type = entry & 0x7ff;
    if (type !== 0 && memory.word(DTD_BASE + DTD_WORDS * type + 16) !== entry) {
      problems.push(`unit ${unit} has type entry ${entry}, which is not that of type ${type}`);
    }
    if (!registered.has(2 * unit) || !registered.has(2 * unit + 1)) problems.push(`unit ${unit} has no file pages`);
  }
  return problems;
}

/** Problems of the count tables; `live` holds every counted object that has been allocated and not freed. */
export function countProblems(memory: VirtualMemory, live: (pointer: Pointer) => boolean): string[] {
  const problems = [...countGauges(memory).problems];
  eachCountEntry(memory, (entry) => {
    const name = `entry of ${entry.pointer.toString(16)}`;
    if (entry.onStack) problems.push(`${name} has the stack bit`);
    if (entry.count === 1) problems.push(`${name} has count 1`);
    if (!live(entry.pointer)) problems.push(`${name} stands for no live object`);
    return true;
  });
  return problems;
}
