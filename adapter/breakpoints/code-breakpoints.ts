/**
 * Breakpoints in code: on lines and forms of source text, on functions, on single instructions, and on all instructions of a kind. Where each is bound, and which
 * of them a stop at an instruction is about.
 */
import { type ByteAddress, type InstructionKind, instructionKind, isOfKind, type Place } from "#core";
import { notes } from "../errors.ts";
import { isSameFile } from "../inventory/sources.ts";
import { byteReference } from "../presentation/memory-references.ts";
import type { Engine } from "../program/engine.ts";
import type { Rule, RuleMaker, Wish } from "./rules.ts";

/** What a client is told about a breakpoint. */
export interface BreakpointState {
  readonly id: number;
  readonly place: Place | null;
  /** Null when it is verified. */
  readonly problem: string | null;
  /** What is wrong now may be right later, without another request. */
  readonly isPending: boolean;
}

/** Which breakpoints a stop is about: the protocol has a reason for each. */
export type CodeKind = "breakpoint" | "function breakpoint" | "instruction breakpoint";

/** How a rule stands in the program that is loaded. */
interface Binding {
  readonly places: readonly Place[];
  /** Every instruction of this kind. */
  readonly instructions: InstructionKind | null;
  /** Why it is bound nowhere. */
  readonly unbound: string | null;
  readonly isPending: boolean;
}
type Target =
  | {
      readonly kind: "breakpoint";
      readonly path: string;
      readonly line: number;
      readonly column: number | null;
      readonly stale: boolean;
    }
  | { readonly kind: "function breakpoint"; readonly name: string }
  | { readonly kind: "instruction breakpoint"; readonly pc: ByteAddress };
interface CodeRule {
  readonly rule: Rule;
  readonly target: Target;
  binding: Binding;
}

/** Lines and columns as the core counts. */
export interface LineWish extends Wish {
  readonly line: number;
  readonly column?: number;
}

export class CodeBreakpoints {
  private readonly maker: RuleMaker;
  private engine: Engine | null = null;
  private isAtRest = false;
  /** Rules of each file, by its path. */
  private readonly lines = new Map<string, readonly CodeRule[]>();
  private functions: readonly CodeRule[] = [];
  private instructions: readonly CodeRule[] = [];
  private byPc = new Map<ByteAddress, CodeRule[]>();
  private ofKinds: readonly CodeRule[] = [];

  constructor(maker: RuleMaker) {
    this.maker = maker;
  }

  attach(engine: Engine | null): void {
    this.engine = engine;
    this.isAtRest = engine === null;
    for (const [path, rules] of this.lines) {
      // The text is read again: what was changed before is loaded now.
      this.lines.set(
        path,
        rules.map(({ rule, target }) => this.bound(rule, { ...target, stale: false } as Target)),
      );
    }
    this.functions = this.functions.map(({ rule, target }) => this.bound(rule, target));
    this.instructions = this.instructions.map(({ rule, target }) => this.bound(rule, target));
    for (const { rule } of this.all()) rule.hits.clear();
    this.index();
  }

  /** @param stale the file is not what was loaded */
  setLines(path: string, wishes: readonly LineWish[], stale: boolean): readonly BreakpointState[] {
    const known = [...this.lines.keys()].find((other) => isSameFile(other, path)) ?? path;
    const old = (this.lines.get(known) ?? []).map(({ rule }) => rule);
    const made = this.maker.makeAll(wishes, old, ({ line, column }) => `line ${line}:${column ?? ""}`);
    const rules = made.map(({ wish, rule }) => {
      const column = wish.column ?? null;
      return this.bound(rule, { kind: "breakpoint", path, line: wish.line, column, stale });
    });
    this.lines.delete(known);
    if (rules.length > 0) this.lines.set(path, rules);
    this.index();
    return rules.map(stateOf);
  }

  setFunctions(wishes: readonly (Wish & { readonly name: string })[]): readonly BreakpointState[] {
    const old = this.functions.map(({ rule }) => rule);
    const made = this.maker.makeAll(wishes, old, ({ name }) => `function ${name}`);
    this.functions = made.map(({ wish, rule }) => this.bound(rule, { kind: "function breakpoint", name: wish.name }));
    this.index();
    return this.functions.map(stateOf);
  }

  /** @param wishes byte addresses of instructions */
  setInstructions(wishes: readonly (Wish & { readonly pc: ByteAddress })[]): readonly BreakpointState[] {
    const old = this.instructions.map(({ rule }) => rule);
    const made = this.maker.makeAll(wishes, old, ({ pc }) => `instruction ${pc}`);
    this.instructions = made.map(({ wish, rule }) => this.bound(rule, { kind: "instruction breakpoint", pc: wish.pc }));
    this.index();
    return this.instructions.map(stateOf);
  }

  /** Functions that an image has defined since they were looked for. */
  rebind(): readonly BreakpointState[] {
    const { engine } = this;
    if (engine === null || !this.functions.some(({ binding }) => binding.isPending)) return [];
    const found: CodeRule[] = [];
    this.functions = this.functions.map((one) => {
      const again = one.binding.isPending ? this.bound(one.rule, one.target) : one;
      if (again.binding.unbound === null && one !== again) found.push(again);
      return again;
    });
    this.index();
    return found.map(stateOf);
  }

  states(): readonly BreakpointState[] {
    return this.all().map(stateOf);
  }
  pcs(): ReadonlySet<ByteAddress> {
    return new Set(this.byPc.keys());
  }
  kinds(): readonly InstructionKind[] {
    return this.ofKinds.flatMap(({ binding }) => binding.instructions ?? []);
  }

  /** The rules that a stop before an instruction is about. */
  at(pc: ByteAddress, engine: Engine): { readonly rules: readonly Rule[]; readonly kindOf: (id: number) => CodeKind } {
    const found = [...(this.byPc.get(pc) ?? [])];
    if (this.ofKinds.length > 0) {
      const bytes = engine.readBytes(pc, 2);
      for (const one of this.ofKinds) {
        if (one.binding.instructions !== null && isOfKind(one.binding.instructions, bytes)) found.push(one);
      }
    }
    return {
      rules: found.map(({ rule }) => rule),
      kindOf: (id) => found.find(({ rule }) => rule.id === id)?.target.kind ?? "breakpoint",
    };
  }

  rules(): readonly Rule[] {
    return this.all().map(({ rule }) => rule);
  }

  private all(): readonly CodeRule[] {
    return [...[...this.lines.values()].flat(), ...this.functions, ...this.instructions];
  }

  private index(): void {
    this.byPc = new Map();
    const all = this.all();
    for (const one of all) {
      for (const { pc } of one.binding.places) {
        const others = this.byPc.get(pc);
        if (others === undefined) this.byPc.set(pc, [one]);
        else others.push(one);
      }
    }
    this.ofKinds = all.filter(({ binding }) => binding.instructions !== null);
  }

  private bound(rule: Rule, target: Target): CodeRule {
    return { rule, target, binding: this.engine === null ? idle(this.isAtRest) : bindingOf(target, this.engine) };
  }
}

function idle(isAtRest: boolean): Binding {
  return isAtRest ? nowhere(notes.atRest()) : nowhere(notes.notLoaded(), true);
}
function nowhere(unbound: string, isPending = false): Binding {
  return { places: [], instructions: null, unbound, isPending };
}
function somewhere(places: readonly Place[]): Binding {
  return { places, instructions: null, unbound: null, isPending: false };
}

function bindingOf(target: Target, engine: Engine): Binding {
  switch (target.kind) {
    case "breakpoint":
      return lineBinding(target, engine);
    case "function breakpoint":
      return functionBinding(target.name, engine);
    case "instruction breakpoint":
      return instructionBinding(target.pc, engine);
  }
}

function lineBinding(target: Target & { kind: "breakpoint" }, engine: Engine): Binding {
  const path = engine.source?.path ?? null;
  if (path === null) return nowhere(notes.noSource());
  if (!isSameFile(target.path, path)) return nowhere(notes.otherFile(target.path, path));
  if (target.stale) return nowhere(notes.changedSinceLoaded(path), true);
  const places = engine.placesOnLine(target.line, target.column);
  return places.length === 0 ? nowhere(notes.noCodeOnLine()) : somewhere(places);
}

/** A function of the program or the image comes before an opcode or a host call of the same name; a prefix says what is meant. */
function functionBinding(name: string, engine: Engine): Binding {
  const entries = engine.functionEntries(name);
  if (entries.length > 0) return somewhere(entries);
  const instructions = instructionKind(name);
  if (instructions !== null) return { places: [], instructions, unbound: null, isPending: false };
  // An image may define it while it runs.
  return nowhere(notes.noFunction(name), engine.source === null);
}

function instructionBinding(pc: ByteAddress, engine: Engine): Binding {
  const row = engine.disassemble(pc, 0, 1)[0];
  if (row === undefined || row.address !== pc || row.bytes === "")
    return nowhere(notes.noInstruction(byteReference(pc)));
  return somewhere([{ ...(engine.placeAt(pc) ?? NO_SOURCE), pc }]);
}

/** A place without source text. */
const NO_SOURCE: Place = {
  pc: 0,
  functionName: "",
  path: null,
  start: 0,
  end: 0,
  line: 0,
  column: 0,
  endLine: 0,
  endColumn: 0,
};

function stateOf({ rule, binding }: CodeRule): BreakpointState {
  return {
    id: rule.id,
    place: binding.places[0] ?? null,
    problem: rule.problem ?? binding.unbound,
    isPending: rule.problem === null && binding.isPending,
  };
}
