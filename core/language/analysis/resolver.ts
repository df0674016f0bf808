/**
 * Resolves names and takes special forms apart. One walk over the forms gives the tree that the compiler reads and the tables that the
 * language server reads, so both always agree on what a name means. Special forms are in `binding-forms.ts` and `control-forms.ts`.
 */
import { BUILTINS, type Builtin, NOT_AVAILABLE } from "../builtins.ts";
import { type Diagnostic, type Form, isMade, type Range } from "../forms.ts";
import { SPECIAL_FORMS } from "../special-forms.ts";
import { BINDING_FORMS } from "./binding-forms.ts";
import { CONTROL_FORMS } from "./control-forms.ts";
import { Expander, type Expansion, type Macro } from "./macros/expander.ts";
import { nearestName } from "./nearest-name.ts";
import { datumOf, NIL, quasiquote } from "./quotation.ts";
import type { RecordMember, RecordType } from "./records.ts";
import type {
  Arity,
  Binding,
  BindingKind,
  Continuation,
  Expression,
  Lambda,
  Loop,
  Reference,
  Scope,
  Use,
} from "./tree.ts";

export type ListForm = Extract<Form, { kind: "list" }>;
export type SymbolForm = Extract<Form, { kind: "symbol" }>;

export interface BindingDraft extends Binding {
  isWritten: boolean;
  member: RecordMember | null;
  macro: Macro | null;
  lambda: Lambda | null;
  isAssigned: boolean;
  references: Reference[];
  uses: Use[];
  /** Its value has been computed whenever the expression being resolved runs. */
  isReady: boolean;
}

export interface ScopeDraft extends Scope {
  readonly parent: ScopeDraft | null;
  readonly bindings: BindingDraft[];
}

/** Where an expression stands. */
export interface Context {
  readonly scope: ScopeDraft;
  readonly lambda: Lambda;
  readonly continuation: Continuation;
  readonly loop: Loop | null;
  /** Definitions here are global. */
  readonly isTopLevel: boolean;
}

/** Names from outside the text: what a debugger knows of the running program. */
export interface ExternalNames {
  readonly variables: ReadonlySet<string>;
  readonly functions: ReadonlyMap<string, Arity>;
  /** Built in for the library only. */
  readonly internals?: ReadonlyMap<string, Builtin>;
  readonly macros?: ReadonlyMap<string, Macro>;
}

/** Lists within lists, of which a text has at most 250. */
const MOST_NESTING = 400;
/** Macros that stand for calls of macros, one after the other. */
const MOST_TURNS = 100;
/** A search goes through all names that there are; a text that is no program has thousands to search for. */
const MAX_SUGGESTIONS = 50;

/** Special forms that define the name behind them. */
export const DEFINITIONS: ReadonlySet<string> = new Set(["define", "defun", "defmicro"]);

export type FormHandler = (resolver: Resolver, form: ListForm, context: Context) => Expression;

export class Resolver {
  readonly diagnostics: Diagnostic[] = [];
  readonly bindings: BindingDraft[] = [];
  readonly references: Reference[] = [];
  readonly scopes: ScopeDraft[] = [];
  readonly keywords: (Range & { name: string })[] = [];
  readonly quoted: Range[] = [];
  readonly globals = new Map<string, BindingDraft>();
  readonly types: RecordType[] = [];
  readonly expansions: Expansion[] = [];
  /** Definitions of functions of the file, for macros that call them. */
  readonly definitions: Map<string, ListForm> = new Map();
  private readonly expander = new Expander();
  /** What the calls of macros stand for: each is expanded once. */
  private readonly expanded = new Map<Form, Form>();
  private nesting = 0;
  /** Index of the top-level form being resolved. */
  formIndex = 0;
  /** What may have been meant by names that nothing has. */
  private readonly suggestions = new Map<string, string | null>();
  private readonly external: ExternalNames;
  private lambdaCount = 0;
  private loopCount = 0;

  constructor(external: ExternalNames) {
    this.external = external;
  }

  // Making things

  newScope(range: Range, parent: ScopeDraft | null): ScopeDraft {
    const scope: ScopeDraft = { start: range.start, end: range.end, parent, bindings: [] };
    this.scopes.push(scope);
    return scope;
  }
  newLoop(): Loop {
    return { id: this.loopCount++ };
  }
  newLambdaId(): number {
    return this.lambdaCount++;
  }

  newBinding(name: SymbolForm, kind: BindingKind, range: Range, context: Context, isGlobal = false): BindingDraft {
    const binding: BindingDraft = {
      id: this.bindings.length,
      name: name.name,
      kind,
      nameRange: { start: name.start, end: name.end },
      isWritten: !isMade(name),
      member: null,
      macro: null,
      range: { start: range.start, end: range.end },
      isGlobal,
      owner: context.lambda,
      lambda: null,
      isAssigned: false,
      formIndex: isGlobal ? this.formIndex : -1,
      references: [],
      uses: [],
      isReady: true,
    };
    this.bindings.push(binding);
    return binding;
  }

  /** Makes a local name visible in a scope; a second one of that name there is an error. */
  declare(name: SymbolForm, kind: BindingKind, range: Range, scope: ScopeDraft, context: Context): BindingDraft {
    if (scope.bindings.some((binding) => binding.name === name.name)) this.duplicate(name);
    const binding = this.newBinding(name, kind, range, context);
    scope.bindings.push(binding);
    return binding;
  }

  // Diagnostics

  error(range: Range, code: string, message: string): void {
    this.report(range, "error", code, message);
  }
  report(range: Range, severity: Diagnostic["severity"], code: string, message: string): void {
    const { start, end } = range;
    const made = this.expansions.findLast(({ range: call }) => call.start === start && call.end === end);
    const text = made === undefined ? message : `${message} (in what the macro ${made.name} makes of this)`;
    this.diagnostics.push({ start, end, severity, code, message: text });
  }
  /** The text there is data. */
  noteQuoted(form: Form): void {
    if (!isMade(form)) this.quoted.push({ start: form.start, end: form.end });
  }
  noteKeyword(head: SymbolForm): void {
    if (!isMade(head)) this.keywords.push({ name: head.name, start: head.start, end: head.end });
  }
  duplicate(name: SymbolForm): void {
    this.error(name, "duplicate-definition", `${name.name} is defined twice here: rename one of them`);
  }
  /** A special form that is not written as it has to be. An unclosed list has been reported by the reader already. */
  malformed(form: ListForm, what = ""): Expression {
    const head = form.items[0];
    const name = head?.kind === "symbol" ? head.name : "";
    const expected = SPECIAL_FORMS.get(name)?.syntax ?? "";
    const found = what === "" ? "" : `: ${what}`;
    if (form.isClosed) this.error(form, "malformed", `${name} is not complete${found}: expected ${expected}`);
    return this.nil(form);
  }
  nil(range: Range): Expression {
    return { kind: "constant", datum: NIL, range };
  }

  // Expressions

  /** The value is used inside the function: whatever follows, it is no return. */
  inner(context: Context): Context {
    const { scope, lambda, loop } = context;
    return { scope, lambda, continuation: { returnsFrom: null }, loop, isTopLevel: false };
  }

  resolve(form: Form, context: Context): Expression {
    switch (form.kind) {
      case "symbol":
        return this.resolveSymbol(form, context);
      case "list":
        return form.items.length === 0 ? this.nil(form) : this.resolveNested(form, context);
      case "quote":
        return form.form === null ? this.nil(form) : this.data(form.form, form);
      case "vector":
        return this.data(form, form);
      case "quasiquote":
        return form.form === null ? this.nil(form) : quasiquote(this, form.form, form, context);
      case "unquote":
      case "unquote-splicing":
        this.error(form, "malformed", "a comma has a meaning only inside a quasiquotation `( … )");
        return this.nil(form);
      default:
        return { kind: "constant", datum: datumOf(form), range: form };
    }
  }

  /** Resolves a value that an enclosing form uses. */
  resolveInner(form: Form, context: Context): Expression {
    return this.resolve(form, this.inner(context));
  }

  data(form: Form, range: Range): Expression {
    this.noteQuoted(form);
    return { kind: "constant", datum: datumOf(form), range };
  }

  /** What a name means here; null when nothing known has it. */
  lookUp(name: string, context: Context): BindingDraft | null {
    for (let scope: ScopeDraft | null = context.scope; scope !== null; scope = scope.parent) {
      // The latest of several definitions; only wrong programs have more than one.
      for (let i = scope.bindings.length - 1; i >= 0; i--) {
        const binding = scope.bindings[i];
        if (binding?.name === name) return binding;
      }
    }
    return this.globals.get(name) ?? null;
  }

  private isLocal(name: string, context: Context): boolean {
    return this.lookUp(name, context)?.isGlobal === false;
  }

  refer(symbol: SymbolForm, target: BindingDraft | Builtin | null, use: Reference["use"], context: Context): void {
    const reference: Reference = { name: symbol.name, start: symbol.start, end: symbol.end, target, use };
    if (!isMade(symbol)) this.references.push(reference);
    if (target === null || !("uses" in target)) return;
    if (!isMade(symbol)) target.references.push(reference);
    const { lambda, continuation } = context;
    target.uses.push({ kind: use, lambda, continuation, isEarly: !target.isReady });
  }

  private resolveSymbol(form: SymbolForm, context: Context): Expression {
    return this.resolveName(form, "value", context);
  }

  /** A name as a value or as the function of a call. */
  private resolveName(form: SymbolForm, use: "value" | "call", context: Context): Expression {
    const { name } = form;
    const binding = this.lookUp(name, context);
    const builtin = BUILTINS.get(name) ?? this.external.internals?.get(name);
    const { formIndex } = this;
    const { lambda } = context;
    if (binding !== null && binding.macro !== null) {
      this.refer(form, binding, use, context);
      this.error(
        form,
        "malformed",
        `${name} is a macro and has no value: write (${name} …), or a function that calls it`,
      );
      return this.nil(form);
    }
    if (binding !== null) {
      this.refer(form, binding, use, context);
      if (!binding.isGlobal) return { kind: "local", binding, range: form };
      return { kind: "global", name, binding, external: null, formIndex, lambda, range: form };
    }
    const external = this.external.functions.get(name) ?? null;
    if (external !== null || this.external.variables.has(name)) {
      this.refer(form, null, use, context);
      return { kind: "global", name, binding: null, external, formIndex, lambda, range: form };
    }
    if (builtin !== undefined) {
      this.refer(form, builtin, use, context);
      return { kind: "builtin", builtin, range: form };
    }
    this.unknown(form, use);
    return this.nil(form);
  }

  unknown(form: SymbolForm, use: "value" | "call" | "assign"): void {
    const { name } = form;
    const missing = NOT_AVAILABLE.get(name);
    if (missing !== undefined) {
      this.error(form, "not-available", `${name}: ${missing}`);
      return;
    }
    const special = SPECIAL_FORMS.get(name);
    if (special !== undefined) {
      this.error(form, "malformed", `${name} is a special form and has no value: write ${special.syntax}`);
      return;
    }
    const what = use === "call" ? "function" : "variable";
    const near = this.suggestionFor(name);
    const hint = near === null ? "define it, or correct the name" : `did you mean ${near}?`;
    this.error(form, `unbound-${what}`, `${what} ${name} is not defined: ${hint}`);
  }

  private suggestionFor(name: string): string | null {
    const found = this.suggestions.get(name);
    if (found !== undefined || this.suggestions.size >= MAX_SUGGESTIONS) return found ?? null;
    const near = nearestName(name, [...this.globals.keys(), ...BUILTINS.keys(), ...SPECIAL_FORMS.keys()]);
    this.suggestions.set(name, near);
    return near;
  }

  /** What macros make may be nested deeper than any text that is read. */
  private resolveNested(form: ListForm, context: Context): Expression {
    if (this.nesting >= MOST_NESTING) {
      this.error(form, "malformed", `what macros make here is nested more than ${MOST_NESTING} deep`);
      return this.nil(form);
    }
    this.nesting++;
    const meant = this.expand(form, context);
    const resolved = meant === form ? this.resolveList(form, context) : this.resolve(meant, context);
    this.nesting--;
    return resolved;
  }

  // Macros

  /** The macro that a form calls; null when it calls none. A macro is known behind its definition. */
  private macroOf(form: Form, context: Context): Macro | null {
    const head = form.kind === "list" && form.tail === null ? form.items[0] : undefined;
    if (head?.kind !== "symbol") return null;
    const binding = this.lookUp(head.name, context);
    if (binding === null) return this.isExternal(head.name) ? null : (this.external.macros?.get(head.name) ?? null);
    if (binding.macro === null) return null;
    return form.start >= binding.macro.range.end ? binding.macro : null;
  }

  /** The form that a call of a macro stands for, until that is no such call any more; other forms as they are. */
  expand(form: Form, context: Context): Form {
    let at = form;
    for (let turns = 0; ; turns++) {
      const macro = this.macroOf(at, context);
      if (macro === null || at.kind !== "list") return at;
      const known = this.expanded.get(at);
      const next: Form = known ?? this.expandOnce(macro, at, turns);
      this.expanded.set(at, next);
      at = next;
    }
  }

  private expandOnce(macro: Macro, call: ListForm, turns: number): Form {
    const head = call.items[0] as SymbolForm;
    const binding = this.globals.get(head.name);
    if (binding !== undefined && !isMade(head)) {
      const reference: Reference = { name: head.name, start: head.start, end: head.end, target: binding, use: "call" };
      this.references.push(reference);
      binding.references.push(reference);
    }
    const result =
      turns < MOST_TURNS
        ? this.expander.expand(macro, call)
        : { problem: `it makes a call of a macro again and again` };
    if ("form" in result) {
      const { start, end } = call;
      const nameRange = { start: head.start, end: head.end };
      this.expansions.push({ range: { start, end }, nameRange, name: macro.name, form: result.form });
      return result.form;
    }
    if (call.isClosed) this.error(call, "macro", `the macro ${macro.name} cannot be expanded: ${result.problem}`);
    return { kind: "constant", value: "nil", id: call.id, start: call.start, end: call.end };
  }

  private resolveList(form: ListForm, context: Context): Expression {
    const head = form.items[0] as Form;
    if (form.tail !== null) {
      this.error(form.tail, "malformed", "a call or special form cannot have a dot: quote the list if it is data");
      return this.nil(form);
    }
    if (head.kind !== "symbol") return this.call(this.resolveInner(head, context), form, context);
    const handler = this.isLocal(head.name, context) ? undefined : formHandler(head.name);
    if (handler !== undefined) {
      this.noteKeyword(head);
      return handler(this, form, context);
    }
    const missing = NOT_AVAILABLE.get(head.name);
    if (missing !== undefined && this.lookUp(head.name, context) === null && !this.isExternal(head.name)) {
      this.error(form, "not-available", `${head.name}: ${missing}`);
      return this.nil(form);
    }
    return this.call(this.resolveName(head, "call", context), form, context);
  }

  isExternal(name: string): boolean {
    return this.external.functions.has(name) || this.external.variables.has(name);
  }

  private call(callee: Expression, form: ListForm, context: Context): Expression {
    const items = form.items.slice(1).map((item) => this.resolveInner(item, context));
    if (callee.kind === "builtin") {
      const { builtin } = callee;
      if (!this.checkCount(builtin.name, builtin, items.length, form)) return this.nil(form);
      return { kind: "primitive", builtin, items, range: form };
    }
    const member = callee.kind === "global" ? (callee.binding?.member ?? null) : null;
    if (member !== null && callee.kind === "global") {
      const { required } = callee.binding?.lambda ?? { required: 0 };
      if (!this.checkCount(callee.name, { least: required, most: required }, items.length, form)) return this.nil(form);
      return { kind: "record", member, items, range: form };
    }
    if (callee.kind === "global" && callee.external !== null) {
      this.checkCount(callee.name, callee.external, items.length, form);
    }
    const head = form.items[0];
    if (callee.kind === "constant" && head?.kind !== "symbol" && form.isClosed) {
      this.error(form, "not-a-function", "the first form of a call must be a function: quote the list if it is data");
    }
    const { continuation } = context;
    return { kind: "call", callee, items, continuation, range: form };
  }

  /** Says so when a call has the wrong number of arguments. */
  checkCount(name: string, arity: Arity, given: number, form: ListForm | Range): boolean {
    if (given >= arity.least && (arity.most === null || given <= arity.most)) return true;
    if ("isClosed" in form && !form.isClosed) return false;
    this.error(
      form,
      "argument-count",
      `${name} takes ${describeArity(arity)}, ${given} ${given === 1 ? "is" : "are"} given`,
    );
    return false;
  }

  // Bodies

  /**
   * The forms of a body in order, the last one as its value. Definitions among them are local to the body and visible in all of it.
   * At the top level they are global.
   */
  resolveBody(written: readonly Form[], range: Range, context: Context): Expression {
    const forms = written.map((form) => this.expand(form, context));
    const definitions = context.isTopLevel ? [] : forms.filter((form) => this.definedName(form, context) !== null);
    if (definitions.length === 0) return this.sequence(forms, range, context);
    const scope = this.newScope(range, context.scope);
    const inside = { ...context, scope };
    for (const form of definitions) {
      const name = this.definedName(form, context) as SymbolForm;
      const binding = this.declare(name, definesFunction(form) ? "function" : "local", form, scope, context);
      binding.isReady = false;
    }
    const body = this.sequence(forms, range, inside);
    return { kind: "block", bindings: scope.bindings, body, continuation: context.continuation, range };
  }

  sequence(forms: readonly Form[], range: Range, context: Context): Expression {
    if (forms.length === 0) return this.nil(range);
    const last = forms.length - 1;
    const before = { ...context, continuation: { returnsFrom: null } };
    const items = forms.map((form, i) => this.resolve(form, i < last ? before : context));
    return items.length === 1 ? (items[0] as Expression) : { kind: "sequence", items, range };
  }

  /** The name that a form defines, when it is a definition. */
  definedName(form: Form, context: Context): SymbolForm | null {
    if (form.kind !== "list") return null;
    const [head, target] = form.items;
    if (head?.kind !== "symbol" || !DEFINITIONS.has(head.name)) return null;
    if (this.isLocal(head.name, context)) return null;
    const name = target?.kind === "list" ? target.items[0] : target;
    return name?.kind === "symbol" ? name : null;
  }
}

/** Is it the definition of a function, as far as its shape tells? */
export function definesFunction(form: Form): boolean {
  if (form.kind !== "list") return false;
  const [head, target, value] = form.items;
  if (head?.kind === "symbol" && head.name !== "define" && DEFINITIONS.has(head.name)) return true;
  if (target?.kind === "list") return true;
  const first = value?.kind === "list" ? value.items[0] : undefined;
  return first?.kind === "symbol" && first.name === "lambda";
}

export function describeArity(arity: Arity): string {
  const plural = (count: number) => `${count} argument${count === 1 ? "" : "s"}`;
  if (arity.most === null) return arity.least === 0 ? "any number of arguments" : `at least ${plural(arity.least)}`;
  return arity.least === arity.most ? plural(arity.least) : `${arity.least} to ${plural(arity.most)}`;
}

function formHandler(name: string): FormHandler | undefined {
  return BINDING_FORMS.get(name) ?? CONTROL_FORMS.get(name);
}
