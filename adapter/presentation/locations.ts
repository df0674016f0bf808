/** Places in the text that a client may ask for by a number: where a variable is declared, and where its value comes from. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { InspectNode, Origin, StackOffset } from "#core";
import type { Context } from "../context.ts";

const COMMAND = "locations";
/** Names stand for variables; what has parentheses is a part of something, and declared nowhere. */
const NAME = /^[^\s()'"`,;]+$/;

/** The field of a variable that leads to its declaration, when the text has one. */
export function declarationReference(context: Context, node: InspectNode, frame: StackOffset | null) {
  const { expression } = node;
  if (expression === null || !NAME.test(expression)) return {};
  const place = context.subject(COMMAND).declarationOf(expression, frame);
  return place === null ? {} : { declarationLocationReference: context.handles.addLocation({ kind: "text", place }) };
}

/** The field of a value that leads to where it comes from: the definition of a function, the form that allocated an object. */
export function originReference(context: Context, node: InspectNode) {
  const origin = node.pointer === null ? null : context.subject(COMMAND).originOf(node.pointer);
  return origin === null ? {} : { valueLocationReference: context.handles.addLocation(origin) };
}

/** A place as the client counts. */
export function locationBody(context: Context, origin: Origin): DebugProtocol.LocationsResponse["body"] {
  if (origin.kind === "text") {
    return { source: context.sources.ofPath(origin.place.path ?? ""), ...context.positions.range(origin.place) };
  }
  const { source, line } = context.sources.ofCode(context.subject(COMMAND), origin.functionName, origin.pc);
  return { source, line: context.positions.lineToClient(line), column: context.positions.columnToClient(0) };
}
