/**
 * What the user wants to stop at, and whether a stop of the machine is one of those: line and function breakpoints, exception filters, data breakpoints,
 * with conditions, hit counts and log messages. The machine knows only addresses, event kinds and ranges; all the rest is decided here.
 */
import type { ByteAddress, EventKind, Place, StackOffset, StopReason } from "#core";
import { errors, notes } from "../errors.ts";
import { byteReference, bytesOf, IMAGE_LIMIT_BYTES, parseAddress, wordsOf } from "../memory-references.ts";
import type { Engine, WatchRange } from "../program/engine.ts";
import { isSameFile } from "../sources.ts";
import { FILTER_IDS, FILTERS, filterKind } from "./filters.ts";
import { type HitCondition, hitConditionHolds, parseHitCondition } from "./hit-condition.ts";
import { type LogPart, parseLogMessage } from "./log-message.ts";

/** The part that all breakpoints share, as the client writes it. */
export interface Wish {
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
}
interface Rule {
  readonly id: number;
  /** What was asked for: the same wish, sent again, keeps its id and its hits. */
  readonly key: string;
  readonly condition: string | null;
  readonly hit: HitCondition | null;
  readonly log: readonly LogPart[] | null;
  /** Why it can never hold; null when it can. */
  readonly problem: string | null;
  hits: number;
}
interface CodeRule extends Rule {
  places: readonly Place[];
  /** Why it is bound nowhere. */
  unbound: string | null;
}
interface LineRule extends CodeRule {
  readonly path: string;
  /** As the core counts. */
  readonly line: number;
}
interface FunctionRule extends CodeRule {
  readonly name: string;
}
interface InstructionRule extends CodeRule {
  readonly pc: ByteAddress;
}
interface FilterRule extends Rule {
  readonly kind: EventKind;
}
interface DataRule extends Rule {
  readonly range: WatchRange | null;
}

/** What a client is told about a breakpoint. */
export interface BreakpointState {
  readonly id: number;
  readonly place: Place | null;
  /** Null when it is verified. */
  readonly problem: string | null;
}

/** Whether to stop. `note` is something the user must be told about the stop. */
export type Verdict =
  | { readonly kind: "stop"; readonly ids: readonly number[]; readonly note: string | null }
  | { readonly kind: "go"; readonly log: readonly string[] };

/** Why an expression cannot even be read; null when it can. */
export type SyntaxCheck = (text: string) => string | null;

export class Breakpoints {
  private readonly syntaxProblem: SyntaxCheck;
  private engine: Engine | null = null;
  /** An image is loaded that does not run: nothing that is set can happen. */
  private isAtRest = false;
  private nextId = 1;
  private lines: readonly LineRule[] = [];
  private functions: readonly FunctionRule[] = [];
  private instructions: readonly InstructionRule[] = [];
  private data: readonly DataRule[] = [];
  private filters: readonly FilterRule[];
  /** Filters of the launch configuration: they hold whatever the client sets. */
  private launchFilters: readonly FilterRule[] = [];
  /** "Run without debugging": nothing stops. */
  private isMuted = false;

  constructor(syntaxProblem: SyntaxCheck) {
    this.syntaxProblem = syntaxProblem;
    this.filters = FILTERS.filter((row) => row.default).map((row) => this.filterRule(row.filter, {}, []));
  }

  /** Connects to a program that was just loaded, or to an image that does not run (null). Hits start from 0. */
  attach(engine: Engine | null, launchFilters: readonly EventKind[], isMuted: boolean): void {
    this.engine = engine;
    this.isAtRest = engine === null;
    this.isMuted = isMuted;
    this.launchFilters = launchFilters.map((kind) => this.filterRule(kind, {}, []));
    for (const rule of this.all()) rule.hits = 0;
    for (const rule of this.lines) this.bindLine(rule);
    for (const rule of this.functions) this.bindFunction(rule);
    for (const rule of this.instructions) this.bindInstruction(rule);
    this.install();
  }

  /** Breakpoints in code as they are bound now. */
  codeStates(): readonly BreakpointState[] {
    return this.codeRules().map(stateOf);
  }

  /** @param wishes lines as the core counts; they replace all line breakpoints of that file */
  setLines(path: string, wishes: readonly (Wish & { readonly line: number })[]): readonly BreakpointState[] {
    const old = this.lines;
    const rules = wishes.map((wish): LineRule => {
      const base = this.rule(wish, `${path}:${wish.line}`, old);
      return { ...base, path, line: wish.line, places: [], unbound: null };
    });
    this.lines = [...old.filter((rule) => !isSameFile(rule.path, path)), ...rules];
    for (const rule of rules) this.bindLine(rule);
    this.install();
    return rules.map(stateOf);
  }

  setFunctions(wishes: readonly (Wish & { readonly name: string })[]): readonly BreakpointState[] {
    const old = this.functions;
    this.functions = wishes.map((wish) => {
      const base = this.rule(wish, `function ${wish.name}`, old);
      return { ...base, name: wish.name, places: [], unbound: null };
    });
    for (const rule of this.functions) this.bindFunction(rule);
    this.install();
    return this.functions.map(stateOf);
  }

  /** @param wishes byte addresses of instructions */
  setInstructions(wishes: readonly (Wish & { readonly pc: ByteAddress })[]): readonly BreakpointState[] {
    const old = this.instructions;
    this.instructions = wishes.map((wish) => {
      const base = this.rule(wish, `instruction ${wish.pc}`, old);
      return { ...base, pc: wish.pc, places: [], unbound: null };
    });
    for (const rule of this.instructions) this.bindInstruction(rule);
    this.install();
    return this.instructions.map(stateOf);
  }

  /**
   * Filters that cannot be set are left out, the others hold.
   * @throws {RequestError} afterwards, for the first that cannot
   */
  setFilters(wishes: readonly (Wish & { readonly filter: string })[]): readonly BreakpointState[] {
    const old = this.filters;
    const problems: Error[] = [];
    const rules: FilterRule[] = [];
    for (const wish of wishes) {
      const kind = filterKind(wish.filter);
      const rule = kind === null ? null : this.filterRule(kind, wish, old);
      if (rule === null) problems.push(errors.unknownFilter(wish.filter, FILTER_IDS));
      else if (rule.problem === null) rules.push(rule);
      else problems.push(errors.badFilterCondition(wish.filter, wish.condition ?? "", rule.problem));
    }
    this.filters = rules;
    this.install();
    if (problems[0] !== undefined) throw problems[0];
    return rules.map((rule) => ({ id: rule.id, place: null, problem: this.whyNever(rule.kind) }));
  }

  setData(
    wishes: readonly (Wish & { readonly dataId: string; readonly accessType?: string })[],
  ): readonly BreakpointState[] {
    const old = this.data;
    this.data = wishes.map((wish) => {
      const access = wish.accessType ?? "write";
      const range = parseDataId(wish.dataId);
      const problem =
        access !== "write" ? notes.writeOnly(access) : range === null ? notes.badDataId(wish.dataId) : null;
      return { ...this.rule(wish, `data ${wish.dataId}`, old, problem), range };
    });
    this.install();
    return this.data.map((rule) => ({
      id: rule.id,
      place: null,
      problem: rule.problem ?? (this.isAtRest ? notes.atRest() : null),
    }));
  }

  private whyNever(kind: EventKind): string | null {
    return this.isAtRest ? notes.atRest() : (this.engine?.whyNever(kind) ?? null);
  }
  private whyIdle(): string {
    return this.isAtRest ? notes.atRest() : notes.notLoaded();
  }

  /** Whether a filter of this kind exists at all. */
  hasFilter(kind: EventKind): boolean {
    return filterKind(kind) !== null;
  }
  isArmed(kind: EventKind): boolean {
    return !this.isMuted && this.filterRules().some((rule) => rule.kind === kind);
  }

  /** Whether the user wants to stop here; counts a hit where a condition holds. */
  judge(stop: StopReason, engine: Engine): Verdict {
    switch (stop.kind) {
      case "breakpoint":
        return this.decide(this.codeRulesAt(stop.pc), engine, NO_FIELDS);
      case "watch":
        return this.decide(
          this.data.filter((rule) => rule.range !== null && overlaps(rule.range, stop)),
          engine,
          new Map([
            ["address", stop.address],
            ["size", stop.lengthWords],
            ["site", stop.site],
          ]),
        );
      case "event": {
        const rules = this.filterRules().filter((rule) => rule.kind === stop.event.kind);
        return this.decide(rules, engine, engine.eventFields(stop.event, stop.site));
      }
      case "slice":
        return { kind: "go", log: [] };
      case "step":
      case "finished":
      case "failed":
        return { kind: "stop", ids: [], note: null };
    }
  }

  private decide(rules: readonly Rule[], engine: Engine, fields: ReadonlyMap<string, number | string>): Verdict {
    if (this.isMuted) return { kind: "go", log: [] };
    const ids: number[] = [];
    const log: string[] = [];
    let note: string | null = null;
    for (const rule of rules) {
      if (rule.problem !== null) continue;
      const condition = rule.condition === null ? null : engine.condition(rule.condition, null, fields);
      if (condition?.kind === "false") continue;
      if (condition?.kind === "failed") {
        note = notes.conditionFailed(rule.condition ?? "", condition.message);
        ids.push(rule.id);
        continue;
      }
      rule.hits++;
      if (rule.hit !== null && !hitConditionHolds(rule.hit, rule.hits)) continue;
      if (rule.log === null) ids.push(rule.id);
      else log.push(logText(rule.log, engine, null));
    }
    return ids.length > 0 ? { kind: "stop", ids, note } : { kind: "go", log };
  }

  private rule(wish: Wish, what: string, old: readonly Rule[], knownProblem: string | null = null): Rule {
    const key = JSON.stringify([what, wish.condition ?? "", wish.hitCondition ?? "", wish.logMessage ?? ""]);
    const before = old.find((rule) => rule.key === key);
    const condition = textOrNull(wish.condition);
    const hitText = textOrNull(wish.hitCondition);
    const hit = hitText === null ? null : parseHitCondition(hitText);
    const logText = textOrNull(wish.logMessage);
    const log = logText === null ? null : parseLogMessage(logText);
    let problem = knownProblem;
    if (hitText !== null && hit === null) problem ??= notes.badHitCondition(hitText);
    if (condition !== null) problem ??= this.conditionProblem(condition);
    if (log !== null && logText !== null) problem ??= this.logProblem(logText, log);
    const parts = log !== null && "parts" in log ? log.parts : null;
    return { id: before?.id ?? this.nextId++, key, condition, hit, log: parts, problem, hits: before?.hits ?? 0 };
  }

  private conditionProblem(text: string): string | null {
    const problem = this.syntaxProblem(text);
    return problem === null ? null : notes.badCondition(text, problem);
  }

  private logProblem(text: string, log: { parts: readonly LogPart[] } | { problem: string }): string | null {
    if ("problem" in log) return notes.badLogMessage(text, log.problem);
    for (const part of log.parts) {
      const problem = part.kind === "expression" ? this.syntaxProblem(part.text) : null;
      if (problem !== null) return notes.badLogMessage(text, problem);
    }
    return null;
  }

  private filterRule(kind: EventKind, wish: Wish, old: readonly Rule[]): FilterRule {
    const condition = textOrNull(wish.condition);
    const problem = condition === null ? null : this.syntaxProblem(condition);
    const rule = this.rule(wish, `filter ${kind}`, old);
    return { ...rule, kind, problem: problem ?? rule.problem };
  }

  private bindLine(rule: LineRule): void {
    rule.places = [];
    const path = this.engine?.source?.path ?? null;
    if (this.engine === null) rule.unbound = this.whyIdle();
    else if (path === null) rule.unbound = notes.noSource();
    else if (isSameFile(rule.path, path)) {
      rule.places = this.engine.placesOnLine(rule.line);
      rule.unbound = rule.places.length === 0 ? notes.noCodeOnLine() : null;
    } else rule.unbound = notes.otherFile(rule.path, path);
  }

  private bindFunction(rule: FunctionRule): void {
    const place = this.engine?.functionEntry(rule.name) ?? null;
    rule.places = place === null ? [] : [place];
    rule.unbound = this.engine === null ? this.whyIdle() : place === null ? notes.noFunction(rule.name) : null;
  }

  private bindInstruction(rule: InstructionRule): void {
    const row = this.engine?.disassemble(rule.pc, 0, 1)[0];
    const isInstruction = row !== undefined && row.address === rule.pc && row.bytes !== "";
    const place = this.engine?.placeAt(rule.pc) ?? NO_SOURCE;
    rule.places = isInstruction ? [{ ...place, pc: rule.pc }] : [];
    const why = this.engine === null ? this.whyIdle() : notes.noInstruction(byteReference(rule.pc));
    rule.unbound = isInstruction ? null : why;
  }

  /** Tells the machine where it has to come back. */
  private install(): void {
    if (this.engine === null) return;
    const pcs = new Set<ByteAddress>();
    const ranges: WatchRange[] = [];
    if (!this.isMuted) {
      for (const rule of this.codeRules()) for (const place of rule.places) pcs.add(place.pc);
      for (const rule of this.data) if (rule.range !== null && rule.problem === null) ranges.push(rule.range);
    }
    this.engine.setBreakpoints(pcs);
    this.engine.watch(ranges);
    this.engine.arm(new Set(this.isMuted ? [] : this.filterRules().map((rule) => rule.kind)));
  }

  private codeRulesAt(pc: ByteAddress): readonly Rule[] {
    return this.codeRules().filter((rule) => rule.places.some((place) => place.pc === pc));
  }
  private codeRules(): readonly CodeRule[] {
    return [...this.lines, ...this.functions, ...this.instructions];
  }
  private filterRules(): readonly FilterRule[] {
    return [...this.filters, ...this.launchFilters];
  }
  private all(): readonly Rule[] {
    return [...this.codeRules(), ...this.data, ...this.filterRules()];
  }
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
const NO_FIELDS: ReadonlyMap<string, number | string> = new Map();

/** A data id is the byte address and the number of bytes. */
export function dataIdOf(range: WatchRange): string {
  const bytes = bytesOf(range.address, range.lengthWords);
  return `${byteReference(bytes.address)},${bytes.count}`;
}
function parseDataId(id: string): WatchRange | null {
  const [address, count] = id.split(",").map(parseAddress);
  if (address === null || address === undefined || count === null || count === undefined || count === 0) return null;
  if (address + count > IMAGE_LIMIT_BYTES) return null;
  return wordsOf(address, count);
}
function overlaps(range: WatchRange, written: WatchRange): boolean {
  return range.address < written.address + written.lengthWords && written.address < range.address + range.lengthWords;
}

function stateOf(rule: CodeRule): BreakpointState {
  return { id: rule.id, place: rule.places[0] ?? null, problem: rule.problem ?? rule.unbound };
}
function textOrNull(text: string | undefined): string | null {
  return text === undefined || text.trim() === "" ? null : text;
}
function logText(parts: readonly LogPart[], engine: Engine, frame: StackOffset | null): string {
  return parts
    .map((part) => {
      if (part.kind === "text") return part.text;
      const result = engine.evaluate(part.text, frame, "peek");
      if (result.kind === "value") return result.node.value;
      return `{${part.text}: ${result.kind === "failed" ? result.message : result.diagnostics[0]?.message}}`;
    })
    .join("");
}
