/** Host calls that ask who and where one is. Answers go into strings that Lisp has made. Source: instruction specification, section 2.12; reference VM, `uutils.c`. */
import type { Pointer } from "../../base/units.ts";
import { NIL, T } from "../../memory/layout.ts";
import type { Processor } from "../processor.ts";
import type { Subr } from "./arguments.ts";
import { nativeLength, nativeText, storeText } from "./text/native-strings.ts";

/** Bytes of the longest name that can be asked for. */
const LONGEST_NAME = 19;

/** A name to ask for; null when it is none, or too long. */
function nameAt(m: Processor, string: Pointer): string | null {
  const length = nativeLength(m, string);
  return length === null || length > LONGEST_NAME ? null : nativeText(m, string, LONGEST_NAME);
}

function answer(m: Processor, text: string | null, string: Pointer): Pointer {
  return text !== null && storeText(m, string, text, true) !== null ? T : NIL;
}

/** UNIX-USERNAME */
export const userName: Subr = (m, args) => answer(m, m.ports.environment.userName(), args.pointer(0));

/** UNIX-FULLNAME */
export const fullName: Subr = (m, args) => answer(m, m.ports.environment.parameter("FULLUSERNAME"), args.pointer(0));

/** UNIX-GETENV */
export const getVariable: Subr = (m, args) => {
  const name = nameAt(m, args.pointer(0));
  return name === null ? NIL : answer(m, m.ports.environment.variable(name), args.pointer(1));
};

/** UNIX-GETPARM */
export const getParameter: Subr = (m, args) => {
  const name = nameAt(m, args.pointer(0));
  return name === null ? NIL : answer(m, m.ports.environment.parameter(name), args.pointer(1));
};
