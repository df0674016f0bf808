import { dropBranch } from "../../../branches/branches.ts";
import type { Request } from "../../request.ts";

/** Custom request: forgets a run that is not the current one. */
export const dropBranchRequest: Request<{ readonly number: number }> = {
  command: "conspect/dropBranch",
  expects: { number: "number" },
  capabilities: {},
  handle(context, { number }) {
    dropBranch(context, this.command, number);
    return undefined;
  },
};
