import type { DebugProtocol } from "@vscode/debugprotocol";
import { locationBody } from "../../presentation/locations.ts";
import type { Request } from "../request.ts";

/** Where a variable is declared, or where its value comes from, by the reference that came with it. */
export const locations: Request<DebugProtocol.LocationsArguments> = {
  command: "locations",
  expects: { locationReference: "number" },
  capabilities: {},
  handle(context, args) {
    context.stoppedSubject(this.command);
    return locationBody(context, context.handles.location(args.locationReference));
  },
};
