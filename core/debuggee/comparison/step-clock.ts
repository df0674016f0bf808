/**
 * Program steps: how many times a place was reached where stepping by form stops. The same program takes the same steps under every manager, so they are
 * the time in which managers are compared.
 */
import type { ByteAddress } from "../../base/units.ts";
import type { StopReason } from "../../vm/events.ts";
import type { Machine } from "../../vm/machine.ts";
import type { Places } from "../program/places.ts";

export class StepClock {
  /** Steps begun so far: 1 while the first one is under way. */
  step = 1;
  private readonly machine: Machine;
  private readonly places: ReadonlySet<ByteAddress>;

  /** The machine stands at its first form. Breakpoints of others are replaced. */
  constructor(machine: Machine, places: Places) {
    this.machine = machine;
    this.places = new Set(places.steps(null).map(({ pc }) => pc));
    machine.setBreakpoints(this.places);
  }

  /**
   * Runs on, counting, until something else than a step happens or `limit` steps have begun.
   * @param safepoints how many safepoints may pass
   * @returns `step` when the limit is reached: the machine stands before the form that is step `limit`
   */
  run(safepoints: number, limit = Number.POSITIVE_INFINITY): StopReason {
    const { machine } = this;
    const end = machine.moment().block + safepoints;
    for (;;) {
      if (this.step >= limit) return { kind: "step" };
      const left = end - machine.moment().block;
      if (left <= 0) return { kind: "slice" };
      const stop = machine.run(left);
      if (stop.kind !== "breakpoint") return stop;
      this.step++;
    }
  }
}
