/** Records: instances of the types that a program defines, made and read by the instructions of the machine. */
import { FIRST_PROGRAM_TYPE, RECORD } from "../../../isa/record-types.ts";
import { LISP_ERRORS } from "../../../isa/subrs.ts";
import type { RecordField, RecordType } from "../../analysis/records.ts";
import type { Expression } from "../../analysis/tree.ts";
import { symbol } from "../emitter.ts";
import type { FrameCompiler } from "../frame-compiler.ts";
import { next } from "../plan/planned.ts";
import { truth } from "../primitives.ts";

type RecordExpression = Extract<Expression, { kind: "record" }>;

const CELL_WORDS = 2;
const NOT_A_RECORD = LISP_ERRORS.findIndex((error) => error.name === "not-a-record");

/** Leaves the value of the call on the stack. */
export function record(c: FrameCompiler, expression: RecordExpression): void {
  const { member, items, range } = expression;
  const { type, field } = member;
  switch (member.operation) {
    case "make":
      c.arguments(items, range);
      next(c, expression);
      make(c, type);
      return;
    case "test":
      c.arguments(items, range);
      c.emitter.op("TYPEP", [typeNumber(type)]);
      truth(c);
      return;
    case "get":
      c.arguments(items, range);
      check(c, type);
      if (field !== null) c.emitter.op("GETBASEPTR.N", [offsetOf(field)]);
      return;
    case "set": {
      const [object, value] = items;
      if (object === undefined || value === undefined || field === null) return;
      c.arguments([object], range);
      check(c, type);
      c.arguments([value], range);
      store(c, field);
    }
  }
}

function typeNumber(type: RecordType): number {
  return FIRST_PROGRAM_TYPE + type.index;
}

/** In words. */
function offsetOf(field: RecordField): number {
  return CELL_WORDS * field.index;
}

/** The values of the fields are on the stack; the new object takes their place. Nothing is allocated between them and the object. */
function make(c: FrameCompiler, type: RecordType): void {
  c.integer(typeNumber(type));
  c.emitter.op("CREATECELL");
  for (const field of type.fields.toReversed()) {
    c.emitter.op("SWAP");
    store(c, field);
  }
}

/** Object and value are on the stack; the object stays. */
function store(c: FrameCompiler, field: RecordField): void {
  if (!field.isWeak) {
    c.emitter.op("RPLPTR.N", [offsetOf(field)]);
    return;
  }
  c.integer(offsetOf(field));
  c.integer(RECORD.STORE_WEAK);
  c.hostCall("RECORD", 4);
}

/** The error `not-a-record` unless the top of the stack, which stays, is an instance. */
function check(c: FrameCompiler, type: RecordType): void {
  const { emitter } = c;
  const right = emitter.newLabel();
  emitter.op("COPY");
  emitter.op("TYPEP", [typeNumber(type)]);
  emitter.jump("TJUMP", right);
  c.integer(NOT_A_RECORD);
  emitter.op("SWAP");
  emitter.literal("ACONST", symbol(type.name));
  c.hostCall("ERROR", 3);
  emitter.label(right);
}
