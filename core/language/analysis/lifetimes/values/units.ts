/** The texts that an analysis takes in: the program, and the library functions that it uses, as `ProgramBuilder` compiles them. */
import { BUILTINS, INTERNAL_BUILTINS } from "../../../builtins.ts";
import { librarySource } from "../../../compiler/library.ts";
import { type Plan, plan } from "../../../compiler/plan/plan.ts";
import { analyse, eachChild } from "../../analyse.ts";
import type { ExternalNames } from "../../resolver.ts";
import type { Analysis, Expression, Lambda } from "../../tree.ts";

const LIBRARY_NAMES: ExternalNames = { variables: new Set(), functions: new Map(), internals: INTERNAL_BUILTINS };

export interface Unit {
  readonly analysis: Analysis;
  readonly plan: Plan;
  /** Inner functions first; the top level last. */
  readonly lambdas: readonly Lambda[];
  readonly isLibrary: boolean;
}

export function programUnit(analysis: Analysis): Unit {
  return unit(analysis, false);
}

function unit(analysis: Analysis, isLibrary: boolean): Unit {
  const lambdas: Lambda[] = [];
  const visit = (expression: Expression): void => {
    eachChild(expression, visit);
    if (expression.kind === "lambda") lambdas.push(expression.lambda);
  };
  for (const expression of analysis.program) visit(expression);
  lambdas.push(analysis.topLevel);
  return { analysis, plan: plan(analysis.program, analysis.topLevel), lambdas, isLibrary };
}

/** A library function by its name in the prelude; null when no Lisp text says what it does. */
export function libraryUnit(name: string): Unit | null {
  if (!isExpressible(name)) return null;
  const analysis = analyse(librarySource(name), LIBRARY_NAMES);
  return analysis.diagnostics.some((diagnostic) => diagnostic.severity === "error") ? null : unit(analysis, true);
}

/** `%apply` alone is machine code. */
function isExpressible(name: string): boolean {
  return name !== "%apply" && (BUILTINS.has(name) || INTERNAL_BUILTINS.has(name) || name.startsWith("value:"));
}

/** The function that a library text defines. */
export function definedFunction(unit: Unit): Lambda | null {
  const [definition] = unit.analysis.program;
  return definition?.kind === "define-global" && definition.value.kind === "lambda" ? definition.value.lambda : null;
}
