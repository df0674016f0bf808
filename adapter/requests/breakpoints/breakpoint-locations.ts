import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Context } from "../../context.ts";
import { checkField, type Request } from "../request.ts";

/** Where breakpoints of a file can be: every form that starts in the range is a place of its own. */
export const breakpointLocations: Request<DebugProtocol.BreakpointLocationsArguments> = {
  command: "breakpointLocations",
  expects: { source: "object", line: "number", column: "number?", endLine: "number?", endColumn: "number?" },
  capabilities: { supportsBreakpointLocationsRequest: true },
  handle(context, args) {
    checkField(this.command, "source.path", "text?", args.source.path);
    const path = context.sources.pathFromClient(args.source.path ?? args.source.name ?? "");
    const { positions } = context;
    const places = context.breakpoints.locations(
      path,
      { line: positions.lineFromClient(args.line), column: columnOr(context, args.column, 0) },
      {
        line: positions.lineFromClient(args.endLine ?? args.line),
        column: columnOr(context, args.endColumn, Number.POSITIVE_INFINITY),
      },
    );
    return { breakpoints: places.map((place) => positions.range(place)) };
  },
};

function columnOr(context: Context, column: number | undefined, otherwise: number): number {
  return column === undefined ? otherwise : context.positions.columnFromClient(column);
}
