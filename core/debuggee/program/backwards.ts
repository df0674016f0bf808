/** Going back, as motions: to the stop before, to the form, line or instruction before, to any moment. */
import { compareMoments } from "../../timeline/moment.ts";
import { BackwardSearch, BEFORE_ANY_STOP, InstructionBack, type Position, Travel } from "../../timeline/search.ts";
import type { Timeline } from "../../timeline/timeline.ts";
import type { Moment, StopReason } from "../../vm/events.ts";
import type { FrameBreakpoints } from "../../vm/gates/breakpoints.ts";
import type { Motion, StepGranularity } from "../types.ts";
import type { MotionContext } from "./motion.ts";

/** What a motion into the past needs. */
export interface PastContext extends MotionContext {
  readonly timeline: Timeline;
  /** Where the machine stands among the stops of its run. */
  readonly position: Position;
  /** Sets the user's breakpoints with these besides, events and watches; or nothing at all. */
  setStops(on: boolean, besides: FrameBreakpoints | null): void;
  /** The machine is in another moment now. */
  arrived(position: Position): void;
}

/** What becomes of a stop that a search comes across: the user decides, or the motion has. */
type Judgement = "user" | "keep" | "pass";

/** To the last stop before: breakpoints, events, data breakpoints. */
export function reverseContinueMotion(context: PastContext): Motion {
  return searchMotion(context, null, () => "user");
}

/** To the form, line or instruction before, over what was called meanwhile; the user's stops on the way count. */
export function stepBackMotion(context: PastContext, granularity: StepGranularity): Motion {
  if (granularity === "instruction" || context.places.source === null || context.machine.collection !== null) {
    return instructionBackMotion(context);
  }
  const { machine, places, code } = context;
  const start = machine.registers();
  const callers = context.callers();
  const outer = new Set(callers.map(({ pvar }) => pvar));
  const ends = new Set<number>();
  for (const pc of [start.pc, ...callers.map((caller) => caller.pc)]) {
    const function_ = code.containing(pc);
    for (const place of function_ === null ? [] : places.steps(function_)) ends.add(place.pc);
  }
  for (const pc of context.topLevel) ends.add(pc);
  const startLine = places.at(start.pc)?.line ?? -1;
  let previous = "";
  const besides = { addresses: ends, frames: new Set([start.pvar, ...outer]) };
  return searchMotion(context, besides, (stop) => {
    const { pc, pvar } = machine.registers();
    if (stop.kind !== "breakpoint") return "user";
    const otherwise = context.stops.isBreakpoint(pc) ? "user" : "pass";
    if (!places.isStepStart(pc) || !besides.frames.has(pvar)) return otherwise;
    if (granularity === "form") return "keep";
    // A line is gone back to where its first form began.
    const line = places.at(pc)?.line ?? -1;
    const here = `${pvar}:${line}`;
    const isSame = here === previous || (pvar === start.pvar && line === startLine);
    previous = here;
    return isSame ? otherwise : "keep";
  });
}

/** To a moment that the recording knows. @returns null when it does not */
export function goToMotion(context: PastContext, moment: Moment): Motion | null {
  const { timeline } = context;
  const isKnown = compareMoments(moment, timeline.beginning) >= 0 && compareMoments(moment, timeline.present) <= 0;
  if (!isKnown) return null;
  context.stops.hold();
  return travelMotion(context, () => ({ moment, rank: null }), null);
}

function searchMotion(
  context: PastContext,
  besides: FrameBreakpoints | null,
  judge: (stop: StopReason) => Judgement,
): Motion {
  const { timeline } = context;
  context.stops.hold();
  const search = new BackwardSearch(timeline, context.position, (on) => context.setStops(on, besides));
  let travel: Motion | null = null;
  return {
    looksBack: {
      keep: () => search.keep(),
      get hasArrived() {
        return travel?.looksBack?.hasArrived ?? false;
      },
    },
    run(safepoints) {
      if (travel !== null) return travel.run(safepoints);
      const stop = search.run(safepoints);
      if (stop === null) {
        const start = { moment: timeline.beginning, rank: null };
        const kind = search.found === null ? "start" : null;
        travel = travelMotion(context, () => search.found ?? start, besides, kind);
        return { kind: "slice" };
      }
      if (stop.kind === "slice") return stop;
      // Some events are armed for who looks on, and are no stops of the user.
      const isForeign = stop.kind === "event" && !context.stops.armed.has(stop.event.kind);
      const judgement = isForeign ? "pass" : judge(stop);
      if (judgement === "user") return stop;
      if (judgement === "keep") search.keep();
      return { kind: "slice" };
    },
  };
}

function travelMotion(
  context: PastContext,
  goal: () => ConstructorParameters<typeof Travel>[1],
  besides: FrameBreakpoints | null,
  kind: "start" | null = null,
): Motion {
  const to = goal();
  const travel = new Travel(context.timeline, to, (on) => context.setStops(on, besides));
  let hasArrived = false;
  return {
    looksBack: {
      keep() {},
      get hasArrived() {
        return hasArrived;
      },
    },
    run(safepoints) {
      const stop = travel.run(safepoints);
      if (stop.kind === "slice") return stop;
      hasArrived = true;
      context.stops.release();
      const isOwn = stop.kind === "breakpoint" && !context.stops.isBreakpoint(stop.pc);
      context.arrived({ moment: to.moment, rank: to.rank ?? BEFORE_ANY_STOP });
      if (kind !== null) return { kind };
      return isOwn ? { kind: "step" } : stop;
    },
  };
}

function instructionBackMotion(context: PastContext): Motion {
  context.stops.hold();
  context.setStops(false, null);
  const back = new InstructionBack(context.timeline);
  let hasArrived = false;
  return {
    looksBack: {
      keep() {},
      get hasArrived() {
        return hasArrived;
      },
    },
    run(safepoints) {
      const stop = back.run(safepoints);
      if (stop?.kind === "slice") return stop;
      hasArrived = true;
      context.stops.release();
      context.arrived({ moment: context.machine.moment(), rank: BEFORE_ANY_STOP });
      return stop ?? { kind: "start" };
    },
  };
}
