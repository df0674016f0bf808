import type { DebugProtocol } from "@vscode/debugprotocol";
import { breakpointBody, wishOf } from "../../presentation/convert.ts";
import { checkField, type Request } from "../request.ts";

/** Stops behind the instruction that writes into a range of memory. */
export const setDataBreakpoints: Request<DebugProtocol.SetDataBreakpointsArguments> = {
  command: "setDataBreakpoints",
  expects: { breakpoints: "objects" },
  capabilities: { supportsDataBreakpoints: true },
  handle(context, args) {
    const wishes = args.breakpoints.map((breakpoint) => {
      checkField(this.command, "breakpoints.dataId", "text", breakpoint.dataId);
      checkField(this.command, "breakpoints.accessType", "text?", breakpoint.accessType);
      const wish = { ...wishOf(this.command, breakpoint), dataId: breakpoint.dataId };
      return breakpoint.accessType === undefined ? wish : { ...wish, accessType: breakpoint.accessType };
    });
    return { breakpoints: context.breakpoints.setData(wishes).map((state) => breakpointBody(context, state)) };
  },
};
