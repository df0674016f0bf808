/**
 * Code for the lifetime plan: host calls PLAN around the code of an expression, and before each opcode that allocates. They belong to the form
 * after which they happen and are no steps. Without a plan nothing here is called.
 */
import { PLAN } from "../../../isa/plan.ts";
import type { Action, ExpressionActions, KeptValue } from "../../analysis/lifetimes/actions.ts";
import type { Moment } from "../../analysis/lifetimes/flow/graph.ts";
import type { Expression } from "../../analysis/tree.ts";
import type { Destination, FrameCompiler } from "../frame-compiler.ts";

/** An expression with something to do before or behind it. */
export function compilePlanned(
  c: FrameCompiler,
  expression: Expression,
  actions: ExpressionActions,
  destination: Destination,
): void {
  perform(c, expression, "before");
  const mark = c.slotMark;
  for (const value of actions.keeps) reserve(c, value);
  compileAround(c, expression, actions, destination);
  // A definition in a body takes a slot that stays.
  if (expression.kind !== "define-local") c.releaseSlots(mark);
}

function compileAround(
  c: FrameCompiler,
  expression: Expression,
  actions: ExpressionActions,
  destination: Destination,
): void {
  const after = actions.at.get("after") ?? [];
  if (after.length === 0 && !actions.isKept) {
    c.compileForm(expression, destination);
    return;
  }
  const needsValue = actions.isKept || after.some(({ operand }) => operand.kind === "value");
  const isDropped = destination === "effect" && !needsValue;
  c.compileForm(expression, isDropped ? "effect" : "value");
  if (!c.emitter.isReachable) return;
  if (actions.isKept) {
    c.emitter.op("COPY");
    c.storeRaw(c.keptIn(expression));
  }
  perform(c, expression, "after");
  if (!isDropped && destination !== "value") c.finish(destination);
}

/** Takes a slot in which the value of a part waits. */
function reserve(c: FrameCompiler, { expression, isCleared }: KeptValue): void {
  const slot = c.takeSlot(expression.range);
  c.kept.set(expression, slot);
  if (!isCleared) return;
  c.emitter.aside(expression.range, () => {
    c.emitter.op("'NIL");
    c.storeRaw(slot);
  });
}

/** What happens at this moment of an expression; nothing when there is no plan. */
export function perform(c: FrameCompiler, expression: Expression, moment: Moment): void {
  performAll(c, c.unit.actionsOf(expression)?.at.get(moment) ?? []);
}

export function performAll(c: FrameCompiler, actions: readonly Action[]): void {
  for (const action of actions) one(c, action);
}

/** Says how the next object lives, when the plan knows. The arguments of the opcode stand on the stack. */
export function next(c: FrameCompiler, expression: Expression): void {
  const strategy = c.unit.strategyOf(expression);
  if (strategy === null) return;
  c.integer(PLAN.NEXT);
  c.integer(strategy);
  c.hostCall("PLAN", 2);
  c.emitter.op("POP");
}

function one(c: FrameCompiler, { operation, operand, range }: Action): void {
  const { emitter } = c;
  emitter.aside(range, () => {
    c.integer(operation);
    switch (operand.kind) {
      case "variable":
        if (operand.binding.isGlobal) c.globalValue(operand.binding);
        else c.variable(operand.binding);
        break;
      case "temporary":
        c.raw(c.keptIn(operand.of));
        break;
      case "value":
        emitter.op("SWAP");
        break;
      case "nothing":
        emitter.op("'NIL");
    }
    c.hostCall("PLAN", 2);
    // The result is the operand: a value stands on the stack again.
    if (operand.kind !== "value") emitter.op("POP");
  });
}
