/** Calls of what is built in. Most rows of `builtins.ts` say themselves what code they are; the others have a function here. */
import { VALUES_TYPE } from "../../isa/record-types.ts";
import type { Expression } from "../analysis/tree.ts";
import type { Range } from "../forms.ts";
import { callSymbol, refusesArguments } from "./calls.ts";
import type { Label } from "./emitter.ts";
import type { FrameCompiler, HostCallName } from "./frame-compiler.ts";
import { next } from "./plan/planned.ts";

type Primitive = Extract<Expression, { kind: "primitive" }>;
type Items = readonly Expression[];

/** Leaves the value of the call on the stack. */
type Special = (c: FrameCompiler, items: Items, expression: Primitive) => void;

/** Opcodes that compare two numbers, and whether their answer is the opposite of what is asked. */
interface Comparison {
  readonly opcodes: readonly string[];
  readonly isInverted: boolean;
}

const COMPARISONS: ReadonlyMap<string, { readonly opcodes: readonly string[]; readonly isInverted: boolean }> = new Map(
  [
    ["=", { opcodes: ["="], isInverted: false }],
    [">", { opcodes: ["GREATERP"], isInverted: false }],
    ["<", { opcodes: ["SWAP", "GREATERP"], isInverted: false }],
    ["<=", { opcodes: ["GREATERP"], isInverted: true }],
    [">=", { opcodes: ["SWAP", "GREATERP"], isInverted: true }],
  ],
);
const NULL_TESTS: ReadonlySet<string> = new Set(["not", "null?"]);
const BLANK = 32;
/** Shift counts that SNIC can hold, negated. */
const MAX_SHORT_NEGATIVE = 256;

const SPECIAL: ReadonlyMap<string, Special> = new Map<string, Special>([
  ["+", (c, items, e) => chain(c, items, e, "'0", "PLUS2")],
  ["*", (c, items, e) => chain(c, items, e, "'1", "TIMES2")],
  ["-", (c, items, e) => difference(c, items, e, "'0", "DIFFERENCE")],
  ["/", (c, items, e) => difference(c, items, e, "'1", "QUOTIENT")],
  ["min", (c, items, e) => fold(c, items, e, "%min")],
  ["max", (c, items, e) => fold(c, items, e, "%max")],
  ["=", comparison],
  ["<", comparison],
  [">", comparison],
  ["<=", comparison],
  [">=", comparison],
  ["bit-ashr", shiftRight],
  ["list", list],
  ["append", append],
  ["map", (c, items, e) => library(c, items, e, items.length === 2 ? "%map" : "%map2")],
  ["for-each", (c, items, e) => library(c, items, e, items.length === 2 ? "%for-each" : "%for-each2")],
  ["apply", apply],
  ["vector", (c, items, e) => host(c, items, e, "VECTOR")],
  ["make-vector", (c, items, e) => padded(c, items, e, "MAKE_VECTOR", () => c.emitter.op("'NIL"))],
  [
    "make-string",
    (c, items, e) => padded(c, items, e, "MAKE_STRING", () => c.constant({ kind: "character", code: BLANK })),
  ],
  ["string-append", (c, items, e) => host(c, items, e, "STRING_APPEND")],
  [
    "substring",
    (c, items, e) => (items.length === 3 ? host(c, items, e, "SUBSTRING") : library(c, items, e, "%substring")),
  ],
  ["vector-set!", vectorSet],
  ["print-string", printString],
  ["error", signal],
  ["%wrong-type", wrongType],
  ["exit", exit],
  ["table-ref", tableRef],
  ["values", values],
]);

/** Leaves the value of the call on the stack. */
export function primitive(c: FrameCompiler, expression: Primitive): void {
  const { builtin, items, range } = expression;
  const { code } = builtin;
  if (refusesArguments(c, items.length, range)) return;
  switch (code.kind) {
    case "opcodes":
      c.arguments(items, range);
      next(c, expression);
      opcodes(c, code.text);
      return;
    case "predicate":
      c.arguments(items, range);
      opcodes(c, code.text);
      truth(c);
      return;
    case "host":
      host(c, items, expression, code.subr as HostCallName);
      return;
    case "operation":
      c.integer(code.operation);
      c.arguments(items, range);
      c.hostCall(code.subr, items.length + 1);
      return;
    case "record":
      c.arguments(items, range);
      c.integer(code.operation);
      c.hostCall("RECORD", items.length + 1);
      return;
    case "library":
      library(c, items, expression, code.name);
      return;
    case "special":
      SPECIAL.get(builtin.name)?.(c, items, expression);
  }
}

/**
 * The call as a condition. Either it jumps by itself (null), or leaves a value on the stack and says whether nil there means true.
 */
export function primitiveTest(c: FrameCompiler, expression: Primitive, target: Label, when: boolean): boolean | null {
  const { builtin, items, range } = expression;
  const [first] = items;
  if (NULL_TESTS.has(builtin.name) && first !== undefined) {
    c.test(first, target, !when);
    return null;
  }
  const how = COMPARISONS.get(builtin.name);
  if (how !== undefined && items.length === 2) {
    compareTwo(c, how, items, range);
    return how.isInverted;
  }
  if (builtin.code.kind === "predicate") {
    c.arguments(items, range);
    opcodes(c, builtin.code.text);
  } else {
    primitive(c, expression);
  }
  return false;
}

/** `NAME` or `NAME:operand`, separated by blanks. */
function opcodes(c: FrameCompiler, text: string): void {
  for (const word of text.split(" ")) {
    const [name, ...operands] = word.split(":");
    c.emitter.op(name as string, operands.map(Number));
  }
}

/** Anything but nil becomes `#t`. */
export function truth(c: FrameCompiler): void {
  for (let i = 0; i < 2; i++) {
    c.emitter.op("'NIL");
    c.emitter.op("EQ");
  }
}

function host(c: FrameCompiler, items: Items, expression: Primitive, name: HostCallName): void {
  c.arguments(items, expression.range);
  next(c, expression);
  c.hostCall(name, items.length);
}

function library(c: FrameCompiler, items: Items, expression: Primitive, name: string): void {
  c.arguments(items, expression.range);
  callSymbol(c, c.unit.libraryCall(name), items.length);
}

function padded(
  c: FrameCompiler,
  items: Items,
  expression: Primitive,
  name: HostCallName,
  pushDefault: () => void,
): void {
  c.arguments(items, expression.range);
  if (items.length === 1) pushDefault();
  next(c, expression);
  c.hostCall(name, 2);
}

// Arithmetic

function chain(c: FrameCompiler, items: Items, expression: Primitive, unit: string, opcode: string): void {
  // One argument alone still has to be a number.
  if (items.length < 2) c.emitter.op(unit);
  items.forEach((item, i) => {
    c.argument(item);
    c.emitter.at(expression.range, false);
    if (i > 0 || items.length === 1) c.emitter.op(opcode);
  });
}

function difference(c: FrameCompiler, items: Items, expression: Primitive, unit: string, opcode: string): void {
  if (items.length === 1) c.emitter.op(unit);
  items.forEach((item, i) => {
    c.argument(item);
    c.emitter.at(expression.range, false);
    if (i > 0 || items.length === 1) c.emitter.op(opcode);
  });
}

/** A library function of two arguments, from the left. */
function fold(c: FrameCompiler, items: Items, expression: Primitive, name: string): void {
  items.forEach((item, i) => {
    c.argument(item);
    c.emitter.at(expression.range, false);
    if (i > 0) callSymbol(c, c.unit.libraryCall(name), 2);
  });
}

function comparison(c: FrameCompiler, items: Items, expression: Primitive): void {
  const { emitter } = c;
  const how = COMPARISONS.get(expression.builtin.name);
  if (how === undefined) return;
  const compare = () => {
    for (const name of how.opcodes) emitter.op(name);
    if (how.isInverted) opcodes(c, "'NIL EQ");
  };
  if (items.length === 2) {
    compareTwo(c, how, items, expression.range);
    if (how.isInverted) opcodes(c, "'NIL EQ");
    return;
  }
  const mark = c.slotMark;
  const slots = items.map((item) => {
    c.argument(item);
    const slot = c.takeSlot(expression.range);
    c.storeRaw(slot);
    return slot;
  });
  emitter.at(expression.range, false);
  const end = emitter.newLabel();
  for (let i = 1; i < slots.length; i++) {
    c.raw(slots[i - 1] as (typeof slots)[number]);
    c.raw(slots[i] as (typeof slots)[number]);
    compare();
    if (i < slots.length - 1) emitter.jump("NFJUMPX", end);
  }
  emitter.label(end);
  c.releaseSlots(mark);
}

function compareTwo(c: FrameCompiler, how: Comparison, items: Items, range: Range): void {
  const [a, b] = items as [Expression, Expression];
  const [first, ...rest] = how.opcodes;
  // Where the order of evaluation cannot be seen, the operands are pushed the other way round instead of exchanged.
  const isFree = isFixed(a) || isFixed(b) || (a.kind === "local" && b.kind === "local");
  if (first === "SWAP" && isFree) {
    c.arguments([b, a], range);
    for (const name of rest) c.emitter.op(name);
  } else {
    c.arguments(items, range);
    for (const name of how.opcodes) c.emitter.op(name);
  }
}

/** LSH counts to the left. */
function shiftRight(c: FrameCompiler, items: Items, expression: Primitive): void {
  const [value, count] = items as [Expression, Expression];
  const known = count.kind === "constant" && count.datum.kind === "integer" ? count.datum.value : -1;
  c.argument(value);
  if (known >= 0 && known <= MAX_SHORT_NEGATIVE) c.integer(-known);
  else {
    c.emitter.op("'0");
    c.argument(count);
    c.emitter.op("DIFFERENCE");
  }
  c.emitter.at(expression.range, false);
  c.emitter.op("LSH");
}

// Lists and vectors

function list(c: FrameCompiler, items: Items, expression: Primitive): void {
  c.arguments(items, expression.range);
  c.emitter.op("'NIL");
  for (const _ of items) {
    next(c, expression);
    c.emitter.op("CONS");
  }
}

function append(c: FrameCompiler, items: Items, expression: Primitive): void {
  if (items.length === 0) c.emitter.op("'NIL");
  c.arguments(items, expression.range);
  // From the right, so that no list is copied twice.
  for (let i = 1; i < items.length; i++) callSymbol(c, c.unit.libraryCall("%append"), 2);
}

function apply(c: FrameCompiler, items: Items, expression: Primitive): void {
  c.arguments(items, expression.range);
  for (let i = 2; i < items.length; i++) c.emitter.op("CONS");
  callSymbol(c, c.unit.libraryCall("%apply"), 2);
}

/** ASET1 takes value, vector, index; the language evaluates vector, index, value. */
function vectorSet(c: FrameCompiler, items: Items, expression: Primitive): void {
  const { emitter } = c;
  const [vector, index, value] = items as [Expression, Expression, Expression];
  if (isFixed(value) || (isFixed(vector) && isFixed(index))) {
    c.arguments([value, vector, index], expression.range);
  } else {
    const mark = c.slotMark;
    c.argument(vector);
    c.argument(index);
    const slot = c.takeSlot(expression.range);
    c.storeRaw(slot);
    c.argument(value);
    emitter.at(expression.range, false);
    emitter.op("SWAP");
    c.raw(slot);
    c.releaseSlots(mark);
  }
  emitter.op("ASET1");
}

/** Does it make no difference when it is evaluated? */
function isFixed(item: Expression): boolean {
  return item.kind === "constant" || (item.kind === "local" && !item.binding.isAssigned);
}

// Tables and several results

function tableRef(c: FrameCompiler, items: Items, expression: Primitive): void {
  c.arguments(items, expression.range);
  if (items.length === 2) c.emitter.op("'NIL");
  callSymbol(c, c.unit.libraryCall("%table-ref"), 3);
}

/** One result is that result; others are an object with their list. */
function values(c: FrameCompiler, items: Items, expression: Primitive): void {
  const [only] = items;
  if (only !== undefined && items.length === 1) {
    c.argument(only);
    return;
  }
  list(c, items, expression);
  next(c, expression);
  c.emitter.op("SIC", [VALUES_TYPE]);
  opcodes(c, "CREATECELL SWAP RPLPTR.N:0");
}

// Output and errors

function printString(c: FrameCompiler, items: Items, expression: Primitive): void {
  host(c, items, expression, "DISPLAY");
  c.hostCall("NEWLINE", 0);
  c.emitter.op("POP");
}

function signal(c: FrameCompiler, items: Items, expression: Primitive): void {
  c.emitter.op("'0");
  c.arguments(items, expression.range);
  c.hostCall("ERROR", items.length + 1);
}

/** Index of `wrong-type` in `LISP_ERRORS`. */
const WRONG_TYPE_ERROR = 10;

function wrongType(c: FrameCompiler, items: Items, expression: Primitive): void {
  c.integer(WRONG_TYPE_ERROR);
  c.arguments(items, expression.range);
  c.hostCall("ERROR", 2);
}

function exit(c: FrameCompiler, items: Items, expression: Primitive): void {
  if (items.length === 0) c.emitter.op("'0");
  c.arguments(items, expression.range);
  c.hostCall("EXIT", 1);
}
