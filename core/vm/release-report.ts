/** Tells, when a fault has to do with an object that the program has freed, which object that was and where it was freed. */
import { VmFault } from "../base/errors.ts";
import type { ByteAddress, Pointer } from "../base/units.ts";
import type { ExplicitFree, PlannedMemory, PoisonedStorage } from "../managers/contract.ts";
import { POINTER_MASK } from "../memory/layout.ts";
import { type CodeDirectory, siteName } from "../objects/code/code-directory.ts";
import { pointerNotation } from "../objects/pointer-notation.ts";
import type { MachineEvent } from "./events.ts";
import { eventOf, explained, faultOf } from "./faults.ts";
import { LispFault, type Processor } from "./processor.ts";

/** Operands of an instruction, from the top of the stack, that are looked at: no opcode takes more from it. */
const OPERANDS = 8;
/** Faults that an access to freed storage ends in. */
const ACCESS_FAULTS: readonly string[] = ["InvalidAddress", "PageMappingFailed", "LispError"];

/**
 * A fault with the release that led to it, where there is one: the second free of an object, or an instruction with an operand that was freed.
 * Other faults come back as they are. The registers must stand before the instruction.
 */
function withRelease(m: Processor, code: CodeDirectory, fault: VmFault): VmFault {
  const { explicit, planned, poisoned: storage } = m.manager;
  if (storage !== null && ACCESS_FAULTS.includes(fault.kind)) {
    const poisoned = withPoison(m, code, storage, fault);
    if (poisoned !== null) return poisoned;
  }
  if (planned !== null) return withStaleReference(m, planned, fault);
  if (explicit === null) return fault;
  if (fault.kind === "MemoryError") {
    const release = fault.address === null ? null : explicit.releaseOf(fault.address);
    if (release === null) return fault;
    const message = `${fault.message}; first freed ${placeOf(code, release.site)}, again ${placeOf(code, m.pc)}`;
    return new VmFault("MemoryError", message, fault.address);
  }
  if (!ACCESS_FAULTS.includes(fault.kind)) return fault;
  const release = releasedValue(m, explicit, fault);
  if (release === null) return fault;
  const object = pointerNotation(m.memory, release.object);
  const message = `use after free: ${object} was freed ${placeOf(code, release.site)}, and is used ${placeOf(code, m.pc)}`;
  return new VmFault("MemoryError", message, release.object);
}

/** The use of something that a collection freed too early, or that the program kept by another way than references. */
function withPoison(m: Processor, code: CodeDirectory, storage: PoisonedStorage, fault: VmFault): VmFault | null {
  for (const value of valuesOf(m, fault)) {
    const release = storage.releaseOf(value);
    if (release === null) continue;
    const object = pointerNotation(m.memory, release.object);
    const message = `use after free: ${object} was freed ${release.by}, and is used ${placeOf(code, m.pc)}`;
    return new VmFault("MemoryError", message, release.object);
  }
  return null;
}

/** What the guest did wrong, and the event that tells of it; null when nobody can arm one. The registers must stand before the instruction. */
export function toldFault(
  m: Processor,
  code: CodeDirectory,
  problem: unknown,
): { readonly fault: VmFault; readonly event: MachineEvent | null } {
  const first = faultOf(problem);
  const fault = explained(withRelease(m, code, first), m.manager);
  return { fault, event: eventOf(fault, first) };
}

/** Under a lifetime plan the manager reports the use after free itself. */
function withStaleReference(m: Processor, planned: PlannedMemory, fault: VmFault): VmFault {
  if (!ACCESS_FAULTS.includes(fault.kind)) return fault;
  for (const value of valuesOf(m, fault)) {
    const stale = planned.explain(value);
    if (stale !== null) return stale;
  }
  return fault;
}

function releasedValue(m: Processor, explicit: ExplicitFree, fault: VmFault): ReturnType<ExplicitFree["releaseOf"]> {
  for (const value of valuesOf(m, fault)) {
    const release = explicit.releaseOf(value);
    if (release !== null) return release;
  }
  return null;
}

/** What may have led to a fault. What a Lisp error was signalled for tells more than the operands of the signal. */
function valuesOf(m: Processor, fault: VmFault): readonly Pointer[] {
  if (fault instanceof LispFault) return fault.values;
  const operands: Pointer[] = [m.tos & POINTER_MASK];
  for (let i = 1; i < OPERANDS; i++) operands.push(m.cell(m.csp - 4 * i) & POINTER_MASK);
  return operands;
}

function placeOf(code: CodeDirectory, site: ByteAddress): string {
  return `at ${siteName(code, site) || `byte ${site}`}`;
}
