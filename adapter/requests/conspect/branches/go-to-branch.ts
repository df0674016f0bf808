import { goToBranch } from "../../../branches/branches.ts";
import type { Request } from "../../request.ts";

/** Custom request: travels to the last moment of another run, which is the current one from then on. */
export const goToBranchRequest: Request<{ readonly number: number }> = {
  command: "conspect/goToBranch",
  expects: { number: "number" },
  capabilities: {},
  handle(context, { number }) {
    goToBranch(context, this.command, number);
    return undefined;
  },
};
