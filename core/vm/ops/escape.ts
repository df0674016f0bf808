/** MISCN sub-opcodes. Source: instruction specification, section 2.11. Those without an implementation here go to the handler, as unknown ones do. */
import type { ByteAddress } from "../../base/units.ts";
import type { Processor } from "../processor.ts";
import { punt } from "./calls.ts";

export function miscellaneous(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  punt(m, pc, csp, tos);
}
