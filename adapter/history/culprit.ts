/** Back to the instruction that broke the heap. */
import type { Motion, StopReason } from "#core";
import type { Context } from "../context.ts";
import { errors } from "../errors.ts";
import type { Halt } from "../events.ts";
import type { Engine } from "../program/engine.ts";
import { depart } from "./travel.ts";

/** A check of the heap has found an error. */
type Broken = StopReason & { kind: "event"; event: { kind: "verify" } };

type CulpritSearch = NonNullable<ReturnType<Engine["findCulprit"]>>;

/** Lets the program go there; what was found is printed on arrival. @throws {RequestError} when nothing is recorded */
export function seekCulprit(context: Context, command: string): void {
  const search = context.stoppedEngine(command).findCulprit();
  if (search === null) throw errors.notRecorded(command);
  depart(
    context,
    told(search, (text) => context.printed(text, "console")),
  );
}

/** The way of a search, which prints what was found on arrival. */
function told(
  { motion, report }: CulpritSearch,
  print: (text: string) => void,
  arrived: (stop: StopReason) => StopReason = (stop) => stop,
): Motion {
  return {
    ...motion,
    run(safepoints) {
      const stop = motion.run(safepoints);
      if (motion.looksBack?.hasArrived !== true) return stop;
      print(`${report()}\n`);
      return arrived(stop);
    },
  };
}

/** A check of the heap has just found an error; what a search tells of is found already. */
export function isNewlyBroken(stop: StopReason): stop is Broken {
  return stop.kind === "event" && stop.event.kind === "verify" && !stop.event.when.startsWith("by ");
}

/**
 * From where an error was found to the instruction that broke the heap. Where none is found, or the search is given up, the program stands where it stood.
 * @returns the way, and why the program stands still at its end
 */
export function wayToCulprit(
  search: CulpritSearch,
  broken: Broken,
  print: (text: string) => void,
): { readonly motion: Motion; arrival(): Halt } {
  let halt: Halt = broken;
  const motion = told(search, print, (stop) => {
    if (stop.kind === "event" && stop.event.kind === "verify") {
      const when = `${stop.event.when}; noticed ${broken.event.when}`;
      halt = { ...stop, event: { ...stop.event, when } };
    }
    // Whoever judges stops has been asked about this one where it was found.
    return { kind: "step" };
  });
  return { motion, arrival: () => halt };
}
