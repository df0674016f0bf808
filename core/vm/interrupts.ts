/**
 * Interrupts: what the image asks to be called for between two instructions. A request is served at the next safepoint, outside the system
 * contexts: \PERIODIC.INTERRUPTFRAME when its period is over, and then the first that applies of \DORECLAIM (`collections.ts`) and
 * \INTERRUPTFRAME. There is no keyboard, so \DOBUFFEREDTRANSITIONS is never called, and no timer of the host: a request comes from the count
 * table, from a host call, from a full stack or storage, and, if the machine is made so, every so many safepoints.
 * Source: instruction specification, section 3.9.
 */
import { IFPAGE, interfaceWord } from "../memory/interface-page.ts";
import { NIL, STACK_BASE } from "../memory/layout.ts";
import { beginInterrupt } from "./invocation.ts";
import type { Processor } from "./processor.ts";
import {
  changeInterruptState,
  isSystemValueSet,
  setSystemValue,
  systemFunction,
  systemValue,
} from "./state/system-cells.ts";

/** Requests that pass before the first periodic call. */
const FIRST_PERIOD = 60;
// The frequency counts 60ths of a second; the reference VM requests an interrupt every 10 ms.
const MICROSECONDS_PER_TICK = 16_666;
const TIMER_MICROSECONDS = 10_000;

// Bits of the interrupt state that do not survive a start: log file, Ethernet, I/O, waiting character, and the character itself.
const STALE_BITS = 0xe100_ffff;

/** State outside memory. */
export interface InterruptState {
  /** Requests until the next periodic call. */
  readonly period: number;
  /** Safepoint of the next request by the clock of safepoints; null without such a clock. */
  readonly nextTick: number | null;
}

export class Interrupts {
  private readonly processor: Processor;
  /** Safepoints between two requests; null: none. */
  private readonly interval: number | null;
  private period = FIRST_PERIOD;
  private nextTick: number | null;

  constructor(processor: Processor, interval: number | null) {
    this.processor = processor;
    this.interval = interval;
    this.nextTick = interval;
  }

  /** Forgets what was pending when the image was saved. */
  start(): void {
    changeInterruptState(this.processor.memory, (state) => state & ~STALE_BITS);
  }

  /** Safepoints that may pass before the next one is a request. */
  untilTick(block: number): number {
    return this.nextTick === null ? Number.POSITIVE_INFINITY : Math.max(1, this.nextTick - block);
  }
  /** Whether this safepoint is a request of its own. */
  isTick(block: number): boolean {
    if (this.interval === null || this.nextTick === null || block < this.nextTick) return false;
    this.nextTick = block + this.interval;
    return true;
  }

  /** System contexts, below the stack base, are not interrupted. */
  get isBlocked(): boolean {
    const { memory, csp } = this.processor;
    return csp >> 1 <= STACK_BASE + memory.word(interfaceWord(IFPAGE.stackBase));
  }
  /** Lisp was asked for attention, and can be called. */
  get isPending(): boolean {
    const { memory } = this.processor;
    return isSystemValueSet(memory, "\\PENDINGINTERRUPT") && systemFunction(memory, "\\INTERRUPTFRAME") !== 0;
  }

  /** Counts a request; calls the periodic function when it is time. @returns whether it was called: PC is elsewhere */
  servePeriodic(): boolean {
    const { memory } = this.processor;
    if (!isSystemValueSet(memory, "\\PERIODIC.INTERRUPT")) return false;
    if (this.period > 0) {
      this.period--;
      return false;
    }
    const frequency = systemValue(memory, "\\PERIODIC.INTERRUPT.FREQUENCY") ?? NIL;
    this.period = Math.floor(((frequency & 0xffff) * MICROSECONDS_PER_TICK) / TIMER_MICROSECONDS);
    const header = systemFunction(memory, "\\PERIODIC.INTERRUPTFRAME");
    return header !== 0 && beginInterrupt(this.processor, header);
  }

  /** Calls Lisp for what is pending. @returns whether it was called: PC is elsewhere */
  servePending(): boolean {
    const { memory } = this.processor;
    if (!this.isPending || !beginInterrupt(this.processor, systemFunction(memory, "\\INTERRUPTFRAME"))) return false;
    changeInterruptState(memory, (state) => state | ((state >>> 24) << 16));
    setSystemValue(memory, "\\PENDINGINTERRUPT", NIL);
    return true;
  }

  save(): InterruptState {
    return { period: this.period, nextTick: this.nextTick };
  }
  restore(state: InterruptState): void {
    this.period = state.period;
    this.nextTick = state.nextTick;
  }
}
