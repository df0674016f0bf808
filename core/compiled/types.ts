/**
 * A compiled file, LCOM or DFASL, as plain data. Source: compiled files specification, sections 1, 3, 5 and 6.
 */
import type { Form, SymbolForm } from "./forms.ts";

/** Something in the file that is not as it should be. */
export interface CompiledProblem {
  /** What was being read: a function's name, `header`, … */
  readonly where: string;
  /** Counted from the start of the file. */
  readonly offsetBytes: number;
  readonly what: string;
  readonly found: string;
  readonly expected: string;
}

/** How arguments arrive: 0 LAMBDA, 1 NLAMBDA, 2 LAMBDA with any number of arguments, 3 NLAMBDA with the list of them. */
export type ArgumentType = 0 | 1 | 2 | 3;

/** A variable of a name table. */
export interface NamedVariable {
  readonly kind: "argument" | "local" | "free";
  /** Cell from IVAR (`argument`) or from PVAR0. */
  readonly index: number;
  readonly name: SymbolForm;
}

/** An operand of the code that is filled in when the function is loaded. */
export interface CompiledFixup {
  readonly group: "function" | "symbol" | "literal" | "type";
  /** First byte of the operand, counted from the first code byte. */
  readonly offset: number;
  readonly value: Form;
}

export interface CompiledFunction {
  readonly kind: "LCOM" | "DFASL";
  /** Symbol that the file defines with it; `null` for an inner function or a top-level form. */
  readonly name: SymbolForm | null;
  /** What a stack trace shows; a symbol, rarely a string. */
  readonly frameName: Form;
  /** As the function header stores it: -1 for any number. */
  readonly argumentCount: number;
  readonly localCount: number;
  readonly freeCount: number;
  readonly argumentType: ArgumentType;
  /** Name table, in its order. */
  readonly names: readonly NamedVariable[];
  /** Arguments that are local variables, kept for debuggers (LCOM only). */
  readonly localArguments: readonly NamedVariable[];
  /** Code bytes up to and with the end mark; operands that have a fixup are 0. */
  readonly code: Uint8Array;
  readonly fixups: readonly CompiledFixup[];
  /** The code expects its environment in PVAR0: it is the code of closures made at run time. */
  readonly isClosure: boolean;
  /** `((arguments) . more)` from the XCL compiler. */
  readonly debugInfo: Form | null;
  /** Why a current system refuses the code (operands of 2 or 3 bytes); such code cannot be disassembled with today's table either. */
  readonly obsolete: string | null;
  /** Place of the record in the file. */
  readonly startByte: number;
  readonly endByte: number;
  /** Place of the first code byte. */
  readonly codeByte: number;
}

/** What loading the file does, in order. */
export type CompiledItem =
  /** Evaluate it. */
  | { readonly kind: "expression"; readonly form: Form; readonly startByte: number; readonly endByte: number }
  /** Make the function the definition of the symbol. */
  | {
      readonly kind: "definition";
      readonly name: SymbolForm;
      readonly function: CompiledFunction;
      readonly startByte: number;
      readonly endByte: number;
    }
  /** Call it without arguments: it stands for top-level forms. */
  | {
      readonly kind: "call";
      readonly function: CompiledFunction;
      readonly startByte: number;
      readonly endByte: number;
    };

/** What the header of the file says, or the defaults. */
export interface CompiledHeader {
  /** Read table of the expressions: OLD-INTERLISP-FILE, INTERLISP, XCL, LISP; `null` in DFASL files, which are not text. */
  readonly readTable: string | null;
  readonly package: string | null;
  /** The form that makes the package, when the header has one instead of a name. */
  readonly packageForm: Form | null;
  /** Radix of integers. */
  readonly base: number;
  /** How text is encoded. */
  readonly encoding: "MCCS" | "UTF-8" | "XCCS";
  /** Lines of free text in front of a DFASL block. */
  readonly text: readonly string[];
  /** Format version: `:D8`, 8, … */
  readonly version: string;
}

export interface CompiledFile {
  readonly name: string;
  readonly kind: "LCOM" | "DFASL";
  readonly sizeBytes: number;
  readonly header: CompiledHeader;
  readonly items: readonly CompiledItem[];
  /** Every function of the file, inner ones too, in the order of their records. */
  readonly functions: readonly CompiledFunction[];
  /** Nothing here: the file was read to its end and is consistent. */
  readonly problems: readonly CompiledProblem[];
}
