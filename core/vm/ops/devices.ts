/** Byte input and the clock. Source: instruction specification, section 2.10.17. */
import type { ByteAddress } from "../../base/units.ts";
import { TYPE_STREAM } from "../../memory/layout.ts";
import { bytesOf, type Processor } from "../processor.ts";
import { punt } from "./calls.ts";

const SMALL_POSITIVE = 0xe0000;
// Byte offsets in a STREAM record.
const BUFFER_SIZE = 2;
const BUFFER = 4;
const FLAGS = 20;
const BINABLE = 0x80;

/** BIN: the next byte of a stream's buffer. */
export function readByte(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const view = m.memory.view;
  const stream = bytesOf(tos);
  if (m.typeNumber(tos) === TYPE_STREAM && (view.getUint8(stream + FLAGS) & BINABLE) !== 0) {
    const position = view.getUint16(stream);
    if (position < view.getUint16(stream + BUFFER_SIZE)) {
      const byte = view.getUint8(bytesOf(view.getInt32(stream + BUFFER)) + position);
      m.memory.setWord(tos & 0x0fffffff, position + 1);
      m.next(pc + 1, csp, SMALL_POSITIVE | byte);
      return;
    }
  }
  punt(m, pc, csp, tos);
}

/** RCLK: microseconds since 1970, modulo 2^32, into the cell that TOS points at. */
export function readClock(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  m.memory.setCell(tos & 0x0fffffff, (m.ports.clock.now() % 2 ** 32) | 0);
  m.next(pc + 1, csp, tos);
}
