/**
 * The VM arena of a machine: what the image builder makes lives as long as the machine, and is booked here by what it is. Large constants are not copied
 * anywhere: code refers to them where they lie in the image.
 */
import type { Cells, TypeNumber, Words } from "../../base/units.ts";
import { TYPE_CLOSURE, TYPE_ONED_ARRAY, TYPE_STRINGP } from "../../memory/layout.ts";
import { eachBlock } from "../../objects/arrays/blocks.ts";
import { BLOCK_CODE, BLOCK_POINTERS, type BlockContent } from "../contract.ts";
import type { StorageContext } from "../storage/context.ts";
import type { ByteArenaFigures } from "./bytes/byte-arena.ts";
import type { ContextAllocator } from "./bytes/context-allocator.ts";
import { OWN_ARENA } from "./bytes/worker-arenas.ts";

/** Parts of the image, each filled by itself and joined when the machine starts. */
export const BUILDERS = ["names", "code", "constants"] as const;
const NAMES = 0;
const CODE = 1;
const CONSTANTS = 2;

const WORD_BYTES = 2;
const CELL_BYTES = 4;
/** Types whose objects have their size in a block, which is booked by itself. */
const HEADER_TYPES: readonly TypeNumber[] = [TYPE_ONED_ARRAY, TYPE_STRINGP];

export class ImageBooks {
  private readonly contexts: ContextAllocator;
  private isOpen = true;
  /** As they were when the machine started. */
  private closed: ByteArenaFigures | null = null;

  constructor(contexts: ContextAllocator) {
    this.contexts = contexts;
    contexts.openVmArena();
    contexts.beginBuilding(BUILDERS, OWN_ARENA);
  }

  /** Books what is in array space already: print names, and room for code. */
  bookBlocks({ memory, variables }: StorageContext): void {
    const start = memory.pointer(variables.arraySpace);
    eachBlock(memory, start, memory.pointer(variables.arrayFrLst), ({ content, dataCells, isInUse }) => {
      const isCode = content === BLOCK_CODE;
      const bytes = dataCells * CELL_BYTES;
      if (!isInUse) return;
      if (isCode) this.contexts.allocate("native-function", bytes, "code", CODE);
      else this.contexts.allocate("native-function-name", bytes, "print name", NAMES);
    });
  }

  object(type: TypeNumber, words: Words): void {
    if (!this.isOpen) return;
    const bytes = words * WORD_BYTES;
    if (type === TYPE_CLOSURE) this.contexts.allocate("native-function", bytes, "function", CODE);
    else if (HEADER_TYPES.includes(type)) this.contexts.allocate("string-literal", bytes, "array header", CONSTANTS);
    else this.contexts.allocate("global-constant", bytes, "number", CONSTANTS);
  }

  block(content: BlockContent, cells: Cells): void {
    if (!this.isOpen) return;
    const bytes = cells * CELL_BYTES;
    if (content === BLOCK_CODE) this.contexts.allocate("native-function", bytes, "code", CODE);
    else this.contexts.allocateConstant(bytes, content === BLOCK_POINTERS ? "vector" : "text", CONSTANTS);
  }

  /** The machine starts: the parts are one arena, and nothing more is booked. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.contexts.endBuilding();
    this.closed = this.contexts.statistics().vm;
  }

  figures(): ByteArenaFigures | null {
    return this.closed ?? this.contexts.statistics().vm;
  }
}
