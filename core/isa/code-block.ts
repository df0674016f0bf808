/**
 * Compiled code as plain data: what the compiler and the loaders of compiled files produce, and `objects/code/code.ts` installs into an image.
 * Nothing here knows an address. Source of the function header: memory specification, section 13.
 */
import type { RecordLayout } from "./record-types.ts";

/** Something that a 4-byte operand will refer to once the code is installed. */
export type Literal =
  | { readonly kind: "symbol"; readonly name: string }
  | { readonly kind: "datum"; readonly datum: Datum }
  /** Another code block of the same program, by its index there (used by closures). */
  | { readonly kind: "code"; readonly index: number };

/** A constant as plain data, before it exists in an image. */
export type Datum =
  | { readonly kind: "nil" }
  | { readonly kind: "true" }
  | { readonly kind: "integer"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "character"; readonly code: number }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "symbol"; readonly name: string }
  | { readonly kind: "pair"; readonly car: Datum; readonly cdr: Datum }
  | { readonly kind: "vector"; readonly items: readonly Datum[] };

/** A literal goes into the four bytes at `offset` of `bytes`. */
export interface Fixup {
  readonly offset: number;
  readonly literal: Literal;
}

/** Where a variable lives while `fromPc <= pc < toPc`; offsets into `bytes`. */
export interface VariableRange {
  readonly name: string;
  /** `argument` n of IVAR, `local` n of PVAR, `captured`: cell n of the closure environment in PVAR0. */
  readonly place: "argument" | "local" | "captured";
  readonly index: number;
  /** The slot holds a box (pointer hunk) whose first cell is the value, because a closure shares it and someone assigns it. */
  readonly boxed: boolean;
  readonly fromPc: number;
  readonly toPc: number;
}

/** Code bytes from `pc` up to the next entry come from the text `start … end` (UTF-16 offsets into the source). */
export interface SourceSpan {
  readonly pc: number;
  readonly start: number;
  readonly end: number;
  /** Evaluating this form starts here: a place where stepping by form stops and breakpoints bind. */
  readonly isStep: boolean;
}

export interface CodeBlock {
  /** Frame name: what a stack trace shows. */
  readonly name: string;
  /** Number of arguments, or -1 when any number is taken. */
  readonly argumentCount: number;
  /** Fewest arguments that a caller must pass. */
  readonly requiredCount: number;
  /** Number of PVAR cells that hold values. */
  readonly localCount: number;
  /** Free variables in slot order: cell `localCount + k` of the PVAR area caches the binding of `freeNames[k]`. */
  readonly freeNames: readonly string[];
  /** Names for the name table of the header: argument and local variables that others may look up dynamically. Empty for lexical code. */
  readonly boundNames: readonly {
    readonly name: string;
    readonly place: "argument" | "local";
    readonly index: number;
  }[];
  /** Greatest depth of the evaluation stack in cells, for the stack check. */
  readonly maxDepth: number;
  /** Opcodes and operands, without the terminating 0. Literal operands are zero here. */
  readonly bytes: Uint8Array;
  readonly fixups: readonly Fixup[];
  readonly variables: readonly VariableRange[];
  /** Ascending by `pc`. */
  readonly source: readonly SourceSpan[];
  /** PVAR0 holds the closure environment. */
  readonly isClosure: boolean;
  /** Part of the built-in library: stepping passes over it, stack traces show it subdued. */
  readonly isLibrary: boolean;
}

/** A compiled source file. */
export interface Program {
  /** All code blocks; `Literal.code` indexes this list. */
  readonly blocks: readonly CodeBlock[];
  /** Blocks to run in order, with no arguments. */
  readonly entries: readonly number[];
  /** Functions to define before the first entry runs: the library, and functions of the file. */
  readonly definitions: readonly { readonly name: string; readonly block: number }[];
  /** Types of the program, from number `FIRST_PROGRAM_TYPE` on. */
  readonly types: readonly RecordLayout[];
}
