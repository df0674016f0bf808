/** Expressions of a program with source text: compiled with its names in view, and run. */
import type { FrameContext } from "../../inspect/image-view.ts";
import { localsScope } from "../../inspect/scopes/locals.ts";
import { analyse } from "../../language/analysis/analyse.ts";
import type { Macro } from "../../language/analysis/macros/expander.ts";
import type { ExternalNames } from "../../language/analysis/resolver.ts";
import type { Machine } from "../../vm/machine.ts";
import { viewOf } from "../view.ts";
import { completionsAt } from "./completion.ts";
import { evaluate, lookUp } from "./evaluation.ts";
import type { Evaluator } from "./evaluator.ts";

/** @param text the program: what it defines at its top level is visible */
export function programEvaluator(machine: Machine, text: string): Evaluator {
  const { parameters, ...globals } = globalsOf(text);
  const localsOf = (frame: FrameContext | null) => (frame === null ? [] : localsScope(viewOf(machine), frame).named());
  return {
    evaluate: (expression, frame, mode, fields) => evaluate({ machine, frame, globals }, expression, mode, fields),
    lookUp: (name, frame) => lookUp({ machine, frame, globals }, name),
    isOwn: (name, frame) =>
      globals.functions.has(name) ||
      globals.variables.has(name) ||
      localsOf(frame).some((local) => local.name === name),
    completions(typed, offset, frame) {
      return completionsAt(typed, offset, localsOf(frame), globals, (name) => parameters.get(name) ?? []);
    },
  };
}

/** With the names of the arguments that functions must have. */
function globalsOf(text: string): ExternalNames & { readonly parameters: ReadonlyMap<string, readonly string[]> } {
  const variables = new Set<string>();
  const macros = new Map<string, Macro>();
  const parameters = new Map<string, readonly string[]>();
  const functions = new Map<string, { readonly least: number; readonly most: number | null }>();
  for (const { name, isGlobal, lambda, isAssigned, macro } of analyse(text).bindings) {
    if (!isGlobal) continue;
    if (macro !== null) {
      macros.set(name, macro);
      continue;
    }
    if (lambda === null || isAssigned) variables.add(name);
    else {
      functions.set(name, { least: lambda.required, most: lambda.hasRest ? null : lambda.parameters.length });
      const required = lambda.parameters.slice(0, lambda.required);
      parameters.set(
        name,
        required.map((parameter) => parameter.name),
      );
    }
  }
  return { variables, functions, macros, parameters };
}
