import type { DebugProtocol } from "@vscode/debugprotocol";
import { granularity, stoppedThread } from "../../run/execution.ts";
import type { Request } from "../request.ts";

/** Steps to the next form, line or instruction, over calls. */
export const next: Request<DebugProtocol.NextArguments> = {
  command: "next",
  expects: { threadId: "number?", singleThread: "claim?", granularity: "text?" },
  capabilities: { supportsSteppingGranularity: true },
  handle(context, args) {
    const engine = stoppedThread(context, this.command, args);
    const by = granularity(context, this.command, args);
    context.resume(() => engine.step("over", by));
    return undefined;
  },
};
