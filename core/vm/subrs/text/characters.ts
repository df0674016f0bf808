/** Host calls on byte streams such as devices: CHAR-OPENFILE and its kind. They never wait. Source: instruction specification, section 2.12; reference VM, `chardev.c`. */
import type { ByteAddress, Pointer } from "../../../base/units.ts";
import { NIL, SMALL_POSITIVE, T } from "../../../memory/layout.ts";
import { UNIX_ERROR } from "../../ports.ts";
import type { Processor } from "../../processor.ts";
import type { Arguments, Subr } from "../arguments.ts";
import { answered, checkBuffer, nativeText, storeBytes, storeNumber } from "./native-strings.ts";

const ACCESS = ["input", "output", "both", "append"] as const;
const LONGEST_PATH = 4095;
/** Bytes of one transfer: its result is a small integer. */
const LONGEST_TRANSFER = 0xffff;
/** No channel has this number. */
const NO_CHANNEL = -1;

const small = (value: number): Pointer => SMALL_POSITIVE + value;

function wouldBlock(m: Processor, errorBox: Pointer): Pointer {
  storeNumber(m, errorBox, UNIX_ERROR.wouldBlock);
  return NIL;
}

/** CHAR-OPENFILE (name, access, error) */
export const openCharacters: Subr = (m, args) => {
  const access = ACCESS[args.pointer(1) - SMALL_POSITIVE];
  const path = nativeText(m, args.pointer(0), LONGEST_PATH);
  if (access === undefined || path === null) return NIL;
  const channel = answered(m, m.ports.characters.open(path, access), args.pointer(2));
  return channel === null ? NIL : small(channel);
};

/** CHAR-CLOSEFILE (channel, error) */
export const closeCharacters: Subr = (m, args) => {
  const answer = m.ports.characters.close(args.number(0) ?? NO_CHANNEL);
  return answer === null ? T : refused(m, answer.refused, args.pointer(1));
};

/** CHAR-BIN (channel, error) */
export const readCharacter: Subr = (m, args) => {
  const bytes = answered(m, m.ports.characters.read(args.number(0) ?? NO_CHANNEL, 1), args.pointer(1));
  if (bytes === null) return NIL;
  return bytes.length === 0 ? wouldBlock(m, args.pointer(1)) : small(bytes[0] as number);
};

/** CHAR-BOUT (channel, byte, error) */
export const writeByte: Subr = (m, args) => {
  const bytes = Uint8Array.of((args.number(1) ?? 0) & 0xff);
  const taken = answered(m, m.ports.characters.write(args.number(0) ?? NO_CHANNEL, bytes), args.pointer(2));
  if (taken === null) return NIL;
  return taken === 0 ? wouldBlock(m, args.pointer(2)) : T;
};

/** CHAR-BINS (channel, buffer, offset, length, error) */
export const readCharacters: Subr = (m, args) => {
  const { first, length } = bufferOf(args);
  if (length === null) return refused(m, UNIX_ERROR.invalidArgument, args.pointer(4));
  checkBuffer(m, first, length);
  const bytes = answered(m, m.ports.characters.read(args.number(0) ?? NO_CHANNEL, length), args.pointer(4));
  if (bytes === null) return NIL;
  if (bytes.length === 0) return wouldBlock(m, args.pointer(4));
  storeBytes(m, first, bytes);
  return small(bytes.length);
};

/** CHAR-BOUTS (channel, buffer, offset, length, error) */
export const writeCharacters: Subr = (m, args) => {
  const { first, length } = bufferOf(args);
  if (length === null) return refused(m, UNIX_ERROR.invalidArgument, args.pointer(4));
  checkBuffer(m, first, length);
  const bytes = m.memory.bytes.slice(first, first + length);
  const taken = answered(m, m.ports.characters.write(args.number(0) ?? NO_CHANNEL, bytes), args.pointer(4));
  if (taken === null) return NIL;
  return taken === 0 ? wouldBlock(m, args.pointer(4)) : small(taken);
};

function refused(m: Processor, error: number, errorBox: Pointer): Pointer {
  storeNumber(m, errorBox, error);
  return NIL;
}

function bufferOf(args: Arguments): { first: ByteAddress; length: number | null } {
  const length = args.number(3) ?? -1;
  const isPossible = length >= 0 && length <= LONGEST_TRANSFER;
  return { first: 2 * args.pointer(1) + (args.number(2) ?? 0), length: isPossible ? length : null };
}
