import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Request } from "../request.ts";

/** The client has sent all its breakpoints: the program starts. */
export const configurationDone: Request<DebugProtocol.ConfigurationDoneArguments> = {
  command: "configurationDone",
  expects: {},
  capabilities: { supportsConfigurationDoneRequest: true },
  handle(context) {
    context.subject(this.command);
    if (context.phase === "configuring") context.afterResponse(() => context.begin());
    return undefined;
  },
};
