/**
 * Expressions of a program with source text: compiled with its names in view, and run. When storage is so full that their code finds no room, they are read like
 * those over an image, which needs none.
 */
import { VmFault } from "../../base/errors.ts";
import type { FrameContext } from "../../inspect/image-view.ts";
import type { InspectNode } from "../../inspect/node.ts";
import { localsScope } from "../../inspect/scopes/locals.ts";
import { analyse } from "../../language/analysis/analyse.ts";
import type { Macro } from "../../language/analysis/macros/expander.ts";
import type { ExternalNames } from "../../language/analysis/resolver.ts";
import type { Form } from "../../language/forms.ts";
import { findSymbol } from "../../objects/symbols.ts";
import type { Machine } from "../../vm/machine.ts";
import type { EventFields } from "../event-fields.ts";
import { imageEvaluator } from "../image/expressions/image-evaluator.ts";
import type { EvaluationResult } from "../types.ts";
import { viewOf } from "../view.ts";
import { completionsAt } from "./completion.ts";
import { type EvaluationContext, evaluate, lookUp } from "./evaluation.ts";
import type { Evaluator } from "./evaluator.ts";
import { type ConditionNames, conditionForm, quickCondition } from "./quick-condition.ts";

/** @param text the program: what it defines at its top level is visible */
export function programEvaluator(machine: Machine, text: string): Evaluator {
  const { parameters, ...globals } = globalsOf(text);
  const localsOf = (frame: FrameContext | null) => (frame === null ? [] : localsScope(viewOf(machine), frame).named());
  const reading = imageEvaluator(() => viewOf(machine), { acting: null, refusal: () => "there is no room for a call" });
  return {
    evaluate(expression, frame, mode, fields) {
      try {
        return evaluate({ machine, frame, globals }, expression, mode, fields);
      } catch (problem) {
        if (!(problem instanceof VmFault) || problem.kind !== "StorageFull") throw problem;
        const found = reading.evaluate(expression, frame, mode, fields);
        return found.kind === "value" ? found : noRoom(problem, found);
      }
    },
    quickly: conditionReader(machine, globals),
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

/** Forms of conditions that are kept: a program is stopped at by a handful, each of them very often. */
const MOST_FORMS = 256;

function conditionReader(machine: Machine, globals: ExternalNames): Evaluator["quickly"] {
  const forms = new Map<string, Form | null>();
  return (text, frame, fields) => {
    if (forms.size > MOST_FORMS) forms.clear();
    const form = forms.get(text) ?? conditionForm(text);
    forms.set(text, form);
    return form === null ? null : quickCondition(form, namesOf({ machine, frame, globals }, fields));
  };
}

/** Fields of the event hide variables of the frame, and these the program's. */
function namesOf(context: EvaluationContext, fields: EventFields): ConditionNames {
  const { machine, frame, globals } = context;
  let found: readonly InspectNode[] | null = null;
  const locals = () => {
    found ??= frame === null ? [] : localsScope(viewOf(machine), frame).named();
    return found;
  };
  // Names of the whole function: whether one is in scope here, or has a value, is left to the machine.
  const ofFunction = frame === null ? [] : (machine.code.at(frame.header)?.block.variables ?? locals());
  return {
    variable(name) {
      const field = fields.get(name);
      if (field !== undefined) return field;
      const local = isNamed(ofFunction, name) ? locals().find((node) => node.name === name) : undefined;
      if (local !== undefined) return local.pointer === null || local.slot === null ? null : { pointer: local.pointer };
      const pointer = lookUp({ machine, frame: null, globals }, name)?.pointer ?? null;
      return pointer === null ? null : { pointer };
    },
    symbol: (name) => findSymbol(machine.memory, name),
    isOwn: (name) =>
      fields.has(name) ||
      globals.functions.has(name) ||
      globals.variables.has(name) ||
      globals.macros?.has(name) === true ||
      isNamed(ofFunction, name),
  };
}

function isNamed(variables: readonly { readonly name: string }[], name: string): boolean {
  return variables.some((variable) => variable.name === name);
}

function noRoom({ message }: VmFault, found: Exclude<EvaluationResult, { kind: "value" }>): EvaluationResult {
  const why = found.kind === "failed" ? found.message : (found.diagnostics[0]?.message ?? "");
  return {
    kind: "failed",
    message: `there is no room for the code of the expression (${message}), and without it: ${why}`,
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
