import type { DebugProtocol } from "@vscode/debugprotocol";
import type { InspectNode, StackOffset } from "#core";
import { type DataId, dataIdText } from "../../breakpoints/data-id.ts";
import { DATA_MODE_NAMES, type DataMode, dataMode, type HitAction, hitAction } from "../../breakpoints/modes.ts";
import type { Context } from "../../context.ts";
import { notes } from "../../errors.ts";
import { problemOf } from "../../presentation/evaluation.ts";
import { addressOf, byteReference } from "../../presentation/memory-references.ts";
import type { Engine } from "../../program/engine.ts";
import type { Request } from "../request.ts";

type Arguments = DebugProtocol.DataBreakpointInfoArguments;
type Mode = DataMode | HitAction | null;
/** What was asked about: a node of the views in its frame. */
interface Found {
  readonly node: InspectNode;
  readonly frame: StackOffset | null;
}
/** What would be watched. */
type Place = Pick<DataId, "place" | "bytes" | "frame"> & { readonly canPersist: boolean };

const CELL_BYTES = 4;

/** Which bytes, or which object, a data breakpoint on a variable, an expression or an address would watch. */
export const dataBreakpointInfo: Request<Arguments> = {
  command: "dataBreakpointInfo",
  expects: {
    name: "text",
    variablesReference: "number?",
    frameId: "number?",
    bytes: "number?",
    asAddress: "claim?",
    mode: "text?",
  },
  capabilities: { supportsDataBreakpointBytes: true },
  handle(context, args) {
    const { name } = args;
    const mode = args.mode === undefined ? null : (dataMode(args.mode) ?? hitAction(args.mode));
    if (args.mode !== undefined && mode === null) return none(notes.badMode(args.mode, DATA_MODE_NAMES));
    const bytes = args.bytes === undefined ? null : Math.max(1, args.bytes);
    if (args.asAddress === true) {
      const place = addressOf(name);
      return answer(`bytes at ${name}`, { place, bytes: bytes ?? CELL_BYTES, frame: null, canPersist: true }, mode);
    }
    const engine = context.stoppedEngine(this.command);
    const found = nodeOf(context, engine, args);
    if (typeof found === "string") return none(found);
    const isObject = mode === "count" || mode === "free";
    const place = isObject ? objectOf(engine, found, mode) : cellOf(engine, found, bytes);
    if (typeof place === "string") return none(`${name} ${place}`);
    return answer(name, place, mode);
  },
};

function none(description: string): object {
  return { dataId: null, description };
}

const ACCESS: { readonly [mode in DataMode]: DebugProtocol.DataBreakpointAccessType } = {
  write: "write",
  change: "write",
  read: "read",
  count: "write",
  free: "write",
};
const WHEN: { readonly [mode in DataMode]: string } = {
  write: "when it is written",
  change: "when it changes",
  read: "when it is read",
  count: "when its reference count changes",
  free: "when it is freed or its cells are used again",
};

function answer(what: string, { place, bytes, frame, canPersist }: Place, mode: Mode): object {
  const kind = mode === null ? null : dataMode(mode);
  const where = typeof place === "number" ? `at ${byteReference(place)}` : "of a global variable";
  const size = bytes === 1 ? "1 byte" : `${bytes} bytes`;
  return {
    dataId: dataIdText({ place, bytes, mode, frame }),
    description: `${what} (${size} ${where})${kind === null ? "" : `, ${WHEN[kind]}`}`,
    accessTypes: kind === null ? ["read", "write", "readWrite"] : [ACCESS[kind]],
    canPersist,
  };
}

/** The node, or why there is none. */
function nodeOf(context: Context, engine: Engine, args: Arguments): Found | string {
  if (args.variablesReference !== undefined && args.variablesReference > 0) {
    return context.handles.child(args.variablesReference, args.name);
  }
  const frame = context.frame(args.frameId);
  const result = engine.place(args.name, frame);
  return result.kind === "value" ? { node: result.node, frame } : problemOf(context, args.name, result);
}

/** The cell that holds the value; for a thing without one, and for a length that was asked for, its own bytes. */
function cellOf(engine: Engine, { node, frame }: Found, bytes: number | null): Place | string {
  const { slot, address } = node;
  if (address !== null && (bytes !== null || slot === null)) {
    return { place: 2 * address, bytes: bytes ?? CELL_BYTES, frame: null, canPersist: false };
  }
  if (slot === null) return "has no place in memory";
  const cell = engine.watching.cellOf(slot);
  if (slot.kind === "stack") {
    const inner = frame ?? engine.stack(0, 1).frames[0]?.frame ?? null;
    return { place: 2 * cell, bytes: CELL_BYTES, frame: inner, canPersist: false };
  }
  const global = engine.watching.globalAt(cell);
  const place = global === null ? 2 * cell : { global };
  return { place, bytes: CELL_BYTES, frame: null, canPersist: global !== null };
}

/** The object that a node shows. */
function objectOf(engine: Engine, { node: { pointer } }: Found, mode: Mode): Place | string {
  if (pointer === null) return "is no object";
  const bytes = engine.watching.objectBytes(pointer);
  if (bytes === 0) return "is no object of the heap: it cannot be freed, and nobody counts it";
  const why = mode === "count" ? engine.watching.whyUncounted(pointer) : null;
  if (why !== null) return `has no count to watch: ${why}`;
  return { place: 2 * pointer, bytes, frame: null, canPersist: false };
}
