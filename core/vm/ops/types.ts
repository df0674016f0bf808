/** Type tests against named types. Source: instruction specification, sections 2.6 and 2.10.12. */
import type { ByteAddress } from "../../base/units.ts";
import { DTD_BASE, DTD_WORDS } from "../../memory/layout.ts";
import type { Processor } from "../processor.ts";
import { punt } from "./calls.ts";
import { T } from "./numbers/numbers.ts";

/** Byte offsets in a type descriptor. */
const SUPERTYPE = 34;
/** A chain of super-types that is longer than the type table is a circle. */
const LONGEST_CHAIN = 2048;

function isInstance(m: Processor, x: number, name: number): boolean {
  const view = m.memory.view;
  let type = m.typeNumber(x);
  for (let steps = 0; type !== 0 && steps < LONGEST_CHAIN; steps++) {
    const descriptor = 2 * (DTD_BASE + DTD_WORDS * type);
    if ((view.getInt32(descriptor) & 0x0fffffff) === (name & 0x0fffffff)) return true;
    type = view.getUint16(descriptor + SUPERTYPE);
  }
  return false;
}

/** DTEST, TYPECHECK: x unchanged, or the handler. */
export function typeTest(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  if (isInstance(m, tos, m.cell(pc + 1))) m.next(pc + 5, csp, tos);
  else punt(m, pc, csp, tos);
}

/** INSTANCEP */
export function instancePredicate(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  m.next(pc + 5, csp, isInstance(m, tos, m.cell(pc + 1)) ? T : 0);
}
