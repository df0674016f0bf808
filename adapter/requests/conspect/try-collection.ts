import type { TryCollectionAnswer } from "#wire";
import { tellTrial } from "../../branches/trial.ts";
import { errors } from "../../errors.ts";
import type { NoArguments, Request } from "../request.ts";

/**
 * Custom request: does the next collection in a copy, and tells what it would free and change, in the answer and in the debug console. The machine stays as it
 * is. To step through that collection send `conspect/beginTrial`; to have it done, evaluate `(gc)`.
 */
export const tryCollection: Request<NoArguments> = {
  command: "conspect/tryCollection",
  expects: {},
  capabilities: {},
  handle(context): TryCollectionAnswer {
    const trial = context.stoppedEngine(this.command).lookouts.tryCollection();
    if (typeof trial === "string") throw errors.cannotTry(trial);
    context.afterResponse(() => tellTrial(context, trial));
    return trial;
  },
};
