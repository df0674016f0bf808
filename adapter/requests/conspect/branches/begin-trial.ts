import type { TrialAnswer } from "#wire";
import { beginTrial } from "../../../branches/trial.ts";
import type { NoArguments, Request } from "../../request.ts";

/**
 * Custom request: lets the next collection begin in a run of its own, where one can step through it, and tells what it would free and change, in the answer and
 * in the debug console. `conspect/keepTrial` and `conspect/discardTrial` decide.
 */
export const beginTrialRequest: Request<NoArguments> = {
  command: "conspect/beginTrial",
  expects: {},
  capabilities: {},
  handle(context): TrialAnswer {
    return beginTrial(context, this.command);
  },
};
