/** Going back, as motions: to the stop before, to the form, line or instruction before, to any moment. */
import type { ByteAddress } from "../../base/units.ts";
import { disassemble } from "../../isa/disassembler.ts";
import type { InstalledBlock } from "../../objects/code/code-directory.ts";
import { compareMoments } from "../../timeline/moment.ts";
import {
  BackwardSearch,
  BEFORE_ANY_STOP,
  type Choice,
  type Find,
  InstructionBack,
  type Position,
  Travel,
} from "../../timeline/search.ts";
import type { Timeline } from "../../timeline/timeline.ts";
import type { Moment, StopReason } from "../../vm/events.ts";
import type { FrameBreakpoints } from "../../vm/gates/breakpoints.ts";
import type { Motion, StepGranularity } from "../types.ts";
import { FormsBack } from "./forms-back.ts";
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

/** A search for something besides the stops that the user wants. */
interface Seeking {
  readonly besides: FrameBreakpoints;
  readonly choice: Choice;
  /** The machine has come to a breakpoint. */
  look(at: Find): void;
}

/** To the last stop before: breakpoints, events, data breakpoints. */
export function reverseContinueMotion(context: PastContext): Motion {
  return searchMotion(context, null);
}

/** To the form, line or instruction before, over what was called meanwhile; the user's stops on the way count. */
export function stepBackMotion(context: PastContext, granularity: StepGranularity): Motion {
  const hasForms = context.places.source !== null && context.machine.collection === null;
  if (granularity === "instruction" || !hasForms) return instructionBackMotion(context);
  return searchMotion(context, seekingForms(context, granularity === "line"));
}

function seekingForms({ machine, places, code, topLevel, callers }: PastContext, isByLine: boolean): Seeking {
  const { pc: start, pvar: frame } = machine.registers();
  const outer = callers();
  const frames = new Set([frame, ...outer.map(({ pvar }) => pvar)]);
  const forms = new Set<ByteAddress>(topLevel);
  const returns = new Set<ByteAddress>();
  for (const pc of [start, ...outer.map((caller) => caller.pc)]) {
    const installed = code.containing(pc);
    if (installed === null) continue;
    for (const place of places.steps(installed)) forms.add(place.pc);
    for (const address of returnsOf(machine.memory.bytes, installed)) returns.add(address);
  }
  const choice = new FormsBack({ frame, line: places.at(start)?.line ?? -1 }, isByLine);
  return {
    besides: { addresses: new Set([...forms, ...returns]), frames },
    choice,
    look(at) {
      const { pc, pvar } = machine.registers();
      if (!frames.has(pvar)) return;
      if (places.isStepStart(pc)) choice.begun(pvar, places.at(pc)?.line ?? -1, at);
      if (returns.has(pc)) choice.ended(pvar);
    },
  };
}

/** The instructions by which a function returns. */
function returnsOf(bytes: Uint8Array, { codeStart, codeEnd }: InstalledBlock): ByteAddress[] {
  return disassemble(bytes, codeStart, codeEnd)
    .filter(({ opcode }) => opcode.name === "RETURN")
    .map(({ address }) => address);
}

/** To a moment that the recording knows. @returns null when it does not */
export function goToMotion(context: PastContext, moment: Moment): Motion | null {
  const { timeline } = context;
  const isKnown = compareMoments(moment, timeline.beginning) >= 0 && compareMoments(moment, timeline.present) <= 0;
  if (!isKnown) return null;
  context.stops.hold();
  return travelMotion(context, () => ({ moment, rank: null }), null);
}

function searchMotion(context: PastContext, seeking: Seeking | null): Motion {
  const { timeline, stops, machine } = context;
  const besides = seeking?.besides ?? null;
  stops.hold();
  const setStops = (on: boolean) => context.setStops(on, besides);
  const search = new BackwardSearch(timeline, context.position, setStops, seeking?.choice);
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
      stops.passing(stop);
      if (stop.kind === "breakpoint" && search.latest !== null) seeking?.look(search.latest);
      // Some events are armed for who looks on, and some breakpoints for the search: these are no stops of the user.
      const isForeign = stop.kind === "event" && !stops.armed.has(stop.event.kind);
      const isOwn = stop.kind === "breakpoint" && !stops.isBreakpoint(machine.registers().pc);
      return isForeign || isOwn ? { kind: "slice" } : stop;
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
  return directMotion((safepoints) => {
    const stop = travel.run(safepoints);
    if (stop.kind === "slice") return stop;
    context.stops.release();
    const isOwn = stop.kind === "breakpoint" && !context.stops.isBreakpoint(stop.pc);
    context.arrived({ moment: to.moment, rank: to.rank ?? BEFORE_ANY_STOP });
    if (kind !== null) return { kind };
    return isOwn ? { kind: "step" } : stop;
  });
}

function instructionBackMotion(context: PastContext): Motion {
  context.stops.hold();
  context.setStops(false, null);
  const back = new InstructionBack(context.timeline);
  return directMotion((safepoints) => {
    const stop = back.run(safepoints);
    if (stop?.kind === "slice") return stop;
    context.stops.release();
    context.arrived({ moment: context.machine.moment(), rank: BEFORE_ANY_STOP });
    return stop ?? { kind: "start" };
  });
}

/** A motion that comes across no stops for others to judge: the first that `run` returns, other than a slice, is where it ends. */
function directMotion(run: (safepoints: number) => StopReason): Motion {
  let hasArrived = false;
  return {
    looksBack: {
      keep() {},
      get hasArrived() {
        return hasArrived;
      },
    },
    run(safepoints) {
      const stop = run(safepoints);
      hasArrived = stop.kind !== "slice";
      return stop;
    },
  };
}
