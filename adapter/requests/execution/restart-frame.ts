import type { DebugProtocol } from "@vscode/debugprotocol";
import { errors } from "../../errors.ts";
import type { Request } from "../request.ts";

/**
 * Discards the frames above, and lets the function of the frame begin again with the arguments that it has by now. What was done to the heap and to the
 * outside stays done.
 */
export const restartFrame: Request<DebugProtocol.RestartFrameArguments> = {
  command: "restartFrame",
  expects: { frameId: "number" },
  capabilities: { supportsRestartFrame: true },
  handle(context, args) {
    const engine = context.stoppedEngine(this.command);
    const problem = engine.restartFrame(context.handles.frame(args.frameId).frame);
    if (problem !== null) throw errors.cannotRestartFrame(problem);
    context.redirected({ kind: "restart" });
    return undefined;
  },
};
