import type { DebugProtocol } from "@vscode/debugprotocol";
import { errors } from "../../errors.ts";
import { stoppedThread } from "../../run/execution.ts";
import type { Request } from "../request.ts";

/** Runs backwards to the stop before: breakpoints, filters and data breakpoints count as they do forwards. */
export const reverseContinue: Request<DebugProtocol.ReverseContinueArguments> = {
  command: "reverseContinue",
  expects: { threadId: "number?", singleThread: "claim?" },
  capabilities: { supportsStepBack: true },
  handle(context, args) {
    const motion = stoppedThread(context, this.command, args).reverseContinue();
    if (motion === null) throw errors.notRecorded(this.command);
    context.travel(motion);
    return undefined;
  },
};
