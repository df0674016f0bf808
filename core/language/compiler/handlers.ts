/**
 * The functions that the machine calls when an opcode cannot go on (UFN), and the one for calls of what is no compiled function: they
 * finish the work where the language has an answer, and signal a Lisp error elsewhere.
 * Source: instruction specification, sections 2.2 and 3.2.
 */
import type { CodeBlock } from "../../isa/code-block.ts";
import { OPCODES, type Opcode } from "../../isa/opcodes.ts";
import { LISP_ERRORS, SUBR } from "../../isa/subrs.ts";
import { Emitter } from "./emitter.ts";
import { compileAlone } from "./program-builder.ts";

type ErrorName = (typeof LISP_ERRORS)[number]["name"];

function errorNumber(name: ErrorName): number {
  return LISP_ERRORS.findIndex((error) => error.name === name);
}

const NUMBER = `(%signal ${errorNumber("not-a-number")} a b)`;
const NOT_A_LIST = `(%signal ${errorNumber("not-a-list")}`;
const WRONG_TYPE = `(%signal ${errorNumber("wrong-type")}`;
const DIVISION = `(if (and (number? a) (number? b) (= b 0)) (%signal ${errorNumber("division-by-zero")} a) ${NUMBER})`;
const SHIFT = `(cond ((not (and (integer? a) (integer? b))) ${NUMBER})
                     ((< b -31) (if (< a 0) -1 0))
                     ((= a 0) 0)
                     (else ${NUMBER}))`;
const AREF = `(if (%array? array) (%signal ${errorNumber("bad-index")} array index) ${WRONG_TYPE} array))`;
const ASET = `(cond ((not (%array? array)) ${WRONG_TYPE} array))
                    ((not (integer? index)) (%signal ${errorNumber("bad-index")} array index))
                    ((< -1 index (vector-length array)) ${WRONG_TYPE} x))
                    (else (%signal ${errorNumber("bad-index")} array index)))`;

/** Parameters and body by the name of the opcode. */
const BODIES: ReadonlyMap<string, readonly [parameters: string, body: string]> = new Map([
  ["CAR", ["x", `${NOT_A_LIST} x)`]],
  ["CDR", ["x", `${NOT_A_LIST} x)`]],
  ["RPLACA", ["cell x", `${NOT_A_LIST} cell)`]],
  ["RPLACD", ["cell x", `${NOT_A_LIST} cell)`]],
  ["RPLCONS", ["cell x", `${NOT_A_LIST} cell)`]],
  ["FMEMB", ["x list", `${NOT_A_LIST} list)`]],
  ["ASSOC", ["key list", `${NOT_A_LIST} list)`]],
  ["LISTGET", ["list key", `${NOT_A_LIST} list)`]],
  ["QUOTIENT", ["a b", DIVISION]],
  ["IQUOTIENT", ["a b", DIVISION]],
  ["IREMAINDER", ["a b", DIVISION]],
  ["FQUOTIENT", ["a b", DIVISION]],
  ["LSH", ["a b", SHIFT]],
  ["AREF1", ["array index", AREF]],
  ["ASET1", ["x array index", ASET]],
  ["EQUAL", ["a b", "(%equal a b)"]],
  ["CMLEQUAL", ["a b", "(%equal a b)"]],
  ["EQL", ["a b", "nil"]],
]);
const ARITHMETIC = new Set(
  `PLUS2 DIFFERENCE TIMES2 IPLUS2 IDIFFERENCE ITIMES2 IPLUS.N IDIFFERENCE.N IGREATERP GREATERP FPLUS2 FDIFFERENCE FTIMES2 FGREATERP
   LOGOR2 LOGAND2 LOGXOR2 =`.split(/\s+/),
);
const UNARY_ARITHMETIC = new Set(["LLSH1", "LLSH8", "LRSH1", "LRSH8"]);

/** Opcode number to the function that its UFN entry names, which takes as many arguments as the entry says. */
export function ufnHandlers(): ReadonlyMap<number, CodeBlock> {
  const handlers = new Map<number, CodeBlock>();
  const byName = new Map<string, CodeBlock>();
  for (const opcode of OPCODES) {
    if (opcode.ufn === null) continue;
    const name = opcode.ufn.functionName;
    const block = byName.get(name) ?? handler(opcode, name);
    byName.set(name, block);
    handlers.set(opcode.code, block);
  }
  return handlers;
}

/**
 * Those of the handlers that finish the work or know what is wrong. For images whose own functions may do the rest: a handler that is missing
 * there is an undefined function with its name.
 */
export function knownHandlers(): ReadonlyMap<number, CodeBlock> {
  return new Map([...ufnHandlers()].filter(([code]) => known(OPCODES[code]?.name ?? "") !== null));
}

function known(name: string): readonly [parameters: string, body: string] | null {
  return BODIES.get(name) ?? arithmetic(name);
}

function handler(opcode: Opcode, name: string): CodeBlock {
  const [parameters, body] = known(opcode.name) ?? unknown(opcode);
  return compileAlone(`(define (handler ${parameters}) ${body})`, name);
}

function arithmetic(name: string): readonly [string, string] | null {
  if (ARITHMETIC.has(name)) return ["a b", NUMBER];
  return UNARY_ARITHMETIC.has(name) ? ["a", `(%signal ${errorNumber("not-a-number")} a a)`] : null;
}

function unknown({ code, ufn }: Opcode): readonly [string, string] {
  const parameters = Array.from({ length: ufn?.args ?? 0 }, (_, i) => `x${i}`).join(" ");
  return [parameters, `(%signal ${errorNumber("unknown-opcode")} ${code})`];
}

/** `\INTERPRETER`: called with the arguments and then the thing that is no compiled function. */
export function interpreterBlock(): CodeBlock {
  const emitter = new Emitter();
  const other = emitter.newLabel();
  emitter.op("MYARGCOUNT");
  emitter.op("ARG0");
  emitter.op("PVAR_^0");
  emitter.op("PVAR0");
  // A symbol; nil is none here, since the answer is nil for it.
  emitter.op("TYPEMASK.N", [64]);
  emitter.jump("FJUMP", other);
  signal(emitter, "undefined-function");
  emitter.label(other);
  signal(emitter, "not-a-function");
  const code = emitter.finish() ?? { bytes: new Uint8Array(0), fixups: [], variables: [], source: [], maxDepth: 0 };
  return {
    ...code,
    name: "\\INTERPRETER",
    argumentCount: -1,
    requiredCount: 0,
    localCount: 1,
    freeNames: [],
    boundNames: [],
    isClosure: false,
    isLibrary: true,
  };
}

function signal(emitter: Emitter, name: ErrorName): void {
  emitter.op("SIC", [errorNumber(name)]);
  emitter.op("PVAR0");
  emitter.op("SUBRCALL", [SUBR.ERROR, 2], -1);
  emitter.return();
}
