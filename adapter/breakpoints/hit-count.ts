/**
 * How often a breakpoint was hit. Hits are kept by the moments at which they happened, so that running over the same moments again, after the program went back
 * in time, finds the hits that are known and counts none twice.
 */
import { compareMoments, type Moment } from "#core";

/** Hits that are remembered one by one. Of more, the older half becomes a number: who goes back behind those is told that number. */
export const MOST_MOMENTS = 1 << 18;

export class HitCount {
  /** Ascending; several hits of one moment stand side by side. */
  private moments: Moment[] = [];
  /** Hits before those. */
  private earlier = 0;
  /** The hit that came last on this way, and where the next one of the same moment is expected. */
  private last: Moment | null = null;
  private behindLast = 0;

  /** @returns how many hits there were up to this one, this one included */
  record(moment: Moment): number {
    const isSame = this.last !== null && compareMoments(this.last, moment) === 0;
    const at = isSame ? this.behindLast : this.firstFrom(moment);
    const known = this.moments[at];
    if (known === undefined || compareMoments(known, moment) !== 0) this.moments.splice(at, 0, moment);
    this.last = moment;
    this.behindLast = at + 1;
    if (this.moments.length > MOST_MOMENTS) this.forgetOlder();
    return this.earlier + this.behindLast;
  }

  /** The run goes on from a moment; null: it goes over some of its moments again, so that a hit where the last one was is that one. @param end hits behind it never happened */
  startPass(from: Moment | null, end: Moment | null = null): void {
    if (end !== null) this.forgetBehind(end);
    if (from === null || (this.last !== null && compareMoments(from, this.last) < 0)) this.last = null;
  }

  /** Starts from 0. */
  clear(): void {
    this.moments = [];
    this.earlier = 0;
    this.last = null;
    this.behindLast = 0;
  }

  private forgetBehind(end: Moment): void {
    while (this.moments.length > 0 && compareMoments(this.moments.at(-1) as Moment, end) > 0) this.moments.pop();
    if (this.last !== null && compareMoments(this.last, end) > 0) this.last = null;
  }

  private forgetOlder(): void {
    const forgotten = MOST_MOMENTS / 2;
    this.moments = this.moments.slice(forgotten);
    this.earlier += forgotten;
    this.behindLast = Math.max(0, this.behindLast - forgotten);
  }

  /** Index of the first hit at or behind a moment. */
  private firstFrom(moment: Moment): number {
    let low = 0;
    let high = this.moments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareMoments(this.moments[middle] as Moment, moment) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
