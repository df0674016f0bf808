import { keepTrial } from "../../../branches/trial.ts";
import type { NoArguments, Request } from "../../request.ts";

/** Custom request: the collection that is tried has happened, as far as it has come, and the program goes on from there. */
export const keepTrialRequest: Request<NoArguments> = {
  command: "conspect/keepTrial",
  expects: {},
  capabilities: {},
  handle(context) {
    keepTrial(context, this.command);
    return undefined;
  },
};
