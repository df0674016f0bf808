/**
 * Places that objects are allocated in and leave together: the arena of the whole program, arenas and stack scopes of the plan, arenas that the program opens.
 * A place keeps its own account; what its objects refer to is not looked at when it ends.
 */
import type { ByteAddress, Pointer, Words } from "../../base/units.ts";
import { NIL } from "../../memory/layout.ts";
import type { AllocationPlace } from "../storage/storage.ts";
import type { AsapHeap } from "./heap.ts";

export type PlaceKind = "program" | "arena" | "stack";

const ALLOCATED = { program: "arena.alloc", arena: "arena.alloc", stack: "stack.alloc" } as const;
const ENDED = { program: "arena.end", arena: "arena.end", stack: "stack.end" } as const;

/** Numbers of a saved place before its members. */
const SAVED = 5;

/** The account of a place. */
export class Place implements AllocationPlace {
  readonly kind: PlaceKind;
  /** From 1 on; 0 is the program. */
  readonly number: number;
  readonly name: string;
  objects = 0;
  words: Words = 0;
  /** Most words that were in it at a time. */
  peakWords: Words = 0;
  /** Slots of what is in it, in order; the program's are found in the table. */
  readonly members: number[] = [];
  private readonly heap: AsapHeap;

  constructor(heap: AsapHeap, kind: PlaceKind, number: number, name: string) {
    this.heap = heap;
    this.kind = kind;
    this.number = number;
    this.name = name;
  }

  allocated(object: Pointer, words: Words): void {
    this.objects++;
    this.words += words;
    if (this.words > this.peakWords) this.peakWords = words;
    this.heap.observer.lifetime(ALLOCATED[this.kind], object, words, this.objects, this.name);
  }

  /** Ends the place with all that is in it. @returns objects that went */
  end(site: ByteAddress): number {
    const { heap, number, members } = this;
    heap.observer.lifetime(ENDED[this.kind], NIL, this.words, this.objects, this.name);
    const ended = this.objects;
    // One that was freed before has left its slot to another object.
    for (const slot of members) if (heap.isIn(slot, number)) heap.leave(slot, site);
    members.length = 0;
    this.empty();
    return ended;
  }

  /** number, objects, words, peak, how many members, and they. */
  save(): number[] {
    const { number, objects, words, peakWords, members } = this;
    return [number, objects, words, peakWords, members.length, ...members];
  }
  /** @returns index of the first number behind it */
  restore(numbers: readonly number[], at: number): number {
    const [objects = 0, words = 0, peakWords = 0, count = 0] = numbers.slice(at + 1, at + SAVED);
    this.objects = objects;
    this.words = words;
    this.peakWords = peakWords;
    this.members.splice(0, Number.POSITIVE_INFINITY, ...numbers.slice(at + SAVED, at + SAVED + count));
    return at + SAVED + count;
  }

  empty(): void {
    this.objects = 0;
    this.words = 0;
  }
}
