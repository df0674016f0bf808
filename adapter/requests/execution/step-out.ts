import type { DebugProtocol } from "@vscode/debugprotocol";
import { granularityOf } from "../../convert.ts";
import type { Request } from "../request.ts";

/** Runs until the function has returned. */
export const stepOut: Request<DebugProtocol.StepOutArguments> = {
  command: "stepOut",
  expects: { granularity: "text?" },
  capabilities: {},
  handle(context, args) {
    const engine = context.stoppedEngine(this.command);
    const granularity = granularityOf(this.command, args.granularity, context.launch(this.command).stepBy);
    context.resume(() => engine.step("out", granularity));
    return undefined;
  },
};
