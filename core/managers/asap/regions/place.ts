/**
 * Places that objects are allocated in and leave together: the arena of the whole program, arenas and stack scopes of the plan, arenas that the program opens.
 * A place keeps its own account; what its objects refer to is not looked at when it ends.
 */
import type { ByteAddress, Pointer, WordAddress, Words } from "../../../base/units.ts";
import { NIL } from "../../../memory/layout.ts";
import type { AllocationPlace } from "../../storage/storage.ts";
import type { AsapHeap } from "../heap.ts";
import { ByteArena, type SavedArena } from "./byte-arena.ts";

export type PlaceKind = "program" | "arena" | "stack";

const ALLOCATED = { program: "arena.alloc", arena: "arena.alloc", stack: "stack.alloc" } as const;
const ENDED = { program: "arena.end", arena: "arena.end", stack: "stack.end" } as const;
const WORD_BYTES = 2;

/** What a place is apart from what is in it. */
export interface PlaceIdentity {
  readonly kind: PlaceKind;
  /** From 1 on, never used again; 0 is the program. */
  readonly number: number;
  readonly name: string;
  /** Opened by the program as a region: nothing outside may refer into it, from its beginning. */
  readonly isRegion: boolean;
}

/** A place as plain data, but for its members. */
export interface SavedPlace extends PlaceIdentity {
  readonly objects: number;
  readonly words: Words;
  readonly peakWords: Words;
  readonly members: number;
  readonly arena: SavedArena;
  readonly remembered: readonly WordAddress[];
  readonly rememberedPairs: readonly Pointer[];
}

/** The account of a place. */
export class Place implements AllocationPlace {
  readonly identity: PlaceIdentity;
  objects = 0;
  words: Words = 0;
  /** Most words that were in it at a time. */
  peakWords: Words = 0;
  readonly arena = new ByteArena();
  /** Cells outside that were made to refer into it. */
  readonly remembered = new Set<WordAddress>();
  /** Pairs outside whose CDR was. */
  readonly rememberedPairs = new Set<Pointer>();
  private readonly heap: AsapHeap;

  constructor(heap: AsapHeap, identity: PlaceIdentity) {
    this.heap = heap;
    this.identity = identity;
  }

  allocated(object: Pointer, words: Words): void {
    this.objects++;
    this.words += words;
    if (this.words > this.peakWords) this.peakWords = this.words;
    this.arena.allocate(WORD_BYTES * words);
    const { kind, name } = this.identity;
    this.heap.observer.lifetime(ALLOCATED[kind], object, words, this.objects, name);
  }

  /** An object of it was freed by itself. */
  left(words: Words): void {
    this.objects--;
    this.words -= words;
  }

  /** Ends the place with all that is in it. */
  end(site: ByteAddress): void {
    const { heap } = this;
    const { kind, name, number } = this.identity;
    heap.observer.lifetime(ENDED[kind], NIL, this.words, this.objects, name);
    // A member that was freed before has left its slot to another object.
    this.arena.end((slot) => {
      if (heap.isIn(slot, number)) heap.leave(slot, site);
    });
    this.objects = 0;
    this.words = 0;
  }

  save(): SavedPlace {
    const { identity, objects, words, peakWords, arena } = this;
    return {
      ...identity,
      objects,
      words,
      peakWords,
      members: arena.members.length,
      arena: arena.save(),
      remembered: [...this.remembered],
      rememberedPairs: [...this.rememberedPairs],
    };
  }
  /** @param members slots of what is in it */
  static restore(heap: AsapHeap, saved: SavedPlace, members: readonly number[]): Place {
    const { kind, number, name, isRegion } = saved;
    const place = new Place(heap, { kind, number, name, isRegion });
    place.objects = saved.objects;
    place.words = saved.words;
    place.peakWords = saved.peakWords;
    place.arena.restore(saved.arena, members);
    for (const slot of saved.remembered) place.remembered.add(slot);
    for (const pair of saved.rememberedPairs) place.rememberedPairs.add(pair);
    return place;
  }
}
