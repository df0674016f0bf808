/**
 * A machine under debug, whatever it runs: breakpoints, movement, stack, scopes, memory. What needs source text comes from `places`, which may know
 * none, and from the evaluator. Questions are answered by `inspect/`, movement by `motion.ts`.
 */
import type { IndexSteps } from "../base/steps.ts";
import type { ByteAddress, Pointer, StackOffset, WordAddress } from "../base/units.ts";
import { leakSteps, leaks } from "../inspect/graph/reach.ts";
import { type FrameContext, type ImageView, remembered } from "../inspect/image-view.ts";
import type { InspectNode, Slot } from "../inspect/node.ts";
import { type RegionUsage, regionUsages } from "../inspect/regions.ts";
import { type StopReport, stopReport } from "../inspect/report.ts";
import { parameterNodes } from "../inspect/scopes/locals.ts";
import { imageScopes, scopes } from "../inspect/scopes.ts";
import type { InstructionKind } from "../isa/instruction-kind.ts";
import type { RecordedRun } from "../timeline/recording/recording.ts";
import { DEFAULT_INTERVAL } from "../timeline/timeline.ts";
import type { EventKind, MachineEvent, Moment, StopReason } from "../vm/events.ts";
import type { Watch } from "../vm/gates/watch.ts";
import { saveMachine } from "../vm/image/save-machine.ts";
import type { Machine } from "../vm/machine.ts";
import { type StackFrame, walkFrames } from "../vm/stack/frames.ts";
import { digest } from "../vm/state/digest.ts";
import type { Measurements, StatusEventBody } from "../wire/index.ts";
import { Branching } from "./branches/branching.ts";
import { type DisassembledInstruction, disassembleAround } from "./code/disassembly.ts";
import { StepClock } from "./comparison/step-clock.ts";
import { type CallTarget, callTargets } from "./control/calls.ts";
import { copyMachine } from "./control/copy.ts";
import { type JumpTarget, jump, jumpProblem, jumpTargets, type Standpoint } from "./control/jump.ts";
import { restartFrame } from "./control/restart-frame.ts";
import type { Completion } from "./evaluation/completion.ts";
import { type Evaluator, NO_FIELDS } from "./evaluation/evaluator.ts";
import { type ConditionResult, Expressions } from "./evaluation/expressions.ts";
import { type EventFields, eventFields } from "./event-fields.ts";
import { Measurement } from "./measurement/measurement.ts";
import { Past } from "./past.ts";
import type { CulpritSearch } from "./program/culprit.ts";
import type { LineColumn } from "./program/line-table.ts";
import { continueMotion, type MotionContext, stepIntoCall, stepMotion } from "./program/motion.ts";
import type { Places } from "./program/places.ts";
import {
  backtraceLines,
  type CodeContext,
  codeEntry,
  codeOrigin,
  frameView,
  missingBytes,
  readBytes,
  writeBytes,
} from "./stack-view.ts";
import { Lookouts } from "./stops/lookouts.ts";
import { stopFacts } from "./stops/stop-facts.ts";
import { UserStops } from "./stops/user-stops.ts";
import { Watching } from "./stops/watching.ts";
import {
  type EvaluationMode,
  type EvaluationResult,
  type FrameView,
  MAIN_THREAD,
  type Motion,
  type Origin,
  type Place,
  type SourceText,
  type StepGranularity,
  type StepKind,
  type TextPlace,
  type ThreadView,
} from "./types.ts";
import { frameContext, gauges, viewOf } from "./view.ts";

const MEGABYTE = 1 << 20;
const SLICE: StopReason = { kind: "slice" };
const isProblem = (result: string | null) => result !== null;

export class MachineDebuggee {
  readonly machine: Machine;
  /** Null where there is no source text. */
  readonly source: SourceText | null;
  readonly places: Places;
  private readonly expressions: Expressions;
  /** Where the pieces of a program's top level begin. */
  private readonly topLevel: readonly ByteAddress[];
  protected readonly stops: UserStops;
  /** What a front end asks around data breakpoints. */
  readonly watching: Watching;
  /** The instruction that caused the present stop, when the machine stands behind it. */
  private site: ByteAddress | null = null;
  private leaksReported = false;
  /** Null while nothing is recorded. */
  protected past: Past | null = null;
  readonly lookouts: Lookouts;
  /** Runs beside the current one. */
  readonly branching: Branching;
  private measurement: Measurement | null = null;
  /** What questions about the whole heap have found since the machine stopped, or memory was changed. */
  private found = new Map<string, unknown>();

  constructor(machine: Machine, places: Places, evaluator: Evaluator, topLevel: readonly ByteAddress[]) {
    this.machine = machine;
    this.places = places;
    this.source = places.source;
    this.topLevel = topLevel;
    this.stops = new UserStops(machine);
    this.expressions = new Expressions(machine, evaluator, this.stops, {
      isInPast: () => this.past?.timeline.isInPast === true,
      intervene: (what, act) => this.intervene(what, act),
    });
    this.watching = new Watching(() => this.view());
    this.lookouts = new Lookouts(this.stops, () => this.frames());
    this.branching = new Branching({
      timeline: () => this.past?.timeline ?? null,
      past: () => this.past?.motionContext() ?? null,
      report: () => this.lookouts.tryCollection(),
      noted: (motion) => this.travelling(motion),
    });
  }

  /** Brings the machine to its first instruction. */
  start(): void {
    this.machine.boot();
    this.stops.install();
  }

  // Source and breakpoints.

  /** Where a breakpoint on a line, or on a column of it, binds. */
  placesOnLine(line: number, column: number | null = null): readonly Place[] {
    return column === null ? this.places.onLine(line) : this.places.onColumn(line, column);
  }
  /** Where breakpoints can be: the forms that start in a range of the text, both ends included. */
  placesBetween(from: LineColumn, to: LineColumn): readonly Place[] {
    return this.places.between(from, to);
  }
  /** Where functions of a name begin: their first form, or the first instruction of one that has no source text. */
  functionEntries(name: string): readonly Place[] {
    const entries = this.places.entriesOf(name);
    return entries.length > 0 ? entries : [codeEntry(this.machine, name)].filter((entry) => entry !== null);
  }
  placeAt(pc: ByteAddress): Place | null {
    return this.places.at(pc);
  }
  /** @param kinds every instruction of these kinds, besides */
  setBreakpoints(pcs: Iterable<ByteAddress>, kinds: readonly InstructionKind[] = []): void {
    this.stops.setBreakpoints(pcs, kinds);
    if (this.measurement !== null) this.machine.setBreakpoints(this.measurement.stops(this.stops.breakpoints));
  }
  /** Which events stop the machine. `leak` is looked for at the end of the program. */
  arm(kinds: ReadonlySet<EventKind>): void {
    this.lookouts.arm(kinds);
  }
  watch(watches: readonly Watch[]): void {
    this.stops.watch(watches);
  }

  // Movement.

  /** Where the machine stands in its run. */
  moment(): Moment {
    return this.machine.moment();
  }
  /** The collection that is tried goes to its end first. */
  continue(): Motion {
    if (this.branching.isCollecting) return this.step("out", "instruction");
    const motion = this.measurement?.motion(this.stops) ?? continueMotion(this.motionContext());
    return this.noting(motion);
  }
  step(kind: StepKind, granularity: StepGranularity): Motion {
    const motion = stepMotion(this.motionContext(), kind, granularity);
    return this.noting(this.measurement?.counting(motion) ?? motion);
  }

  /** The calls that the form at PC is going to make; those of callers are under way. */
  callTargets(frame: StackOffset): readonly CallTarget[] {
    const [running] = this.frames();
    return running?.frame === frame ? callTargets(this.machine, this.places, running) : [];
  }
  /** Into one call of the form at PC, over those before it. */
  stepInto({ pc }: Pick<CallTarget, "pc">): Motion {
    const motion = stepIntoCall(this.motionContext(), pc);
    return this.noting(this.measurement?.counting(motion) ?? motion);
  }

  // The past.

  /**
   * Records from where the machine stands, in so much memory. What a run measures would count twice what is gone through again: a run that is measured is not recorded.
   * @param interval safepoints from one checkpoint to the next, when the one copied so many bytes
   * @param recorded a run that is replayed instead
   */
  record(megabytes: number, interval = DEFAULT_INTERVAL, recorded: RecordedRun | null = null): void {
    const options = { limitBytes: megabytes * MEGABYTE, interval };
    if (this.measurement === null)
      this.past ??= new Past(this.stops, this.places, () => this.motionContext(), options, recorded);
  }
  /** What is recorded, and where in it the machine stands; null when nothing is. */
  extent(): ReturnType<Past["extent"]> | null {
    return this.past?.extent() ?? null;
  }
  /** Questions about the past; null when none can be reached. */
  get history(): Past["history"] | null {
    return this.extent() === null ? null : (this.past?.history ?? null);
  }
  /** To the stop before. Null when nothing is recorded. */
  reverseContinue(): Motion | null {
    return this.travelling(this.past?.reverseContinue() ?? null);
  }
  /** To the form, line or instruction before. Null when nothing is recorded. */
  stepBack(granularity: StepGranularity): Motion | null {
    return this.travelling(this.past?.stepBack(granularity) ?? null);
  }
  /** To a moment. Null when nothing is recorded, or not that. */
  goTo(moment: Moment): Motion | null {
    return this.travelling(this.past?.goTo(moment) ?? null);
  }
  /** To the instruction that broke the heap. Null when nothing is recorded. */
  findCulprit(): CulpritSearch | null {
    const search = this.past?.findCulprit() ?? null;
    return search === null ? null : { ...search, motion: this.noting(search.motion) };
  }
  private travelling<Way extends Motion | null>(motion: Way): Way | Motion {
    this.leaksReported = false;
    return motion === null ? motion : this.noting(motion);
  }

  // Changes from outside.

  /**
   * Changes the machine from outside: everything that does so goes through here. In the past it begins another run from here on.
   * @param what for the history
   * @param isRefused whether a result means that nothing was changed
   */
  intervene<T>(what: string, work: () => T, isRefused?: (result: T) => boolean): T {
    this.found = new Map();
    this.site = null;
    return this.past === null ? work() : this.past.timeline.intervene(what, work, isRefused);
  }
  /** Forms of the running function that begin on a line, counted from 0. */
  jumpTargets(line: number): readonly JumpTarget[] {
    return jumpTargets(this.standpoint(), line);
  }
  /** Why the running function cannot go on at an instruction; null when it can. */
  jumpProblem(pc: ByteAddress): string | null {
    return jumpProblem(this.standpoint(), pc);
  }
  /** Lets the running function go on at another of its instructions. @returns why that is impossible; nothing has changed then */
  jump(pc: ByteAddress): string | null {
    return this.intervene("goto", () => jump(this.standpoint(), pc), isProblem);
  }
  private standpoint = (): Standpoint => ({ machine: this.machine, places: this.places, frames: this.frames() });
  /** Discards the frames above and lets the function of the frame begin again. @returns why that is impossible; nothing has changed then */
  restartFrame(frame: StackOffset): string | null {
    return this.intervene("restart frame", () => restartFrame(this.machine, this.frames(), frame), isProblem);
  }
  /** Makes this machine what another one is that was made of the same program. @returns why that is impossible now; nothing has changed then */
  takeStateOf(original: MachineDebuggee): string | null {
    return this.intervene("copy", () => copyMachine(original.machine, this.machine), isProblem);
  }

  /** Has the run measured from here on; nothing happens where there is no source text. */
  measure(): void {
    if (this.source !== null) this.measurement = new Measurement(this.machine, this.places, this.source);
  }
  /** What has been measured until now; null when nobody asked for it. */
  measurements(): Measurements | null {
    return this.measurement?.results() ?? null;
  }

  /**
   * From the start of the program to the beginning of a program step, counted from 1. Nothing else stops it, but the end.
   * A comparison of managers names such steps.
   */
  toStep(step: number): Motion {
    this.stops.release();
    this.stops.remove();
    const clock = new StepClock(this.machine, this.places);
    const run = (safepoints: number): StopReason => {
      const stop = clock.run(safepoints, step);
      if (stop.kind === "slice") return stop;
      this.stops.install();
      return stop;
    };
    return this.noting({ run });
  }

  private motionContext(): MotionContext {
    const { machine, places, topLevel, stops } = this;
    stops.release();
    const driver = this.past?.timeline ?? machine;
    return { machine, driver, code: machine.code, places, stops, topLevel, callers: () => this.frames().slice(1) };
  }

  /** Remembers which instruction a stop is about, and turns the end of the program into a `leak` stop when there is one to report. */
  private noting(motion: Motion): Motion {
    const { looksBack } = motion;
    const guarded = looksBack === undefined ? this.lookouts.guarding(motion) : motion;
    let search: IndexSteps<StopReason> | null = null;
    return {
      ...(looksBack !== undefined && { looksBack }),
      run: (safepoints) => {
        if (search === null) this.found = new Map();
        let stop = search === null ? guarded.run(safepoints) : SLICE;
        if (looksBack === undefined && search === null) {
          this.past?.note(stop);
          if (this.wantsLeaks(stop)) search = this.leakSearch(stop);
        }
        if (search !== null) {
          // In the middle of it the user may pause: the machine stands at its end, where the search begins anew.
          const step = search.next();
          stop = step.done === true ? step.value : SLICE;
          if (step.done === true) search = null;
        }
        this.site = stop.kind === "event" || stop.kind === "watch" || stop.kind === "failed" ? stop.site : null;
        return stop;
      },
    };
  }

  private wantsLeaks(stop: StopReason): boolean {
    return stop.kind === "finished" && !this.leaksReported && this.stops.armed.has("leak");
  }
  /** The stop that there is when all is known, in steps. */
  private *leakSearch(stop: StopReason): IndexSteps<StopReason> {
    yield* leakSteps(this.view());
    this.leaksReported = true;
    const objects = leaks(this.view());
    if (objects.length === 0) return stop;
    return { kind: "event", event: { kind: "leak", objects }, site: this.machine.registers().pc };
  }

  // Inspection.

  threads(): readonly ThreadView[] {
    return [{ id: MAIN_THREAD, name: "main" }];
  }

  stack(start: number, count: number): { readonly frames: readonly FrameView[]; readonly total: number } {
    const all = this.stillFrames();
    const shown = all.slice(start, count === 0 ? undefined : start + count);
    const { memory, code } = this.machine;
    const frames = shown.map((frame, i) =>
      // A caller stands behind its call; a stop may be about the instruction before.
      frameView({ memory, code, places: this.places }, frame, start + i === 0 ? (this.site ?? frame.pc) : null),
    );
    return { frames, total: all.length };
  }

  scopes(frame: StackOffset | null): readonly InspectNode[] {
    const context = this.contextOf(frame);
    return context === null ? imageScopes(this.view()) : scopes(this.view(), context);
  }
  /** Where the text declares the variable that a frame knows by this name; null where there is no such text. */
  declarationOf(_name: string, _frame: StackOffset | null): TextPlace | null {
    return null;
  }
  /** Where a value comes from: a function from its definition, an object of a run that is measured from the form that allocated it. */
  originOf(value: Pointer): Origin | null {
    const code = codeOrigin(this.machine, value);
    if (code !== null) return this.definitionOf(code);
    const place = this.measurement?.siteOf(value) ?? null;
    return place === null ? null : { kind: "text", place };
  }
  protected definitionOf(code: Origin & { kind: "code" }): Origin {
    return code;
  }

  /** What a frame was called with, by name where one is known. */
  parameters(frame: StackOffset): readonly InspectNode[] {
    const context = this.contextOf(frame);
    return context === null ? [] : parameterNodes(this.view(), context);
  }
  private frames(): readonly StackFrame[] {
    return walkFrames(this.machine.memory, this.machine.registers());
  }
  /** The same, walked once a stop: for those who only look. None before the machine is started. */
  private stillFrames(): readonly StackFrame[] {
    if (this.machine.registers().pvar === 0) return [];
    return remembered(this.view(), "frames", () => this.frames());
  }
  private framesByOffset(): ReadonlyMap<StackOffset, StackFrame> {
    return remembered(
      this.view(),
      "frames by offset",
      () => new Map(this.stillFrames().map((frame) => [frame.frame, frame])),
    );
  }
  view(): ImageView {
    return { ...viewOf(this.machine), memo: this.found };
  }
  protected contextOf(frame: StackOffset | null): FrameContext | null {
    const { machine } = this;
    const [innermost] = walkFrames(machine.memory, machine.registers(), 1);
    // A condition is asked at every hit: it does not wait for a walk over the stack.
    if (frame === null || frame === innermost?.frame)
      return innermost === undefined ? null : frameContext(innermost, this.site ?? innermost.pc);
    const chosen = this.framesByOffset().get(frame);
    return chosen === undefined ? null : frameContext(chosen, chosen.pc - 1);
  }

  /** The regions of memory, and how full they are. */
  regions(): readonly RegionUsage[] {
    return regionUsages(this.view());
  }

  /** Title and several lines of text about a stop: what a maintainer wants to read first. */
  exceptionReport(stop: StopReason): StopReport {
    const view = this.view();
    const facts = stopFacts(view, this.codeContext(), stop, this.lookouts.note);
    return stopReport(view, stop, backtraceLines(this.stack(0, 20).frames), facts);
  }

  readBytes(address: ByteAddress, count: number): Uint8Array {
    return readBytes(this.machine.memory, address, count);
  }
  missingBytes(address: ByteAddress, count: number): number {
    return missingBytes(this.machine.memory, address, count);
  }
  /** @throws {VmFault} when a page is not mapped; nothing was written then */
  writeBytes(address: ByteAddress, bytes: Uint8Array): void {
    this.intervene("write memory", () => writeBytes(this.machine.memory, address, bytes));
  }

  // Expressions.

  evaluate(
    text: string,
    frame: StackOffset | null,
    wanted: EvaluationMode,
    fields: EventFields = NO_FIELDS,
  ): EvaluationResult {
    return this.expressions.evaluate(text, this.contextOf(frame), wanted, fields);
  }
  /** Whether a condition holds; `fields` are the event's, as variables. Leaves no trace. */
  condition(text: string, frame: StackOffset | null, fields: EventFields): ConditionResult {
    return this.expressions.condition(text, this.contextOf(frame), fields);
  }
  assign(slot: Slot, text: string, frame: StackOffset | null): EvaluationResult {
    return this.expressions.assign(slot, text, this.contextOf(frame));
  }
  /** What an expression names, with its slot where it is a place: a variable, or a part of an object. Leaves no trace. */
  place(text: string, frame: StackOffset | null): EvaluationResult {
    return this.expressions.place(text, this.contextOf(frame));
  }
  /** Evaluates the text, keeping its effects, and stores the value in the place that an expression names. */
  assignPlace(place: string, text: string, frame: StackOffset | null): EvaluationResult {
    return this.expressions.assignPlace(place, text, this.contextOf(frame));
  }

  /** The fields of an event that conditions may name. */
  eventFields(event: MachineEvent, site: ByteAddress): EventFields {
    return eventFields(this.machine, this.places, event, site);
  }

  completions(text: string, offset: number, frame: StackOffset | null): readonly Completion[] {
    return this.expressions.evaluator.completions(text, offset, this.contextOf(frame));
  }

  disassemble(
    pc: ByteAddress,
    instructionOffset: number,
    count: number,
    isNamed = true,
  ): readonly DisassembledInstruction[] {
    return disassembleAround(this.codeContext(), pc, instructionOffset, count, isNamed);
  }
  private codeContext(): CodeContext {
    const { memory, code } = this.machine;
    return { memory, code, places: this.places, headers: () => this.headers() };
  }

  /** Functions that frames of the stack run. */
  protected headers(): Iterable<WordAddress> {
    return this.stillFrames().map(({ header }) => header);
  }

  /** Gauges for a status line. */
  status(): Omit<StatusEventBody, "isRunning"> {
    return gauges(this.machine);
  }
  /**
   * Lets `write` have the machine as an image file that goes on from here; the machine itself does not notice.
   * @throws {VmFault} in the middle of a collection, or without room on the stack
   */
  saveTo<T>(write: (pieces: Iterable<Uint8Array>) => T): T {
    return saveMachine(this.machine, write);
  }
  /** Fingerprint of the whole machine: equal means that nothing differs. */
  digest(): string {
    return digest(this.machine);
  }
  /** Asks for a collection at the next safepoint. */
  requestCollection(): void {
    this.intervene("collect", () => this.machine.requestCollection("request"));
  }
}
