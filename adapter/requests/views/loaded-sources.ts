import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Request } from "../request.ts";

/** The program's file, and the library functions that the client has seen in a stack. */
export const loadedSources: Request<DebugProtocol.LoadedSourcesArguments> = {
  command: "loadedSources",
  expects: {},
  capabilities: { supportsLoadedSourcesRequest: true, supportedChecksumAlgorithms: ["SHA256"] },
  handle(context) {
    const { source } = context.subject(this.command);
    const program = source === null ? [] : [context.sources.ofProgram(source)];
    return { sources: [...program, ...context.sources.libraryInUse()] };
  },
};
