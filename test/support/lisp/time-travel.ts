/** What tests of the timeline and of looking share: managers with their options, motions to their end, and all that can be seen of a machine. */
import fc from "fast-check";
import type { Debuggee } from "../../../core/debuggee/debuggee.ts";
import type { MachineDebuggee } from "../../../core/debuggee/machine-debuggee.ts";
import type { Motion } from "../../../core/debuggee/types.ts";
import type { ManagerOptions } from "../../../core/managers/contract.ts";
import { momentText } from "../../../core/timeline/moment.ts";
import type { EventKind, Moment, StopReason } from "../../../core/vm/events.ts";

/** Of each manager the options with which small programs meet what is special in it. */
export const MANAGER_OPTIONS: { readonly [manager: string]: readonly ManagerOptions[] } = {
  refcount: [
    {},
    { countdown: 20 },
    { countdown: 20, budget: 3 },
    { countdown: 20, compact: 1 },
    { stress: 15 },
    { stress: 40, poison: true },
  ],
  "mark-sweep": [
    {},
    { threshold: 20 },
    { threshold: 20, budget: 5 },
    { threshold: 20, generational: true },
    { threshold: 20, generational: true, budget: 4, workers: 3 },
    { threshold: 15, generational: true, promoteAfter: 1, hybrid: 5 },
    { threshold: 30, hybrid: 5 },
    { threshold: 30, hybrid: 5, budget: 6 },
    { threshold: 20, regions: 1 },
    { threshold: 20, compact: 1 },
    { threshold: 20, poison: true },
    { stress: 15 },
  ],
  asap: [{}, { stress: 15 }, { quarantine: 0 }, { quarantine: 3, counting: "atomic" }],
  arena: [{}, { chunkBytes: 64, growth: 1, reset: "give-back" }, { reset: "keep-limit", keepBytes: 64, quarantine: 2 }],
  malloc: [{}, { fit: "best", quarantine: 0 }, { split: false }, { coalesce: false, quarantine: 3 }],
  none: [{}],
};
export const MANAGER_NAMES: readonly string[] = Object.keys(MANAGER_OPTIONS);

export function optionsOf(manager: string): fc.Arbitrary<ManagerOptions> {
  return fc.constantFrom(...(MANAGER_OPTIONS[manager] ?? [{}]));
}

/** Runs a motion to its end, in slices; every stop that it asks about is wanted. */
export function complete(motion: Motion | null): StopReason {
  if (motion === null) throw new Error("that is not recorded");
  for (let slices = 0; slices < 1_000_000; slices++) {
    const stop = motion.run(70);
    if (stop.kind === "slice") continue;
    if (motion.looksBack === undefined || motion.looksBack.hasArrived) return stop;
    motion.looksBack.keep();
  }
  throw new Error("the motion does not end");
}

/** All that can be seen of a machine at a moment. */
export interface Sight {
  readonly moment: Moment;
  readonly at: string;
  readonly digest: string;
  /** What its memory manager says. */
  readonly manager: object;
}

export function sightOf(debuggee: MachineDebuggee): Sight {
  const { manager, collection } = debuggee.machine;
  const { figures, lastCollection } = manager.view();
  return {
    moment: debuggee.moment(),
    at: momentText(debuggee.moment()),
    digest: debuggee.digest(),
    manager: structuredClone({
      statistics: manager.statistics(),
      usage: manager.usage(),
      figures,
      lastCollection,
      phase: collection?.phase ?? null,
      report: collection?.report ?? null,
    }),
  };
}

/** A stop, and what can be seen there. */
export interface Seen extends Sight {
  readonly kind: string;
}

export function seen(debuggee: Debuggee, stop: StopReason): Seen {
  return { kind: stop.kind === "event" ? stop.event.kind : stop.kind, ...sightOf(debuggee) };
}

const END: readonly string[] = ["finished", "failed"];

/** Goes on from stop to stop, to the end of the program or until there are enough. */
export function stopsAhead(debuggee: Debuggee, most: number): Seen[] {
  const found: Seen[] = [];
  while (found.length < most && !END.includes(found.at(-1)?.kind ?? "")) {
    found.push(seen(debuggee, complete(debuggee.continue())));
  }
  return found;
}

/** Goes back from stop to stop, to where the recording begins: the stops in the order of the run. */
export function stopsBehind(debuggee: Debuggee): Seen[] {
  const found: Seen[] = [];
  for (;;) {
    const stop = complete(debuggee.reverseContinue());
    if (stop.kind === "start") return found.reverse();
    found.push(seen(debuggee, stop));
  }
}

/** Sets breakpoints on lines of the program, counted from 0. */
export function breakOnLines(debuggee: Debuggee, lines: readonly number[]): void {
  debuggee.setBreakpoints(lines.flatMap((line) => debuggee.placesOnLine(line).map(({ pc }) => pc)));
}

/** What a collection and an allocation raise. */
export const HEAP_EVENTS: readonly EventKind[] = [
  "gc.trigger",
  "gc.start",
  "gc.scan",
  "gc.reclaim",
  "gc.end",
  "object.free",
  "refcount.zero",
  "page.new",
  "lisp.error",
];
