import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Request } from "../request.ts";

/** Ends the work for a request that has no answer yet, or a long way through time. Nothing happens when that is not, or no longer, worked for. */
export const cancel: Request<DebugProtocol.CancelArguments> = {
  command: "cancel",
  expects: { requestId: "number?", progressId: "text?" },
  capabilities: { supportsCancelRequest: true },
  handle(context, args) {
    const what = args.requestId ?? args.progressId;
    if (what !== undefined) context.cancel(what);
    return undefined;
  },
};
