import type { DebugProtocol } from "@vscode/debugprotocol";
import { breakpointBody } from "../../presentation/convert.ts";
import { checkLaunch } from "../../program/launch-configuration.ts";
import { loadProgram } from "../../program/loading/load.ts";
import type { Request } from "../request.ts";

/** Reads the source text again and starts from the beginning. When the text has errors now, the old program stays as it is. */
export const restart: Request<DebugProtocol.RestartArguments> = {
  command: "restart",
  expects: { arguments: "object?" },
  capabilities: { supportsRestartRequest: true },
  handle(context, args) {
    const old = context.launch(this.command);
    const launch = args.arguments === undefined ? old : checkLaunch(args.arguments, context.environment.managers);
    const before = context.breakpoints.states();
    context.adopt(loadProgram(context, launch));
    context.afterResponse(() => {
      context.breakpointsChanged(before, (state) => breakpointBody(context, state));
      // The program may have stood still before: clients learn only from this that it does not any more.
      context.tellContinued();
      context.shared(this.command).begin(context);
    });
    return undefined;
  },
};
