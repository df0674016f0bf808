/**
 * What became of every object of a run, against program steps: a heap observer that notes births and deaths. Objects are numbered in the order of their
 * allocation, so that the same program under two managers has the same numbers. Of very long runs only sums and the curve are kept.
 */
import { IntList } from "../../base/int-list.ts";
import type { Pointer, TypeNumber, Words } from "../../base/units.ts";
import type { HeapObserver, LifetimeEventKind } from "../../managers/events.ts";
import { Curve } from "./curve.ts";

/** Death of an object that was there to the end. */
export const ALIVE = 0x7fffffff;
/** Objects of which births and deaths are kept. */
const MOST_OBJECTS = 2_000_000;
const MOST_ERRORS = 20;

/** Births and deaths in program steps, by number of the object. */
export interface Lives {
  /** Objects whose lives are kept: of a longer run the first ones. */
  readonly count: number;
  birth(object: number): number;
  /** `ALIVE` for what was there to the end. */
  death(object: number): number;
  words(object: number): Words;
  type(object: number): TypeNumber;
}

export interface Surroundings {
  /** The program step under way. */
  step(): number;
  typeOf(object: Pointer): TypeNumber;
  /** Milliseconds, for differences. */
  clock(): number;
}

export class Recorder implements HeapObserver, Lives {
  readonly curve: Curve;
  liveWords: Words = 0;
  peakWords: Words = 0;
  // Of the program's objects alone: those that were there before it began do not count.
  allocatedObjects = 0;
  freedObjects = 0;
  /** Counts that went up or down by the lifetime plan of the compiler. */
  plannedCounts = 0;
  pauses = 0;
  totalPauseMs = 0;
  longestPauseMs = 0;
  readonly errors: string[] = [];
  private readonly surroundings: Surroundings;
  private readonly births = new IntList();
  private readonly deaths = new IntList();
  private readonly sizes = new IntList();
  private readonly types = new IntList();
  /** Number and size of what is alive. */
  private readonly alive = new Map<Pointer, { readonly number: number; readonly words: Words }>();
  /** What lies in arenas and stack scopes that have not ended, by their names. */
  private readonly places = new Map<string, Pointer[]>();
  private pauseStart = 0;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
    this.curve = new Curve();
  }

  get count(): number {
    return this.births.length;
  }
  birth(object: number): number {
    return this.births.at(object);
  }
  death(object: number): number {
    return this.deaths.at(object);
  }
  words(object: number): Words {
    return this.sizes.at(object);
  }
  type(object: number): TypeNumber {
    return this.types.at(object);
  }

  /** Whether the program allocated this object, and it was not freed. */
  isAlive(object: Pointer): boolean {
    return this.alive.has(object);
  }

  allocated(object: Pointer, type: TypeNumber, words: Words): void {
    const number = this.allocatedObjects++;
    const step = this.surroundings.step();
    if (number < MOST_OBJECTS) {
      this.births.push(step);
      this.deaths.push(ALIVE);
      this.sizes.push(words);
      this.types.push(type);
    }
    this.alive.set(object, { number, words });
    this.liveWords += words;
    this.peakWords = Math.max(this.peakWords, this.liveWords);
    this.curve.note(step, this.liveWords);
  }

  freed(object: Pointer): void {
    const known = this.alive.get(object);
    // What was there before the program began is not the program's.
    if (known === undefined) return;
    this.alive.delete(object);
    const step = this.surroundings.step();
    if (known.number < this.deaths.length) this.deaths.set(known.number, step);
    this.freedObjects++;
    this.liveWords -= known.words;
    this.curve.note(step, this.liveWords);
  }

  lifetime(kind: LifetimeEventKind, object: Pointer, words: Words, _after: number, place: string): void {
    if (kind === "arena.alloc" || kind === "stack.alloc") {
      this.allocated(object, this.surroundings.typeOf(object), words);
      const members = this.places.get(place);
      if (members === undefined) this.places.set(place, [object]);
      else members.push(object);
    } else if (kind === "inc" || kind === "dec") {
      this.plannedCounts++;
    } else if (kind === "arena.end" || kind === "arena.reset" || kind === "stack.end") {
      for (const member of this.places.get(place) ?? []) this.freed(member);
      this.places.delete(place);
    }
  }

  collectionPhase(phase: "start" | "scan" | "reclaim" | "end"): void {
    if (phase === "start") this.pauseStart = this.surroundings.clock();
    if (phase !== "end") return;
    const pause = this.surroundings.clock() - this.pauseStart;
    this.pauses++;
    this.totalPauseMs += pause;
    this.longestPauseMs = Math.max(this.longestPauseMs, pause);
  }

  memoryError(_object: Pointer, message: string): void {
    this.noteError(message);
  }
  countError(_object: Pointer, message: string): void {
    this.noteError(message);
  }
  collectorDisabled(message: string, pairsLeft: number): void {
    if (pairsLeft === 0) this.noteError(message);
  }
  private noteError(message: string): void {
    if (this.errors.length < MOST_ERRORS) this.errors.push(`step ${this.surroundings.step()}: ${message}`);
  }

  countZero(): void {}
  countOverflow(): void {}
  collectionDue(): void {}
  storagePressure(): void {}
  storageFull(): void {}
  pageAdded(): void {}
}
