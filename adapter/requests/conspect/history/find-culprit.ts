import { seekCulprit } from "../../../history/culprit.ts";
import type { NoArguments, Request } from "../../request.ts";

/**
 * Custom request: goes back to the instruction that broke the heap, and tells about it in the console. The program stops there; where nothing is broken it stays
 * where it is.
 */
export const findCulprit: Request<NoArguments> = {
  command: "conspect/findCulprit",
  expects: {},
  capabilities: {},
  handle(context) {
    seekCulprit(context, this.command);
    return undefined;
  },
};
