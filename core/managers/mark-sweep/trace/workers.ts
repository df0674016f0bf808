/**
 * Marking as several workers do it: each has a queue of its own, takes packets of objects from it, and steals half of the longest other queue when it is
 * empty. Marks are shared; who marks an object first looks into it. Which objects are marked in the end depends neither on the number of workers nor on
 * whose turn it is when. The workers take turns in one thread: why there are no more threads is on the page of the manager.
 */
import { IntList } from "../../../base/int-list.ts";
import type { IdSink, Marks, ScanObject } from "./marks.ts";

/** Objects that a worker looks into in one turn. */
const PACKET = 32;

class Worker implements IdSink {
  readonly queue = new IntList();
  private readonly marks: Marks;
  /** Objects that it has looked into. */
  done = 0;

  constructor(marks: Marks) {
    this.marks = marks;
  }
  mark(id: number): void {
    if (this.marks.claim(id)) this.queue.push(id);
  }
}

export class MarkingWorkers {
  private readonly marks: Marks;
  private readonly workers: readonly Worker[];
  private readonly whoseTurn: (turn: number) => number;

  /** @param whoseTurn number of the worker that takes a turn; any number will do */
  constructor(marks: Marks, count: number, whoseTurn: (turn: number) => number = (turn) => turn) {
    this.marks = marks;
    this.workers = Array.from({ length: count }, () => new Worker(marks));
    this.whoseTurn = whoseTurn;
  }

  /** Objects that each worker has looked into since the beginning. */
  figures(): number[] {
    return this.workers.map(({ done }) => done);
  }
  restore(figures: ArrayLike<number>): void {
    for (const [i, worker] of this.workers.entries()) worker.done = figures[i] ?? 0;
  }

  /**
   * Looks into the grey objects, and those that they refer to.
   * @param budget objects at most
   * @returns whether none is left
   */
  trace(scan: ScanObject, budget: number): boolean {
    for (let i = 0; !this.marks.isDone; i++) this.next(i).queue.push(this.marks.take());
    let left = budget;
    // Turns are counted from the grey objects at hand alone, so that a cycle that was saved goes on in the same way.
    for (let turn = 0; left > 0; turn++) {
      const worker = this.next(this.whoseTurn(turn));
      if (worker.queue.length === 0 && !this.steal(worker)) return true;
      for (let packet = Math.min(PACKET, left); packet > 0 && worker.queue.length > 0; packet--) {
        scan(worker.queue.pop(), worker);
        worker.done++;
        left--;
      }
    }
    return this.giveBack();
  }

  private next(turn: number): Worker {
    return this.workers[Math.abs(turn) % this.workers.length] as Worker;
  }

  /** Half of the longest queue. @returns false when all are empty */
  private steal(thief: Worker): boolean {
    const richest = this.workers.reduce((a, b) => (b.queue.length > a.queue.length ? b : a));
    const count = (richest.queue.length + 1) >> 1;
    for (let i = 0; i < count; i++) thief.queue.push(richest.queue.pop());
    return count > 0;
  }

  /** What is left waits with the marks, where a saved cycle keeps it. @returns whether nothing is */
  private giveBack(): boolean {
    for (const { queue } of this.workers) while (queue.length > 0) this.marks.putBack(queue.pop());
    return this.marks.isDone;
  }
}
