/**
 * Evaluation of expressions while the program stands still: watch, hover, conditions, console. `peek` runs on an excursion that is rolled back,
 * so that nothing of it remains, not even a count; `act` keeps what the expression did.
 */
import type { Pointer } from "../../base/units.ts";
import type { FrameContext } from "../../inspect/image-view.ts";
import type { InspectNode } from "../../inspect/node.ts";
import { makeNode } from "../../inspect/nodes.ts";
import { localsScope } from "../../inspect/scopes/locals.ts";
import { valueNode } from "../../inspect/values.ts";
import type { Program } from "../../isa/code-block.ts";
import type { ExternalNames } from "../../language/analysis/resolver.ts";
import { compileExpression } from "../../language/compiler/compile-expression.ts";
import { NIL, NOBIND, POINTER_MASK } from "../../memory/layout.ts";
import type { Radix } from "../../objects/pointer-notation.ts";
import { DEFINITION_COMPILED, definitionCell, findSymbol, valueCell } from "../../objects/symbols.ts";
import type { StopReason } from "../../vm/events.ts";
import { define } from "../../vm/image/build-image.ts";
import { makeInteger } from "../../vm/image/datum.ts";
import { installBlocks, internSymbol } from "../../vm/image/install.ts";
import type { Machine } from "../../vm/machine.ts";
import { Excursion } from "../../vm/state/excursion.ts";
import type { EvaluationMode, EvaluationResult } from "../types.ts";
import { viewOf } from "../view.ts";

/** Where an expression is evaluated. */
export interface EvaluationContext {
  readonly machine: Machine;
  /** Its variables are visible by name; null for the top level. */
  readonly frame: FrameContext | null;
  /** Names that the program defines at its top level. */
  readonly globals: ExternalNames;
}

/** A value that the expression may name. */
interface Variable {
  readonly name: string;
  value(): Pointer;
}

/**
 * Safepoints that an evaluation may pass before it counts as endless. Nothing else is heard meanwhile, not even a client that goes away:
 * a moment of work for `peek`, some seconds for `act`, when it allocates all the time.
 */
export const SAFEPOINTS = { peek: 2_000_000, copy: 2_000_000, act: 10_000_000 } as const;
/** Characters kept of what an evaluation prints. */
const MAX_OUTPUT = 256_000;

/** NIL is the only false value. */
export function truthOf(value: Pointer | null): boolean {
  return value !== NIL;
}

/** @param fields further variables, which hide those of the frame: numbers as integers, texts as symbols */
export function evaluate(
  context: EvaluationContext,
  text: string,
  mode: EvaluationMode,
  fields: ReadonlyMap<string, number | string>,
): EvaluationResult {
  const name = text.trim();
  const known = fields.size === 0 ? lookUp(context, name) : null;
  if (known !== null) return { kind: "value", node: known, value: known.pointer ?? NIL, output: "" };
  const variables = variablesOf(context, fields);
  const compiled = compileExpression(
    text,
    variables.map((variable) => variable.name),
    context.globals,
  );
  const { program } = compiled;
  if (program === null) return { kind: "diagnostics", diagnostics: compiled.diagnostics };
  const run = () => runProgram(context, program, variables, mode);
  return mode === "act" ? resultOf(context, name, run()) : peek(context, name, run, mode === "copy");
}

/** What became of running compiled code. */
type Outcome =
  | { readonly kind: "value"; readonly value: Pointer; readonly output: string }
  | { readonly kind: "failed"; readonly message: string };

/** The node of a variable that can be read without running anything: locals of the frame, then globals. */
export function lookUp({ machine, frame }: EvaluationContext, name: string): InspectNode | null {
  const view = viewOf(machine);
  const local = frame === null ? undefined : localNodes(machine, frame).find((node) => node.name === name);
  if (local !== undefined) return local;
  const symbol = /^[^\s()'`",;]+$/.test(name) && Number.isNaN(Number(name)) ? findSymbol(machine.memory, name) : null;
  if (symbol === null || name.startsWith("#")) return null;
  const value = machine.memory.cell(valueCell(symbol));
  if (value === NOBIND) return null;
  const slot = { kind: "heap", address: valueCell(symbol) } as const;
  return valueNode(view, name, value & POINTER_MASK, { slot, expression: name });
}

function localNodes(machine: Machine, frame: FrameContext): readonly InspectNode[] {
  return localsScope(viewOf(machine), frame)
    .named()
    .filter(({ pointer, slot }) => pointer !== null && slot !== null);
}

function variablesOf(context: EvaluationContext, fields: ReadonlyMap<string, number | string>): readonly Variable[] {
  const { machine, frame } = context;
  const variables = new Map<string, Variable>();
  for (const { name, pointer } of frame === null ? [] : localNodes(machine, frame)) {
    variables.set(name, { name, value: () => pointer ?? NIL });
  }
  for (const [name, field] of fields) {
    // Made when the expression runs, so that an excursion takes it back.
    const value = () => (typeof field === "number" ? makeInteger(machine, field) : internSymbol(machine, field));
    variables.set(name, { name, value });
  }
  return [...variables.values()];
}

/** Installs the compiled expression and calls its entry with the values of the variables. */
function runProgram(
  context: EvaluationContext,
  program: Program,
  variables: readonly Variable[],
  mode: EvaluationMode,
): Outcome {
  const { machine } = context;
  const install = () => installBlocks(machine, machine.code, program.blocks, null);
  const installed = machine.manager.arenas?.compile(install) ?? install();
  for (const { name, block } of program.definitions) {
    const symbol = internSymbol(machine, name);
    const isDefined = (machine.memory.cell(definitionCell(symbol)) & DEFINITION_COMPILED) !== 0;
    const header = installed[block]?.header;
    if (!isDefined && header !== undefined) define(machine, symbol, header, true);
  }
  let output = "";
  let value: Pointer = NIL;
  const { ports } = machine;
  const write = (text: string) => {
    if (output.length <= MAX_OUTPUT) output += text;
  };
  machine.connect({ ...ports, console: { write } });
  try {
    for (const entry of program.entries) {
      const header = installed[entry]?.header ?? NIL;
      const args = variables.map((variable) => variable.value());
      const result = machine.invoke(header, args, SAFEPOINTS[mode]);
      if (result.kind === "stop") return { kind: "failed", message: messageOf(result.reason) };
      value = result.value & POINTER_MASK;
    }
    return { kind: "value", value, output: output.length <= MAX_OUTPUT ? output : `${output.slice(0, MAX_OUTPUT)}…` };
  } finally {
    machine.connect(ports);
  }
}

/**
 * Runs and takes everything back. What the value looks like is noted before: a new object is gone afterwards and shows as text only,
 * an object of the program can be opened.
 */
function peek(context: EvaluationContext, name: string, run: () => Outcome, isCopied: boolean): EvaluationResult {
  const { machine } = context;
  const code = machine.code.save();
  const excursion = Excursion.begin(machine);
  let outcome: Outcome;
  let then: Snapshot | null = null;
  try {
    outcome = run();
    if (outcome.kind === "value") then = snapshotOf(valueNode(viewOf(machine), name, outcome.value), isCopied);
  } finally {
    excursion.rollback();
    machine.code.restore(code);
  }
  if (outcome.kind === "failed" || then === null) return resultOf(context, name, outcome);
  const now = valueNode(viewOf(machine), name, outcome.value);
  const isStillThere = now.value === then.value;
  const { type, texts, whole } = then;
  const node = isStillThere
    ? now
    : makeNode(name, then.value, { type, valueIn: (radix) => texts[radix], whole: () => whole });
  return { kind: "value", node, value: outcome.value, output: outcome.output };
}

/** What a value looked like before it was taken back. */
interface Snapshot {
  readonly value: string;
  readonly type: string | null;
  /** Printed in full only for who copies it. */
  readonly whole: string;
  readonly texts: { readonly [radix in Radix]: string };
}

function snapshotOf(node: InspectNode, isCopied: boolean): Snapshot {
  const { value, type } = node;
  return {
    value,
    type,
    whole: isCopied ? node.whole() : value,
    texts: { 8: node.valueIn(8), 10: value, 16: node.valueIn(16) },
  };
}

function resultOf({ machine }: EvaluationContext, name: string, outcome: Outcome): EvaluationResult {
  if (outcome.kind === "failed") return outcome;
  const { value, output } = outcome;
  return { kind: "value", node: valueNode(viewOf(machine), name, value), value, output };
}

/** Why an evaluation did not come to its end. */
export function messageOf(reason: StopReason): string {
  switch (reason.kind) {
    case "failed":
      return reason.message;
    case "slice":
      return "the evaluation did not end: it was stopped after its share of instructions";
    case "event":
      return reason.event.kind === "lisp.error"
        ? reason.event.message
        : `the evaluation stopped at ${reason.event.kind}`;
    case "finished":
      return "the evaluation ended the program";
    case "breakpoint":
    case "watch":
    case "start":
    case "end":
    case "step":
      return `the evaluation stopped at a ${reason.kind}`;
  }
}
