/** Allocation and count opcodes. Source: instruction specification, section 2.10.15. */
import type { ByteAddress, Pointer } from "../../base/units.ts";
import { silent } from "../../managers/events.ts";
import { DTD_BASE, DTD_WORDS, HTMAIN_BASE, SEGMENT_MASK } from "../../memory/layout.ts";
import type { Processor } from "../processor.ts";
import { punt } from "./calls.ts";

const SMALL_POSITIVE = 0xe0000;
const MAIN_TABLE_CELLS = 0x8000;

/** CREATECELL: a new object of the type whose number is TOS. */
export function createCell(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const type = tos & 0xffff;
  if ((tos & SEGMENT_MASK) !== SMALL_POSITIVE || type > 0x7ff || m.memory.word(DTD_BASE + DTD_WORDS * type + 3) === 0) {
    punt(m, pc, csp, tos);
  } else m.next(pc + 1, csp, m.manager.allocate(type));
}

/** GCREF: adds or deletes one reference to TOS; answers TOS when that made a new entry with count 0. */
export function countReference(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const operation = m.memory.bytes[pc + 1];
  const object = tos & 0x0fffffff;
  let zero = 0;
  if (operation === 0) m.manager.barrier(0, 0, object, "add-first");
  else if (operation === 1) {
    const observer = m.manager.observer;
    m.manager.observer = {
      ...silent,
      countZero(dead: Pointer) {
        zero = dead;
        observer.countZero(dead);
      },
      countError: (dead, message) => observer.countError(dead, message),
      collectionDue: (cause) => observer.collectionDue(cause),
    };
    try {
      m.manager.barrier(0, object, 0, "add-first");
    } finally {
      m.manager.observer = observer;
    }
  } else
    m.fault(
      "InvalidOpcode",
      "opcode GCREF (0x15, 25Q) with operand 2 marks from the stack: only a collector in Lisp does",
      null,
    );
  m.next(pc + 2, csp, zero === object ? tos : 0);
}

/**
 * GCSCAN1, GCSCAN2: the next lower index of the main count table whose entry is a chain, or has the stack bit at `stackBit` (and for 0: count 0).
 */
export function scanCounts(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number, stackBit: 0 | 1): void {
  const from = Math.min(tos & 0xffff, MAIN_TABLE_CELLS);
  let found = 0;
  for (let index = from - 1; index >= 0; index--) {
    const entry = m.memory.cell(HTMAIN_BASE + 2 * index);
    const isChain = (entry & 1) !== 0;
    const isWanted = stackBit === 1 ? (entry & 0x10000) !== 0 : entry !== 0 && entry >>> 16 === 0;
    if (!isChain && !isWanted) continue;
    found = SMALL_POSITIVE | index;
    break;
  }
  m.next(pc + 1, csp, found);
}
