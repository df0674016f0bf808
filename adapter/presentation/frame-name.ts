/** What a frame is called in the stack: its function, and what the client's format asks for besides. */
import { basename } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { FrameView, InspectNode } from "#core";
import type { Context } from "../context.ts";
import type { Subject } from "../program/engine.ts";
import { valueText } from "./value-format.ts";

type Format = DebugProtocol.StackFrameFormat;

/** `leaf`, `leaf(x: 5)`, `program.cons!leaf(x LISTP: (1 2)) line 3`. */
export function frameName(context: Context, subject: Subject, frame: FrameView, format: Format | undefined): string {
  const { functionName, place } = frame;
  if (format === undefined) return functionName;
  const isFile = place !== null && place.path !== null;
  const module = format.module === true ? `${isFile ? basename(place.path) : "library"}!` : "";
  const line = format.line === true && isFile ? ` line ${context.positions.lineToClient(place.line)}` : "";
  return `${module}${functionName}${parametersText(subject, frame, format)}${line}`;
}

function parametersText(subject: Subject, frame: FrameView, format: Format): string {
  const { parameters, parameterNames, parameterTypes, parameterValues } = format;
  const isAny = parameterNames === true || parameterTypes === true || parameterValues === true;
  if (parameters !== true && !isAny) return "";
  // Who asks for parameters and says no more wants what a call looks like.
  const shown = isAny ? format : { ...format, parameterNames: true, parameterValues: true };
  return `(${subject
    .parameters(frame.frame)
    .map((node) => parameterText(node, shown))
    .join(", ")})`;
}

function parameterText(node: InspectNode, format: Format): string {
  const words = [];
  if (format.parameterNames === true) words.push(node.name);
  if (format.parameterTypes === true && node.type !== null) words.push(node.type);
  const label = words.join(" ");
  if (format.parameterValues !== true) return label;
  return label === "" ? valueText(node, format) : `${label}: ${valueText(node, format)}`;
}
