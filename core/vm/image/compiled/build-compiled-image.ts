/**
 * An image of our own that holds the functions of compiled files, and calls one of them with arguments: what it returns is printed.
 * Source: compiled files specification, section 4.
 */
import type { Form, SymbolForm } from "../../../compiled/forms.ts";
import { flatName } from "../../../compiled/symbol-homes.ts";
import type { CompiledFile } from "../../../compiled/types.ts";
import { Assembler } from "../../../isa/assembler.ts";
import type { CodeBlock } from "../../../isa/code-block.ts";
import { SUBR } from "../../../isa/subrs.ts";
import type { Machine } from "../../machine.ts";
import { type BuildOptions, buildImage } from "../build-image.ts";
import { internSymbol } from "../install.ts";
import { FormMaker } from "./form-maker.ts";
import { type InstallReport, installCompiled, setValue } from "./install-compiled.ts";

/** Arguments that a call can pass: their number is one byte. */
export const MOST_ARGUMENTS = 255;

export interface CompiledCall {
  readonly function: SymbolForm;
  /** The arguments themselves, not forms to evaluate; none of them has an `obstacle`. */
  readonly arguments: readonly Form[];
}

/** The variable that holds argument `i` of the call, counted from 0, for those who look. */
const argumentName = (i: number): string => `*ARGUMENT-${i + 1}*`;
/** The variable that gets what the call returned. */
const RESULT = "*RESULT*";

/** It reports functions that nobody defines; the system's own, torn out of the system, calls itself for ever. */
const KEPT: ReadonlySet<string> = new Set(["\\INTERPRETER"]);
/** From here the symbols with names of one character stand in the order of their codes (memory specification, section 2.1). */
const ONE_CHARACTER_SYMBOLS = ["\\OneCharAtomBase", 2] as const;

/** @throws {VmFault} `StorageFull` when the files do not fit */
export function buildCompiledImage(
  files: readonly CompiledFile[],
  call: CompiledCall,
  options: Omit<BuildOptions, "path">,
): { readonly machine: Machine; readonly report: InstallReport } {
  const program = { blocks: [callBlock(call)], entries: [0], definitions: [], types: [] };
  const machine = buildImage(program, { ...options, path: "" });
  const heap = { memory: machine.memory, manager: machine.manager };
  const report = installCompiled(heap, files, KEPT);
  setValue(heap, internSymbol(heap, ONE_CHARACTER_SYMBOLS[0]), ONE_CHARACTER_SYMBOLS[1]);
  const maker = new FormMaker(heap, () => 0);
  for (const [i, argument] of call.arguments.entries()) {
    setValue(heap, internSymbol(heap, argumentName(i)), maker.make(argument));
  }
  return { machine, report };
}

/** Calls the function, keeps and prints its value. */
function callBlock(call: CompiledCall): CodeBlock {
  const assembler = new Assembler();
  const count = call.arguments.length;
  for (let i = 0; i < count; i++) assembler.emitLiteral("GVAR", { kind: "symbol", name: argumentName(i) });
  assembler.emitLiteral("FNX", { kind: "symbol", name: flatName(call.function) }, count);
  assembler.emitLiteral("GVAR_", { kind: "symbol", name: RESULT });
  assembler.emit("SUBRCALL", SUBR.PRINT, 1);
  assembler.emit("RETURN");
  const { bytes, fixups } = assembler.finish();
  return {
    name: "*call*",
    argumentCount: 0,
    requiredCount: 0,
    localCount: 0,
    freeNames: [],
    boundNames: [],
    maxDepth: count + 4,
    bytes,
    fixups,
    variables: [],
    source: [],
    isClosure: false,
    isLibrary: true,
  };
}
