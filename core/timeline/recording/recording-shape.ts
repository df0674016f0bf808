/** What the parts of a recording look like: values from a file are checked before anything else is done with them. */
import { PAGE_BYTES } from "../../memory/layout.ts";
import { INPUT } from "./input-shape.ts";
import type { RecordedProgram, Recording } from "./recording.ts";
import { isBytes, isCells, listOf, recordOf, type Shape, ShapeError, shape, values } from "./shape.ts";

const number: Shape = values("number");
const text: Shape = values("string");
const claim: Shape = values("boolean");
const MOMENT = shape({ block: number, pc: number, steps: number });
const OPTION: Shape = values("number", "string", "boolean");
const SETTINGS = { manager: text, managerOptions: recordOf(OPTION) };
const TEXT = shape({ ...SETTINGS, path: text, text, heapMB: number, args: listOf(text) });
const CALL = shape({
  ...SETTINGS,
  files: listOf(shape({ name: text, bytes: isBytes })),
  function: text,
  args: listOf(text),
  heapMB: number,
});
const FILE = shape({ sizeBytes: number, sha256: text });
const IMAGE = shape({
  ...SETTINGS,
  path: text,
  megabytes: number,
  file: (value) => {
    if (value !== null) FILE(value);
  },
});
const PROGRAMS: { readonly [kind in RecordedProgram["kind"]]: Shape } = { text: TEXT, compiled: CALL, image: IMAGE };
const PROGRAM: Shape = (value) => {
  KIND(value);
  const { kind } = value as { readonly kind: string };
  if (!isProgramKind(kind)) throw new ShapeError(kind, Object.keys(PROGRAMS).join(" or "), ".kind");
  PROGRAMS[kind](value);
};
function isProgramKind(kind: string): kind is RecordedProgram["kind"] {
  return Object.hasOwn(PROGRAMS, kind);
}
const KIND = shape({ kind: text });
const EVENT_OR_NOTHING: Shape = values("object", "null", "undefined");
const FINISHED = shape({ status: number });
const FAILED = shape({ message: text, site: number, event: values("object", "null") });
const ENDED: Shape = (value) => {
  if (value === null) return;
  KIND(value);
  const { kind } = value as { readonly kind: string };
  if (kind !== "finished" && kind !== "failed") throw new ShapeError(kind, "finished or failed", ".kind");
  if (kind === "finished") FINISHED(value);
  else FAILED(value);
};
const MACHINE = shape({
  registers: shape({ pc: number, func: number, pvar: number, ivar: number, csp: number, tos: number, esp: number }),
  block: number,
  ended: ENDED,
  pending: listOf(KIND),
  collections: shape({
    state: shape({
      steps: values("null"),
      isForHostCall: claim,
      epilogue: EVENT_OR_NOTHING,
      collected: EVENT_OR_NOTHING,
    }),
    requested: values("string", "null"),
    isTriggered: claim,
    count: number,
    stepsDone: number,
  }),
  interrupts: shape({ period: number, nextTick: values("number", "null") }),
  cut: claim,
  seen: values("object", "null"),
  lastRoom: MOMENT,
  hostCalls: shape({ args: isCells, enumerations: listOf(values("object", "null")) }),
});
const PAGES: Shape = (value) => {
  shape({ numbers: isCells, contents: isBytes })(value);
  const { numbers, contents } = value as { numbers: Int32Array; contents: Uint8Array };
  if (contents.length !== numbers.length * PAGE_BYTES)
    throw new ShapeError(`${contents.length} bytes`, `${PAGE_BYTES} for each of ${numbers.length} pages`);
};
const CODE = shape({
  header: number,
  codeStart: number,
  codeEnd: number,
  path: values("string", "null"),
  block: shape({
    name: text,
    argumentCount: number,
    requiredCount: number,
    localCount: number,
    freeNames: listOf(text),
    boundNames: listOf(shape({ name: text, place: text, index: number })),
    maxDepth: number,
    bytes: isBytes,
    fixups: listOf(shape({ offset: number, literal: shape({ kind: text }) })),
    variables: listOf(shape({ name: text, place: text, index: number, boxed: claim, fromPc: number, toPc: number })),
    source: listOf(shape({ pc: number, start: number, end: number, isStep: claim })),
    isClosure: claim,
    isLibrary: claim,
  }),
});
const MANAGER_VALUE: Shape = (value) => {
  if (Array.isArray(value)) listOf(number)(value);
  else if (!(value instanceof Int32Array)) values("number", "string", "boolean", "null")(value);
};
const STATE = shape({
  from: MOMENT,
  what: text,
  pages: PAGES,
  machine: MACHINE,
  manager: recordOf(MANAGER_VALUE),
  code: listOf(CODE),
  input: shape({ inputs: number, written: number }),
});
const RUN = shape({
  made: values("string", "null"),
  inputs: listOf(INPUT),
  states: (value) => {
    listOf(STATE)(value);
    if ((value as readonly unknown[]).length === 0) throw new ShapeError("nothing", "the beginning");
  },
  end: MOMENT,
  isOver: claim,
  digest: values("string", "null"),
});
const RECORDING = shape({ program: PROGRAM, run: RUN });

/** @throws {ShapeError} for a value that is no recording */
export function checkRecording(value: unknown): Recording {
  RECORDING(value);
  return value as Recording;
}
