/**
 * The counted slots of the objects on the heap by position, for walks over millions of them: what `objects/object-slots.ts` says of each type,
 * read once an image instead of once an object. Slots of code are found by that file itself.
 * Source: collection specification, section 11.2.
 */
import { IntList } from "../../../base/int-list.ts";
import type { Pointer, TypeNumber, WordAddress, Words } from "../../../base/units.ts";
import {
  ATOM_WORDS,
  NIL,
  POINTER_MASK,
  TYPE_BLOCK,
  TYPE_LISTP,
  TYPE_NUMBER_MASK,
  TYPE_SYMBOLP,
} from "../../../memory/layout.ts";
import { isMapped } from "../../../memory/translation.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { CONTENT_CODE, CONTENT_POINTERS } from "../../../objects/arrays/blocks.ts";
import { CDR_INDIRECT, CDR_MAX_STORED, CDR_NIL } from "../../../objects/cons.ts";
import { pointerOffsets } from "../../../objects/dtd.ts";
import { eachPointer, type SlotKind } from "../../../objects/object-slots.ts";
import { builtinType, isCodeHunk, isPointerHunk, isUnboxedHunk, typeEntry } from "../../../objects/types.ts";
import type { HeapMap } from "../../heap/heap-map.ts";

/** What a slot is to its holder, as `eachPointer` says it. */
export interface SlotPlace {
  readonly kind: SlotKind;
  readonly index: number;
}

// How the slots of a type lie.
const NONE = 0;
const CONS = 1;
const FIELDS = 2;
const CELLS = 3;
const BLOCK = 4;
const CODE = 5;

const TYPE_LIMIT = TYPE_NUMBER_MASK + 1;
const SYMBOL_SLOTS: readonly SlotKind[] = ["print-name", "value", "definition", "properties"];
/** Code objects whose slots are kept at hand: a walk comes back to those that it is in the middle of. */
const CODE_CACHE = 256;

interface CodeSlots {
  readonly code: Pointer;
  readonly pointers: readonly Pointer[];
  readonly places: readonly SlotPlace[];
}

export class SlotReader {
  private readonly memory: VirtualMemory;
  private readonly shapes = new Uint8Array(TYPE_LIMIT);
  /** FIELDS: where the type's offsets begin in `offsets`. */
  private readonly firstOffset = new Int32Array(TYPE_LIMIT);
  /** Slots of an object, where its type says so. */
  private readonly slotCounts = new Int32Array(TYPE_LIMIT);
  private readonly sizes = new Int32Array(TYPE_LIMIT);
  private readonly offsets: Int32Array;
  private readonly codeCache: (CodeSlots | null)[] = new Array(CODE_CACHE).fill(null);

  constructor(map: HeapMap) {
    this.memory = map.memory;
    const offsets = new IntList();
    this.shapes[TYPE_BLOCK] = BLOCK;
    for (const { type, sizeWords } of map.types.values()) this.declare(type, sizeWords, offsets);
    this.offsets = offsets.toArray();
  }

  private declare(type: TypeNumber, sizeWords: Words, offsets: IntList): void {
    this.sizes[type] = sizeWords;
    this.slotCounts[type] = 0;
    if (type === TYPE_LISTP) {
      this.shapes[type] = CONS;
      this.slotCounts[type] = 2;
    } else if (isPointerHunk(type)) {
      this.shapes[type] = CELLS;
      this.slotCounts[type] = Math.min(builtinType(type)?.words ?? 0, sizeWords) >> 1;
    } else if (isCodeHunk(type)) this.shapes[type] = CODE;
    else if (isUnboxedHunk(type)) this.shapes[type] = NONE;
    else {
      this.shapes[type] = FIELDS;
      this.firstOffset[type] = offsets.length;
      // A damaged list may name the same word for ever, or words of the neighbours.
      const inside = pointerOffsets(this.memory, type).filter((offset) => offset % 2 === 0 && offset < sizeWords);
      for (const offset of new Set(inside)) offsets.push(offset);
      this.slotCounts[type] = offsets.length - (this.firstOffset[type] as number);
    }
  }

  /** How many slots an object has, those with immediates included. */
  count(object: Pointer): number {
    const entry = typeEntry(this.memory, object);
    const type = entry & TYPE_NUMBER_MASK;
    if (this.isSymbol(entry)) return SYMBOL_SLOTS.length;
    switch (this.shapes[type]) {
      case BLOCK:
        return this.blockSlots(object);
      case CODE:
        return this.codeSlots(object).pointers.length;
      default:
        return this.slotCounts[type] as number;
    }
  }

  /** The content of a slot; NIL for one that damage has put outside the image. */
  target(object: Pointer, slot: number): Pointer {
    const entry = typeEntry(this.memory, object);
    const type = entry & TYPE_NUMBER_MASK;
    if (type === TYPE_LISTP) return slot === 0 ? this.car(object) : this.cdr(object);
    if (this.isSymbol(entry)) return this.read(object + 2 * slot);
    switch (this.shapes[type]) {
      case FIELDS:
        return this.read(object + (this.offsets[(this.firstOffset[type] as number) + slot] as number));
      case CELLS:
        return this.read(object + 2 * slot);
      case BLOCK:
        if (this.blockContent(object) === CONTENT_POINTERS) return this.read(object + 2 * slot);
        return this.codeSlots(object).pointers[slot] ?? NIL;
      default:
        return this.codeSlots(object).pointers[slot] ?? NIL;
    }
  }

  /** What a slot is. */
  place(object: Pointer, slot: number): SlotPlace {
    const entry = typeEntry(this.memory, object);
    if (this.isSymbol(entry)) return { kind: SYMBOL_SLOTS[slot] ?? "value", index: 0 };
    const type = entry & TYPE_NUMBER_MASK;
    switch (this.shapes[type]) {
      case CONS:
        return { kind: slot === 0 ? "car" : "cdr", index: 0 };
      case FIELDS:
        return { kind: "field", index: this.offsets[(this.firstOffset[type] as number) + slot] as number };
      case CELLS:
        return { kind: "element", index: slot };
      case BLOCK:
        if (this.blockContent(object) === CONTENT_POINTERS) return { kind: "element", index: slot };
        return this.codePlace(object, slot);
      default:
        return this.codePlace(object, slot);
    }
  }

  /** Words that an object takes, with helper cells of a cons and header and trailer of a block. */
  words(object: Pointer): Words {
    const type = typeEntry(this.memory, object) & TYPE_NUMBER_MASK;
    if (type === TYPE_BLOCK) return 2 * (this.memory.cell(object - 2) & 0xffff);
    if (type !== TYPE_LISTP) return this.sizes[type] as number;
    const code = (this.memory.byte(2 * object) as number) >> 4;
    // An indirect cons has a replacement cell, and that one has a helper.
    if (code === CDR_INDIRECT) return 6;
    return code <= CDR_MAX_STORED ? 4 : 2;
  }

  /** An object that is a symbol record, as far as its size allows. */
  private isSymbol(entry: number): boolean {
    return (entry & TYPE_SYMBOLP) !== 0 && (this.sizes[entry & TYPE_NUMBER_MASK] as number) >= ATOM_WORDS;
  }

  /** Array blocks in pages of another type are read as objects of that type, wherever they end. */
  private read(address: WordAddress): Pointer {
    return address + 2 > this.memory.sizeWords ? NIL : this.memory.pointer(address);
  }

  private car(cons: Pointer): Pointer {
    const holder = this.consHolder(cons);
    return holder < 0 ? NIL : this.memory.pointer(holder);
  }

  private cdr(cons: Pointer): Pointer {
    const holder = this.consHolder(cons);
    if (holder < 0) return NIL;
    const code = this.memory.byte(2 * holder) >> 4;
    if (code === CDR_NIL) return NIL;
    if (code > CDR_NIL) return holder + 2 * (code - CDR_NIL);
    return this.read(holder + 2 * code);
  }

  /** The cell with the CAR: the cons or its replacement; -1 when that lies outside the image. */
  private consHolder(cons: Pointer): number {
    const cell = this.memory.view.getInt32(2 * cons);
    if (cell >>> 28 !== CDR_INDIRECT) return cons;
    const holder = cell & POINTER_MASK;
    return holder % 2 !== 0 || holder + 2 > this.memory.sizeWords ? -1 : holder;
  }

  private blockContent(block: Pointer): number {
    return (this.memory.cell(block - 2) >>> 17) & 3;
  }

  private blockSlots(block: Pointer): number {
    const content = this.blockContent(block);
    if (content === CONTENT_CODE) return this.codeSlots(block).pointers.length;
    if (content !== CONTENT_POINTERS) return 0;
    const cells = (this.memory.cell(block - 2) & 0xffff) - 2;
    return isMapped(this.memory, block, 2 * cells) ? cells : 0;
  }

  private codePlace(code: Pointer, slot: number): SlotPlace {
    return this.codeSlots(code).places[slot] ?? { kind: "constant", index: 0 };
  }

  private codeSlots(code: Pointer): CodeSlots {
    const entry = (code >> 2) % CODE_CACHE;
    const cached = this.codeCache[entry];
    if (cached?.code === code) return cached;
    const pointers: Pointer[] = [];
    const places: SlotPlace[] = [];
    eachPointer(this.memory, code, (pointer, kind, index) => {
      pointers.push(pointer);
      places.push({ kind, index });
    });
    const slots = { code, pointers, places };
    this.codeCache[entry] = slots;
    return slots;
  }
}
