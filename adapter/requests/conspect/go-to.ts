import { depart, motionTo } from "../../history/travel.ts";
import type { Request } from "../request.ts";

/** Custom request: travels to a moment of the recording, or to its `start` or `end`. */
export const goTo: Request<{ readonly moment: string }> = {
  command: "conspect/goTo",
  expects: { moment: "text" },
  capabilities: {},
  handle(context, { moment }) {
    depart(context, motionTo(context, this.command, moment));
    return undefined;
  },
};
