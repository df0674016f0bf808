/**
 * What the user wants to stop at, and whether a stop of the machine is one of those. The machine knows only addresses, kinds of instructions and events, and
 * ranges; breakpoints of each sort have a file of their own, and `judge.ts` decides what a hit does.
 */
import type { ByteAddress, EventKind, LineColumn, Moment, Place, Slot, StopReason } from "#core";
import { notes } from "../errors.ts";
import { isSameFile } from "../inventory/sources.ts";
import type { Engine } from "../program/engine.ts";
import type { Stops } from "../run/shared-stops.ts";
import { type BreakpointState, CodeBreakpoints, type CodeKind, type LineWish } from "./code-breakpoints.ts";
import { DataBreakpoints, type DataWish } from "./data-breakpoints.ts";
import { FilterBreakpoints, type FilterWish } from "./filters/filter-breakpoints.ts";
import { filterKind } from "./filters/filters.ts";
import { type Fields, GO, judge, type Occasion, STOP, type Verdict } from "./judge.ts";
import { RuleMaker, type SyntaxCheck, type Wish } from "./rules.ts";

/** A verdict, and which sort of breakpoint stops the program; null when it is not one in code. */
export interface Judgement extends Verdict {
  readonly reason: CodeKind | null;
  /** What happened to the data that stops it; null when it is something else. */
  readonly text: string | null;
  /** Breakpoints that are gone with their variable. */
  readonly removed: readonly number[];
}
const OTHER = { reason: null, text: null, removed: [] } as const;
const NOBODY: Judgement = { ...GO, ...OTHER };
/** A stop that needs no breakpoint. */
export const ANYWAY: Judgement = { ...STOP, ...OTHER };

export class Breakpoints {
  private readonly code: CodeBreakpoints;
  private readonly data: DataBreakpoints;
  private readonly filters: FilterBreakpoints;
  private engine: Engine | null = null;
  /** What is told where to come back. */
  private stops: Stops | null = null;
  private isSearching = false;
  /** "Run without debugging": nothing stops. */
  private isMuted = false;

  constructor(syntaxProblem: SyntaxCheck) {
    const maker = new RuleMaker(syntaxProblem);
    this.code = new CodeBreakpoints(maker);
    this.data = new DataBreakpoints(maker);
    this.filters = new FilterBreakpoints(maker, syntaxProblem);
  }

  /** Connects to a program that was just loaded, or to an image that does not run (null). Hits start from 0. */
  attach(
    engine: Engine | null,
    launchFilters: readonly EventKind[],
    isMuted: boolean,
    stops: Stops | null = engine,
  ): void {
    this.engine = engine;
    this.stops = stops;
    this.isMuted = isMuted;
    this.code.attach(engine);
    this.data.attach(engine);
    this.filters.attach(engine, launchFilters);
    this.install();
  }

  /** Where breakpoints of a file can be: the forms that start in a range, both ends included. Nowhere while no program of that file is loaded. */
  locations(path: string, from: LineColumn, to: LineColumn): readonly Place[] {
    const { engine } = this;
    if (engine?.source == null || !isSameFile(path, engine.source.path)) return [];
    return engine.placesBetween(from, to);
  }

  /** Looks again for what could not be bound; what is bound now. */
  rebind(): readonly BreakpointState[] {
    const found = this.code.rebind();
    return found.length === 0 ? found : this.installed(found);
  }

  /** Whether a data breakpoint waits for the cell that holds what a slot shows. */
  isWatched(slot: Slot): boolean {
    const watches = this.engine === null ? [] : this.data.watches();
    if (this.engine === null || watches.length === 0) return false;
    const cell = 2 * this.engine.watching.cellOf(slot);
    return watches.some((watch) => watch.kind === "data" && watch.start <= cell && cell < watch.start + watch.bytes);
  }

  /** Breakpoints in code and on data as they are bound now. */
  states(): readonly BreakpointState[] {
    return [...this.code.states(), ...this.data.states()];
  }

  /**
   * @param wishes lines and columns as the core counts; they replace all line breakpoints of that file
   * @param stale the file is not what was loaded
   */
  setLines(path: string, wishes: readonly LineWish[], stale = false): readonly BreakpointState[] {
    return this.installed(this.code.setLines(path, wishes, stale));
  }
  setFunctions(wishes: readonly (Wish & { readonly name: string })[]): readonly BreakpointState[] {
    return this.installed(this.code.setFunctions(wishes));
  }
  /** @param wishes byte addresses of instructions */
  setInstructions(wishes: readonly (Wish & { readonly pc: ByteAddress })[]): readonly BreakpointState[] {
    return this.installed(this.code.setInstructions(wishes));
  }
  setData(wishes: readonly DataWish[]): readonly BreakpointState[] {
    return this.installed(this.data.set(wishes));
  }
  /**
   * Filters that cannot be set are left out, the others hold.
   * @throws {RequestError} afterwards, for the first that cannot
   */
  setFilters(wishes: readonly FilterWish[]): readonly BreakpointState[] {
    const { states, problem } = this.filters.set(wishes);
    this.install();
    if (problem !== null) throw problem;
    return states;
  }

  /**
   * The run goes on from a moment; null: it goes over some of its moments again. Hits of moments that come again are those that are known.
   * @param end the last moment that the run has reached: hits behind it were those of a future that somebody has changed
   */
  startPass(from: Moment | null, end: Moment | null = null): void {
    for (const { hit, hits } of [...this.code.rules(), ...this.data.all(), ...this.filters.rules()]) {
      if (hit !== null) hits.startPass(from, end);
    }
  }

  /** Whether a filter of this kind exists at all. */
  hasFilter(kind: EventKind): boolean {
    return filterKind(kind) !== null;
  }
  isArmed(kind: EventKind): boolean {
    return !this.isMuted && this.filters.has(kind);
  }

  /**
   * Whether the user wants to stop here; counts a hit where a condition holds.
   * @param isSearch the run looks for the last of such stops in the past: nothing that is gone there is taken away
   */
  judge(stop: StopReason, engine: Engine, isSearch = false): Judgement {
    if (isSearch !== this.isSearching) this.startPass(null);
    this.isSearching = isSearch;
    if (stop.kind === "slice") return NOBODY;
    if (stop.kind !== "breakpoint" && stop.kind !== "watch" && stop.kind !== "event") return ANYWAY;
    if (this.isMuted) return NOBODY;
    if (stop.kind === "watch") return this.judgeData(stop, engine, isSearch);
    const occasion = (fields: Fields): Occasion => ({ fields, text: () => occasionText(stop, engine) });
    if (stop.kind === "breakpoint") {
      const { rules, kindOf } = this.code.at(stop.pc, engine);
      const verdict = judge(rules, engine, occasion(NO_FIELDS));
      const [first] = verdict.ids;
      return { ...verdict, ...OTHER, reason: first === undefined ? null : kindOf(first) };
    }
    const fields = engine.eventFields(stop.event, stop.site);
    return { ...judge(this.filters.of(stop, engine), engine, occasion(fields)), ...OTHER };
  }

  /** Each breakpoint is judged by what has happened to its own data. */
  private judgeData(stop: StopReason & { kind: "watch" }, engine: Engine, isSearch: boolean): Judgement {
    const judgements = this.data.hitBy(stop, isSearch).map(({ rule, hit }): Judgement => {
      const text = engine.watching.text(hit);
      const verdict = judge([rule], engine, { fields: engine.watching.fields(hit, stop.site), text: () => text });
      if (hit.access !== "gone") return { ...verdict, reason: null, text, removed: [] };
      const isSilent = rule.action !== "stop";
      const note = notes.variableGone(text);
      return {
        ...(isSilent ? { ...GO, log: [note] } : { ...STOP, ids: [rule.id], note }),
        reason: null,
        text,
        removed: [rule.id],
      };
    });
    const stops = judgements.filter(({ kind }) => kind === "stop");
    const removed = judgements.flatMap((one) => one.removed);
    if (removed.length > 0) this.install();
    return {
      kind: stops.length > 0 ? "stop" : "go",
      ids: stops.flatMap(({ ids }) => ids),
      note: stops.find(({ note }) => note !== null)?.note ?? null,
      log: judgements.flatMap(({ log }) => log),
      snapshots: judgements.flatMap(({ snapshots }) => snapshots),
      reason: null,
      text: stops.map(({ text }) => text).join("; "),
      removed,
    };
  }

  private installed(states: readonly BreakpointState[]): readonly BreakpointState[] {
    this.install();
    return states;
  }

  /** Tells the machine where it has to come back. */
  private install(): void {
    if (this.stops === null) return;
    this.stops.setBreakpoints(this.isMuted ? [] : this.code.pcs(), this.isMuted ? [] : this.code.kinds());
    this.stops.watch(this.isMuted ? [] : this.data.watches());
    this.stops.arm(new Set(this.isMuted ? [] : this.filters.kinds()));
  }
}

const NO_FIELDS: Fields = new Map();

/** What happened and where, for a line or a snapshot without a message of its own. */
function occasionText(stop: StopReason & { kind: "breakpoint" | "event" }, engine: Engine): string {
  const what = stop.kind === "event" ? stop.event.kind : "breakpoint";
  const frame = engine.stack(0, 1).frames[0];
  if (frame === undefined) return what;
  const { functionName, place } = frame;
  const form = place === null ? "" : (engine.source?.text.slice(place.start, place.end).split("\n")[0] ?? "");
  return form === "" ? `${what} in ${functionName}` : `${what} in ${functionName}: ${form}`;
}
