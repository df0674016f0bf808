/** One program under one manager, run to its end with everything noted that a comparison shows. */
import { leaks } from "../../inspect/graph/reach.ts";
import type { AllocationStatistics } from "../../managers/contract.ts";
import { typeNumber } from "../../objects/types.ts";
import type { StopReason } from "../../vm/events.ts";
import type { Debuggee } from "../debuggee.ts";
import { viewOf } from "../view.ts";
import { Recorder } from "./recorder.ts";
import { StepClock } from "./step-clock.ts";

export class ManagedRun {
  readonly debuggee: Debuggee;
  readonly recorder: Recorder;
  private readonly steps: StepClock;
  private readonly before: AllocationStatistics;
  /** How the program ended; null while it runs. */
  ending: Extract<StopReason, { kind: "finished" | "failed" }> | null = null;
  /** Objects of the program that no root reaches, and that nobody will ever free; -1 while it runs. */
  leaks = -1;

  /**
   * @param debuggee just loaded; it is started here
   * @param clock milliseconds, for differences
   */
  constructor(debuggee: Debuggee, clock: () => number) {
    this.debuggee = debuggee;
    debuggee.start();
    const { machine } = debuggee;
    this.before = machine.manager.statistics();
    this.steps = new StepClock(machine, debuggee.places);
    this.recorder = new Recorder({
      step: () => this.steps.step,
      typeOf: (object) => typeNumber(machine.memory, object),
      clock,
    });
    machine.manager.observer = this.recorder;
  }

  get manager(): string {
    return this.debuggee.machine.manager.traits.name;
  }
  /** Program steps begun so far. */
  get step(): number {
    return this.steps.step;
  }

  /** Runs on for a while. @returns whether the program has ended */
  advance(safepoints: number): boolean {
    if (this.ending !== null) return true;
    const stop = this.steps.run(safepoints);
    if (stop.kind !== "finished" && stop.kind !== "failed") return false;
    this.ending = stop;
    this.recorder.curve.note(this.step, this.recorder.liveWords);
    this.leaks = leaks(viewOf(this.debuggee.machine)).filter((object) => this.recorder.isAlive(object)).length;
    return true;
  }

  /** What the manager did since the program began. */
  statistics(): Pick<AllocationStatistics, "collections" | "countOperations"> {
    const { collections, countOperations } = this.debuggee.machine.manager.statistics();
    return {
      collections: collections - this.before.collections,
      countOperations: countOperations - this.before.countOperations,
    };
  }
}
