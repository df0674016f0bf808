import type { DebugProtocol } from "@vscode/debugprotocol";
import { errors } from "../../errors.ts";
import type { Request } from "../request.ts";

/** Always refused, with the way out: clients offer it whether or not an adapter can do it. */
export const attach: Request<DebugProtocol.AttachRequestArguments> = {
  command: "attach",
  expects: {},
  capabilities: {},
  handle() {
    throw errors.attachNotSupported();
  },
};
