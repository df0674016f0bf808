import type { DebugProtocol } from "@vscode/debugprotocol";
import { breakpointBody, wishOf } from "../../convert.ts";
import { checkField, type Request } from "../request.ts";

/** Line breakpoints of one file, with condition, hit condition and log message. They replace those that the file had. */
export const setBreakpoints: Request<DebugProtocol.SetBreakpointsArguments> = {
  command: "setBreakpoints",
  expects: { source: "object", breakpoints: "objects?" },
  capabilities: {
    supportsConditionalBreakpoints: true,
    supportsHitConditionalBreakpoints: true,
    supportsLogPoints: true,
  },
  handle(context, args) {
    checkField(this.command, "source.path", "text?", args.source.path);
    const wanted = args.breakpoints ?? [];
    const path = context.sources.pathFromClient(args.source.path ?? args.source.name ?? "");
    const wishes = wanted.map((breakpoint) => {
      checkField(this.command, "breakpoints.line", "number", breakpoint.line);
      return { ...wishOf(this.command, breakpoint), line: context.positions.lineFromClient(breakpoint.line) };
    });
    const states = context.breakpoints.setLines(path, wishes);
    return { breakpoints: states.map((state) => breakpointBody(context, state)) };
  },
};
