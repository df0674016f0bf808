/** Byte input, the clock, and opcodes for devices that this machine does not have. Source: instruction specification, sections 2.10.17 and 2.10.18. */
import { hex } from "../../base/errors.ts";
import type { ByteAddress } from "../../base/units.ts";
import { OPCODES, type Opcode } from "../../isa/opcodes.ts";
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

/** @throws {VmFault} always: the reference VM executes this opcode itself, this machine does not */
export function notExecuted(m: Processor, pc: ByteAddress): never {
  const code = m.memory.bytes[pc] as number;
  const name = (OPCODES[code] as Opcode).name;
  return m.fault("InvalidOpcode", `opcode ${name} (${hex(code)}, ${code.toString(8)}Q) is not implemented`, null);
}
