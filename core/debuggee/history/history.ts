/**
 * Questions about the past: who wrote this, who changed this count, who allocated and who freed this, and the biography of an object. The past is run again with
 * just that watched; the machine is where it was when there is an answer, and between any two portions of the work.
 */

import type { IndexSteps } from "../../base/steps.ts";
import type { ByteAddress, Pointer } from "../../base/units.ts";
import { Home } from "../../timeline/home.ts";
import { compareMoments, momentText } from "../../timeline/moment.ts";
import type { Position } from "../../timeline/search.ts";
import type { Timeline } from "../../timeline/timeline.ts";
import { lookBack } from "../../timeline/witness.ts";
import type { Moment } from "../../vm/events.ts";
import type { Watch } from "../../vm/gates/watch.ts";
import { LastEvents } from "./last-events.ts";
import type { PastEvent, PastEvents } from "./past-event.ts";

/** What happened to something, in order of time. */
export interface Chronicle {
  readonly events: readonly PastEvent[];
  /** There is nothing earlier: all of it was looked through, or, of an object, its allocation is there. */
  readonly isComplete: boolean;
  /** Where the recording begins. */
  readonly beginning: Moment;
}

/** What the questions need of the machine's past. */
export interface HistoryContext {
  readonly timeline: Timeline;
  readonly events: PastEvents;
  position(): Position;
  /** Sets what the user wants to stop at, or nothing. */
  setStops(on: boolean): void;
}

/** Changes of the count in a biography. */
const MOST_COUNTS = 1_000;
const CELL_BYTES = 4;

export class History {
  private readonly context: HistoryContext;
  /** What was asked at the moment where the machine stands. */
  private answers = new Map<string, Chronicle>();
  private answersAt = "";

  constructor(context: HistoryContext) {
    this.context = context;
  }

  /** The last writes, so many at most, into a range of memory before now. In the stack segment only what changes something is seen. */
  whoWrote(start: ByteAddress, bytes: number, limit: number): IndexSteps<Chronicle> {
    const watch: Watch = { kind: "data", start, bytes, access: "write", frame: null };
    return this.answer(`wrote ${start} ${bytes} ${limit}`, () => this.last(watch, limit));
  }

  /** The last changes, so many at most, of the reference count of an object before now. */
  whoCounted(object: Pointer, limit: number): IndexSteps<Chronicle> {
    return this.answer(`counted ${object} ${limit}`, () => this.last({ kind: "count", object }, limit));
  }

  /** The allocation of what is, or was the last time, at an address. */
  whoAllocated(object: Pointer): IndexSteps<Chronicle> {
    return this.answer(`allocated ${object}`, () => this.lastOf(object, "allocate"));
  }
  /** The last time that what was at an address was freed. */
  whoFreed(object: Pointer): IndexSteps<Chronicle> {
    return this.answer(`freed ${object}`, () => this.lastOf(object, "free"));
  }

  /**
   * What is known of the object that is at an address, or was the last: its allocation, the changes of its count, that it was freed, and the next allocation at its
   * address. Seen from the past, its future belongs to it as far as it is known. Of very many changes of the count the last ones are told.
   */
  biography(object: Pointer): IndexSteps<Chronicle> {
    return this.answer(`biography ${object}`, () => this.life(object));
  }

  /** Answers do not hold any more. */
  forget(): void {
    this.answers = new Map();
  }

  private *answer(question: string, find: () => IndexSteps<Chronicle>): IndexSteps<Chronicle> {
    const now = momentText(this.context.timeline.machine.moment());
    if (now !== this.answersAt) this.forget();
    this.answersAt = now;
    const known = this.answers.get(question);
    if (known !== undefined) return known;
    const found = yield* find();
    this.answers.set(question, found);
    return found;
  }

  private *last(watch: Watch, limit: number): IndexSteps<Chronicle> {
    const home = this.home();
    const witness = this.witness([watch], limit);
    yield* lookBack(this.context.timeline, home, home.moment, witness);
    return this.chronicle(witness.found, !witness.isCut && witness.found.length < limit);
  }

  private *lastOf(object: Pointer, kind: "allocate" | "free"): IndexSteps<Chronicle> {
    const home = this.home();
    const isIt = (event: PastEvent) => event.kind === kind;
    const witness = this.witness([lifeOf(object)], Number.MAX_SAFE_INTEGER, () => {
      witness.found = witness.found.filter(isIt).slice(-1);
      return witness.found.length > 0;
    });
    yield* lookBack(this.context.timeline, home, home.moment, witness);
    return this.chronicle(witness.found, witness.found.length > 0);
  }

  private *life(object: Pointer): IndexSteps<Chronicle> {
    const { timeline } = this.context;
    const home = this.home();
    const lives = this.witness([lifeOf(object)], Number.MAX_SAFE_INTEGER, () => {
      lives.found = lifeAround(lives.found, home.moment);
      return lives.found.some((event) => isBirth(event, home.moment));
    });
    yield* lookBack(timeline, home, timeline.present, lives);
    const [first, ...others] = lives.found;
    const counts = yield* this.countsOf(object, lives.found, home);
    if (first === undefined || !isBirth(first, home.moment)) return this.chronicle([...counts, ...lives.found], false);
    return this.chronicle([first, ...counts, ...others], true);
  }

  /** Changes of the count between the allocation, or the beginning of the recording, and the end: that it was freed, or that another object came. */
  private *countsOf(object: Pointer, life: readonly PastEvent[], home: Home): IndexSteps<readonly PastEvent[]> {
    const { timeline } = this.context;
    if (timeline.machine.manager.counts === null) return [];
    const birth = life.find((event) => isBirth(event, home.moment));
    const from = birth?.moment ?? timeline.beginning;
    const end = life.find((event) => event.kind === "free" || (event.kind === "allocate" && event !== birth));
    const until = end?.moment ?? timeline.present;
    const isEnough = (found: readonly PastEvent[], start: Moment) =>
      found.length >= MOST_COUNTS || compareMoments(start, from) < 0;
    const witness = this.witness([{ kind: "count", object }], MOST_COUNTS, isEnough);
    yield* lookBack(timeline, home, until, witness);
    return witness.found.filter(({ moment }) => compareMoments(moment, from) >= 0);
  }

  private home(): Home {
    const { timeline, position, setStops } = this.context;
    return new Home(timeline, position(), setStops);
  }
  private witness(
    watches: readonly Watch[],
    limit: number,
    isEnough?: ConstructorParameters<typeof LastEvents>[4],
  ): LastEvents {
    const { timeline, events } = this.context;
    return new LastEvents(timeline.machine, watches, events, limit, isEnough);
  }
  private chronicle(events: readonly PastEvent[], isComplete: boolean): Chronicle {
    return { events, isComplete, beginning: this.context.timeline.beginning };
  }
}

function lifeOf(object: Pointer): Watch {
  return { kind: "life", start: 2 * object, bytes: CELL_BYTES };
}

function isBirth({ kind, moment }: PastEvent, now: Moment): boolean {
  return kind === "allocate" && compareMoments(moment, now) <= 0;
}

/** Of what happened at an address: from the allocation of what is there now to the next one. */
function lifeAround(events: readonly PastEvent[], now: Moment): readonly PastEvent[] {
  const birth = events.findLastIndex((event) => isBirth(event, now));
  const next = events.findIndex((event) => event.kind === "allocate" && !isBirth(event, now));
  return events.slice(Math.max(0, birth), next < 0 ? undefined : next + 1);
}
