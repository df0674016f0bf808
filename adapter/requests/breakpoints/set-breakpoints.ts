import type { DebugProtocol } from "@vscode/debugprotocol";
import { BREAKPOINT_MODES } from "../../breakpoints/modes.ts";
import { breakpointBody, wishOf } from "../../presentation/convert.ts";
import { checkField, type Request } from "../request.ts";

/** Breakpoints on lines and forms of one file. They replace those that the file had. */
export const setBreakpoints: Request<DebugProtocol.SetBreakpointsArguments> = {
  command: "setBreakpoints",
  expects: { source: "object", breakpoints: "objects?", lines: "numbers?", sourceModified: "claim?" },
  capabilities: {
    supportsConditionalBreakpoints: true,
    supportsHitConditionalBreakpoints: true,
    supportsLogPoints: true,
    breakpointModes: BREAKPOINT_MODES,
  },
  handle(context, args) {
    checkField(this.command, "source.path", "text?", args.source.path);
    // Old clients send numbers of lines alone.
    const wanted: readonly DebugProtocol.SourceBreakpoint[] =
      args.breakpoints ?? (args.lines ?? []).map((line) => ({ line }));
    const path = context.sources.pathFromClient(args.source.path ?? args.source.name ?? "");
    const wishes = wanted.map((breakpoint) => {
      checkField(this.command, "breakpoints.line", "number", breakpoint.line);
      checkField(this.command, "breakpoints.column", "number?", breakpoint.column);
      const wish = { ...wishOf(this.command, breakpoint), line: context.positions.lineFromClient(breakpoint.line) };
      const { column } = breakpoint;
      return column === undefined ? wish : { ...wish, column: context.positions.columnFromClient(column) };
    });
    const stale = args.sourceModified === true && context.isSourceStale(path);
    const states = context.breakpoints.setLines(path, wishes, stale);
    return { breakpoints: states.map((state) => breakpointBody(context, state)) };
  },
};
