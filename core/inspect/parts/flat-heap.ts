/** The heaps in flat memory as blocks, headers and free list: that of the built-in `malloc`, and that of an allocator which the program has written itself. */
import { type Block, BlockHeap, FLAG_MARKED } from "../../managers/malloc/blocks/block-heap.ts";
import { HEADER_WORDS } from "../../managers/malloc/blocks/configuration.ts";
import { derivedHeap } from "../../managers/malloc/blocks/derived-heap.ts";
import { FlatMemory } from "../../memory/flat-memory.ts";
import { DISPLAY_BASE, DISPLAY_WORDS } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import type { InspectNode } from "../node.ts";
import { gauge, groupNode, makeNode } from "../nodes.ts";

/** Payload words that are shown of a block. */
const WORDS_SHOWN = 256;

/** A node for each heap that is there. */
export function flatHeapNodes(memory: VirtualMemory): InspectNode[] {
  if (!isMapped(memory, DISPLAY_BASE, DISPLAY_WORDS)) return [];
  const flat = new FlatMemory(memory);
  const nodes: InspectNode[] = [];
  const heap = new BlockHeap(memory);
  if (heap.isInitialized) nodes.push(builtInHeap(heap));
  const derived = derivedHeap(flat);
  if (derived !== null) {
    const free = derived.freeList.map((block) => ({ block, size: flat.get(block), isUsed: false }));
    const range = `${derived.start} to ${derived.end}: ${derived.blocks.length} blocks, by the headers that the program wrote`;
    const children = () => [blocksNode(flat, derived.blocks), freeNode(flat, free)];
    nodes.push(makeNode("Flat heap of the program", range, { type: "group", namedCount: 2, named: children }));
  }
  return nodes;
}

function builtInHeap(heap: BlockHeap): InspectNode {
  const { registers, flat } = heap;
  const [start, end, bump] = [registers.get("start"), registers.get("end"), registers.get("bump")];
  const named = () => {
    const { allocations, frees, total, totalFreed, inUse, free, fragmentation, wastedShare } = heap.statistics();
    return [
      gauge("allocations", allocations, `${total} words in all, headers included`),
      gauge("frees", frees, `${totalFreed} words`),
      gauge("in use", inUse, `words, ${4 * inUse} bytes`),
      gauge("free", free, "words: on the free list, between blocks, and behind bump"),
      gauge("bump", bump, `end of the last block; ${end - bump} words behind it were never used, or are left again`),
      gauge(
        "fragmentation",
        `${fragmentation} %`,
        "words below bump that are not in use, in hundredths of those in use",
      ),
      gauge("wasted", `${wastedShare} %`, "the same words in hundredths of all below bump"),
      gauge("alignment", registers.get("alignment"), `words; least payload ${registers.get("minimum")}`),
      blocksNode(flat, [...heap.blocks()]),
      freeListNode(heap),
    ];
  };
  return makeNode("Flat heap", `${start} to ${end}, used up to ${bump}`, { type: "group", named });
}

/** A list that was overwritten is shown as what is wrong with it. */
function freeListNode(heap: BlockHeap): InspectNode {
  try {
    return freeNode(heap.flat, heap.freeList());
  } catch (problem) {
    return groupNode("Free list", problem instanceof Error ? problem.message : "cannot be read", []);
  }
}

function blocksNode(flat: FlatMemory, blocks: readonly Block[]): InspectNode {
  return listNode(flat, "Blocks", `${blocks.length}, in address order`, blocks);
}
function freeNode(flat: FlatMemory, blocks: readonly Block[]): InspectNode {
  return listNode(flat, "Free list", `${blocks.length}, in the order in which malloc looks at them`, blocks);
}
function listNode(flat: FlatMemory, name: string, value: string, blocks: readonly Block[]): InspectNode {
  const indexed = (start: number, count: number) =>
    blocks.slice(start, start + count).map((block) => blockNode(flat, block));
  return makeNode(name, value, { type: "group", indexedCount: blocks.length, indexed });
}

function blockNode(flat: FlatMemory, { block, size, isUsed }: Block): InspectNode {
  const word = flat.get(block + 1);
  const state = isUsed ? `in use${(word & FLAG_MARKED) !== 0 && word <= 3 ? ", marked" : ""}` : "free";
  const payload = block + HEADER_WORDS;
  const named = () => [
    gauge("header word 0", flat.get(block), "payload size in words"),
    gauge(
      "header word 1",
      word,
      isUsed ? "flags: 1 in use, 2 marked" : "header address of the next free block, 0 at the end",
    ),
    gauge("payload", payload, `address that the program has; the words ${payload} to ${payload + size - 1}`),
  ];
  const shown = Math.max(0, Math.min(size, WORDS_SHOWN));
  const indexed = (start: number, count: number) =>
    Array.from({ length: count }, (_, i) => gauge(String(payload + start + i), flat.get(payload + start + i)));
  return makeNode(String(block), `${size} words, ${state}`, {
    type: "block",
    address: DISPLAY_BASE + 2 * block,
    namedCount: 3,
    named,
    indexedCount: shown,
    indexed,
  });
}
