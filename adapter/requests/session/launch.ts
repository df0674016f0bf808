import type { DebugProtocol } from "@vscode/debugprotocol";
import { breakpointBody } from "../../convert.ts";
import { errors } from "../../errors.ts";
import { checkLaunch } from "../../program/launch-configuration.ts";
import { loadProgram } from "../../program/load.ts";
import type { Request } from "../request.ts";

/** Loads the program. It starts at `configurationDone`, when the client has said where to stop. */
export const launch: Request<DebugProtocol.LaunchRequestArguments> = {
  command: "launch",
  expects: {},
  capabilities: {},
  handle(context, args) {
    if (context.phase !== "unlaunched") throw errors.alreadyLaunched();
    const before = context.breakpoints.codeStates();
    context.adopt(loadProgram(context, checkLaunch(args, context.environment.managers)));
    context.afterResponse(() => {
      context.breakpointsChanged(before, (state) => breakpointBody(context, state));
      context.client.event("initialized", {});
    });
    return undefined;
  },
};
