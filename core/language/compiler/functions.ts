/** Functions as code blocks, and as values. */
import type { CodeBlock } from "../../isa/code-block.ts";
import type { Binding, Expression, Lambda } from "../analysis/tree.ts";
import { symbol, type VariableHandle } from "./emitter.ts";
import type { FrameCompiler, Location } from "./frame-compiler.ts";
import { next, perform } from "./plan/planned.ts";

/** Cells of the pointer hunks; types from `FIRST_HUNK_TYPE` on. Source: memory specification, section 8. */
const HUNK_CELLS = [2, 4, 5, 6, 7, 8, 10, 12, 16, 24, 32, 42, 64] as const;
const FIRST_HUNK_TYPE = 31;
const MAX_CAPTURED = 64;
const CLOSURE_TYPE = 13;
/** Index of `argument-count` in `LISP_ERRORS`. */
const ARGUMENT_COUNT_ERROR = 7;

/** Pushes a new closure object: cell 0 the code, cell 1 the environment, a hunk with copies of the captured variables. */
export function pushClosure(c: FrameCompiler, expression: Extract<Expression, { kind: "lambda" }>): void {
  const { emitter } = c;
  const { lambda } = expression;
  const free = c.plan.freeOf(lambda);
  next(c, expression);
  emitter.op("SIC", [CLOSURE_TYPE]);
  emitter.op("CREATECELL");
  emitter.literal("GCONST", { kind: "code", index: c.unit.blockOf(lambda) });
  emitter.op("RPLPTR.N", [0]);
  if (free.length === 0) return;
  const size = HUNK_CELLS.findIndex((cells) => cells >= free.length);
  if (size < 0) {
    const message = `a function captures at most ${MAX_CAPTURED} variables, this one ${free.length}: divide it`;
    c.unit.error(lambda.range, "too-many-variables", message);
    return;
  }
  next(c, expression);
  emitter.op("SIC", [FIRST_HUNK_TYPE + size]);
  emitter.op("CREATECELL");
  free.forEach((binding, i) => {
    c.raw(c.locationOf(binding));
    emitter.op("RPLPTR.N", [2 * i]);
  });
  emitter.op("RPLPTR.N", [2]);
}

/** Makes the code of a function; null when it is too long. */
export function compileFunction(
  c: FrameCompiler,
  lambda: Lambda,
  checksCount: boolean,
  name = lambda.name,
): CodeBlock | null {
  const { emitter, plan } = c;
  const role = plan.roleOf(lambda);
  const free = plan.freeOf(lambda);
  const isClosure = role === "closure" && free.length > 0;
  const takesRest = lambda.hasRest && role !== "lifted";
  const countsArguments = takesRest || checksCount;
  emitter.at(lambda.range, false);
  if (isClosure) c.takeSlot(lambda.range);
  const handles: VariableHandle[] = [];
  if (isClosure) handles.push(...free.map((binding, index) => c.place(binding, { place: "captured", index })));
  if (checksCount) checkCount(c, lambda, name);
  const locations = parameterLocations(c, lambda, takesRest);
  perform(c, lambda.body, "entry");
  emitter.label(c.entry);
  lambda.parameters.forEach((parameter, i) => {
    handles.push(enter(c, parameter, locations[i] as Location));
  });
  if (role === "lifted") {
    const first = lambda.parameters.length;
    free.forEach((binding, i) => {
      handles.push(c.place(binding, { place: "argument", index: first + i }));
    });
  }
  c.statement(lambda.body, "return");
  for (const handle of handles) emitter.endVariable(handle);
  const extra = role === "lifted" ? free.length : 0;
  const argumentCount = countsArguments ? -1 : lambda.parameters.length + extra;
  const requiredCount = role === "lifted" ? argumentCount : lambda.required;
  return c.finishBlock({ name, argumentCount, requiredCount, isClosure });
}

/** Where the parameters are when the body begins; a rest list is collected into a slot. */
function parameterLocations(c: FrameCompiler, lambda: Lambda, takesRest: boolean): readonly Location[] {
  return lambda.parameters.map((parameter, index) => {
    if (!takesRest || index < lambda.required) return { place: "argument", index };
    const { emitter } = c;
    emitter.op("'NIL");
    emitter.op("MYARGCOUNT");
    emitter.op("RESTLIST", [lambda.required + 1]);
    const slot = c.takeSlot(parameter.range);
    c.storeRaw(slot);
    return slot;
  });
}

function enter(c: FrameCompiler, parameter: Binding, location: Location): VariableHandle {
  if (c.plan.isBoxed(parameter)) {
    c.raw(location);
    c.makeBox();
    c.storeRaw(location);
  }
  return c.place(parameter, location);
}

/** The error `argument-count` when the caller passed too few or too many. */
function checkCount(c: FrameCompiler, lambda: Lambda, name: string): void {
  const { emitter } = c;
  const right = emitter.newLabel();
  if (lambda.hasRest) {
    if (lambda.required === 0) return;
    c.integer(lambda.required);
    emitter.op("MYARGCOUNT");
    emitter.op("GREATERP");
    emitter.jump("FJUMP", right);
  } else {
    emitter.op("MYARGCOUNT");
    c.integer(lambda.required);
    emitter.op("EQ");
    emitter.jump("TJUMP", right);
  }
  c.integer(ARGUMENT_COUNT_ERROR);
  emitter.literal("ACONST", symbol(name));
  c.integer(lambda.required);
  emitter.op("MYARGCOUNT");
  c.hostCall("ERROR", 4);
  emitter.op("POP");
  emitter.label(right);
}
