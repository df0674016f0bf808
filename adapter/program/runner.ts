/**
 * Runs a motion in slices of a few milliseconds, with a turn of the event loop between two slices: requests are served while the program runs, and a pause
 * takes effect at the next safepoint. The core has no clock, so it is granted safepoints; how many fit in a slice is measured here.
 */
import type { Motion, StopReason } from "#core";
import type { Clock } from "./output.ts";
import { SLICE_MS, Slices } from "./slices.ts";

/** How long one call into the core should take: long enough not to matter, short enough to end a slice in time. */
const GRANT_MS = 1;
const FIRST_GRANT = 100;
const MAX_GRANT = 1_000_000;

export interface RunnerHooks {
  /**
   * A stop of the machine: true to end the motion here, false to go on.
   * @param isSearch the motion looks for the last of such stops, and what happens on the way is not told
   */
  accept(stop: StopReason, isSearch: boolean): boolean;
  /** The motion is over. `null`: paused. */
  ended(stop: StopReason | null): void;
  /** Between two slices. */
  tick(): void;
  /** Something threw. The motion is over. */
  crashed(problem: unknown): void;
}

export class Runner {
  private readonly hooks: RunnerHooks;
  private readonly clock: Clock;
  private motion: Motion | null = null;
  private readonly slices: Slices;
  private isPauseWanted = false;
  /** Safepoints of one call into the core. */
  private grant = FIRST_GRANT;

  constructor(hooks: RunnerHooks, clock: Clock) {
    this.hooks = hooks;
    this.clock = clock;
    this.slices = new Slices(
      () => this.slice(),
      (problem) => {
        this.halt();
        this.hooks.crashed(problem);
      },
    );
  }

  get isRunning(): boolean {
    return this.motion !== null;
  }

  /** @param delayMs milliseconds until it begins, at least */
  start(motion: Motion, delayMs = 0): void {
    this.motion = motion;
    this.isPauseWanted = false;
    this.slices.schedule(delayMs);
  }

  /** Ends the motion at the safepoint where the machine stands between two slices; a way that leads back when it is given up leads back. */
  pause(): void {
    const way = this.motion?.looksBack;
    if (way?.giveUp === undefined || way.hasArrived) this.isPauseWanted = true;
    else way.giveUp();
    if (this.motion === null) return;
    // Who wants it to end does not wait for it to begin.
    this.slices.cancel();
    this.slices.schedule();
  }

  /** Forgets the motion; no hook is called any more. */
  halt(): void {
    this.motion = null;
    this.slices.cancel();
  }

  private slice(): void {
    const end = this.clock() + SLICE_MS;
    while (this.motion !== null) {
      const { motion } = this;
      const stop = this.isPauseWanted ? null : this.runOnce(motion);
      const isSearch = motion.looksBack?.hasArrived === false;
      const isWanted = stop === null || (stop.kind !== "slice" && this.hooks.accept(stop, isSearch));
      if (stop !== null && stop.kind !== "slice" && motion.looksBack?.hasArrived === true) {
        // What led here is where it ends, also when nobody wants to be told of a stop at this place.
        this.finish(isWanted ? stop : { kind: "step" });
      } else if (isWanted && !(stop !== null && isSearch)) this.finish(stop);
      else {
        if (isWanted) motion.looksBack?.keep();
        if (this.clock() >= end) break;
      }
    }
    this.hooks.tick();
    if (this.motion !== null) this.slices.schedule();
  }

  private runOnce(motion: Motion): StopReason {
    const before = this.clock();
    const stop = motion.run(this.grant);
    const took = this.clock() - before;
    if (took > GRANT_MS * 2) this.grant = Math.max(1, this.grant >> 1);
    else if (took < GRANT_MS / 2 && stop.kind === "slice") this.grant = Math.min(MAX_GRANT, this.grant * 2);
    return stop;
  }

  private finish(stop: StopReason | null): void {
    this.motion = null;
    this.hooks.ended(stop);
  }
}
