import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Request } from "../request.ts";

/** Stops a running program at its next safepoint. Nothing happens when it stands still. */
export const pause: Request<DebugProtocol.PauseArguments> = {
  command: "pause",
  expects: {},
  capabilities: {},
  handle(context) {
    context.engine(this.command);
    context.shared(this.command).pause();
    return undefined;
  },
};
