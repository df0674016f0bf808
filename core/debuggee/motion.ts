/**
 * Continue and step. A step is a run with breakpoints of its own: at the step places that could end it and at the return addresses of the frames
 * it may leave; each hit is accepted or passed over by looking at the frame. So a step over a long call runs at full speed and honours every breakpoint.
 */
import type { ByteAddress, WordAddress } from "../base/units.ts";
import type { CodeDirectory } from "../objects/code-directory.ts";
import type { StopReason } from "../vm/events.ts";
import type { Machine } from "../vm/machine.ts";
import type { Places } from "./places.ts";
import type { Motion, StepGranularity, StepKind } from "./types.ts";

/** What a step needs to know of the program. */
export interface MotionContext {
  readonly machine: Machine;
  readonly code: CodeDirectory;
  readonly places: Places;
  /** Breakpoints that the user set. */
  readonly breakpoints: ReadonlySet<ByteAddress>;
  /** Where the pieces of the top level begin: a step may go from one to the next through the frame that calls them. */
  readonly topLevel: readonly ByteAddress[];
  /** Return addresses of the current frame and its callers, innermost first. */
  returnAddresses(): readonly ByteAddress[];
}

/** Runs until something stops the machine. */
export function continueMotion({ machine, breakpoints }: MotionContext): Motion {
  machine.setBreakpoints(breakpoints);
  return { run: (safepoints) => machine.run(safepoints) };
}

/** Finishes the collection under way, or does one step of it, before any instruction runs. */
function collectionMotion(context: MotionContext, kind: StepKind): Motion {
  const { machine } = context;
  return {
    run() {
      let stop = machine.stepInstruction();
      while (kind !== "in" && stop.kind === "step" && machine.collection !== null) stop = machine.stepInstruction();
      return stop;
    },
  };
}

export function stepMotion(context: MotionContext, kind: StepKind, granularity: StepGranularity): Motion {
  if (context.machine.collection !== null) return collectionMotion(context, kind);
  if (granularity === "instruction" && kind !== "out") return instructionMotion(context, kind);
  return sourceMotion(context, kind, granularity);
}

/** One instruction; `over` runs a called function to its return. */
function instructionMotion(context: MotionContext, kind: StepKind): Motion {
  const { machine, breakpoints } = context;
  const frame = machine.registers().pvar;
  let isInside = false;
  return {
    run(safepoints) {
      if (!isInside) {
        const stop = machine.stepInstruction();
        if (stop.kind !== "step" || kind === "in" || machine.registers().pvar <= frame) return stop;
        isInside = true;
      }
      const back = context.returnAddresses()[0];
      machine.setBreakpoints(back === undefined ? breakpoints : [...breakpoints, ...context.returnAddresses()]);
      return runWhile(machine, safepoints, breakpoints, (_, pvar) => pvar > frame);
    },
  };
}

function sourceMotion(context: MotionContext, kind: StepKind, granularity: StepGranularity): Motion {
  const { machine, breakpoints, places } = context;
  const start = machine.registers();
  const startPlace = places.at(start.pc);
  const callers = context.returnAddresses();
  const ends = new Set<ByteAddress>([...callers, ...context.topLevel]);
  if (kind !== "out") {
    const here = context.code.at(start.func);
    for (const place of here === null ? [] : places.steps(here)) ends.add(place.pc);
    if (kind === "in") for (const place of places.entries()) ends.add(place.pc);
  }
  machine.setBreakpoints([...breakpoints, ...ends]);

  /** The frame in which the step goes on: a caller's, once the first one has returned. */
  let frame: WordAddress = start.pvar;
  const passesOver = (pc: ByteAddress, pvar: WordAddress): boolean => {
    if (pvar > frame) return !(kind === "in" && places.isStepStart(pc));
    if (pvar < frame) {
      const place = places.at(pc);
      // Back in a caller: the step ends there when it has source text, at once after `out`, else at its next form.
      if (place === null) return true;
      if (kind === "out") return false;
      frame = pvar;
      const caller = context.code.containing(pc);
      machine.setBreakpoints([
        ...breakpoints,
        ...ends,
        ...(caller === null ? [] : places.steps(caller).map((step) => step.pc)),
      ]);
      return !places.isStepStart(pc);
    }
    if (kind === "out" || !places.isStepStart(pc)) return true;
    if (granularity === "form" || pvar !== start.pvar || startPlace === null) return false;
    const place = places.at(pc);
    // A line ends where another begins, or where a loop comes back to its start.
    return place !== null && place.line === startPlace.line && pc > start.pc;
  };
  return { run: (safepoints) => runWhile(machine, safepoints, breakpoints, passesOver) };
}

/** Runs on over breakpoints of the step that `passesOver`; the user's own always stop. */
function runWhile(
  machine: Machine,
  safepoints: number,
  breakpoints: ReadonlySet<ByteAddress>,
  passesOver: (pc: ByteAddress, pvar: WordAddress) => boolean,
): StopReason {
  const limit = machine.moment().block + safepoints;
  for (;;) {
    const left = limit - machine.moment().block;
    if (left <= 0) return { kind: "slice" };
    const stop = machine.run(left);
    if (stop.kind !== "breakpoint") return stop;
    const { pc, pvar } = machine.registers();
    if (breakpoints.has(pc)) return stop;
    if (!passesOver(pc, pvar)) return { kind: "step" };
  }
}
