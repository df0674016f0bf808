import type { DebugProtocol } from "@vscode/debugprotocol";
import { stoppedThread } from "../../run/execution.ts";
import type { Request } from "../request.ts";

/** Goes on until something stops the program. Its only thread runs, so `singleThread` changes nothing. */
export const continueRequest: Request<DebugProtocol.ContinueArguments> = {
  command: "continue",
  expects: { threadId: "number?", singleThread: "claim?" },
  capabilities: { supportsSingleThreadExecutionRequests: true },
  handle(context, args) {
    const engine = stoppedThread(context, this.command, args);
    context.resume(() => engine.continue());
    return { allThreadsContinued: true };
  },
};
