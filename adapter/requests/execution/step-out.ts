import type { DebugProtocol } from "@vscode/debugprotocol";
import { granularity, stoppedThread } from "../../run/execution.ts";
import type { Request } from "../request.ts";

/** Runs until the function has returned. */
export const stepOut: Request<DebugProtocol.StepOutArguments> = {
  command: "stepOut",
  expects: { threadId: "number?", singleThread: "claim?", granularity: "text?" },
  capabilities: {},
  handle(context, args) {
    const engine = stoppedThread(context, this.command, args);
    const by = granularity(context, this.command, args);
    context.resume(() => engine.step("out", by));
    return undefined;
  },
};
