/**
 * Where the objects of an image lie: which cells begin a live object. Objects are numbered in the order of their addresses, so that tables about them
 * can be arrays. Made by `map-steps.ts`.
 */
import type { RankedBits } from "../../base/ranked-bits.ts";
import type { IndexSteps } from "../../base/steps.ts";
import type { Pointer, TypeNumber, WordAddress } from "../../base/units.ts";
import { MDS_UNIT_WORDS } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { typeNumber } from "../../objects/types.ts";
import { instanceAround, type TypeStorage } from "./typed-storage.ts";

/** Where array space lies: [first word, end). */
export type ArraySpan = readonly [WordAddress, WordAddress];

/** What the walk over an image has found. */
export interface HeapParts {
  readonly types: ReadonlyMap<TypeNumber, TypeStorage>;
  /** Headers of all blocks, free ones too, ascending. */
  readonly blockHeaders: Int32Array;
  /** Damage of free storage and of block structure, bounded. */
  readonly problems: readonly string[];
  /** The cells (word address / 2) that begin a live object: an instance, a cons, or the data of a used array block. Ranked. */
  readonly starts: RankedBits;
  readonly objects: number;
}

/** Words of memory whose objects are visited in one step. */
const STEP_WORDS = 1 << 19;

export class HeapMap {
  readonly memory: VirtualMemory;
  readonly types: ReadonlyMap<TypeNumber, TypeStorage>;
  readonly blockHeaders: Int32Array;
  readonly problems: readonly string[];
  /** How many objects live. */
  readonly objects: number;
  private readonly starts: RankedBits;

  constructor(memory: VirtualMemory, parts: HeapParts) {
    this.memory = memory;
    this.types = parts.types;
    this.blockHeaders = parts.blockHeaders;
    this.problems = parts.problems;
    this.objects = parts.objects;
    this.starts = parts.starts;
  }

  /** Bytes of the tables. */
  get bytes(): number {
    return this.starts.bytes + this.blockHeaders.byteLength;
  }

  /** Type number that the type table gives for an address of this image. */
  typeAt(address: Pointer): TypeNumber {
    return typeNumber(this.memory, address);
  }

  /** The address begins a live object of the heap: an instance, a cons, or the data of a used array block. */
  isObject(pointer: Pointer): boolean {
    return pointer < this.memory.sizeWords && (pointer & 1) === 0 && this.starts.has(pointer >> 1);
  }

  /** Number of the object that begins at an address, from 0 in the order of addresses; -1 when none begins there. */
  numberOf(pointer: Pointer): number {
    return pointer < this.memory.sizeWords && (pointer & 1) === 0 ? this.starts.numberOf(pointer >> 1) : -1;
  }

  /** The first object at or after an address and before `end`; -1 when there is none. */
  nextObject(address: Pointer, end: Pointer): Pointer {
    const cell = this.starts.next(address >> 1, Math.min(end, this.memory.sizeWords) >> 1);
    return cell < 0 ? -1 : 2 * cell;
  }

  /** Why `isObject` says no; null when it says yes. */
  damageOf(pointer: Pointer): string | null {
    if (this.isObject(pointer)) return null;
    if (pointer >= this.memory.sizeWords) return "outside the image";
    if ((pointer & 1) !== 0) return "odd address";
    const storage = this.types.get(this.typeAt(pointer));
    if (storage === undefined) return "no block begins there";
    return instanceAround(storage, pointer) === pointer ? "free cell" : "inside of an object";
  }

  /** Addresses of live objects of a type, by position in address order. */
  instances(type: TypeNumber, start: number, count: number): Pointer[] {
    const storage = this.types.get(type);
    const found: Pointer[] = [];
    if (storage === undefined) return found;
    let unit = unitOf(storage, start);
    let position = storage.liveBefore[unit] ?? 0;
    for (; unit < storage.units.length && found.length < count; unit++) {
      const base = storage.units[unit] ?? 0;
      const end = base + MDS_UNIT_WORDS;
      for (let object = this.nextObject(base, end); object >= 0; object = this.nextObject(object + 2, end)) {
        if (found.length === count) break;
        if (position++ >= start) found.push(object);
      }
    }
    return found;
  }

  /** The live objects of a type, in address order. */
  eachInstance(type: TypeNumber, visit: (object: Pointer) => void): void {
    for (const base of this.types.get(type)?.units ?? []) {
      const end = base + MDS_UNIT_WORDS;
      for (let object = this.nextObject(base, end); object >= 0; object = this.nextObject(object + 2, end))
        visit(object);
    }
  }

  /** All live objects, in the order of their addresses. */
  eachObject(visit: (object: Pointer, type: TypeNumber) => void): void {
    this.eachBetween(0, this.memory.sizeWords, visit);
  }
  /** The same, in steps. @param phase names the work for the user */
  *objectSteps(phase: string, visit: (object: Pointer, type: TypeNumber) => void): IndexSteps<void> {
    const { sizeWords } = this.memory;
    for (let start = 0; start < sizeWords; start += STEP_WORDS) {
      yield { phase, done: start, total: sizeWords };
      this.eachBetween(start, Math.min(start + STEP_WORDS, sizeWords), visit);
    }
  }
  private eachBetween(start: Pointer, end: Pointer, visit: (object: Pointer, type: TypeNumber) => void): void {
    for (let object = this.nextObject(start, end); object >= 0; object = this.nextObject(object + 2, end)) {
      visit(object, this.typeAt(object));
    }
  }
}

/** Index of the unit that holds the live object at a position. */
function unitOf(storage: TypeStorage, position: number): number {
  let low = 0;
  let high = storage.units.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((storage.liveBefore[middle + 1] ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
