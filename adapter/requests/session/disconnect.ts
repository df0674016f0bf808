import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Request } from "../request.ts";

/** Ends the session; the program ends with it. */
export const disconnect: Request<DebugProtocol.DisconnectArguments> = {
  command: "disconnect",
  expects: {},
  capabilities: {},
  handle(context) {
    context.dispose();
    context.afterResponse(() => context.client.close());
    return undefined;
  },
};
