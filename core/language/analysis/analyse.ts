/** From a source text to its `Analysis`: globals first, then every top-level form, then what only shows at the end. */
import { BUILTINS } from "../builtins.ts";
import type { Form } from "../forms.ts";
import { read } from "../reader.ts";
import { SPECIAL_FORMS } from "../special-forms.ts";
import { declareType, typeDefinition } from "./define-type.ts";
import { declareMacro, macroDefinition } from "./macros/define-macro.ts";
import {
  type Context,
  DEFINITIONS,
  definesFunction,
  type ExternalNames,
  Resolver,
  type SymbolForm,
} from "./resolver.ts";
import type { Analysis, Binding, Expression, Lambda } from "./tree.ts";

const NO_NAMES: ExternalNames = { variables: new Set(), functions: new Map() };
/** Most functions of `defmicro`: as many as there are numbers from 100 to 254. */
const MOST_MICROS = 155;
const BLOCKS: ReadonlySet<string> = new Set(["begin", "do", "progn"]);

/**
 * Analyses a source text. Never fails: what is wrong stands in `diagnostics`.
 *
 * @param parameters names that are parameters of the whole text, for expressions that a debugger evaluates
 */
export function analyse(text: string, external = NO_NAMES, parameters: readonly string[] = []): Analysis {
  const { forms, diagnostics, comments } = read(text);
  const resolver = new Resolver(external);
  for (const problem of diagnostics) resolver.diagnostics.push(problem);
  const range = { start: 0, end: text.length };
  const scope = resolver.newScope(range, null);
  const topLevel = { ...emptyLambda(resolver), range };
  const continuation = { returnsFrom: topLevel };
  const context: Context = { scope, lambda: topLevel, continuation, loop: null, isTopLevel: true };
  const given = parameters.map((name) => {
    const symbol: SymbolForm = { kind: "symbol", name, id: -1, start: 0, end: 0 };
    return resolver.declare(symbol, "parameter", symbol, scope, context);
  });
  const units: Form[] = [];
  for (const form of forms) addUnits(resolver, form, context, units);
  const program = units.map((form, index) => {
    resolver.formIndex = index;
    const isLast = index === units.length - 1;
    return resolver.resolve(form, isLast ? context : { ...context, continuation: { returnsFrom: null } });
  });
  Object.assign(topLevel, { parameters: given, required: given.length, continuation });
  checkCalls(resolver, program);
  checkMicros(resolver, program);
  hintUnused(resolver);
  return {
    text,
    forms,
    comments,
    diagnostics: resolver.diagnostics.toSorted((a, b) => a.start - b.start),
    // Local variables that a macro made mean nothing in the text.
    bindings: resolver.bindings.filter(
      ({ nameRange, isWritten, isGlobal }) => nameRange.end > 0 && (isWritten || isGlobal),
    ),
    references: resolver.references.toSorted((a, b) => a.start - b.start),
    scopes: resolver.scopes,
    keywords: resolver.keywords,
    quoted: resolver.quoted,
    types: resolver.types,
    expansions: resolver.expansions,
    topLevel,
    program,
  };
}

function emptyLambda(resolver: Resolver): Lambda {
  const range = { start: 0, end: 0 };
  return {
    id: resolver.newLambdaId(),
    name: "top level",
    range,
    parameters: [],
    required: 0,
    hasRest: false,
    isMicro: false,
    body: resolver.nil(range),
    parent: null,
    continuation: { returnsFrom: null },
  };
}

/**
 * Adds a top-level form, expanded, with the blocks among them opened that contain definitions; and defines what it defines, in the order of the text,
 * because macros are used while the text is read.
 */
function addUnits(resolver: Resolver, written: Form, context: Context, units: Form[]): void {
  const form = resolver.expand(written, context);
  const [head, ...items] = form.kind === "list" && form.tail === null ? form.items : [];
  const isBlock = head?.kind === "symbol" && BLOCKS.has(head.name);
  if (isBlock && items.some((item) => isDefinition(resolver.expand(item, context)))) {
    resolver.noteKeyword(head);
    for (const item of items) addUnits(resolver, item, context, units);
    return;
  }
  resolver.formIndex = units.length;
  units.push(form);
  defineGlobal(resolver, form, context);
}

function isDefinition(form: Form): boolean {
  if (form.kind !== "list") return false;
  const [head, ...items] = form.items;
  if (head?.kind !== "symbol") return false;
  if (DEFINITIONS.has(head.name) || typeDefinition(form) !== null || macroDefinition(form) !== null) return true;
  return BLOCKS.has(head.name) && items.some(isDefinition);
}

function defineGlobal(resolver: Resolver, form: Form, context: Context): void {
  const type = typeDefinition(form);
  if (type !== null) {
    declareType(resolver, type, context);
    return;
  }
  const macro = macroDefinition(form);
  if (macro !== null) {
    declareMacro(resolver, macro, context);
    return;
  }
  const name = resolver.definedName(form, context);
  if (name === null) return;
  if (SPECIAL_FORMS.has(name.name)) {
    resolver.error(name, "malformed", `${name.name} is a special form and cannot be defined`);
    return;
  }
  const first = resolver.globals.get(name.name);
  if (first !== undefined) {
    resolver.duplicate(name);
    // What comes with a type keeps its meaning.
    if (first.member === null && first.macro === null) first.isAssigned = true;
    return;
  }
  const kind = definesFunction(form) ? "function" : "variable";
  if (form.kind === "list" && kind === "function") resolver.definitions.set(name.name, form);
  resolver.globals.set(name.name, resolver.newBinding(name, kind, form, context, true));
}

/** Calls of functions that the file defines, now that it is known which of them are never assigned. */
function checkCalls(resolver: Resolver, program: readonly Expression[]): void {
  const visit = (expression: Expression): void => {
    if (expression.kind === "call") {
      const { callee } = expression;
      const binding = callee.kind === "local" || callee.kind === "global" ? callee.binding : null;
      const lambda =
        callee.kind === "lambda" ? callee.lambda : binding !== null && !binding.isAssigned ? binding.lambda : null;
      if (lambda !== null) {
        const arity = { least: lambda.required, most: lambda.hasRest ? null : lambda.required };
        resolver.checkCount(binding?.name ?? "this function", arity, expression.items.length, expression.range);
      }
    }
    eachChild(expression, visit);
  };
  for (const expression of program) visit(expression);
}

/** Operations in microcode have the numbers 100 to 254. */
function checkMicros(resolver: Resolver, program: readonly Expression[]): void {
  const micros = program.filter(({ kind, ...form }) => {
    const value = kind === "define-global" && "value" in form ? form.value : null;
    return value?.kind === "lambda" && value.lambda.isMicro;
  });
  for (const { range } of micros.slice(MOST_MICROS)) {
    resolver.error(
      range,
      "too-many-micros",
      `a program has at most ${MOST_MICROS} of defmicro (numbers 100 to 254): use define`,
    );
  }
}

/** The expressions directly inside an expression, in the order of their evaluation; bodies of functions included. */
export function children(expression: Expression): readonly Expression[] {
  const found: Expression[] = [];
  eachChild(expression, (child) => found.push(child));
  return found;
}

/** Visits `children` without making a list of them: for walks over a whole program. */
export function eachChild(expression: Expression, visit: (child: Expression) => void): void {
  switch (expression.kind) {
    case "constant":
    case "local":
    case "global":
    case "builtin":
    case "break":
    case "continue":
      return;
    case "set-local":
    case "set-global":
    case "define-global":
    case "define-local":
      visit(expression.value);
      return;
    case "if":
      visit(expression.test);
      visit(expression.consequent);
      visit(expression.alternative);
      return;
    case "cond":
      for (const { test, passed, body } of expression.clauses) {
        if (test !== null) visit(test);
        if (passed !== null) visit(passed);
        if (body !== null) visit(body);
      }
      return;
    case "case":
      visit(expression.key);
      for (const { body } of expression.clauses) visit(body);
      return;
    case "and":
    case "or":
    case "sequence":
    case "primitive":
    case "record":
      for (const item of expression.items) visit(item);
      return;
    case "bind":
      for (const value of expression.values) visit(value);
      visit(expression.body);
      return;
    case "block":
    case "arena":
      visit(expression.body);
      return;
    case "while":
      visit(expression.test);
      visit(expression.body);
      return;
    case "for":
      visit(expression.from);
      visit(expression.to);
      if (expression.step !== null) visit(expression.step);
      visit(expression.body);
      return;
    case "lambda":
      visit(expression.lambda.body);
      return;
    case "call":
      visit(expression.callee);
      for (const item of expression.items) visit(item);
  }
}

function hintUnused(resolver: Resolver): void {
  for (const binding of resolver.bindings) {
    if (binding.kind !== "local" || !binding.isWritten || binding.name.startsWith("_") || isUsed(binding)) continue;
    const what = binding.references.length > 0 ? "is assigned but never used" : "is never used";
    resolver.report(binding.nameRange, "hint", "unused", `${binding.name} ${what}`);
  }
}

function isUsed(binding: Binding): boolean {
  return binding.uses.some((use) => use.kind !== "assign");
}

/** Is this a name that the language gives a meaning? */
export function isBuiltIn(name: string): boolean {
  return BUILTINS.has(name) || SPECIAL_FORMS.has(name);
}
