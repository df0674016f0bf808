/**
 * Output of the program on its way to the client: gathered, sent a few times a second, and bounded. A burst of up to a megabyte arrives whole; endless output
 * is thinned to what a client can show, and the gap says how much is missing.
 */
import { notes } from "../errors.ts";

/** Characters that may be sent at once after a quiet time. */
const BURST_CHARACTERS = 1024 * 1024;
/** Characters a second that a steady stream may have. */
const STEADY_CHARACTERS = 256 * 1024;
const FLUSH_MS = 50;

export type OutputCategory = "stdout" | "stderr" | "console";
export interface OutputTarget {
  send(category: OutputCategory, text: string): void;
  /** The client does not keep up: nothing more should be sent now. */
  isBacklogged(): boolean;
}
/** Milliseconds that only grow. */
export type Clock = () => number;

export class Output {
  private readonly target: OutputTarget;
  private readonly clock: Clock;
  private pending: { category: OutputCategory; text: string }[] = [];
  /** Characters that may still be taken in; refilled by time, at a flush. */
  private allowance = BURST_CHARACTERS;
  /** Characters refused since the allowance ran out; until the next flush everything is refused, so that a gap is one gap. */
  private leftOut = 0;
  private lastFlush: number;

  constructor(target: OutputTarget, clock: Clock) {
    this.target = target;
    this.clock = clock;
    this.lastFlush = clock();
  }

  write(category: OutputCategory, text: string): void {
    const taken = this.leftOut > 0 ? 0 : Math.min(text.length, Math.max(0, Math.floor(this.allowance)));
    this.leftOut += text.length - taken;
    if (taken > 0) this.append(category, text.slice(0, taken));
  }

  /** Sends what is due. Called between slices. */
  tick(): void {
    if (this.clock() - this.lastFlush >= FLUSH_MS && !this.target.isBacklogged()) this.flush();
  }

  /** Sends everything now: before a stop, an answer or the end. */
  flush(): void {
    const now = this.clock();
    const earned = ((now - this.lastFlush) * STEADY_CHARACTERS) / 1000;
    this.allowance = Math.min(BURST_CHARACTERS, this.allowance + earned);
    this.lastFlush = now;
    if (this.leftOut > 0) this.append("console", notes.leftOut(this.leftOut));
    this.leftOut = 0;
    const pending = this.pending;
    this.pending = [];
    for (const { category, text } of pending) this.target.send(category, text);
  }

  private append(category: OutputCategory, text: string): void {
    this.allowance -= text.length;
    const last = this.pending[this.pending.length - 1];
    if (last !== undefined && last.category === category) last.text += text;
    else this.pending.push({ category, text });
  }
}
