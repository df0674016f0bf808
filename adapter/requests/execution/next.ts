import type { DebugProtocol } from "@vscode/debugprotocol";
import { granularityOf } from "../../convert.ts";
import type { Request } from "../request.ts";

/** Steps to the next form, line or instruction, over calls. */
export const next: Request<DebugProtocol.NextArguments> = {
  command: "next",
  expects: { granularity: "text?" },
  capabilities: { supportsSteppingGranularity: true },
  handle(context, args) {
    const engine = context.stoppedEngine(this.command);
    const granularity = granularityOf(this.command, args.granularity, context.launch(this.command).stepBy);
    context.resume(() => engine.step("over", granularity));
    return undefined;
  },
};
