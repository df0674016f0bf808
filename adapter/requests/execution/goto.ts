import type { DebugProtocol } from "@vscode/debugprotocol";
import { errors } from "../../errors.ts";
import { stoppedThread } from "../../run/execution.ts";
import type { Request } from "../request.ts";

/** Sends control to a target of `gotoTargets`. What lies between is not executed, and what was executed is not undone. */
export const gotoRequest: Request<DebugProtocol.GotoArguments> = {
  command: "goto",
  expects: { threadId: "number?", targetId: "number" },
  capabilities: {},
  handle(context, args) {
    const engine = stoppedThread(context, this.command, args);
    const problem = engine.jump(args.targetId);
    if (problem !== null) throw errors.cannotGo(problem);
    context.redirected({ kind: "goto" });
    return undefined;
  },
};
