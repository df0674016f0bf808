/** Calls: as jumps where control does not come back, through symbols, through code with captured variables, through function values. */
import { children } from "../analysis/analyse.ts";
import type { Binding, Expression, Lambda } from "../analysis/tree.ts";
import type { Range } from "../forms.ts";
import { symbol } from "./emitter.ts";
import type { Destination, FrameCompiler, Location } from "./frame-compiler.ts";
import { perform } from "./plan/planned.ts";

type Call = Extract<Expression, { kind: "call" }>;

/** Calls with up to this many arguments have opcodes of their own. */
const MAX_SHORT_CALL = 4;
/** The count is a byte of the instruction; the machine's own calls need a few more. */
const MAX_ARGUMENTS = 250;

/** Says so when a call has too many arguments, and leaves a value in its place: compiling goes on for the sake of further errors. */
export function refusesArguments(c: FrameCompiler, count: number, range: Range): boolean {
  if (count <= MAX_ARGUMENTS) return false;
  c.unit.error(range, "argument-count", `a call has at most ${MAX_ARGUMENTS} arguments, this one ${count}`);
  c.emitter.op("'NIL");
  return true;
}

export function call(c: FrameCompiler, expression: Call, destination: Destination): void {
  const { callee } = expression;
  if (refusesArguments(c, expression.items.length, expression.range)) {
    c.finish(destination);
    return;
  }
  if (callee.kind === "local" && callee.binding.lambda !== null && !callee.binding.isAssigned) {
    callLocal(c, expression, callee.binding.lambda, destination);
    return;
  }
  if (callee.kind === "global") {
    const lambda = callee.binding === null || callee.binding.isAssigned ? null : callee.binding.lambda;
    if (lambda !== null && isSelfTail(c, expression, lambda)) {
      repeat(c, expression, lambda);
      return;
    }
    if (lambda !== null && canStandInline(c, lambda)) {
      inline(c, expression, lambda, destination);
      return;
    }
    if (lambda !== null || callee.external !== null) {
      c.arguments(expression.items, expression.range);
      callSymbol(c, callee.name, expression.items.length);
      c.finish(destination);
      return;
    }
  }
  c.arguments(expression.items, expression.range);
  c.integer(expression.items.length);
  c.argument(callee);
  c.emitter.at(expression.range, false);
  c.emitter.op("APPLYFN", [], -(expression.items.length + 1));
  c.finish(destination);
}

/** Calls the function of a symbol; its arguments are on the stack. */
export function callSymbol(c: FrameCompiler, name: string, count: number): void {
  if (count <= MAX_SHORT_CALL) c.emitter.literal(`FN${count}`, symbol(name));
  else c.emitter.literal("FNX", symbol(name), [count], 1 - count);
}

function callLocal(c: FrameCompiler, expression: Call, lambda: Lambda, destination: Destination): void {
  const { plan } = c;
  const role = plan.roleOf(lambda);
  const loop = c.inlineLoops.get(lambda);
  if (role === "loop" && loop !== undefined) {
    assignParameters(c, expression, lambda.parameters, loop.parameters);
    c.emitter.jump("JUMP", loop.label);
    return;
  }
  if (isSelfTail(c, expression, lambda)) {
    repeat(c, expression, lambda);
    return;
  }
  if (role === "lifted") {
    pushArguments(c, expression, lambda);
    for (const binding of plan.freeOf(lambda)) c.raw(c.locationOf(binding));
    const count = lambda.parameters.length + plan.freeOf(lambda).length;
    enterCode(c, lambda, count, () => c.emitter.op("'NIL"));
  } else if (c.frame === lambda) {
    // Calls itself with its own environment, so that it need not hold itself.
    c.arguments(expression.items, expression.range);
    const hasEnvironment = plan.freeOf(lambda).length > 0;
    enterCode(c, lambda, expression.items.length, () => c.emitter.op(hasEnvironment ? "PVAR0" : "'NIL"));
  } else {
    c.arguments(expression.items, expression.range);
    c.integer(expression.items.length);
    c.argument(expression.callee);
    c.emitter.at(expression.range, false);
    c.emitter.op("APPLYFN", [], -(expression.items.length + 1));
  }
  c.finish(destination);
}

/** ENVCALL: arguments, count, code, environment. Source: instruction specification, section 3.4. */
function enterCode(c: FrameCompiler, lambda: Lambda, count: number, pushEnvironment: () => void): void {
  c.integer(count);
  c.emitter.literal("GCONST", { kind: "code", index: c.unit.blockOf(lambda) });
  pushEnvironment();
  c.emitter.op("ENVCALL", [], -(count + 2));
}

/** Pushes one value for each parameter: what goes to a rest parameter as a list. */
function pushArguments(c: FrameCompiler, expression: Call, lambda: Lambda): void {
  const { items, range } = expression;
  for (const item of items) c.argument(item);
  c.emitter.at(range, false);
  if (!lambda.hasRest) return;
  c.emitter.op("'NIL");
  for (let i = lambda.required; i < items.length; i++) c.emitter.op("CONS");
}

// Bodies in place of calls

/** A body with functions of its own stays where it is, and so does one that is being compiled here already: it calls itself. */
function canStandInline(c: FrameCompiler, lambda: Lambda): boolean {
  return lambda.isMicro && !lambda.hasRest && !c.unit.hasPlan && !c.inlined.has(lambda) && !hasFunction(lambda.body);
}
function hasFunction(expression: Expression): boolean {
  return expression.kind === "lambda" || children(expression).some(hasFunction);
}

/** The arguments become local variables of this frame, then comes the body. */
function inline(c: FrameCompiler, expression: Call, lambda: Lambda, destination: Destination): void {
  const { parameters, body } = lambda;
  const mark = c.slotMark;
  // All arguments come first: the body may stand in one of them as well, with the same parameters.
  c.arguments(expression.items, expression.range);
  const handles = [...parameters].reverse().map((parameter) => c.bindNew(parameter));
  c.inlined.add(lambda);
  c.statement(body, destination);
  c.inlined.delete(lambda);
  for (const handle of handles) c.emitter.endVariable(handle);
  c.releaseSlots(mark);
}

// Calls without return

function isSelfTail(c: FrameCompiler, expression: Call, lambda: Lambda): boolean {
  return c.frame === lambda && c.plan.isTailCall(expression.continuation, lambda);
}

/** The function calls itself as the last thing it does: new arguments, and from the start. */
function repeat(c: FrameCompiler, expression: Call, lambda: Lambda): void {
  const locations = lambda.parameters.map((parameter) => c.locationOf(parameter));
  assignParameters(c, expression, lambda.parameters, locations, lambda);
  c.emitter.jump("JUMP", c.entry);
}

/** All new values are computed before the first is stored. A parameter that keeps its value is left alone. */
function assignParameters(
  c: FrameCompiler,
  expression: Call,
  parameters: readonly Binding[],
  locations: readonly Location[],
  rest: Lambda | null = null,
): void {
  const { items } = expression;
  const stored: Location[] = [];
  parameters.forEach((parameter, i) => {
    const location = locations[i] as Location;
    const isRest = rest?.hasRest === true && i === parameters.length - 1;
    if (isRest) {
      for (const item of items.slice(i)) c.argument(item);
      c.emitter.op("'NIL");
      for (let k = i; k < items.length; k++) c.emitter.op("CONS");
    } else {
      const item = items[i];
      const isSame = item?.kind === "local" && item.binding === parameter && !c.plan.isBoxed(parameter);
      if (item === undefined || isSame) return;
      c.argument(item);
    }
    stored.push(location);
  });
  c.emitter.at(expression.range, false);
  perform(c, expression, "jump");
  for (const location of stored.reverse()) c.storeRaw(location);
}
