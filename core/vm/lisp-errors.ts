/** Errors that a program can signal: the numbered messages of `LISP_ERRORS` with the values printed in. */
import type { Pointer } from "../base/units.ts";
import { LISP_ERRORS } from "../isa/subrs.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { FULL_DISPLAY, PREVIEW, printValue } from "../objects/printer.ts";
import { isString } from "../objects/strings.ts";
import { LispFault } from "./processor.ts";

export type LispErrorName = (typeof LISP_ERRORS)[number]["name"];

const MESSAGE_CHARACTERS = 1000;

/** @throws {LispFault} always */
export function signal(memory: VirtualMemory, name: LispErrorName, values: readonly Pointer[]): never {
  const template = LISP_ERRORS.find((error) => error.name === name)?.message ?? name;
  throw new LispFault(name, fill(memory, template, values), values);
}

/** Signals the error with this number of the table. */
export function signalNumber(memory: VirtualMemory, code: number, values: readonly Pointer[]): never {
  signal(memory, (LISP_ERRORS[code] ?? LISP_ERRORS[0]).name, values);
}

/** A message that the program made is followed by the values that it passed with it. */
function fill(memory: VirtualMemory, template: string, values: readonly Pointer[]): string {
  const further = template === "%0" ? values.slice(1).map((value) => ` ${printValue(memory, value, PREVIEW)}`) : [];
  const message = template.replace(/%(\d)/g, (place, digit: string) => {
    const value = values[Number(digit)];
    if (value === undefined) return place;
    // A message that is nothing but a value is a text which the program made.
    if (template === place && isString(memory, value)) {
      return printValue(memory, value, { ...FULL_DISPLAY, maxCharacters: MESSAGE_CHARACTERS });
    }
    return printValue(memory, value, PREVIEW);
  });
  return message + further.join("");
}
