import type { DebugProtocol } from "@vscode/debugprotocol";
import { errors } from "../../errors.ts";
import { isSameFile } from "../../inventory/sources.ts";
import type { Request } from "../request.ts";

/** Text of a source: the program as it was loaded, or the instructions of a library function. */
export const source: Request<DebugProtocol.SourceArguments> = {
  command: "source",
  expects: { sourceReference: "number?", source: "object?" },
  capabilities: {},
  handle(context, args) {
    const program = context.subject(this.command).source;
    const reference = args.source?.sourceReference ?? args.sourceReference ?? 0;
    const brought = context.sources.broughtText(reference);
    if (brought !== null) return { content: brought, mimeType: "text/x-conspect" };
    if (reference > 0) return { content: context.sources.listing(reference).text, mimeType: "text/plain" };
    const path = args.source?.path;
    // What comes over the wire need not be what the protocol says.
    if (
      program === null ||
      typeof path !== "string" ||
      !isSameFile(context.sources.pathFromClient(path), program.path)
    ) {
      throw errors.badSourceReference(path ?? reference);
    }
    return { content: program.text, mimeType: "text/x-conspect" };
  },
};
