/**
 * Makes the code of one function: everything that runs in one stack frame, loops included.
 *
 * Frame: arguments in IVAR; in PVAR the closure environment (if there is one), then local variables, slots reused when their scope
 * ends; on the evaluation stack only temporary values. What a function means is decided in `plan.ts`.
 */
import type { CodeBlock, Datum } from "../../isa/code-block.ts";
import type { Strategy } from "../../isa/plan.ts";
import { SUBR } from "../../isa/subrs.ts";
import type { ExpressionActions } from "../analysis/lifetimes/actions.ts";
import type { Binding, Expression, GlobalExpression, Lambda, Loop } from "../analysis/tree.ts";
import type { Range } from "../forms.ts";
import { call } from "./calls.ts";
import { andOr, block, caseOf, cond, defineLocal, ifElse } from "./control.ts";
import { Emitter, type Label, symbol, type VariableHandle } from "./emitter.ts";
import { arena } from "./forms/arenas.ts";
import { forLoop, leaveLoop, whileLoop } from "./forms/loops.ts";
import { record } from "./forms/records.ts";
import { pushClosure } from "./functions.ts";
import type { Plan } from "./plan/plan.ts";
import { compilePlanned, perform } from "./plan/planned.ts";
import { primitive, primitiveTest } from "./primitives.ts";

export type HostCallName = keyof typeof SUBR;

/** What happens to the value of an expression: it is left on the stack, dropped, or returned. */
export type Destination = "value" | "effect" | "return";

/** What the functions of one program share. */
export interface Unit {
  readonly plan: Plan;
  readonly isLibrary: boolean;
  /** Index of the code block of a function, made now or later. */
  blockOf(lambda: Lambda): number;
  /** Symbol of a library function, which thereby becomes part of the program. */
  libraryCall(name: string): string;
  /** Symbol whose value is something built in. */
  libraryValue(name: string): string;
  /** Has this global a value whenever the expression runs? */
  isSurelyBound(global: GlobalExpression): boolean;
  /** Code says when its objects end: it must stay in the functions for which that was found out. */
  readonly hasPlan: boolean;
  /** What the lifetime plan wants around an expression; null without a plan, and where it wants nothing. */
  actionsOf(expression: Expression): ExpressionActions | null;
  /** How long what the expression allocates lives; null when nothing is said about it. */
  strategyOf(expression: Expression): Strategy | null;
  error(range: Range, code: string, message: string): void;
}

export interface Location {
  readonly place: "argument" | "local" | "captured";
  readonly index: number;
}

interface LoopTarget {
  readonly end: Label;
  /** Where the next turn begins. */
  readonly next: Label;
  readonly depth: number;
  /** Arenas that are open at the loop. */
  readonly arenas: number;
}

/** A function whose body stands in this frame. */
export interface InlineLoop {
  readonly label: Label;
  readonly parameters: readonly Location[];
}

/** Operands of IVARX and PVARX are one byte, counted in words. */
const MAX_SLOTS = 127;
const IMPLICIT_SLOTS = 7;
const MAX_SMALL = 0xffff;
const MIN_SHORT_NEGATIVE = -256;

export class FrameCompiler {
  readonly emitter = new Emitter();
  readonly unit: Unit;
  readonly plan: Plan;
  /** The function that this frame belongs to; the top level for entries. */
  readonly frame: Lambda;
  readonly locations = new Map<Binding, Location>();
  readonly inlineLoops = new Map<Lambda, InlineLoop>();
  readonly loops = new Map<Loop, LoopTarget>();
  /** Slots of values without a name that the lifetime plan needs again. */
  readonly kept = new Map<Expression, Location>();
  /** Functions of `defmicro` whose body is being compiled in place of a call. */
  readonly inlined = new Set<Lambda>();
  /** Variables of the blocks being compiled, innermost last: their ranges end with the block. */
  readonly openBlocks: VariableHandle[][] = [];
  /** Where a call of the function by itself, in tail position, goes on. */
  readonly entry: Label = this.emitter.newLabel();
  /** For each arena that is open where code is being made, the first slot of its body. */
  readonly openArenas: number[] = [];
  /** First slot that nothing has used since the outermost open arena began. */
  highSlot = 0;
  private nextSlot = 0;
  private slotCount = 0;

  constructor(unit: Unit, frame: Lambda) {
    this.unit = unit;
    this.plan = unit.plan;
    this.frame = frame;
  }

  // Expressions

  compile(expression: Expression, destination: Destination): void {
    // What cannot be reached has no code.
    if (!this.emitter.isReachable) return;
    const actions = this.unit.actionsOf(expression);
    if (actions === null) this.compileForm(expression, destination);
    else compilePlanned(this, expression, actions, destination);
  }

  /** The code of the form alone. */
  compileForm(expression: Expression, destination: Destination): void {
    switch (expression.kind) {
      case "if":
        ifElse(this, expression, destination);
        return;
      case "cond":
        cond(this, expression, destination);
        return;
      case "case":
        caseOf(this, expression, destination);
        return;
      case "and":
      case "or":
        andOr(this, expression, destination);
        return;
      case "sequence":
        this.sequence(expression.items, destination);
        return;
      case "bind":
        this.bind(expression, destination);
        return;
      case "block":
        block(this, expression, destination);
        return;
      case "define-local":
        defineLocal(this, expression, destination);
        return;
      case "while":
        whileLoop(this, expression, destination);
        return;
      case "for":
        forLoop(this, expression, destination);
        return;
      case "break":
      case "continue":
        leaveLoop(this, expression);
        return;
      case "record":
        record(this, expression);
        this.finish(destination);
        return;
      case "arena":
        arena(this, expression, destination);
        return;
      case "call":
        call(this, expression, destination);
        return;
      case "primitive":
        primitive(this, expression);
        this.finish(destination);
        return;
      default:
        this.simple(expression, destination);
        return;
    }
  }

  /** Variables, constants, functions and assignments. */
  private simple(expression: Expression, destination: Destination): void {
    const { emitter } = this;
    switch (expression.kind) {
      case "constant":
        if (destination !== "effect") this.constant(expression.datum);
        break;
      case "local":
        if (destination !== "effect") this.variable(expression.binding);
        break;
      case "global":
        this.global(expression);
        this.finish(destination);
        return;
      case "builtin":
        emitter.literal("GVAR", symbol(this.unit.libraryValue(expression.builtin.name)));
        this.finish(destination);
        return;
      case "lambda":
        pushClosure(this, expression);
        this.finish(destination);
        return;
      case "set-local":
        this.assign(expression.binding, expression.value, destination);
        return;
      case "set-global":
        this.argument(expression.value);
        emitter.at(expression.range, false);
        emitter.literal("GVAR_", symbol(expression.name));
        this.finish(destination);
        return;
      case "define-global":
        this.defineGlobal(expression.binding, expression.value, expression.range, destination);
        return;
      default:
        break;
    }
    if (destination === "return") emitter.return();
  }

  /** The value stands on the stack: keeps, drops or returns it. */
  finish(destination: Destination): void {
    if (destination === "effect") this.emitter.op("POP");
    else if (destination === "return") this.emitter.return();
  }

  /** A form at which a person would stop. */
  statement(expression: Expression, destination: Destination): void {
    const { range, kind } = expression;
    const isContainer = kind === "sequence" || kind === "block";
    if (!isContainer) this.emitter.at(range, true);
    this.compile(expression, destination);
    this.emitter.dropStep(range);
  }

  sequence(items: readonly Expression[], destination: Destination): void {
    const last = items.length - 1;
    items.forEach((item, i) => {
      this.statement(item, i < last ? "effect" : destination);
    });
  }

  /** An argument: calls of other functions are steps of their own. */
  argument(expression: Expression): void {
    const { emitter } = this;
    if (expression.kind === "call") emitter.at(expression.range, true);
    else if (expression.kind !== "local" && expression.kind !== "constant") emitter.at(expression.range, false);
    this.compile(expression, "value");
    emitter.dropStep(expression.range);
  }

  arguments(items: readonly Expression[], range: Range): void {
    for (const item of items) this.argument(item);
    this.emitter.at(range, false);
  }

  /** Jumps to `target` when the truth of the expression is `when`; goes on otherwise. Leaves nothing on the stack. */
  test(expression: Expression, target: Label, when: boolean): void {
    const { emitter } = this;
    // What the plan does behind a test it does whichever way that goes: the value has to be there first.
    if (this.unit.actionsOf(expression) !== null) {
      this.testValue(expression, target, when);
      return;
    }
    switch (expression.kind) {
      case "constant":
        if ((expression.datum.kind !== "nil") === when) emitter.jump("JUMP", target);
        return;
      case "and":
      case "or": {
        const decides = expression.kind === "or";
        const last = expression.items.length - 1;
        const past = emitter.newLabel();
        expression.items.forEach((item, i) => {
          if (i === last) this.test(item, target, when);
          else if (decides === when) this.test(item, target, when);
          else this.test(item, past, decides);
        });
        emitter.label(past);
        return;
      }
      case "primitive": {
        const isInverted = primitiveTest(this, expression, target, when);
        if (isInverted !== null) emitter.jump(isInverted === when ? "FJUMP" : "TJUMP", target);
        return;
      }
      default:
        this.testValue(expression, target, when);
    }
  }

  private testValue(expression: Expression, target: Label, when: boolean): void {
    this.argument(expression);
    this.emitter.at(expression.range, false);
    this.emitter.jump(when ? "TJUMP" : "FJUMP", target);
  }

  /** The test of a conditional or loop, as a step. */
  testStep(expression: Expression, target: Label, when: boolean): void {
    const isForm = expression.kind !== "local" && expression.kind !== "constant" && expression.kind !== "global";
    if (isForm) this.emitter.at(expression.range, true);
    this.test(expression, target, when);
    this.emitter.dropStep(expression.range);
  }

  // Constants

  constant(datum: Datum): void {
    const { emitter } = this;
    switch (datum.kind) {
      case "nil":
        emitter.op("'NIL");
        break;
      case "true":
        emitter.op("'T");
        break;
      case "symbol":
        emitter.literal("ACONST", symbol(datum.name));
        break;
      case "integer":
        this.integer(datum.value);
        break;
      default:
        emitter.literal("GCONST", { kind: "datum", datum });
    }
  }

  integer(value: number): void {
    const { emitter } = this;
    if (value === 0 || value === 1) emitter.op(`'${value}`);
    else if (value > 0 && value <= 0xff) emitter.op("SIC", [value]);
    else if (value < 0 && value >= MIN_SHORT_NEGATIVE) emitter.op("SNIC", [value - MIN_SHORT_NEGATIVE]);
    else if (value > 0 && value <= MAX_SMALL) emitter.op("SICX", [value >> 8, value & 0xff]);
    else emitter.literal("GCONST", { kind: "datum", datum: { kind: "integer", value } });
  }

  // Variables

  /** Takes a slot of the PVAR area; given back by `releaseSlots`. */
  takeSlot(range: Range): Location {
    const index = this.nextSlot++;
    this.slotCount = Math.max(this.slotCount, this.nextSlot);
    this.highSlot = Math.max(this.highSlot, this.nextSlot);
    if (index === MAX_SLOTS) {
      this.unit.error(range, "too-many-variables", `more than ${MAX_SLOTS} local variables in one function: divide it`);
    }
    return { place: "local", index: Math.min(index, MAX_SLOTS - 1) };
  }
  get slotMark(): number {
    return this.nextSlot;
  }
  releaseSlots(mark: number): void {
    this.nextSlot = mark;
  }
  get localCount(): number {
    return Math.min(this.slotCount, MAX_SLOTS);
  }

  /** Pushes what the cell of a variable holds: its value, or its box. */
  raw({ place, index }: Location): void {
    const { emitter } = this;
    if (place === "captured") {
      emitter.op("PVAR0");
      emitter.op("GETBASEPTR.N", [2 * index]);
    } else {
      const name = place === "argument" ? "IVAR" : "PVAR";
      if (index < IMPLICIT_SLOTS) emitter.op(`${name}${index}`);
      else emitter.op(`${name}X`, [2 * index]);
    }
  }

  variable(binding: Binding): void {
    this.raw(this.locationOf(binding));
    if (this.plan.isBoxed(binding)) this.emitter.op("GETBASEPTR.N", [0]);
  }

  /** Where the value of an expression waits that the lifetime plan keeps. */
  keptIn(expression: Expression): Location {
    return this.kept.get(expression) ?? { place: "local", index: 0 };
  }

  locationOf(binding: Binding): Location {
    const location = this.locations.get(binding);
    // Only programs with errors, which never run, get here without one.
    return location ?? { place: "local", index: 0 };
  }

  /** Stores the top of the stack in a slot and drops it. */
  storeRaw({ place, index }: Location): void {
    const { emitter } = this;
    if (place === "argument") {
      emitter.op("IVARX_", [2 * index]);
      emitter.op("POP");
    } else if (index < IMPLICIT_SLOTS) emitter.op(`PVAR_^${index}`);
    else {
      emitter.op("PVARX_", [2 * index]);
      emitter.op("POP");
    }
  }

  /** Replaces the value on the stack by a new box that holds it. Source: memory specification, section 8 (type 31). */
  makeBox(): void {
    const { emitter } = this;
    emitter.op("SIC", [31]);
    emitter.op("CREATECELL");
    emitter.op("SWAP");
    emitter.op("RPLPTR.N", [0]);
  }

  /** Gives a variable the value on the stack, in a slot of its own. */
  bindNew(binding: Binding): VariableHandle {
    const location = this.takeSlot(binding.range);
    if (this.plan.isBoxed(binding)) this.makeBox();
    this.storeRaw(location);
    return this.place(binding, location);
  }

  /** From here on the variable is found there. */
  place(binding: Binding, location: Location): VariableHandle {
    this.locations.set(binding, location);
    const boxed = this.plan.isBoxed(binding);
    return this.emitter.startVariable({ name: binding.name, ...location, boxed });
  }

  private bind(expression: Extract<Expression, { kind: "bind" }>, destination: Destination): void {
    const mark = this.slotMark;
    const handles: VariableHandle[] = [];
    expression.bindings.forEach((binding, i) => {
      const value = expression.values[i] as Expression;
      if (value.kind === "lambda" && this.plan.roleOf(value.lambda) === "lifted") return;
      if (value.kind === "primitive" || value.kind === "call") this.statement(value, "value");
      else this.argument(value);
      this.emitter.at(expression.range, false);
      handles.push(this.bindNew(binding));
      perform(this, value, "bound");
    });
    this.statement(expression.body, destination);
    for (const handle of handles) this.emitter.endVariable(handle);
    this.releaseSlots(mark);
  }

  private assign(binding: Binding, value: Expression, destination: Destination): void {
    this.argument(value);
    const { emitter } = this;
    if (destination !== "effect") emitter.op("COPY");
    this.setVariable(binding);
    if (destination === "return") emitter.return();
  }

  /** Stores the top of the stack in a variable and drops it. */
  setVariable(binding: Binding): void {
    const { emitter } = this;
    if (!this.plan.isBoxed(binding)) {
      this.storeRaw(this.locationOf(binding));
      return;
    }
    this.raw(this.locationOf(binding));
    emitter.op("SWAP");
    emitter.op("RPLPTR.N", [0]);
    emitter.op("POP");
  }

  private global(expression: GlobalExpression & { readonly range: Range }): void {
    const { emitter, unit } = this;
    if (unit.isSurelyBound(expression)) emitter.literal("GVAR", symbol(expression.name));
    else {
      emitter.literal("ACONST", symbol(expression.name));
      this.hostCall("CHECK_BOUND", 1);
    }
  }

  /** Pushes the value of a global that has one. */
  globalValue(binding: Binding): void {
    this.emitter.literal("GVAR", symbol(binding.name));
  }

  private defineGlobal(binding: Binding, value: Expression, range: Range, destination: Destination): void {
    const { emitter } = this;
    if (value.kind === "lambda" && this.plan.roleOf(value.lambda) === "global") {
      // Installed before the program starts.
      if (destination === "effect") return;
      emitter.op("'NIL");
      this.finish(destination);
      return;
    }
    this.argument(value);
    emitter.at(range, false);
    emitter.literal("GVAR_", symbol(binding.name));
    this.finish(destination);
  }

  hostCall(name: HostCallName, count: number): void {
    this.emitter.op("SUBRCALL", [SUBR[name], count], 1 - count);
  }

  /** The finished block; null when the code is too long. */
  finishBlock(header: Pick<CodeBlock, "name" | "argumentCount" | "requiredCount" | "isClosure">): CodeBlock | null {
    const code = this.emitter.finish();
    if (code === null) return null;
    const { isLibrary } = this.unit;
    return { ...header, localCount: this.localCount, freeNames: [], boundNames: [], ...code, isLibrary };
  }
}
