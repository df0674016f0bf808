import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Request } from "../request.ts";

export const continueRequest: Request<DebugProtocol.ContinueArguments> = {
  command: "continue",
  expects: {},
  capabilities: {},
  handle(context) {
    const engine = context.stoppedEngine(this.command);
    context.resume(() => engine.continue());
    return { allThreadsContinued: true };
  },
};
