import type { DebugProtocol } from "@vscode/debugprotocol";
import { Positions } from "../../presentation/positions.ts";
import type { Request } from "../request.ts";

/** What the client can do, and how it counts; the answer says what the adapter can do. */
export const initialize: Request<DebugProtocol.InitializeRequestArguments> = {
  command: "initialize",
  expects: {},
  capabilities: { supportsANSIStyling: true },
  handle(context, args) {
    context.capabilities = args;
    context.positions = new Positions(args.linesStartAt1 !== false, args.columnsStartAt1 !== false);
    context.sources = context.sourcesFor(args.pathFormat);
    return context.advertised;
  },
};
