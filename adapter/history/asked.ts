/** What a question about the past is about: the cell that holds a value, the object that it is, or both. */
import { addressText, type ByteAddress, type InspectNode, type Pointer, parseAddress, type StackOffset } from "#core";
import type { HistoryArguments } from "#wire";
import type { Context } from "../context.ts";
import { errors } from "../errors.ts";
import { problemOf } from "../presentation/evaluation.ts";
import { addressOf, IMAGE_LIMIT_BYTES } from "../presentation/memory-references.ts";
import type { Engine } from "../program/engine.ts";

export interface Asked {
  /** What the user calls it. */
  readonly text: string;
  /** Null for a value that stands in no cell. */
  readonly cell: { readonly start: ByteAddress; readonly bytes: number } | null;
  /** Null for what is no object of the heap. */
  readonly object: Pointer | null;
}

const CELL_BYTES = 4;

/** @throws {RequestError} when there is no such thing */
export function askedBy(context: Context, command: string, args: HistoryArguments): Asked {
  const { name = "", memoryReference, bytes = CELL_BYTES } = args;
  if (memoryReference !== undefined) {
    const start = addressOf(memoryReference);
    const most = IMAGE_LIMIT_BYTES - start;
    if (bytes < 1 || bytes > most) throw errors.badArgument(command, "bytes", `a number from 1 to ${most}`, bytes);
    return { text: addressText(start >> 1), cell: { start, bytes }, object: start >> 1 };
  }
  const frame = context.frame(args.frameId);
  if (args.variablesReference === undefined || args.variablesReference === 0) {
    return askedByText(context, command, name, frame);
  }
  const { node } = context.handles.child(args.variablesReference, name);
  return askedOf(context.stoppedEngine(command), node.expression ?? name, node);
}

/** An address as people write it, or an expression. @throws {RequestError} */
export function askedByText(context: Context, command: string, text: string, frame: StackOffset | null): Asked {
  const address = parseAddress(text);
  if (address !== null) return { text, cell: { start: 2 * address, bytes: CELL_BYTES }, object: address };
  const engine = context.stoppedEngine(command);
  const result = engine.place(text, frame);
  if (result.kind !== "value") throw errors.cannotAsk(problemOf(context, text, result));
  return askedOf(engine, text, result.node);
}

function askedOf({ watching }: Engine, text: string, node: InspectNode): Asked {
  const { slot, pointer } = node;
  const start = slot === null ? null : 2 * watching.cellOf(slot);
  const isObject = pointer !== null && watching.objectBytes(pointer) > 0;
  return { text, cell: start === null ? null : { start, bytes: CELL_BYTES }, object: isObject ? pointer : null };
}
