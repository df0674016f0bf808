/**
 * Host calls of the Interlisp system that mean something without a display, a network and files, and those that may do nothing.
 * Source: instruction specification, section 2.12, column H.
 */
import { NIL, SMALL_POSITIVE, T } from "../../memory/layout.ts";
import { findSymbol, valueCell } from "../../objects/symbols.ts";
import { makeInteger } from "../image/datum.ts";
import type { Subr } from "./arguments.ts";

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** Screen that the machine claims to have. */
const SCREEN_WIDTH = 1024;
const SCREEN_HEIGHT = 768;

export const answerNil: Subr = () => NIL;
export const answerT: Subr = () => T;
export const keepTop: Subr = () => null;

/** DSPBOUT: a character of 7 bits to the console. */
export const writeCharacter: Subr = (m, args) => {
  const code = args.pointer(0) & 0x7f;
  m.ports.console.write(String.fromCharCode(code === CARRIAGE_RETURN ? LINE_FEED : code));
  return null;
};

export const screenWidth: Subr = () => SMALL_POSITIVE + SCREEN_WIDTH;
export const screenHeight: Subr = () => SMALL_POSITIVE + SCREEN_HEIGHT;

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

/** CAUSE-INTERRUPT: leaves a mark for Lisp. */
export const causeInterrupt: Subr = (m) => {
  const pending = findSymbol(m.memory, "\\PENDINGINTERRUPT");
  if (pending !== null) m.memory.setCell(valueCell(pending), T);
  return T;
};

/** RUNTIME: microseconds of the clock, modulo 2^31. */
export const runtime: Subr = (m) => makeInteger(m, m.ports.clock.now() % 2 ** 31);
