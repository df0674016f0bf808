import { discardTrial } from "../../../branches/trial.ts";
import type { NoArguments, Request } from "../../request.ts";

/** Custom request: the collection that is tried has not happened: back to the stop before it. */
export const discardTrialRequest: Request<NoArguments> = {
  command: "conspect/discardTrial",
  expects: {},
  capabilities: {},
  handle(context) {
    discardTrial(context, this.command);
    return undefined;
  },
};
