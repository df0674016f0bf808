/** Loops, and what leaves them or goes on with their next turn. */
import type { Binding, Expression } from "../../analysis/tree.ts";
import { callSymbol } from "../calls.ts";
import type { Label } from "../emitter.ts";
import type { Destination, FrameCompiler, Location } from "../frame-compiler.ts";
import { perform } from "../plan/planned.ts";
import { leaveArenas } from "./arenas.ts";

type Of<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;
type LeaveExpression = Extract<Expression, { loop: unknown; kind: "break" | "continue" }>;

/** How a `for` counts: the step, where it is kept when it is computed, and whether it counts down when that is known. */
interface Counting {
  readonly step: Expression | null;
  readonly slot: Location | null;
  readonly isDown: boolean | null;
}

export function whileLoop(c: FrameCompiler, expression: Of<"while">, destination: Destination): void {
  const { emitter } = c;
  const test = emitter.newLabel();
  const body = emitter.newLabel();
  const end = emitter.newLabel();
  const before = emitter.depth;
  c.loops.set(expression.loop, { end, next: test, depth: before, arenas: c.openArenas.length });
  emitter.jump("JUMP", test);
  openLabel(c, body, before);
  c.statement(expression.body, "effect");
  emitter.label(test);
  c.testStep(expression.test, body, true);
  perform(c, expression, "exit");
  emitter.label(end);
  loopValue(c, destination);
}

/** A label that only later jumps lead to, but whose code stands here. */
function openLabel(c: FrameCompiler, label: Label, depth: number): void {
  label.depth = depth;
  c.emitter.label(label);
}

function loopValue(c: FrameCompiler, destination: Destination): void {
  if (destination === "effect") return;
  c.emitter.op("'NIL");
  if (destination === "return") c.emitter.return();
}

/** The variable is a new one for each turn when a closure keeps it; what the body assigned to it is carried on. */
export function forLoop(c: FrameCompiler, expression: Of<"for">, destination: Destination): void {
  const { emitter } = c;
  const { binding, loop, from, to, body } = expression;
  const mark = c.slotMark;
  const test = emitter.newLabel();
  const start = emitter.newLabel();
  const next = emitter.newLabel();
  const end = emitter.newLabel();
  c.argument(from);
  const variable = c.bindNew(binding);
  perform(c, from, "bound");
  const limit = c.takeSlot(expression.range);
  c.argument(to);
  c.storeRaw(limit);
  const counting = prepareStep(c, expression.step);
  const before = emitter.depth;
  c.loops.set(loop, { end, next, depth: before, arenas: c.openArenas.length });
  emitter.jump("JUMP", test);
  openLabel(c, start, before);
  c.statement(body, "effect");
  emitter.label(next);
  emitter.at(expression.range, false);
  c.variable(binding);
  pushStep(c, counting);
  emitter.op("PLUS2");
  if (c.plan.isBoxed(binding)) c.makeBox();
  c.storeRaw(c.locationOf(binding));
  emitter.label(test);
  emitter.at(expression.range, true);
  testLimit(c, binding, limit, counting, start);
  perform(c, expression, "exit");
  emitter.endVariable(variable);
  emitter.label(end);
  c.releaseSlots(mark);
  loopValue(c, destination);
}

function prepareStep(c: FrameCompiler, step: Expression | null): Counting {
  if (step === null) return { step, slot: null, isDown: false };
  if (step.kind === "constant" && (step.datum.kind === "integer" || step.datum.kind === "float")) {
    return { step, slot: null, isDown: step.datum.value < 0 };
  }
  c.argument(step);
  callSymbol(c, c.unit.libraryCall("%step"), 1);
  const slot = c.takeSlot(step.range);
  c.storeRaw(slot);
  return { step, slot, isDown: null };
}

function pushStep(c: FrameCompiler, { step, slot }: Counting): void {
  if (slot !== null) c.raw(slot);
  else if (step === null) c.emitter.op("'1");
  else c.compile(step, "value");
}

/** Goes to `start` while the variable has not reached the limit, in the direction of the step. */
function testLimit(c: FrameCompiler, binding: Binding, limit: Location, counting: Counting, start: Label): void {
  const { emitter } = c;
  const compare = (isDown: boolean) => {
    if (isDown) c.variable(binding);
    c.raw(limit);
    if (!isDown) c.variable(binding);
    emitter.op("GREATERP");
    emitter.jump("TJUMP", start);
  };
  if (counting.isDown !== null) {
    compare(counting.isDown);
    return;
  }
  const down = emitter.newLabel();
  const end = emitter.newLabel();
  pushStep(c, counting);
  emitter.op("'0");
  emitter.op("GREATERP");
  emitter.jump("FJUMP", down);
  compare(false);
  emitter.jump("JUMP", end);
  emitter.label(down);
  compare(true);
  emitter.label(end);
}

/** `break` and `continue`: a jump, once what the body has open is closed. */
export function leaveLoop(c: FrameCompiler, expression: LeaveExpression): void {
  const { emitter } = c;
  const target = c.loops.get(expression.loop);
  if (target === undefined || !emitter.isReachable) return;
  const extra = emitter.depth - target.depth;
  if (extra === 1) emitter.op("POP");
  else if (extra > 1) emitter.op("POP.N", [extra - 1], -extra);
  emitter.at(expression.range, false);
  leaveArenas(c, target.arenas);
  emitter.jump("JUMP", expression.kind === "break" ? target.end : target.next);
}
