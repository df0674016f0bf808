import { errors } from "../../errors.ts";
import type { NoArguments, Request } from "../request.ts";

/**
 * Custom request: goes back to the instruction that broke the heap, and tells about it in the console. The program stops there; where nothing is broken it stays
 * where it is.
 */
export const findCulprit: Request<NoArguments> = {
  command: "conspect/findCulprit",
  expects: {},
  capabilities: {},
  handle(context) {
    const search = context.stoppedEngine(this.command).findCulprit();
    if (search === null) throw errors.notRecorded(this.command);
    const { motion, report } = search;
    context.travel({
      ...motion,
      run(safepoints) {
        const stop = motion.run(safepoints);
        if (motion.looksBack?.hasArrived === true) context.printed(`${report()}\n`);
        return stop;
      },
    });
    return undefined;
  },
};
