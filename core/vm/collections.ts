/**
 * Collections, as the machine drives them: begun at a safepoint, by a host call, or at the end of the program; one step at a time, so that the
 * machine can stop between two. Source: collection specification, sections 6 and 7.1; instruction specification, section 3.9.
 */

import type { ByteAddress } from "../base/units.ts";
import type { CollectCause, CollectionReport, CollectionSteps, MemoryManager } from "../managers/contract.ts";
import { NIL, SMALL_POSITIVE } from "../memory/layout.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import type { StopReason } from "./events.ts";
import type { Interrupts } from "./interrupts.ts";
import { beginInterrupt } from "./invocation.ts";
import type { Processor } from "./processor.ts";
import { setSystemValue, systemFunction, systemValue } from "./state/system-cells.ts";

/** What is under way; a value, so that it can be put back. */
export interface CollectionState {
  readonly steps: CollectionSteps | null;
  /** A host call waits for the report. */
  readonly isForHostCall: boolean;
  /** How the program ended; it is told when its last collection is over. */
  readonly epilogue: StopReason | null;
  readonly collected: CollectionReport | null | undefined;
}
/** What is under way, and what was done before: all that a machine has to get back when it goes to another moment. */
export interface CollectionHistory {
  readonly state: CollectionState;
  /** Asked for from outside, and begun at the next safepoint. */
  readonly requested: CollectCause | null;
  readonly isTriggered: boolean;
  readonly count: number;
  readonly stepsDone: number;
}

export const NO_COLLECTION: CollectionState = {
  steps: null,
  isForHostCall: false,
  epilogue: null,
  collected: undefined,
};

export class Collections {
  /** The collection in progress. */
  steps: CollectionSteps | null = null;
  /** Collections completed. */
  count = 0;
  /** Steps of all collections until now: part of a moment. */
  stepsDone = 0;
  private isForHostCall = false;
  private epilogue: StopReason | null = null;
  private requested: CollectCause | null = null;
  /** The image's collector could not be called at the last safepoint, because a system context runs, or the stack is full. */
  isWaiting = false;
  /** A collection was asked for since the last safepoint, and that was reported. */
  isTriggered = false;
  private readonly memory: VirtualMemory;
  private readonly processor: Processor;
  private readonly manager: MemoryManager;
  private readonly interrupts: Interrupts;

  constructor(processor: Processor, interrupts: Interrupts) {
    this.memory = processor.memory;
    this.processor = processor;
    this.manager = processor.manager;
    this.interrupts = interrupts;
  }

  request(cause: CollectCause): void {
    this.requested = cause;
  }

  /**
   * Begins the collection that is due or was requested.
   * @returns whether the image has a collector of its own, which now runs as an interrupt: PC is elsewhere
   */
  atSafepoint(): boolean {
    const due = this.manager.due();
    this.isWaiting = false;
    if (this.requested === null && due === null) return false;
    if (this.requested === null && due !== null) {
      const collector = systemFunction(this.memory, "\\DORECLAIM");
      if (collector !== 0) return this.interrupt(collector, due);
    }
    const cause = this.requested ?? due;
    this.requested = null;
    if (cause !== null) this.steps = this.manager.beginCollection(cause);
    return false;
  }

  /** Calls the image's own collector; it comes back by the host call DORECLAIM. */
  private interrupt(collector: ByteAddress, cause: CollectCause): boolean {
    const { processor: p, memory, manager } = this;
    const countdown = systemValue(memory, "\\RECLAIM.COUNTDOWN");
    // Where the image schedules, the reference VM's rule holds to the letter: exactly 0 at this moment. Under stress any number counts as run out.
    const isDue = cause === "stress" ? countdown !== NIL : countdown === null || countdown === SMALL_POSITIVE;
    if (!isDue) return false;
    this.isWaiting = this.interrupts.isBlocked || !beginInterrupt(p, collector);
    if (this.isWaiting) return false;
    setSystemValue(memory, "\\RECLAIM.COUNTDOWN", NIL);
    if (cause === "stress") manager.leaveToImage();
    return true;
  }

  /** A host call wants a collection: it is executed again when that is over. */
  beginForHostCall(): void {
    this.steps = this.manager.beginCollection("request");
    if (this.steps === null) this.processor.collected = null;
    else this.isForHostCall = true;
  }

  /** Storage is full, and garbage may be waiting. @returns whether a collection has begun */
  beginForRoom(): boolean {
    this.steps = this.manager.beginCollection("pressure");
    return this.steps !== null;
  }

  /** The program has ended: one last collection, then the end. */
  beginEpilogue(): void {
    const p = this.processor;
    if (p.ended?.kind !== "finished") return;
    this.steps = this.manager.beginCollection("exit");
    if (this.steps === null) return;
    this.epilogue = p.ended;
    p.ended = null;
  }

  /** Does the next step of the collection in progress. What it throws ends the collection. */
  step(steps: CollectionSteps): void {
    let isOver = true;
    this.stepsDone++;
    try {
      steps.step();
      isOver = steps.phase === "done";
      if (isOver) this.count++;
    } finally {
      if (isOver) this.end(steps.report);
    }
  }

  private end(report: CollectionReport): void {
    const p = this.processor;
    this.steps = null;
    if (this.isForHostCall) p.collected = report;
    this.isForHostCall = false;
    if (this.epilogue !== null) p.ended ??= this.epilogue;
    this.epilogue = null;
  }

  /** The program does not end after all: somebody has set the registers. */
  forgetEnd(): void {
    this.epilogue = null;
  }

  save(): CollectionState {
    const { steps, isForHostCall, epilogue } = this;
    return { steps, isForHostCall, epilogue, collected: this.processor.collected };
  }
  restore(state: CollectionState): void {
    this.steps = state.steps;
    this.isForHostCall = state.isForHostCall;
    this.epilogue = state.epilogue;
    this.processor.collected = state.collected;
  }

  saveHistory(): CollectionHistory {
    const { requested, isTriggered, count, stepsDone } = this;
    return { state: this.save(), requested, isTriggered, count, stepsDone };
  }
  restoreHistory({ state, requested, isTriggered, count, stepsDone }: CollectionHistory): void {
    this.restore(state);
    this.requested = requested;
    this.isTriggered = isTriggered;
    this.count = count;
    this.stepsDone = stepsDone;
  }
}
