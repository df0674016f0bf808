/** Code that chooses and repeats. */
import type { Datum } from "../../isa/code-block.ts";
import type { Binding, CondClause, Expression, Lambda } from "../analysis/tree.ts";
import type { Label, VariableHandle } from "./emitter.ts";
import type { Destination, FrameCompiler, InlineLoop } from "./frame-compiler.ts";
import { perform } from "./plan/planned.ts";

type Of<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

export function ifElse(c: FrameCompiler, expression: Of<"if">, destination: Destination): void {
  const { emitter } = c;
  const { test, consequent, alternative } = expression;
  const isEmpty = (branch: Expression) =>
    branch.kind === "constant" && destination === "effect" && c.unit.actionsOf(branch) === null;
  const end = emitter.newLabel();
  if (isEmpty(alternative) || isEmpty(consequent)) {
    const isWhen = isEmpty(alternative);
    c.testStep(test, end, !isWhen);
    c.statement(isWhen ? consequent : alternative, destination);
    emitter.label(end);
    return;
  }
  const otherwise = emitter.newLabel();
  c.testStep(test, otherwise, false);
  c.statement(consequent, destination);
  emitter.jump("JUMP", end);
  emitter.label(otherwise);
  c.statement(alternative, destination);
  emitter.label(end);
}

/** The value of the last form, or of the first that decides. */
export function andOr(c: FrameCompiler, expression: Of<"and" | "or">, destination: Destination): void {
  const { emitter } = c;
  const { items, kind } = expression;
  const last = items[items.length - 1] as Expression;
  const before = items.slice(0, -1);
  const end = emitter.newLabel();
  if (kind === "or" && destination !== "effect") {
    for (const item of before) {
      c.argument(item);
      emitter.jump("NTJUMPX", end);
    }
    c.argument(last);
    emitter.label(end);
    if (destination === "return") emitter.return();
    return;
  }
  const decided = destination === "effect" ? end : emitter.newLabel();
  for (const item of before) c.test(item, decided, kind === "or");
  c.statement(last, destination);
  if (destination !== "effect") {
    emitter.jump("JUMP", end);
    emitter.label(decided);
    emitter.op("'NIL");
    if (destination === "return") emitter.return();
  }
  emitter.label(end);
}

export function cond(c: FrameCompiler, expression: Of<"cond">, destination: Destination): void {
  const { emitter } = c;
  const { clauses } = expression;
  const hasElse = clauses.some((clause) => clause.test === null);
  // Clauses that give the value of their test meet at the end with the value on the stack.
  const isPlain = clauses.every((clause) => clause.test === null || clause.body !== null);
  const inner: Destination = destination === "return" && !isPlain ? "value" : destination;
  const end = emitter.newLabel();
  for (const clause of clauses) {
    const next = emitter.newLabel();
    condClause(c, clause, inner, next, end);
    emitter.jump("JUMP", end);
    emitter.label(next);
  }
  if (!hasElse) perform(c, expression, "none");
  if (!hasElse && inner !== "effect") {
    emitter.op("'NIL");
    if (inner === "return") emitter.return();
  }
  emitter.label(end);
  if (inner !== destination) c.finish(destination);
}

function condClause(c: FrameCompiler, clause: CondClause, destination: Destination, next: Label, end: Label): void {
  const { emitter } = c;
  const { test, body, passed } = clause;
  if (test === null) {
    if (body !== null) c.statement(body, destination);
  } else if (body !== null) {
    c.testStep(test, next, false);
    c.statement(body, destination);
  } else if (passed !== null) {
    const mark = c.slotMark;
    const slot = c.takeSlot(test.range);
    c.statement(test, "value");
    c.storeRaw(slot);
    c.raw(slot);
    emitter.jump("FJUMP", next);
    c.raw(slot);
    emitter.op("'1");
    c.argument(passed);
    emitter.op("APPLYFN", [], -2);
    c.releaseSlots(mark);
    c.finish(destination);
  } else if (destination === "effect") {
    c.testStep(test, end, true);
    emitter.jump("JUMP", next);
  } else {
    c.statement(test, "value");
    emitter.jump("NTJUMPX", end);
    emitter.jump("JUMP", next);
  }
}

export function caseOf(c: FrameCompiler, expression: Of<"case">, destination: Destination): void {
  const { emitter } = c;
  const mark = c.slotMark;
  const key = c.takeSlot(expression.range);
  const end = emitter.newLabel();
  c.argument(expression.key);
  c.storeRaw(key);
  for (const { data, body } of expression.clauses) {
    const next = emitter.newLabel();
    const here = emitter.newLabel();
    data?.forEach((datum, i) => {
      c.raw(key);
      c.constant(datum);
      emitter.op(equality(datum));
      if (i < data.length - 1) emitter.jump("TJUMP", here);
      else emitter.jump("FJUMP", next);
    });
    if (data?.length === 0) emitter.jump("JUMP", next);
    emitter.label(here);
    c.statement(body, destination);
    emitter.jump("JUMP", end);
    emitter.label(next);
  }
  perform(c, expression, "none");
  if (destination !== "effect") {
    emitter.op("'NIL");
    if (destination === "return") emitter.return();
  }
  emitter.label(end);
  c.releaseSlots(mark);
}

/** Numbers outside of the small integers are objects: they are compared by contents. */
function equality(datum: Datum): string {
  return datum.kind === "integer" || datum.kind === "float" ? "EQL" : "EQ";
}

// Blocks with definitions

export function block(c: FrameCompiler, expression: Of<"block">, destination: Destination): void {
  const { emitter, plan } = c;
  const mark = c.slotMark;
  const end = emitter.newLabel();
  const loops: Lambda[] = [];
  const handles: VariableHandle[] = [];
  for (const binding of expression.bindings) {
    const lambda = binding.isAssigned ? null : binding.lambda;
    const role = lambda === null ? null : plan.roleOf(lambda);
    if (role === "loop" && lambda !== null) {
      loops.push(lambda);
      const parameters = lambda.parameters.map((parameter) => c.takeSlot(parameter.range));
      c.inlineLoops.set(lambda, { label: emitter.newLabel(), parameters });
    } else if (role !== "lifted" && plan.isUsedEarly(binding)) {
      emitter.op("'NIL");
      handles.push(c.bindNew(binding));
    }
  }
  c.openBlocks.push(handles);
  c.statement(expression.body, destination);
  emitter.jump("JUMP", end);
  inlineLoops(c, loops, destination, end);
  emitter.label(end);
  c.openBlocks.pop();
  for (const handle of handles) emitter.endVariable(handle);
  c.releaseSlots(mark);
}

/** The bodies of loops, each once something jumps to it; they may jump to each other. */
function inlineLoops(c: FrameCompiler, lambdas: readonly Lambda[], destination: Destination, end: Label): void {
  const { emitter } = c;
  const waiting = new Set(lambdas);
  for (let hasMade = true; hasMade; ) {
    hasMade = false;
    for (const lambda of waiting) {
      const loop = c.inlineLoops.get(lambda) as InlineLoop;
      if (loop.label.depth === null) continue;
      waiting.delete(lambda);
      hasMade = true;
      emitter.label(loop.label);
      const handles = lambda.parameters.map((parameter, i) => enterParameter(c, parameter, loop, i));
      c.statement(lambda.body, destination);
      for (const handle of handles) emitter.endVariable(handle);
      emitter.jump("JUMP", end);
    }
  }
}

function enterParameter(c: FrameCompiler, parameter: Binding, loop: InlineLoop, i: number): VariableHandle {
  const location = loop.parameters[i] ?? { place: "local", index: 0 };
  if (c.plan.isBoxed(parameter)) {
    c.raw(location);
    c.makeBox();
    c.storeRaw(location);
  }
  return c.place(parameter, location);
}

export function defineLocal(c: FrameCompiler, expression: Of<"define-local">, destination: Destination): void {
  const { binding, value } = expression;
  const { emitter, plan } = c;
  const role = value.kind === "lambda" && !binding.isAssigned ? plan.roleOf(value.lambda) : null;
  if (role !== "loop" && role !== "lifted") {
    c.argument(value);
    emitter.at(expression.range, false);
    if (plan.isUsedEarly(binding)) c.setVariable(binding);
    else c.openBlocks.at(-1)?.push(c.bindNew(binding));
  }
  if (destination === "effect") return;
  emitter.op("'NIL");
  c.finish(destination);
}
