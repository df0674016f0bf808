import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Request } from "../request.ts";

/**
 * The client leaves. Others who look at the program keep it; with the last one it ends, unless it is to be kept, and somebody could come back to it.
 * `terminateDebuggee` ends it for everyone.
 */
export const disconnect: Request<DebugProtocol.DisconnectArguments> = {
  command: "disconnect",
  expects: { terminateDebuggee: "claim?", suspendDebuggee: "claim?", restart: "claim?" },
  capabilities: { supportTerminateDebuggee: true, supportSuspendDebuggee: true },
  handle(context, args) {
    const leave = { ends: args.terminateDebuggee, suspends: args.suspendDebuggee === true };
    context.leave(leave);
    context.afterResponse(() => context.client.close());
    return undefined;
  },
};
