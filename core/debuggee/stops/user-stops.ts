/** What the user of a debugger wants to stop at, kept besides the machine: evaluations, steps and the way to the start of a program have the machine for themselves. */
import type { ByteAddress } from "../../base/units.ts";
import { type InstructionKind, isOfKind } from "../../isa/instruction-kind.ts";
import type { EventKind, StopReason } from "../../vm/events.ts";
import type { FrameBreakpoints } from "../../vm/gates/breakpoints.ts";
import type { Watch } from "../../vm/gates/watch.ts";
import type { Machine } from "../../vm/machine.ts";

export class UserStops {
  readonly machine: Machine;
  /** Instructions to stop before. */
  breakpoints: ReadonlySet<ByteAddress> = new Set();
  /** Every instruction of these kinds, besides. */
  private kinds: readonly InstructionKind[] = [];
  armed: ReadonlySet<EventKind> = new Set();
  private installed: ReadonlySet<EventKind> = new Set();
  /** Told of each stop that a search in the past comes across, whoever wants it. */
  passing: (stop: StopReason) => void = () => {};
  private watched: readonly Watch[] = [];
  /** What a motion stops at, besides. */
  private besides: FrameBreakpoints | null = null;
  private isRemoved = false;
  /** While the stops are held: what the user has said since. */
  private later: Map<string, () => void> | null = null;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  setBreakpoints(pcs: Iterable<ByteAddress>, kinds: readonly InstructionKind[]): void {
    const wanted = new Set(pcs);
    this.change("breakpoints", () => {
      this.breakpoints = wanted;
      this.kinds = kinds;
    });
  }
  /** @param further events that the machine has to stop at besides, for who looks on on the user's behalf */
  arm(kinds: ReadonlySet<EventKind>, further: readonly EventKind[] = []): void {
    this.change("events", () => {
      this.armed = kinds;
      this.installed = new Set([...kinds, ...further]);
    });
  }
  watch(watches: readonly Watch[]): void {
    this.change("watches", () => {
      this.watched = watches;
    });
  }

  /** What is wanted now holds at once; while nothing stops the machine, from `install` on; while it is held, from `release` on. */
  private change(what: string, apply: () => void): void {
    if (this.later !== null) {
      this.later.set(what, apply);
      return;
    }
    apply();
    if (!this.isRemoved) this.install();
  }

  /**
   * Until `release` the stops are those that are set now, whatever the user says meanwhile: a motion backwards finds its place a second time by the stops on
   * the way there.
   */
  hold(): void {
    this.release();
    this.later = new Map();
  }
  /** Sets what the user has said since `hold`, for a motion that is over or given up. */
  release(): void {
    const { later } = this;
    if (later === null) return;
    this.later = null;
    for (const apply of later.values()) apply();
    this.install(null);
  }

  /** Whether the user wants to stop before the instruction at `pc`, whoever else does. */
  isBreakpoint(pc: ByteAddress): boolean {
    if (this.breakpoints.has(pc)) return true;
    const { bytes } = this.machine.memory;
    return this.kinds.some((kind) => isOfKind(kind, [bytes[pc] ?? 0, bytes[pc + 1] ?? 0]));
  }

  /** Nothing stops the machine, until `install`. */
  remove(): void {
    this.isRemoved = true;
    this.machine.setBreakpoints([]);
    this.machine.stopAtInstructions([]);
    this.machine.arm(new Set());
    this.machine.watch([]);
  }
  /** @param besides what a motion under way stops at, until `install` is told otherwise; left out, nothing changes about that */
  install(besides: FrameBreakpoints | null = this.besides): void {
    this.besides = besides;
    this.isRemoved = false;
    this.machine.setBreakpoints(this.breakpoints, besides);
    this.machine.stopAtInstructions(this.kinds);
    this.machine.arm(this.installed);
    this.machine.watch(this.watched);
  }
}
