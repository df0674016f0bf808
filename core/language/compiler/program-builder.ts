/**
 * Collects the code blocks of a program: entries, functions, and the library functions that they use, until nothing more is asked for.
 */
import { assert } from "../../base/errors.ts";
import type { CodeBlock, Program } from "../../isa/code-block.ts";
import type { Strategy } from "../../isa/plan.ts";
import type { RecordLayout } from "../../isa/record-types.ts";
import { analyse, children } from "../analysis/analyse.ts";
import type { ActionTable, ExpressionActions } from "../analysis/lifetimes/actions.ts";
import { actionsOf } from "../analysis/lifetimes/flow/actions/actions-of.ts";
import { lifetimesOf } from "../analysis/lifetimes/lifetimes.ts";
import type { Lifetimes } from "../analysis/lifetimes/plan.ts";
import type { ExternalNames } from "../analysis/resolver.ts";
import type { Analysis, Expression, GlobalExpression, Lambda } from "../analysis/tree.ts";
import { INTERNAL_BUILTINS } from "../builtins.ts";
import type { Diagnostic, Range } from "../forms.ts";
import { applyBlock } from "./apply.ts";
import { FrameCompiler, type Unit } from "./frame-compiler.ts";
import { compileFunction } from "./functions.ts";
import { APPLY, librarySource, VALUE_PREFIX, valueFunction } from "./library.ts";
import { type Plan, plan } from "./plan/plan.ts";
import { performAll } from "./plan/planned.ts";

const LIBRARY_NAMES: ExternalNames = { variables: new Set(), functions: new Map(), internals: INTERNAL_BUILTINS };
/** A top level longer than this goes on in a further entry. */
const ENTRY_BYTES = 6000;

export class ProgramBuilder {
  readonly diagnostics: Diagnostic[] = [];
  /** The lifetime plan; null when the code is to have none. */
  actions: ActionTable | null = null;
  private lifetimes: Lifetimes | null = null;
  private readonly blocks: (CodeBlock | null)[] = [];
  private readonly entries: number[] = [];
  private readonly definitions: { name: string; block: number }[] = [];
  private types: readonly RecordLayout[] = [];
  private readonly waiting: (() => void)[] = [];
  /** Library functions come last, when it is known which of them are used as values. */
  private readonly waitingLibrary: (() => void)[] = [];
  /** Library functions asked for: `true` when also as a value. */
  private readonly library = new Map<string, boolean>();
  /** Names that the program defines itself: a library function of that name gets another symbol. */
  private readonly taken: ReadonlySet<string>;

  constructor(taken: ReadonlySet<string>) {
    this.taken = taken;
  }

  /** Adds the top level of a program as entries, and all its functions. */
  addProgram(analysis: Analysis, usesPlan: boolean): void {
    if (usesPlan) {
      this.lifetimes = lifetimesOf(analysis);
      this.actions = actionsOf(analysis, this.lifetimes);
    }
    const unit = new UnitCompiler(this, analysis, false);
    let c = new FrameCompiler(unit, analysis.topLevel);
    for (const expression of analysis.program) {
      if (c.emitter.roughBytes > ENTRY_BYTES) {
        this.addEntry(c);
        c = new FrameCompiler(unit, analysis.topLevel);
      }
      c.statement(expression, "effect");
    }
    performAll(c, this.actions?.atEnd ?? []);
    this.addEntry(c);
    this.defineFunctions(analysis, unit);
    this.types = analysis.types.map(({ name, fields }) => ({
      name,
      fields: fields.map(({ name: field, mark, isWeak }) => ({ name: field, mark, isWeak })),
    }));
  }

  /** Adds a text as one entry that takes arguments and returns the value of its last form. */
  addExpression(analysis: Analysis): void {
    const unit = new UnitCompiler(this, analysis, false);
    const c = new FrameCompiler(unit, analysis.topLevel);
    const { parameters } = analysis.topLevel;
    const handles = parameters.map((binding, index) => c.place(binding, { place: "argument", index }));
    if (analysis.program.length === 0) c.emitter.op("'NIL");
    else c.sequence(analysis.program, "value");
    c.emitter.return();
    for (const handle of handles) c.emitter.endVariable(handle);
    const count = parameters.length;
    const header = { name: "evaluation", argumentCount: count, requiredCount: count, isClosure: false };
    this.entries.push(this.add(c.finishBlock(header), analysis.topLevel.range, "the expression"));
    this.defineFunctions(analysis, unit);
  }

  /** Makes what has been asked for; the program, or null when there were errors. */
  finish(): Program | null {
    const next = () => this.waiting.shift() ?? this.waitingLibrary.shift();
    for (let make = next(); make !== undefined; make = next()) make();
    if (this.diagnostics.some((diagnostic) => diagnostic.severity === "error")) return null;
    const blocks = this.blocks.filter((block) => block !== null);
    return { blocks, entries: this.entries, definitions: this.definitions, types: this.types };
  }

  private addEntry(c: FrameCompiler): void {
    c.emitter.op("'NIL");
    c.emitter.return();
    const header = { name: "top level", argumentCount: 0, requiredCount: 0, isClosure: false };
    this.entries.push(this.add(c.finishBlock(header), c.frame.range, "the top level"));
  }

  private defineFunctions(analysis: Analysis, unit: UnitCompiler): void {
    for (const { name, lambda, isGlobal, isAssigned } of analysis.bindings) {
      if (isGlobal && lambda !== null && !isAssigned) this.definitions.push({ name, block: unit.blockOf(lambda) });
    }
  }

  error(range: Range, code: string, message: string): void {
    this.diagnostics.push({ start: range.start, end: range.end, severity: "error", code, message });
  }

  add(block: CodeBlock | null, range: Range, what: string): number {
    const index = this.reserve();
    this.fill(index, block, range, what);
    return index;
  }
  reserve(): number {
    return this.blocks.push(null) - 1;
  }
  fill(index: number, block: CodeBlock | null, range: Range, what: string): void {
    if (block === null) this.error(range, "too-long", `${what} is too long for the machine's jumps (32 KB): divide it`);
    this.blocks[index] = block;
  }
  later(make: () => void): void {
    this.waiting.push(make);
  }

  /** Takes a library function into the program; the symbol that it is called by. */
  useLibrary(name: string, asValue: boolean): string {
    const shown = name.startsWith(VALUE_PREFIX) ? name.slice(VALUE_PREFIX.length) : name;
    const symbol = this.taken.has(shown) ? `lisp:${shown}` : shown;
    const isKnown = this.library.has(name);
    this.library.set(name, asValue || this.library.get(name) === true);
    if (!isKnown) {
      const index = this.reserve();
      this.definitions.push({ name: symbol, block: index });
      this.waitingLibrary.push(() => this.compileLibrary(name, shown, index));
    }
    return symbol;
  }

  private compileLibrary(name: string, shown: string, index: number): void {
    const range = { start: 0, end: 0 };
    if (name === APPLY) {
      this.fill(index, applyBlock(), range, name);
      return;
    }
    // What is known of the lifetimes in a library function holds for the tree that was analysed.
    const analysis = this.lifetimes?.library.get(name) ?? analyse(librarySource(name), LIBRARY_NAMES);
    const unit = new UnitCompiler(this, analysis, true);
    const lambda = analysis.bindings.find((binding) => binding.isGlobal)?.lambda;
    if (lambda === null || lambda === undefined) return;
    // A value can be called with any number of arguments.
    const asValue = this.library.get(name) === true;
    this.fill(index, compileFunction(new FrameCompiler(unit, lambda), lambda, asValue, shown), range, name);
  }
}

/**
 * The code of one definition in the library's own language, which may call host functions and opcodes only.
 *
 * @param name frame name of the block
 */
export function compileAlone(source: string, name: string): CodeBlock {
  const analysis = analyse(source, LIBRARY_NAMES);
  const builder = new ProgramBuilder(new Set());
  const unit = new UnitCompiler(builder, analysis, true);
  const lambda = analysis.bindings.find((binding) => binding.isGlobal)?.lambda ?? null;
  assert(lambda !== null && analysis.diagnostics.length === 0, `library text of ${name}`);
  const block = compileFunction(new FrameCompiler(unit, lambda), lambda, false, name);
  assert(block !== null && builder.finish()?.blocks.length === 0, `${name} needs other functions`);
  return block;
}

/** What the functions of one text share. */
class UnitCompiler implements Unit {
  readonly plan: Plan;
  readonly isLibrary: boolean;
  private readonly builder: ProgramBuilder;
  private readonly indices = new Map<Lambda, number>();
  /** Index of the first top-level form that may run a function of the file. */
  private readonly firstCall: number;

  constructor(builder: ProgramBuilder, analysis: Analysis, isLibrary: boolean) {
    this.builder = builder;
    this.isLibrary = isLibrary;
    this.plan = plan(analysis.program, analysis.topLevel);
    const first = analysis.program.findIndex(mayCall);
    this.firstCall = first < 0 ? analysis.program.length : first;
  }

  blockOf(lambda: Lambda): number {
    const known = this.indices.get(lambda);
    if (known !== undefined) return known;
    const index = this.builder.reserve();
    this.indices.set(lambda, index);
    this.builder.later(() => {
      const c = new FrameCompiler(this, lambda);
      const block = compileFunction(c, lambda, this.plan.checksCount(lambda));
      this.builder.fill(index, block, lambda.range, `function ${lambda.name}`);
    });
    return index;
  }

  libraryCall(name: string): string {
    return this.builder.useLibrary(name, false);
  }
  libraryValue(name: string): string {
    return this.builder.useLibrary(valueFunction(name), true);
  }

  /**
   * A global has its value when its definition has run. Functions of the file can be called by any form, so they rely only on what is
   * defined before the first call; everything else runs in the order of the text.
   */
  isSurelyBound({ binding, external, formIndex, lambda }: GlobalExpression): boolean {
    if (binding === null) return external !== null;
    if (binding.lambda !== null && !binding.isAssigned) return true;
    for (let outer: Lambda | null = lambda; outer !== null; outer = outer.parent) {
      if (outer.parent !== null && this.plan.roleOf(outer) === "global") return binding.formIndex < this.firstCall;
    }
    return binding.formIndex < formIndex;
  }

  get hasPlan(): boolean {
    return this.builder.actions !== null;
  }
  actionsOf(expression: Expression): ExpressionActions | null {
    return this.builder.actions?.expressions.get(expression) ?? null;
  }
  strategyOf(expression: Expression): Strategy | null {
    return this.builder.actions?.strategies.get(expression) ?? null;
  }

  error(range: Range, code: string, message: string): void {
    this.builder.error(range, code, message);
  }
}

/** May evaluating this, without what its functions do later, run a function of the program? */
function mayCall(expression: Expression): boolean {
  if (expression.kind === "lambda") return false;
  if (expression.kind === "call") return true;
  if (expression.kind === "primitive" && expression.builtin.parameters.includes("function")) return true;
  return children(expression).some(mayCall);
}
