/**
 * Host calls (SUBRCALL). A call gets its arguments as cells and answers the cell that becomes top of stack. Source: instruction specification, section 2.12,
 * and `isa/subrs.ts` for our own numbers.
 */
import type { ByteAddress } from "../base/units.ts";
import { LISP_ERRORS, SUBR } from "../isa/subrs.ts";
import { ATTENTION_END, LispFault, type Processor } from "./processor.ts";

/** SUBRCALL: number, argument count; the arguments are on the stack. */
export function callSubr(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const number = m.memory.bytes[pc + 1] as number;
  const count = m.memory.bytes[pc + 2] as number;
  m.memory.view.setInt32(csp, tos);
  const top = csp + 4 - 4 * count;
  switch (number) {
    case SUBR.LISPFINISH:
    case 90:
      m.ended = { kind: "finished", status: 0 };
      m.attention |= ATTENTION_END;
      m.next(pc, csp, tos);
      return;
    case SUBR.ERROR: {
      const error = LISP_ERRORS[m.cell(top) & 0xffff] ?? LISP_ERRORS[0];
      const values: number[] = [];
      for (let i = 1; i < count; i++) values.push(m.cell(top + 4 * i) & 0x0fffffff);
      throw new LispFault(error.name, error.message, values);
    }
    default:
      m.fault("InvalidOpcode", `host call ${number} (${number.toString(8)}Q) does not exist`, null);
  }
}
