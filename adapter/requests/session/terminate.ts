import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Request } from "../request.ts";

/** Ends the program where it is. The session stays until the client disconnects. */
export const terminate: Request<DebugProtocol.TerminateArguments> = {
  command: "terminate",
  expects: {},
  capabilities: { supportsTerminateRequest: true },
  handle(context) {
    const run = context.shared(this.command);
    context.afterResponse(() => run.terminate());
    return undefined;
  },
};
