/**
 * Moments to which a machine can be put back at once. Between two neighbours lie the pages in which they differ, with the content that they have on the side where
 * the machine is not: going from one to the next, in either direction, exchanges them. So a checkpoint costs what was written since the last one, and any number of
 * them can be crossed both ways.
 *
 *     checkpoint 0 --pages-- checkpoint 1 --pages-- checkpoint 2 ..journal.. the machine
 */
import { assert } from "../base/errors.ts";
import { PAGE_BYTES, PAGE_WORDS, STACK_BASE, STACK_WORDS } from "../memory/layout.ts";
import type { Moment } from "../vm/events.ts";
import { PageContents } from "../vm/gates/page-contents.ts";
import type { Machine } from "../vm/machine.ts";
import { Ahead } from "./branches/ahead.ts";
import { type Checkpoint, checkpointOf, KEPT_PAGE_BYTES } from "./checkpoint.ts";
import type { InputLog } from "./input-log.ts";
import { compareMoments } from "./moment.ts";

/** Memory at the checkpoints, as it is kept. */
export interface MemoryLayers {
  readonly list: readonly Checkpoint[];
  /** Pages in which two neighbours differ, as they are on the side where the machine is not. */
  readonly between: readonly PageContents[];
  /** The last checkpoint that the machine has passed. */
  readonly at: number;
  /** Pages that were written since, as they were there; and the stack as it was there. */
  readonly written: PageContents;
  readonly stack: Uint8Array;
  readonly now: Uint8Array;
}

const STACK_BYTES = 2 * STACK_WORDS;
const CELL_BYTES = 4;
const STACK_START = 2 * STACK_BASE;
const FIRST_STACK_PAGE = STACK_BASE / PAGE_WORDS;
/** More make no step back faster. */
const MOST_CHECKPOINTS = 4_000;

export class Checkpoints {
  private readonly machine: Machine;
  private readonly log: InputLog;
  /** In the order of time; never empty. */
  private readonly list: Checkpoint[] = [];
  /** `between[i]` lies between checkpoints `i` and `i + 1`. */
  private readonly between: PageContents[] = [];
  /** The last one that the machine has passed. */
  private at = 0;
  /** The stack segment as it was there. */
  private readonly stack: Uint8Array;
  /** The same as cells, and the stack segment as it is now; their byte order does not matter. */
  private readonly cells: Int32Array;
  private readonly stackCells: Int32Array;
  private pages = 0;
  private states = 0;
  /** Those that somebody needs: they are not given up to save memory. */
  private readonly pinned: () => ReadonlySet<Checkpoint>;

  /**
   * The first checkpoint is where the machine stands.
   * @param pinned those that have to stay
   */
  constructor(machine: Machine, log: InputLog, pinned: () => ReadonlySet<Checkpoint>) {
    this.machine = machine;
    this.log = log;
    this.pinned = pinned;
    this.stack = new Uint8Array(STACK_BYTES);
    this.cells = new Int32Array(this.stack.buffer);
    this.stackCells = new Int32Array(machine.memory.bytes.buffer, STACK_START, STACK_BYTES / CELL_BYTES);
    this.copyStack();
    machine.gate.journals.begin();
    this.list.push(this.checkpoint(null));
  }

  /** Lets everything go. */
  close(): void {
    this.machine.gate.journals.end(false);
  }

  get first(): Checkpoint {
    return this.list[0] as Checkpoint;
  }
  get last(): Checkpoint {
    return this.list.at(-1) as Checkpoint;
  }
  /** The last one passed. */
  get current(): Checkpoint {
    return this.list[this.at] as Checkpoint;
  }
  /** The next one ahead; null when nothing is known of what comes. */
  get next(): Checkpoint | null {
    return this.list[this.at + 1] ?? null;
  }
  get count(): number {
    return this.list.length;
  }
  get sizeBytes(): number {
    return this.pages * KEPT_PAGE_BYTES + this.states;
  }
  all(): readonly Checkpoint[] {
    return this.list;
  }
  /** All that is known of memory at other moments, for a recording: to look at only. */
  layers(): MemoryLayers {
    const { list, between, at, stack, machine } = this;
    return { list, between, at, stack, written: machine.gate.journals.innermost(), now: machine.memory.bytes };
  }

  /** The last one before a moment; null when there is none. */
  before(moment: Moment): Checkpoint | null {
    return this.list.findLast((point) => compareMoments(point.moment, moment) < 0) ?? null;
  }
  /** The last one at or before a moment; null when there is none. */
  upTo(moment: Moment): Checkpoint | null {
    return this.list.findLast((point) => compareMoments(point.moment, moment) <= 0) ?? null;
  }

  /**
   * A checkpoint where the machine stands, outside a collection.
   * @returns how much work it was, in bytes copied
   */
  take(cut: string | null = null): number {
    assert(this.machine.collection === null, "a checkpoint in the middle of a collection");
    const journal = this.turn();
    const point = this.checkpoint(cut);
    // Ahead of the machine the pages are as they will be: that is right for the new neighbour too.
    this.list.splice(this.at + 1, 0, point);
    this.between.splice(this.at, 0, journal);
    this.at++;
    return journal.size * PAGE_BYTES + STACK_BYTES + point.sizeBytes;
  }

  /** The machine has come to the next checkpoint by itself. */
  arrive(): void {
    const journal = this.turn();
    this.pages -= this.between[this.at]?.size ?? 0;
    this.between[this.at] = journal;
    this.at++;
  }

  /** Pages that going there would exchange. */
  pagesTo(point: Checkpoint): number {
    const goal = this.list.indexOf(point);
    const way = this.between.slice(Math.min(goal, this.at), Math.max(goal, this.at));
    return way.reduce((sum, { size }) => sum + size, 0);
  }

  /** Puts the machine to a checkpoint. Arrivals that were not told there are not told again. */
  goTo(point: Checkpoint): void {
    const goal = this.list.indexOf(point);
    assert(goal >= 0, "a checkpoint that was given up");
    const { bytes } = this.machine.memory;
    this.machine.gate.journals.turn().writeTo(bytes);
    bytes.set(this.stack, STACK_START);
    while (this.at > goal) this.between[--this.at]?.exchange(bytes);
    while (this.at < goal) this.between[this.at++]?.exchange(bytes);
    this.copyStack();
    this.machine.manager.restore(point.manager);
    this.machine.restoreState(point.machine);
    this.machine.code.restore(point.code);
    this.log.goTo(point.input);
  }

  /** Takes away all checkpoints ahead of the last one passed. */
  detach(): Ahead {
    const ahead = new Ahead(this.list.splice(this.at + 1), this.between.splice(this.at));
    for (const { sizeBytes } of ahead.points) this.states -= sizeBytes;
    for (const pages of ahead.between) this.pages -= pages.size;
    return ahead;
  }
  /** Puts checkpoints ahead, which were taken away while the machine stood at the same one; it stands there, and nothing lies ahead. */
  attach({ points, between }: Ahead): void {
    assert(this.next === null, "checkpoints ahead of checkpoints");
    for (const point of points) this.list.push(point);
    for (const pages of between) this.between.push(pages);
    for (const { sizeBytes } of points) this.states += sizeBytes;
    for (const pages of between) this.pages += pages.size;
  }

  /** While it is too much, gives up the checkpoint that lies closest to its neighbours, for its distance from the end; cuts stay. */
  thin(limitBytes: number): void {
    while (this.sizeBytes > limitBytes || this.list.length > MOST_CHECKPOINTS) if (!this.removeCheapest()) return;
  }

  /** The one whose loss makes the smallest step backwards, for its distance. */
  private removeCheapest(): boolean {
    const end = this.last.moment.block;
    let cheapest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 1; i < this.list.length - 1; i++) {
      if (!this.isRemovable(i)) continue;
      const [left, right] = [this.list[i - 1] as Checkpoint, this.list[i + 1] as Checkpoint];
      const loss = (right.moment.block - left.moment.block) / (1 + end - left.moment.block);
      if (loss < least) [cheapest, least] = [i, loss];
    }
    if (cheapest > 0) this.remove(cheapest);
    return cheapest > 0;
  }

  /** Gives up the oldest checkpoint: the recording begins at the next one. @returns whether it did */
  forgetFirst(): boolean {
    if (this.at === 0) return false;
    const [gone] = this.list.splice(0, 1);
    const [pages] = this.between.splice(0, 1);
    this.states -= gone?.sizeBytes ?? 0;
    this.pages -= pages?.size ?? 0;
    this.at--;
    return true;
  }

  /** Gives up one that nobody needs any more, where that is possible. */
  forget(point: Checkpoint): void {
    this.remove(this.list.indexOf(point));
  }

  private isRemovable(i: number): boolean {
    const point = this.list[i];
    if (point === undefined || i === this.at || this.pinned().has(point)) return false;
    return point.cut === null && this.list[i + 1]?.cut === null;
  }

  private remove(i: number): void {
    if (!this.isRemovable(i)) return;
    const [left, right] = [this.between[i - 1], this.between[i]];
    if (left === undefined || right === undefined) return;
    // Of a page in both, the content on the far side counts: seen from the machine, behind the farther of the two.
    const merged = this.at > i ? PageContents.merged(right, left) : PageContents.merged(left, right);
    this.pages += merged.size - left.size - right.size;
    this.states -= this.list[i]?.sizeBytes ?? 0;
    this.list.splice(i, 1);
    this.between.splice(i - 1, 2, merged);
    if (this.at > i) this.at--;
  }

  private checkpoint(cut: string | null): Checkpoint {
    const point = checkpointOf(this.machine, this.log.position(), cut);
    this.states += point.sizeBytes;
    return point;
  }

  /** What was written since the last checkpoint passed, stack included; the journal goes on with nothing. */
  private turn(): PageContents {
    const journal = this.machine.gate.journals.turn();
    const now = this.stackCells;
    for (let start = 0; start < STACK_BYTES; start += PAGE_BYTES) {
      if (this.isStackChanged(start / CELL_BYTES, now)) {
        journal.add(FIRST_STACK_PAGE + start / PAGE_BYTES, this.stack, start);
      }
    }
    this.copyStack();
    this.pages += journal.size;
    return journal;
  }

  /** Whether a page of the stack is different now. @param from its first cell, counted from the start of the stack */
  private isStackChanged(from: number, now: Int32Array): boolean {
    const before = this.cells;
    for (let i = from; i < from + PAGE_BYTES / CELL_BYTES; i++) if (before[i] !== now[i]) return true;
    return false;
  }

  private copyStack(): void {
    this.stack.set(this.machine.memory.bytes.subarray(STACK_START, STACK_START + STACK_BYTES));
  }
}
