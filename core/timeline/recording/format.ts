/** A recording as bytes: a magic, a version, and plain values (`docs/recording-format.md`). Reading believes nothing. */
import { ImageError } from "../../base/errors.ts";
import { PAGE_BYTES } from "../../memory/layout.ts";
import { decodePlain, encodePlain, PlainDataError } from "./plain-data.ts";
import type { Recording } from "./recording.ts";
import { isBytes, isCells, listOf, recordOf, type Shape, ShapeError, shape, values } from "./shape.ts";

/** The first bytes of a recording. */
const MAGIC = "CONSPECT RECORDING\n";
/** Goes up whenever an older Conspect could not read what a newer one writes, or the other way round. */
export const RECORDING_VERSION = 1;
const VERSION_AT = MAGIC.length;
const BODY_AT = VERSION_AT + 4;
const AGAIN = "Get the file again from where it was saved";

export function encodeRecording(recording: Recording): Uint8Array {
  const body = encodePlain(recording);
  const bytes = new Uint8Array(BODY_AT + body.length);
  for (let i = 0; i < MAGIC.length; i++) bytes[i] = MAGIC.charCodeAt(i);
  new DataView(bytes.buffer).setUint32(VERSION_AT, RECORDING_VERSION, true);
  bytes.set(body, BODY_AT);
  return bytes;
}

/**
 * @param name of the file, for messages
 * @throws {ImageError} when the bytes are no recording of this version, or a damaged one
 */
export function decodeRecording(bytes: Uint8Array, name: string): Recording {
  const wrong = (offsetBytes: number, what: string, found: string, expected: string, advice = AGAIN) =>
    new ImageError({ file: name, offsetBytes, what, found, expected, advice });
  for (let i = 0; i < MAGIC.length; i++) {
    if (bytes[i] !== MAGIC.charCodeAt(i))
      throw wrong(i, "no recording", "other first bytes", JSON.stringify(MAGIC), "Name a file that Conspect has saved");
  }
  if (bytes.length < BODY_AT) throw wrong(bytes.length, "damaged recording", "the end", "a version");
  const version = new DataView(bytes.buffer, bytes.byteOffset).getUint32(VERSION_AT, true);
  if (version !== RECORDING_VERSION) {
    const advice = "Open it with the version of Conspect that saved it, or record the program again";
    throw wrong(VERSION_AT, "recording of another version", `version ${version}`, `${RECORDING_VERSION}`, advice);
  }
  try {
    const value = decodePlain(bytes, BODY_AT);
    RECORDING(value, "recording");
    return value as Recording;
  } catch (problem) {
    if (problem instanceof PlainDataError)
      throw wrong(problem.offsetBytes, "damaged recording", problem.found, problem.expected);
    if (problem instanceof ShapeError)
      throw wrong(BODY_AT, `damaged recording: ${problem.where}`, problem.found, problem.expected);
    throw problem;
  }
}

const number: Shape = values("number");
const text: Shape = values("string");
const claim: Shape = values("boolean");
const MOMENT = shape({ block: number, pc: number, steps: number });
const OPTION: Shape = values("number", "string", "boolean");
const PROGRAM = shape({
  path: text,
  text,
  manager: text,
  managerOptions: recordOf(OPTION),
  heapMB: number,
  args: listOf(text),
});
const EVENT_OR_NOTHING: Shape = values("object", "null", "undefined");
const MACHINE = shape({
  registers: shape({ pc: number, func: number, pvar: number, ivar: number, csp: number, tos: number, esp: number }),
  block: number,
  ended: EVENT_OR_NOTHING,
  pending: listOf(shape({ kind: text })),
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
const PAGES: Shape = (value, where) => {
  shape({ numbers: isCells, contents: isBytes })(value, where);
  const { numbers, contents } = value as { numbers: Int32Array; contents: Uint8Array };
  if (contents.length !== numbers.length * PAGE_BYTES)
    throw new ShapeError(where, `${contents.length} bytes`, `${PAGE_BYTES} for each of ${numbers.length} pages`);
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
const MANAGER_VALUE: Shape = (value, where) => {
  if (Array.isArray(value)) listOf(number)(value, where);
  else if (!(value instanceof Int32Array)) values("number", "string", "boolean", "null")(value, where);
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
  made: text,
  inputs: listOf(shape({ call: text })),
  states: (value, where) => {
    listOf(STATE)(value, where);
    if ((value as readonly unknown[]).length === 0) throw new ShapeError(where, "nothing", "the beginning");
  },
  end: MOMENT,
  isOver: claim,
  digest: values("string", "null"),
});
const RECORDING = shape({ program: PROGRAM, run: RUN });
