/**
 * The special form `define-type`: a machine type with its constructor, predicate, accessors and setters, which are functions of the file. Calls of them
 * become `record` expressions; as values they are functions whose body is one.
 */
import { MOST_FIELDS, MOST_PROGRAM_TYPES } from "../../isa/record-types.ts";
import type { Form, Range } from "../forms.ts";
import { unclearField } from "./lifetimes/type-shapes.ts";
import {
  FIELD_MARKS,
  type FieldMark,
  isBackName,
  memberName,
  type RecordField,
  type RecordMember,
  type RecordType,
} from "./records.ts";
import type { BindingDraft, Context, ListForm, Resolver, SymbolForm } from "./resolver.ts";
import type { Binding, Expression, Lambda } from "./tree.ts";

const SYNTAX = "a field is a name, or (name weak), (name back), (name strong)";

/** The form when it is a definition of a type; else null. */
export function typeDefinition(form: Form): ListForm | null {
  const head = form.kind === "list" ? form.items[0] : undefined;
  return form.kind === "list" && head?.kind === "symbol" && head.name === "define-type" ? form : null;
}

/** Declares the type and its functions, before anything of the file is resolved. What is wrong is reported when the form itself is. */
export function declareType(resolver: Resolver, form: ListForm, context: Context): void {
  const name = form.items[1];
  if (name?.kind !== "symbol") return;
  if (resolver.types.some((type) => type.name === name.name)) {
    resolver.duplicate(name);
    return;
  }
  if (resolver.types.length >= MOST_PROGRAM_TYPES) {
    resolver.error(name, "too-many-types", `a program has at most ${MOST_PROGRAM_TYPES} types`);
    return;
  }
  const type: RecordType = {
    name: name.name,
    nameRange: { start: name.start, end: name.end },
    range: { start: form.start, end: form.end },
    fields: fieldsOf(resolver, form),
    index: resolver.types.length,
  };
  resolver.types.push(type);
  for (const member of membersOf(type)) declareMember(resolver, name, member, context);
}

function fieldsOf(resolver: Resolver, form: ListForm): readonly RecordField[] {
  const fields: RecordField[] = [];
  for (const item of form.items.slice(2)) {
    const field = fieldOf(resolver, item, fields.length);
    if (field === null) continue;
    if (fields.some(({ name }) => name === field.name)) {
      const { start, end } = field.nameRange;
      resolver.duplicate({ kind: "symbol", name: field.name, id: -1, start, end });
    } else fields.push(field);
  }
  if (fields.length > MOST_FIELDS) {
    resolver.error(form, "too-many-variables", `a type has at most ${MOST_FIELDS} fields, this one ${fields.length}`);
  }
  return fields.slice(0, MOST_FIELDS);
}

function fieldOf(resolver: Resolver, form: Form, index: number): RecordField | null {
  const [symbol, marked, ...more] = form.kind === "list" && form.tail === null ? form.items : [form];
  if (symbol?.kind !== "symbol" || more.length > 0) {
    resolver.error(form, "malformed", `expected a field: ${SYNTAX}`);
    return null;
  }
  let mark: FieldMark | null = null;
  if (marked !== undefined) {
    mark = FIELD_MARKS.find((known) => marked.kind === "symbol" && marked.name === known) ?? null;
    if (mark === null)
      resolver.error(marked, "malformed", `unknown mark of a field: expected ${FIELD_MARKS.join(", ")}`);
    else resolver.noteQuoted(marked);
  }
  const { name } = symbol;
  const unclear = unclearField({ name, mark });
  if (unclear !== null) resolver.report(symbol, "warning", "unclear-field", unclear);
  const isWeak = mark === null ? isBackName(name) : mark !== "strong";
  const nameRange = { start: symbol.start, end: symbol.end };
  return { name, mark, isWeak, nameRange, range: { start: form.start, end: form.end }, index };
}

function membersOf(type: RecordType): RecordMember[] {
  const members: RecordMember[] = [
    { operation: "make", type, field: null },
    { operation: "test", type, field: null },
  ];
  for (const field of type.fields) members.push({ operation: "get", type, field }, { operation: "set", type, field });
  return members;
}

function declareMember(resolver: Resolver, typeName: SymbolForm, member: RecordMember, context: Context): void {
  const name = memberName(member);
  const { start, end } = member.field?.nameRange ?? typeName;
  const symbol: SymbolForm = { kind: "symbol", name, id: typeName.id, start, end };
  if (resolver.globals.has(name)) {
    resolver.error(
      typeName,
      "duplicate-definition",
      `${name}, a function of type ${member.type.name}, is defined twice here: rename one of them`,
    );
    return;
  }
  const binding = resolver.newBinding(symbol, "function", member.type.range, context, true);
  binding.member = member;
  binding.isWritten = false;
  binding.lambda = memberLambda(resolver, binding, member, { start, end }, context);
  resolver.globals.set(name, binding);
}

/** The member as a function: its body is the operation on its parameters. */
function memberLambda(
  resolver: Resolver,
  binding: Binding,
  member: RecordMember,
  range: Range,
  context: Context,
): Lambda {
  const { type, operation, field } = member;
  const names =
    operation === "make"
      ? type.fields.map(({ name }) => name)
      : operation === "set"
        ? [type.name, (field as RecordField).name]
        : [operation === "test" ? "x" : type.name];
  const lambda: Lambda = {
    id: resolver.newLambdaId(),
    name: binding.name,
    range,
    parameters: [],
    required: names.length,
    hasRest: false,
    isMicro: false,
    body: resolver.nil(range),
    parent: context.lambda,
    continuation: { returnsFrom: null },
  };
  const continuation = { returnsFrom: lambda };
  const inside: Context = { ...context, lambda, continuation };
  const parameters = names.map((name) => hiddenParameter(resolver, name, inside));
  const items: Expression[] = parameters.map((parameter) => ({ kind: "local", binding: parameter, range }));
  return Object.assign(lambda, { parameters, continuation, body: { kind: "record", member, items, range } });
}

/** A parameter that stands nowhere in the text. */
function hiddenParameter(resolver: Resolver, name: string, context: Context): BindingDraft {
  const nowhere = { start: 0, end: 0 };
  const symbol: SymbolForm = { kind: "symbol", name, id: -1, ...nowhere };
  const parameter = resolver.newBinding(symbol, "parameter", nowhere, context);
  parameter.uses.push({ kind: "value", lambda: context.lambda, continuation: { returnsFrom: null }, isEarly: false });
  return parameter;
}

/** The form itself: the definitions of the functions, which need no code here. */
export function defineType(resolver: Resolver, form: ListForm, context: Context): Expression {
  const name = form.items[1];
  if (name?.kind !== "symbol") {
    return resolver.malformed(form, name === undefined ? "" : "the name of the type must be a symbol");
  }
  if (!context.isTopLevel) {
    resolver.error(form, "malformed", "a type can only be defined at the top level");
    return resolver.nil(form);
  }
  const items: Expression[] = [];
  for (const binding of resolver.globals.values()) {
    if (binding.member?.type.range.start !== form.start || binding.lambda === null) continue;
    const value: Expression = { kind: "lambda", lambda: binding.lambda, range: form };
    items.push({ kind: "define-global", binding, value, range: form });
  }
  return { kind: "sequence", items, range: form };
}
