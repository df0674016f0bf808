/** Live words over program steps in a bounded number of points: when there are too many steps, neighbours become one point that keeps their maximum. */
import type { Words } from "../../base/units.ts";

const MOST_POINTS = 1024;

export interface CurvePoint {
  /** First step of the point. */
  readonly step: number;
  /** Most live words in its steps. */
  readonly words: Words;
}

export class Curve {
  /** Steps of one point: a power of two. */
  private stride = 1;
  private readonly most: number[] = [];
  /** What the last note said: it holds until the next one. */
  private latest: Words = 0;

  /** So many words were alive at a step. Steps never go back. */
  note(step: number, words: Words): void {
    let index = Math.floor(step / this.stride);
    while (index >= MOST_POINTS) {
      this.halve();
      index = Math.floor(step / this.stride);
    }
    const { most } = this;
    while (most.length < index) most.push(this.latest);
    if (most.length === index) most.push(Math.max(words, this.latest));
    else most[index] = Math.max(most[index] as number, words);
    this.latest = words;
  }

  points(): readonly CurvePoint[] {
    return this.most.map((words, i) => ({ step: i * this.stride, words }));
  }

  private halve(): void {
    const { most } = this;
    const half = Math.ceil(most.length / 2);
    for (let i = 0; i < half; i++) most[i] = Math.max(most[2 * i] as number, most[2 * i + 1] ?? 0);
    most.length = half;
    this.stride *= 2;
  }
}
