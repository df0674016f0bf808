/** Things of the core as DAP bodies. Numbers that the client hands back come from `handles.ts`, lines and columns from `positions.ts`. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { FrameView, InspectNode, Place, StackOffset, StepGranularity } from "#core";
import type { BreakpointState } from "../breakpoints/code-breakpoints.ts";
import type { Wish } from "../breakpoints/rules.ts";
import type { Context } from "../context.ts";
import { errors } from "../errors.ts";
import { menuContext } from "../history/menu.ts";
import type { InstructionView, Subject } from "../program/engine.ts";
import type { MenuVariable, ValueFormat } from "../protocol-additions.ts";
import { checkField } from "../requests/request.ts";
import { frameName } from "./frame-name.ts";
import type { Container } from "./handles.ts";
import { declarationReference, originReference } from "./locations.ts";
import { byteReference, memoryReference } from "./memory-references.ts";
import type { ClientRange } from "./positions.ts";
import { styledValue } from "./styling.ts";
import { valueText } from "./value-format.ts";

/** Children that a summary names, and its characters. */
const MOST_TOLD = 4;
const LONGEST_SUMMARY = 200;

export function breakpointBody(
  context: Context,
  { id, place, problem, isPending }: BreakpointState,
): DebugProtocol.Breakpoint {
  const body: DebugProtocol.Breakpoint = { id, verified: problem === null };
  if (problem !== null) Object.assign(body, { message: problem, reason: isPending ? "pending" : "failed" });
  if (place === null) return body;
  const location = place.path === null ? {} : locationOf(context, place.path, place);
  return { ...body, ...location, instructionReference: byteReference(place.pc) };
}

/** The common fields of a breakpoint that a client asks for. @throws {RequestError} */
export function wishOf(command: string, asked: Wish): Wish {
  checkField(command, "condition", "text?", asked.condition);
  checkField(command, "hitCondition", "text?", asked.hitCondition);
  checkField(command, "logMessage", "text?", asked.logMessage);
  checkField(command, "mode", "text?", asked.mode);
  return {
    ...(asked.condition !== undefined && { condition: asked.condition }),
    ...(asked.hitCondition !== undefined && { hitCondition: asked.hitCondition }),
    ...(asked.logMessage !== undefined && { logMessage: asked.logMessage }),
    ...(asked.mode !== undefined && { mode: asked.mode }),
  };
}

/** Characters of a form's text in a menu. */
const MENU_CHARACTERS = 60;

/** A form's text for a menu. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= MENU_CHARACTERS ? line : `${line.slice(0, MENU_CHARACTERS - 1)}…`;
}

/** `statement`, or nothing, is what the launch configuration says. @throws {RequestError} */
export function granularityOf(command: string, given: string | undefined, stepBy: "form" | "line"): StepGranularity {
  switch (given) {
    case undefined:
    case "statement":
      return stepBy;
    case "line":
    case "instruction":
      return given;
    default:
      throw errors.badArgument(command, "granularity", "statement, line or instruction", given);
  }
}

export function frameBody(
  context: Context,
  subject: Subject,
  frame: FrameView,
  format: DebugProtocol.StackFrameFormat | undefined,
): DebugProtocol.StackFrame {
  const body: DebugProtocol.StackFrame = {
    id: context.handles.addFrame(frame),
    name: frameName(context, subject, frame, format),
    line: 0,
    column: 0,
    instructionPointerReference: byteReference(frame.pc),
    ...context.inventory.moduleOf(frame.place?.path ?? null),
    ...(frame.isSubtle && { presentationHint: "subtle" as const }),
  };
  const path = frame.place?.path ?? null;
  if (frame.place !== null && path !== null) {
    const { endLine, endColumn, ...location } = locationOf(context, path, frame.place);
    // An editor selects the range of a frame; of a form over several lines that would be all its text, one key away from being lost.
    return { ...body, ...location, ...(endLine === location.line && { endLine, endColumn }) };
  }
  const listed = context.sources.ofCode(subject, frame.functionName, frame.pc);
  return {
    ...body,
    source: listed.source,
    line: context.positions.lineToClient(listed.line),
    column: context.positions.columnToClient(0),
  };
}

/** `source` and the range of a place with source text. */
function locationOf(context: Context, path: string, place: Place): { source: DebugProtocol.Source } & ClientRange {
  return { source: context.sources.ofPath(path), ...context.positions.range(place) };
}

export function variableBody(
  context: Context,
  node: InspectNode,
  frame: StackOffset | null,
  format: ValueFormat | undefined,
): DebugProtocol.Variable & MenuVariable {
  return {
    name: node.name,
    value: styledValue(context, node, valueText(node, format)),
    ...resultBody(context, node, frame),
    ...declarationReference(context, node, frame),
    ...(node.expression !== null && { evaluateName: node.expression }),
    presentationHint: hintOf(context, node),
    ...menuContext(context, node),
  };
}

/** Kind of a variable: what is no value, but a remark about one, is virtual. What costs a search is lazy: clients ask when the user does. */
function hintOf(context: Context, node: InspectNode): DebugProtocol.VariablePresentationHint {
  const isVirtual = node.pointer === null && node.slot === null;
  const kind = isVirtual ? "virtual" : node.slot?.kind === "stack" ? "data" : "property";
  return {
    kind,
    ...(node.slot === null && { attributes: ["readOnly"] }),
    ...(node.slot !== null && context.breakpoints.isWatched(node.slot) && { attributes: ["hasDataBreakpoint"] }),
    ...(node.prepare !== null && { lazy: true }),
  };
}

/** A lazy variable after the work is done: its value is what its children say in short. */
export function foundBody(context: Context, { node, frame }: Container): DebugProtocol.Variable {
  const children = node.named();
  const counted = node.indexedCount === 0 ? [] : [`${node.indexedCount} items`];
  const texts = [...counted, ...children.slice(0, MOST_TOLD).map((child) => `${child.name}: ${child.value}`)];
  const text = texts.join("; ");
  return {
    name: node.name,
    value: text.length <= LONGEST_SUMMARY ? text : `${text.slice(0, LONGEST_SUMMARY - 1)}…`,
    ...(node.type !== null && { type: node.type }),
    variablesReference: context.handles.addScope(node, frame),
    namedVariables: children.length,
    indexedVariables: node.indexedCount,
    presentationHint: { kind: "virtual", attributes: ["readOnly"] },
  };
}

/** What a variable and the result of an evaluation have in common, besides the text of the value. */
export function resultBody(context: Context, node: InspectNode, frame: StackOffset | null) {
  return {
    variablesReference: context.handles.addContainer(node, frame),
    ...(node.type !== null && { type: node.type }),
    ...(node.prepare === null && node.namedCount > 0 && { namedVariables: node.namedCount }),
    ...(node.indexedCount > 0 && { indexedVariables: node.indexedCount }),
    ...(node.address !== null && { memoryReference: memoryReference(node.address) }),
    ...originReference(context, node),
  };
}

export function instructionBody(context: Context, row: InstructionView): DebugProtocol.DisassembledInstruction {
  const path = row.place?.path ?? null;
  const { source, ...range } = row.place === null || path === null ? {} : locationOf(context, path, row.place);
  return {
    address: byteReference(row.address),
    instruction: row.text,
    ...(row.bytes === "" ? { presentationHint: "invalid" as const } : { instructionBytes: row.bytes }),
    ...(row.symbol !== null && { symbol: row.symbol }),
    ...(source !== undefined && { location: source, ...range }),
  };
}
