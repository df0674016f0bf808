import type { DebugProtocol } from "@vscode/debugprotocol";
import { errors } from "../../errors.ts";
import { granularity, stoppedThread } from "../../run/execution.ts";
import type { Request } from "../request.ts";

/** Goes back to the form, line or instruction before, over what was called meanwhile. */
export const stepBack: Request<DebugProtocol.StepBackArguments> = {
  command: "stepBack",
  expects: { threadId: "number?", singleThread: "claim?", granularity: "text?" },
  capabilities: { supportsStepBack: true },
  handle(context, args) {
    const engine = stoppedThread(context, this.command, args);
    const motion = engine.stepBack(granularity(context, this.command, args));
    if (motion === null) throw errors.notRecorded(this.command);
    context.travel(motion);
    return undefined;
  },
};
