/** Expressions that a debugger evaluates in a frame of a running program. */
import { analyse } from "../analysis/analyse.ts";
import type { ExternalNames } from "../analysis/resolver.ts";
import type { Diagnostic } from "../forms.ts";
import { type Compilation, hasErrors } from "./compile-program.ts";
import { ProgramBuilder } from "./program-builder.ts";

/**
 * Compiles a text as a function of the named variables: the one entry of the program takes their values in this order and returns the value of
 * the last form. The definitions are functions that the text defines, and library functions, which may be installed already.
 *
 * @param variables names that the text can read; when one occurs twice the last counts. Assigning one is an error: the caller does that.
 * @param globals names that the running program defines at its top level
 */
export function compileExpression(text: string, variables: readonly string[], globals: ExternalNames): Compilation {
  const analysis = analyse(text, globals, variables);
  const diagnostics: Diagnostic[] = analysis.diagnostics.filter((found) => !isAboutParameters(found));
  for (const { name, references } of analysis.topLevel.parameters) {
    for (const { use, start, end } of references) {
      if (use !== "assign") continue;
      const message = `${name} is a variable of the program: it can only be assigned by a set! that stands alone`;
      diagnostics.push({ start, end, severity: "error", code: "assigned-outer", message });
    }
  }
  if (hasErrors(diagnostics)) return { path: "", program: null, diagnostics };
  const builder = new ProgramBuilder(new Set([...globals.variables, ...globals.functions.keys()]));
  builder.addExpression(analysis);
  const program = builder.finish();
  return { path: "", program, diagnostics: [...diagnostics, ...builder.diagnostics] };
}

/** The variables have no place in the text; that one occurs twice is no fault of it. */
function isAboutParameters(diagnostic: Diagnostic): boolean {
  return diagnostic.code === "duplicate-definition" && diagnostic.start === 0 && diagnostic.end === 0;
}
