/** Allocation and count opcodes. Source: instruction specification, section 2.10.15. Without counts GCREF and the scans find nothing. */
import type { ByteAddress } from "../../../base/units.ts";
import { DTD_BASE, DTD_WORDS, SEGMENT_MASK } from "../../../memory/layout.ts";
import type { Processor } from "../../processor.ts";
import { punt } from "../calls.ts";

const SMALL_POSITIVE = 0xe0000;

/** CREATECELL: a new object of the type whose number is TOS. */
export function createCell(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const type = tos & 0xffff;
  if ((tos & SEGMENT_MASK) !== SMALL_POSITIVE || type > 0x7ff || m.memory.word(DTD_BASE + DTD_WORDS * type + 3) === 0) {
    punt(m, pc, csp, tos);
    return;
  }
  m.site = pc;
  m.next(pc + 1, csp, m.manager.allocate(type));
}

/** GCREF: one count operation on TOS; answers TOS when that made a new entry with count 0. */
export function countReference(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const operation = m.memory.bytes[pc + 1] as number;
  const zero = m.manager.counts?.operate(operation, tos & 0x0fffffff) ?? 0;
  m.next(pc + 2, csp, zero);
}

/** GCSCAN1: the next lower index of the main count table that may hold garbage. */
export function scanForGarbage(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const found = m.manager.counts?.nextCandidate(tos & 0xffff) ?? -1;
  m.next(pc + 1, csp, found < 0 ? 0 : SMALL_POSITIVE | found);
}

/** GCSCAN2: the next lower index of the main count table that may hold a stack bit. */
export function scanForMarks(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const found = m.manager.counts?.nextStackMark(tos & 0xffff) ?? -1;
  m.next(pc + 1, csp, found < 0 ? 0 : SMALL_POSITIVE | found);
}
