/** From source text to a program that `vm/image/` can install. */
import type { Program } from "../../isa/code-block.ts";
import { analyse } from "../analysis/analyse.ts";
import type { Analysis } from "../analysis/tree.ts";
import type { Diagnostic } from "../forms.ts";
import { ProgramBuilder } from "./program-builder.ts";

export interface Compilation {
  /** The file that the diagnostics are about; empty for an expression. */
  readonly path: string;
  /** Null when there is an error among the diagnostics. */
  readonly program: Program | null;
  /** In order of their place. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface CompileOptions {
  /** The code tells the memory manager how long objects live and where they die. */
  readonly usesPlan: boolean;
}

const WITHOUT_PLAN: CompileOptions = { usesPlan: false };

export function compileProgram(text: string, path: string, options = WITHOUT_PLAN): Compilation {
  return compileAnalysis(analyse(text), path, options);
}

/** Compiles what has been analysed already. Some limits of the machine show only in the code: those errors are among the diagnostics. */
export function compileAnalysis(analysis: Analysis, path: string, options = WITHOUT_PLAN): Compilation {
  const { diagnostics } = analysis;
  if (hasErrors(diagnostics)) return { path, program: null, diagnostics };
  const taken = new Set(analysis.bindings.filter((binding) => binding.isGlobal).map((binding) => binding.name));
  const builder = new ProgramBuilder(taken);
  builder.addProgram(analysis, options.usesPlan);
  const program = builder.finish();
  return { path, program, diagnostics: [...diagnostics, ...builder.diagnostics] };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}
