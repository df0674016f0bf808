import { branchesAnswer } from "../../../branches/branches.ts";
import type { NoArguments, Request } from "../../request.ts";

/** Custom request: the runs that there are since somebody changed the past. */
export const branches: Request<NoArguments> = {
  command: "conspect/branches",
  expects: {},
  capabilities: {},
  handle(context) {
    return branchesAnswer(context, this.command);
  },
};
