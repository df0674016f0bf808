/** What a program can do wrong: Lisp errors with their printed values, and the way from a JavaScript exception to what the machine reports. */
import { InternalError, VmFault } from "../base/errors.ts";
import type { Pointer } from "../base/units.ts";
import { LISP_ERRORS } from "../isa/subrs.ts";
import type { MemoryManager } from "../managers/contract.ts";
import { POINTER_MASK } from "../memory/layout.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { isString } from "../objects/arrays/strings.ts";
import { smallInteger } from "../objects/immediates.ts";
import { FULL_DISPLAY, PREVIEW, printValue } from "../objects/printer.ts";
import type { MachineEvent } from "./events.ts";
import { LispFault } from "./processor.ts";

/**
 * The fault that an exception stands for. Access outside the bytes of the image shows itself as the `RangeError` of a `DataView`.
 * @throws {InternalError} for everything that is not the guest's doing
 */
export function faultOf(problem: unknown): VmFault {
  if (problem instanceof VmFault) return problem;
  if (problem instanceof RangeError && /outside the bounds|out of bounds/i.test(problem.message)) {
    return new VmFault("InvalidAddress", "access outside the memory of the image");
  }
  if (problem instanceof InternalError) throw problem;
  throw new InternalError(problem instanceof Error ? (problem.stack ?? problem.message) : String(problem));
}

/** A Lisp error about an object that went with its arena is a memory error: what the program met there is not its own doing. */
export function explained(fault: VmFault, { arenas }: MemoryManager): VmFault {
  if (arenas === null || !(fault instanceof LispFault)) return fault;
  for (const value of fault.values) {
    const stale = arenas.staleReference(value & POINTER_MASK);
    if (stale !== null) return stale;
  }
  return fault;
}

/** The event of a fault; null when nobody can arm one for it. `first`: what it was before it was explained. */
export function eventOf(fault: VmFault, first: VmFault = fault): MachineEvent | null {
  if (fault instanceof LispFault) {
    return { kind: "lisp.error", name: fault.errorName, message: fault.message, values: fault.values };
  }
  switch (fault.kind) {
    case "StorageFull":
      return { kind: "storage.full", message: fault.message };
    case "StackOverflow":
      return { kind: "stack.overflow", message: fault.message };
    case "GCOverflow":
      return { kind: "gc.disabled", message: fault.message, pairsLeft: 0 };
    case "InvalidAddress":
    case "PageMappingFailed":
    case "MemoryError":
      return {
        kind: "memory.error",
        object: fault.address ?? 0,
        message: fault.message,
        ...(first !== fault && { inner: { name: nameOf(first), message: first.message } }),
      };
    default:
      return null;
  }
}

function nameOf(fault: VmFault): string {
  return fault instanceof LispFault ? fault.errorName : fault.kind;
}

/** Adds the event of a fault to those that wait. Whoever throws a memory error has often reported it too: that is one stop. */
export function tellOnce(pending: MachineEvent[], event: MachineEvent): void {
  const told = pending.findIndex((other) => {
    return event.kind === "memory.error" && other.kind === event.kind && other.object === event.object;
  });
  if (told < 0) pending.push(event);
  else pending[told] = event;
}

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
  const message = inNumber(template, values).replace(/%(\d)/g, (place, digit: string) => {
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

const SINGULAR: Readonly<Record<string, string>> = { arguments: "argument", were: "was" };

/** `%1 arguments` with 1 is `%1 argument`. */
function inNumber(template: string, values: readonly Pointer[]): string {
  return template.replace(/%(\d) (arguments|were)/g, (all, digit: string, word: string) =>
    values[Number(digit)] === smallInteger(1) ? `%${digit} ${SINGULAR[word]}` : all,
  );
}
