import type { DebugProtocol } from "@vscode/debugprotocol";
import { breakpointBody, wishOf } from "../../presentation/convert.ts";
import { checkField, type Request } from "../request.ts";

/** Stops at the first form of functions, by name. */
export const setFunctionBreakpoints: Request<DebugProtocol.SetFunctionBreakpointsArguments> = {
  command: "setFunctionBreakpoints",
  expects: { breakpoints: "objects" },
  capabilities: { supportsFunctionBreakpoints: true },
  handle(context, args) {
    const wishes = args.breakpoints.map((breakpoint) => {
      checkField(this.command, "breakpoints.name", "text", breakpoint.name);
      return { ...wishOf(this.command, breakpoint), name: breakpoint.name };
    });
    const states = context.breakpoints.setFunctions(wishes);
    return { breakpoints: states.map((state) => breakpointBody(context, state)) };
  },
};
