/** What the answers of ports look like: those of a recording come from a file, and a machine believes its ports. */
import { isBytes, listOf, type Shape, ShapeError, shape, values } from "./shape.ts";

const number: Shape = values("number");
const text: Shape = values("string");
const integer: Shape = (value) => {
  if (!Number.isSafeInteger(value)) throw new ShapeError(String(value), "a whole number");
};
const refusal = shape({ refused: integer });
/** What was asked for, or why there is none. */
const orRefusal =
  (answer: Shape): Shape =>
  (value) => {
    const isRefused = typeof value === "object" && value !== null && "refused" in value;
    if (isRefused) refusal(value);
    else answer(value);
  };

const done = orRefusal(values("null"));
const opened = orRefusal(integer);
const read = orRefusal(isBytes);
const textOrNone: Shape = values("string", "null");
const STATUS = orRefusal(
  shape({
    kind: text,
    sizeBytes: number,
    modified: number,
    accessed: number,
    owner: text,
    mode: number,
    identity: number,
  }),
);

const ANSWERS: { readonly [call: string]: Shape } = {
  "clock.now": integer,
  "clock.processorTime": number,
  "clock.hoursWest": number,
  "environment.variable": textOrNone,
  "environment.parameter": textOrNone,
  "environment.userName": textOrNone,
  "files.status": STATUS,
  "files.list": orRefusal(listOf(text)),
  "files.open": opened,
  "files.statusOf": STATUS,
  "files.read": read,
  "files.write": done,
  "files.setLength": done,
  "files.close": done,
  "files.setModified": done,
  "files.setMode": done,
  "files.rename": done,
  "files.link": done,
  "files.remove": done,
  "files.makeDirectory": done,
  "files.removeDirectory": done,
  "files.currentDirectory": text,
  "files.changeDirectory": done,
  "characters.open": opened,
  "characters.read": read,
  "characters.write": orRefusal(number),
  "characters.close": done,
  "images.save": values("number", "null"),
  "screen.size": shape({ width: number, height: number }),
};

/** An answer of a port, with the call that asked for it. */
export const INPUT: Shape = (value) => {
  CALL(value);
  const { call, answer } = value as { readonly call: string; readonly answer: unknown };
  const isKnown = Object.hasOwn(ANSWERS, call);
  if (!isKnown) throw new ShapeError(call, "a call of a port of this machine", ".call");
  (ANSWERS[call] as Shape)(answer);
};
const CALL = shape({ call: text });
