/**
 * Continue and step. A step is a run with breakpoints of its own: at the step places that could end it and at the return addresses of the frames
 * it may leave; each hit is accepted or passed over by looking at the frame. So a step over a long call runs at full speed and honours every breakpoint.
 */
import type { ByteAddress, WordAddress } from "../../base/units.ts";
import type { CodeDirectory } from "../../objects/code/code-directory.ts";
import type { Machine } from "../../vm/machine.ts";
import type { StackFrame } from "../../vm/stack/frames.ts";
import type { UserStops } from "../stops/user-stops.ts";
import type { Motion, StepGranularity, StepKind } from "../types.ts";
import type { Places } from "./places.ts";

/** What a step needs to know of the program. */
export interface MotionContext {
  readonly machine: Machine;
  /** What runs it: a recording, or the machine itself. */
  readonly driver: Pick<Machine, "run" | "stepInstruction">;
  readonly code: CodeDirectory;
  readonly places: Places;
  /** What the user stops at by now: it may change while a motion is under way. */
  readonly stops: UserStops;
  /** Where the pieces of the top level begin: a step may go from one to the next through the frame that calls them. */
  readonly topLevel: readonly ByteAddress[];
  /** Frames of the callers, innermost first; their PCs are the return addresses. */
  callers(): readonly Pick<StackFrame, "pc" | "pvar">[];
}

function returnAddresses({ callers }: MotionContext): readonly ByteAddress[] {
  return callers().map(({ pc }) => pc);
}

/** Runs until something stops the machine. */
export function continueMotion({ machine, driver, stops }: MotionContext): Motion {
  machine.setBreakpoints(stops.breakpoints);
  return { run: (safepoints) => driver.run(safepoints) };
}

/** Finishes the collection under way, or does one step of it, before any instruction runs. */
function collectionMotion(context: MotionContext, kind: StepKind): Motion {
  const { machine, driver } = context;
  return {
    run() {
      let stop = driver.stepInstruction();
      while (kind !== "in" && stop.kind === "step" && machine.collection !== null) stop = driver.stepInstruction();
      return stop;
    },
  };
}

export function stepMotion(context: MotionContext, kind: StepKind, granularity: StepGranularity): Motion {
  if (context.machine.collection !== null) return collectionMotion(context, kind);
  const hasSource = context.places.source !== null;
  if ((granularity === "instruction" || !hasSource) && kind !== "out") return instructionMotion(context, kind);
  if (!hasSource) return returnMotion(context);
  return sourceMotion(context, kind, granularity);
}

/** One instruction; `over` runs a called function to its return. */
function instructionMotion(context: MotionContext, kind: StepKind): Motion {
  const { machine, driver } = context;
  const frame = machine.registers().pvar;
  let isExecuted = false;
  let call: Motion | null = null;
  return {
    run(safepoints) {
      if (call !== null) return call.run(safepoints);
      // What the instruction caused may have been reported before: without any safepoint only what is still to be told comes.
      const stop = isExecuted ? driver.run(0) : driver.stepInstruction();
      isExecuted = true;
      if (stop.kind !== "step" && stop.kind !== "slice") return stop;
      if (kind === "in" || machine.registers().pvar <= frame) return { kind: "step" };
      call = walk(context, new Set(returnAddresses(context)), (_, pvar) => pvar > frame);
      return call.run(safepoints);
    },
  };
}

/** Runs until the function has returned; for code without source text, where no form says where a step could end. */
function returnMotion(context: MotionContext): Motion {
  const frame = context.machine.registers().pvar;
  return walk(context, new Set(returnAddresses(context)), (_, pvar) => pvar >= frame);
}

function sourceMotion(context: MotionContext, kind: StepKind, granularity: StepGranularity): Motion {
  const { machine, places } = context;
  const start = machine.registers();
  const startPlace = places.at(start.pc);
  const callers = returnAddresses(context);
  const ends = new Set<ByteAddress>([...callers, ...context.topLevel]);
  if (kind !== "out") {
    const here = context.code.at(start.func);
    for (const place of here === null ? [] : places.steps(here)) ends.add(place.pc);
    if (kind === "in") for (const place of places.entries()) ends.add(place.pc);
  }

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
      for (const step of caller === null ? [] : places.steps(caller)) ends.add(step.pc);
      return !places.isStepStart(pc);
    }
    if (kind === "out" || !places.isStepStart(pc)) return true;
    if (granularity === "form" || pvar !== start.pvar || startPlace === null) return false;
    const place = places.at(pc);
    // A line ends where another begins, or where a loop comes back to its start.
    return place !== null && place.line === startPlace.line && pc > start.pc;
  };
  return walk(context, ends, passesOver);
}

/**
 * Steps into one call of the form at PC. The calls before it run without a stop; when the form ends, or is left, without that call, so does the step.
 *
 * @param call address of the calling instruction, in the running function
 */
export function stepIntoCall(context: MotionContext, call: ByteAddress): Motion {
  const { machine, places } = context;
  const { pvar: frame, func, pc: start } = machine.registers();
  const form = places.at(start);
  const here = context.code.at(func);
  const ends = new Set<ByteAddress>([...returnAddresses(context), ...context.topLevel, call]);
  for (const place of here === null ? [] : places.steps(here)) ends.add(place.pc);
  const passesOver = (pc: ByteAddress, pvar: WordAddress): boolean => {
    if (pvar !== frame) return pvar > frame || (places.source !== null && places.at(pc) === null);
    if (pc === call) return false;
    const place = places.at(pc);
    const isInForm = form !== null && place !== null && place.start >= form.start && place.end <= form.end;
    return !places.isStepStart(pc) || (isInForm && pc !== form.pc);
  };
  const isThere = () => machine.registers().pc === call && machine.registers().pvar === frame;
  let motion = isThere() ? null : walk(context, ends, passesOver);
  let isInside = false;
  return {
    run(safepoints) {
      if (!isInside && motion !== null) {
        const stop = motion.run(safepoints);
        if (stop.kind !== "step" || !isThere()) return stop;
      }
      if (!isInside) motion = stepMotion(context, "in", places.source === null ? "instruction" : "form");
      isInside = true;
      return motion?.run(safepoints) ?? { kind: "step" };
    },
  };
}

/**
 * Runs on over those `ends` that `passesOver`. The user's own breakpoints are always reported; when the caller goes on from one where the motion
 * would have ended, it ends.
 *
 * @param ends may grow while the motion is under way
 */
function walk(
  context: MotionContext,
  ends: ReadonlySet<ByteAddress>,
  passesOver: (pc: ByteAddress, pvar: WordAddress) => boolean,
): Motion {
  const { machine, driver, stops } = context;
  let installed: ReadonlySet<ByteAddress> | null = null;
  let installedEnds = 0;
  let isOver = false;
  const install = (): void => {
    const wanted = stops.breakpoints;
    if (wanted !== installed || ends.size !== installedEnds) machine.setBreakpoints([...wanted, ...ends]);
    installed = wanted;
    installedEnds = ends.size;
  };
  return {
    run(safepoints) {
      const limit = machine.moment().block + safepoints;
      while (!isOver) {
        install();
        const left = limit - machine.moment().block;
        if (left <= 0) return { kind: "slice" };
        const stop = driver.run(left);
        if (stop.kind !== "breakpoint") return stop;
        const { pc, pvar } = machine.registers();
        isOver = ends.has(pc) && !passesOver(pc, pvar);
        if (stops.isBreakpoint(pc)) return stop;
      }
      return { kind: "step" };
    },
  };
}
