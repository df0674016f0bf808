/** From a JavaScript exception inside the machine to what the machine reports. */
import { InternalError, VmFault } from "../base/errors.ts";
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

/** The event of a fault; null when nobody can arm one for it. */
export function eventOf(fault: VmFault): MachineEvent | null {
  if (fault instanceof LispFault) {
    return { kind: "lisp.error", name: fault.errorName, message: fault.message, values: fault.values };
  }
  switch (fault.kind) {
    case "StorageFull":
      return { kind: "storage.full", message: fault.message };
    case "StackOverflow":
      return { kind: "stack.overflow", message: fault.message };
    case "GCOverflow":
      return { kind: "gc.disabled", message: fault.message };
    case "InvalidAddress":
    case "PageMappingFailed":
    case "MemoryError":
      return { kind: "memory.error", object: fault.address ?? 0, message: fault.message };
    default:
      return null;
  }
}
