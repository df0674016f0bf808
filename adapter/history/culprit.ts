/** Back to the instruction that broke the heap. */
import type { Context } from "../context.ts";
import { errors } from "../errors.ts";
import { depart } from "./travel.ts";

/** Lets the program go there; what was found is printed on arrival. @throws {RequestError} when nothing is recorded */
export function seekCulprit(context: Context, command: string): void {
  const search = context.stoppedEngine(command).findCulprit();
  if (search === null) throw errors.notRecorded(command);
  const { motion, report } = search;
  depart(context, {
    ...motion,
    run(safepoints) {
      const stop = motion.run(safepoints);
      if (motion.looksBack?.hasArrived === true) context.printed(`${report()}\n`);
      return stop;
    },
  });
}
