import type { DebugProtocol } from "@vscode/debugprotocol";
import { errors } from "../../errors.ts";
import { granularity, stoppedThread } from "../../run/execution.ts";
import type { Request } from "../request.ts";

/** Steps to the next form, line or instruction, into calls; with a target, into that call, over those before it. */
export const stepIn: Request<DebugProtocol.StepInArguments> = {
  command: "stepIn",
  expects: { threadId: "number?", singleThread: "claim?", granularity: "text?", targetId: "number?" },
  capabilities: {},
  handle(context, args) {
    const engine = stoppedThread(context, this.command, args);
    const by = granularity(context, this.command, args);
    if (args.targetId === undefined) {
      context.resume(() => engine.step("in", by));
      return undefined;
    }
    const [running] = engine.stack(0, 1).frames;
    const targets = running === undefined ? [] : engine.callTargets(running.frame);
    const target = targets.find(({ pc }) => pc === args.targetId);
    if (target === undefined) throw errors.badTarget(args.targetId);
    context.resume(() => engine.stepInto(target));
    return undefined;
  },
};
