/** Objects by type: how many live, how much they take, how many are free. Source: memory specification, sections 5, 7, 9.1, 11.3. */
import type { Pointer, TypeNumber, Words } from "../base/units.ts";
import { TYPE_BLOCK, TYPE_LISTP } from "../memory/layout.ts";
import { blockAt, CONTENT_CODE, CONTENT_POINTERS } from "../objects/blocks.ts";
import { typeName } from "../objects/dtd.ts";
import type { HeapMap } from "./heap/heap-map.ts";

/** Array blocks are told apart by what they hold. */
export type BlockKind = "unboxed" | "pointers" | "code";

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

/** Rows by words in live objects, largest first. */
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
  rows.push(...blockRows(map));
  return rows.sort((a, b) => b.liveWords - a.liveWords || a.type - b.type);
}

function blockRows(map: HeapMap): TypeCensus[] {
  const live = { unboxed: [0, 0], pointers: [0, 0], code: [0, 0] };
  let free = 0;
  let freeWords = 0;
  for (const header of map.blockHeaders) {
    const block = blockAt(map.memory, header);
    if (block === null) continue;
    if (!block.isInUse) {
      free++;
      freeWords += 2 * block.cells;
      continue;
    }
    const tally = live[blockKind(block.content)];
    tally[0] = (tally[0] ?? 0) + 1;
    tally[1] = (tally[1] ?? 0) + 2 * block.cells;
  }
  const kinds = ["unboxed", "pointers", "code"] as const;
  const rows: TypeCensus[] = kinds.map((kind) => ({
    type: TYPE_BLOCK,
    name: `array blocks, ${kind}`,
    blockKind: kind,
    live: live[kind][0] ?? 0,
    liveWords: live[kind][1] ?? 0,
    free: kind === "unboxed" ? free : 0,
    freeWords: kind === "unboxed" ? freeWords : 0,
  }));
  return rows.filter((row) => row.live > 0 || row.free > 0);
}

export function blockKind(content: number): BlockKind {
  if (content === CONTENT_POINTERS) return "pointers";
  return content === CONTENT_CODE ? "code" : "unboxed";
}

/** Data pointers of the used blocks of a kind, by position. */
export function blocksOfKind(map: HeapMap, kind: BlockKind, start: number, count: number): Pointer[] {
  const found: Pointer[] = [];
  let position = 0;
  for (const header of map.blockHeaders) {
    if (found.length === count) break;
    const block = blockAt(map.memory, header);
    if (block === null || !block.isInUse || blockKind(block.content) !== kind) continue;
    if (position++ >= start) found.push(block.data);
  }
  return found;
}
