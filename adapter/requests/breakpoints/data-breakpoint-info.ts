import type { DebugProtocol } from "@vscode/debugprotocol";
import type { InspectNode, Slot } from "#core";
import { dataIdOf } from "../../breakpoints/data-id.ts";
import type { Context } from "../../context.ts";
import { problemOf } from "../../evaluation.ts";
import { addressOf, byteReference, bytesOf, wordsOf } from "../../memory-references.ts";
import type { WatchRange } from "../../program/engine.ts";
import type { Request } from "../request.ts";

const CELL_WORDS = 2;
const CELL_BYTES = 4;

/** Which bytes a data breakpoint on a variable, an expression or an address would watch. */
export const dataBreakpointInfo: Request<DebugProtocol.DataBreakpointInfoArguments> = {
  command: "dataBreakpointInfo",
  expects: { name: "text", variablesReference: "number?", frameId: "number?", bytes: "number?" },
  capabilities: { supportsDataBreakpointBytes: true },
  handle(context, args) {
    if (args.asAddress === true) {
      return answer(`bytes at ${args.name}`, wordsOf(addressOf(args.name), Math.max(1, args.bytes ?? CELL_BYTES)));
    }
    const found = nodeOf(context, this.command, args);
    if (typeof found === "string") return { dataId: null, description: found };
    const range = placeOf(found, args.bytes);
    if (range === null) return { dataId: null, description: `${args.name} has no place in memory` };
    return answer(args.name, range);
  },
};

function answer(what: string, range: WatchRange): object {
  const { address, count } = bytesOf(range.address, range.lengthWords);
  return {
    dataId: dataIdOf(range),
    description: `${what} (${count} bytes at ${byteReference(address)})`,
    accessTypes: ["write"],
    canPersist: false,
  };
}

/** The node, or why there is none. */
function nodeOf(
  context: Context,
  command: string,
  args: DebugProtocol.DataBreakpointInfoArguments,
): InspectNode | string {
  const subject = context.stoppedSubject(command);
  if (args.variablesReference !== undefined && args.variablesReference > 0) {
    return context.handles.child(args.variablesReference, args.name).node;
  }
  const result = subject.evaluate(args.name, context.frame(args.frameId), "peek");
  return result.kind === "value" ? result.node : problemOf(context, args.name, result);
}

/** The slot that holds the value; for a thing without a slot its own first bytes. */
function placeOf(node: InspectNode, bytes: number | undefined): WatchRange | null {
  if (bytes !== undefined && node.address !== null)
    return wordsOf(bytesOf(node.address, 1).address, Math.max(1, bytes));
  const address = node.slot === null ? node.address : slotAddress(node.slot);
  return address === null ? null : { address, lengthWords: CELL_WORDS };
}

function slotAddress(slot: Slot): number {
  switch (slot.kind) {
    case "stack":
    case "heap":
      return slot.address;
    case "weak":
      return slot.holder + slot.offset;
    case "car":
    case "cdr":
      return slot.cons;
  }
}
