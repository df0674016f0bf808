/** Objects by type: how many live, how much they take, how many are free. Source: memory specification, sections 5, 7, 9.1, 11.3. */
import type { Pointer, TypeNumber, Words } from "../base/units.ts";
import { TYPE_BLOCK, TYPE_LISTP } from "../memory/layout.ts";
import { type ArrayBlock, blockAt, CONTENT_CODE, CONTENT_POINTERS } from "../objects/arrays/blocks.ts";
import { typeName } from "../objects/dtd.ts";
import { isCounted } from "../objects/types.ts";
import type { HeapMap } from "./heap/heap-map.ts";
import { collectorState } from "./heap/system.ts";

/** Array blocks are told apart by what they hold; those that the image was born with are not counted and live for ever. */
export type BlockKind = "pointers" | "unboxed" | "code" | "permanent";
const BLOCK_KINDS: readonly BlockKind[] = ["pointers", "unboxed", "code", "permanent"];
const BLOCK_NAMES: Readonly<Record<BlockKind, string>> = {
  pointers: "array blocks, pointers",
  unboxed: "array blocks, unboxed",
  code: "array blocks, code",
  permanent: "array blocks of the image itself",
};

export interface TypeCensus {
  readonly type: TypeNumber;
  readonly name: string;
  /** Null for typed objects. */
  readonly blockKind: BlockKind | null;
  readonly live: number;
  readonly liveWords: Words;
  readonly free: number;
  readonly freeWords: Words;
}

/** Typed objects by words in live ones, largest first; then array blocks. */
export function census(map: HeapMap): TypeCensus[] {
  const rows: TypeCensus[] = [];
  for (const storage of map.types.values()) {
    // A cons of one cell may own a second and a third: they are its own words.
    const parts = storage.type === TYPE_LISTP ? 2 * storage.parts : 0;
    rows.push({
      type: storage.type,
      name: typeName(map.memory, storage.type),
      blockKind: null,
      live: storage.live,
      liveWords: storage.live * storage.sizeWords + parts,
      free: storage.free,
      freeWords: storage.free * storage.sizeWords,
    });
  }
  rows.sort((a, b) => b.liveWords - a.liveWords || a.type - b.type);
  return [...rows, ...blockRows(map)];
}

function blockRows(map: HeapMap): TypeCensus[] {
  const live = new Map(BLOCK_KINDS.map((kind) => [kind, { blocks: 0, words: 0 }]));
  const kindOf = blockKinds(map);
  let free = 0;
  let freeWords = 0;
  for (const header of map.blockHeaders) {
    const block = blockAt(map.memory, header);
    if (block === null) continue;
    const words = 2 * block.cells;
    const kind = kindOf(block);
    const tally = live.get(kind);
    if (block.isInUse && tally !== undefined) {
      tally.blocks++;
      tally.words += words;
    } else if (!block.isInUse && kind !== "permanent") {
      free++;
      freeWords += words;
    }
  }
  // Free blocks have no content: they stand in the first row.
  return [...live]
    .map(([kind, { blocks, words }], i) => ({
      type: TYPE_BLOCK,
      name: BLOCK_NAMES[kind],
      blockKind: kind,
      live: blocks,
      liveWords: words,
      free: i === 0 ? free : 0,
      freeWords: i === 0 ? freeWords : 0,
    }))
    .filter((row) => row.live > 0 || row.free > 0);
}

/** Once the collector is off nothing is counted any more, and that says nothing about where a block comes from. */
function blockKinds({ memory }: HeapMap): (block: ArrayBlock) => BlockKind {
  const { isDisabled } = collectorState(memory);
  return (block) => {
    if (!isDisabled && !isCounted(memory, block.data)) return "permanent";
    if (block.content === CONTENT_POINTERS) return "pointers";
    return block.content === CONTENT_CODE ? "code" : "unboxed";
  };
}

/** A page of the live objects that a row counts, in the order of their addresses. */
export function instancesOf(map: HeapMap, row: TypeCensus, start: number, count: number): Pointer[] {
  if (row.blockKind !== null) return blocksOfKind(map, row.blockKind, start, count);
  return map.instances(row.type, start, count);
}

/** Data pointers of the used blocks of a kind, by position. */
function blocksOfKind(map: HeapMap, kind: BlockKind, start: number, count: number): Pointer[] {
  const found: Pointer[] = [];
  const kindOf = blockKinds(map);
  let position = 0;
  for (const header of map.blockHeaders) {
    if (found.length === count) break;
    const block = blockAt(map.memory, header);
    if (block === null || !block.isInUse || kindOf(block) !== kind) continue;
    if (position++ >= start) found.push(block.data);
  }
  return found;
}
