import type { DebugProtocol } from "@vscode/debugprotocol";
import { granularityOf } from "../../convert.ts";
import type { Request } from "../request.ts";

/** Steps to the next form, line or instruction, into calls. */
export const stepIn: Request<DebugProtocol.StepInArguments> = {
  command: "stepIn",
  expects: { granularity: "text?" },
  capabilities: {},
  handle(context, args) {
    const engine = context.stoppedEngine(this.command);
    const granularity = granularityOf(this.command, args.granularity, context.launch(this.command).stepBy);
    context.resume(() => engine.step("in", granularity));
    return undefined;
  },
};
