/**
 * Host calls of the Interlisp system itself, and the ways in which calls answer that have nothing to do here.
 * Source: instruction specification, section 2.12, column H.
 */
import { NIL, SMALL_POSITIVE, T } from "../../memory/layout.ts";
import { makeInteger } from "../image/datum.ts";
import { ATTENTION_SAFEPOINT } from "../processor.ts";
import { setSystemValue } from "../state/system-cells.ts";
import type { Subr } from "./arguments.ts";

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

export const answerNil: Subr = () => NIL;
export const answerT: Subr = () => T;
export const keepTop: Subr = () => null;

/** DSPBOUT: a character of 7 bits to the console. */
export const writeCharacter: Subr = (m, args) => {
  const code = args.pointer(0) & 0x7f;
  m.ports.console.write(String.fromCharCode(code === CARRIAGE_RETURN ? LINE_FEED : code));
  return null;
};

export const screenWidth: Subr = (m) => SMALL_POSITIVE + (m.ports.screen.size().width & 0xffff);
export const screenHeight: Subr = (m) => SMALL_POSITIVE + (m.ports.screen.size().height & 0xffff);

/** NEWPAGE: registers the page of an address. */
export const newPage: Subr = (m, args) => {
  m.manager.addPage(args.pointer(0) >> 8);
  return args.pointer(0);
};
/** DISABLEGC: no counting and no collection from now on, for good. */
export const disableCollector: Subr = (m) => {
  m.manager.counts?.disable();
  return NIL;
};

/** CAUSE-INTERRUPT: asks for a call of `\INTERRUPTFRAME` at the next safepoint. */
export const causeInterrupt: Subr = (m) => {
  setSystemValue(m.memory, "\\PENDINGINTERRUPT", T);
  m.attention |= ATTENTION_SAFEPOINT;
  return T;
};

/** RUNTIME: microseconds of the clock, modulo 2^31. */
export const runtime: Subr = (m) => makeInteger(m, m.ports.clock.now() % 2 ** 31);
