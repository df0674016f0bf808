/**
 * A program under debug: text, image and machine together. The only place that knows both the language and the machine;
 * questions are answered by `inspect/`, movement by `motion.ts`, expressions by `evaluation.ts`.
 */
import { assert, hex, VmFault } from "../base/errors.ts";
import type { ByteAddress, StackOffset, WordAddress } from "../base/units.ts";
import type { FrameContext, ImageView } from "../inspect/image-view.ts";
import type { InspectNode, Slot } from "../inspect/node.ts";
import { leaks } from "../inspect/references.ts";
import { type StopReport, stopReport } from "../inspect/report.ts";
import { localsScope } from "../inspect/scopes/locals.ts";
import { imageScopes, scopes } from "../inspect/scopes.ts";
import type { CodeBlock } from "../isa/code-block.ts";
import { analyse } from "../language/analysis/analyse.ts";
import type { ExternalNames } from "../language/analysis/resolver.ts";
import { compileProgram } from "../language/compiler/compile-program.ts";
import { interpreterBlock, ufnHandlers } from "../language/compiler/handlers.ts";
import type { Diagnostic } from "../language/forms.ts";
import { managerFactory } from "../managers/catalog.ts";
import { frameNameText, functionHeader } from "../objects/code/functions.ts";
import { digest } from "../vm/digest.ts";
import type { EventKind, MachineEvent, StopReason } from "../vm/events.ts";
import { type StackFrame, walkFrames } from "../vm/frames.ts";
import { buildImage } from "../vm/image/build-image.ts";
import type { Machine } from "../vm/machine.ts";
import type { StatusEventBody } from "../wire/index.ts";
import { assign, topLevelAssignment } from "./assignment.ts";
import { type Completion, completionsAt } from "./completion.ts";
import { type DisassembledInstruction, disassembleAround } from "./disassembly.ts";
import { type EvaluationContext, evaluate, lookUp, truthOf } from "./evaluation.ts";
import { type EventFields, eventFields } from "./event-fields.ts";
import { continueMotion, type MotionContext, stepMotion } from "./motion.ts";
import { Places } from "./places.ts";
import type {
  EvaluationMode,
  EvaluationResult,
  FrameView,
  LaunchSettings,
  Motion,
  Place,
  SourceText,
  StepGranularity,
  StepKind,
} from "./types.ts";
import { frameContext, viewOf } from "./view.ts";

/** A range of words whose writes stop the machine. */
export interface WatchedRange {
  readonly address: WordAddress;
  readonly lengthWords: number;
}

export class Debuggee {
  readonly source: SourceText;
  readonly settings: LaunchSettings;
  readonly machine: Machine;
  readonly places: Places;
  private readonly topLevel: readonly ByteAddress[];
  /** What the program defines at its top level, for expressions. */
  private readonly globals: ExternalNames;
  private breakpoints: ReadonlySet<ByteAddress> = new Set();
  private armed: ReadonlySet<EventKind> = new Set();
  private watched: readonly WatchedRange[] = [];
  /** The instruction that caused the present stop, when the machine stands behind it. */
  private site: ByteAddress | null = null;
  private leaksReported = false;

  /** Compiles the text and builds its image. Without a debuggee the diagnostics hold at least one error. */
  static load(
    source: SourceText,
    settings: LaunchSettings,
  ): { readonly debuggee: Debuggee | null; readonly diagnostics: readonly Diagnostic[] } {
    const { program, diagnostics } = compileProgram(source.text, source.path);
    if (program === null) return { debuggee: null, diagnostics };
    const manager = managerFactory(settings.manager);
    assert(manager !== null, `no memory manager ${settings.manager}`);
    const options = {
      heapMB: settings.heapMB,
      manager,
      managerOptions: settings.managerOptions,
      ports: settings.ports,
      path: source.path,
      handlers: ufnHandlers(),
      interpreter: interpreterBlock(),
    };
    let machine: Machine;
    try {
      machine = buildImage(program, options);
    } catch (error) {
      if (!(error instanceof VmFault)) throw error;
      const message = `the program does not fit into the machine: ${error.message}`;
      return {
        debuggee: null,
        diagnostics: [...diagnostics, { start: 0, end: 0, severity: "error", code: "too-large", message }],
      };
    }
    const entryBlocks = new Set(program.entries.map((index) => program.blocks[index]));
    return { debuggee: new Debuggee(source, settings, machine, (block) => entryBlocks.has(block)), diagnostics };
  }

  private constructor(
    source: SourceText,
    settings: LaunchSettings,
    machine: Machine,
    isEntry: (block: CodeBlock) => boolean,
  ) {
    this.source = source;
    this.settings = settings;
    this.machine = machine;
    this.places = new Places(machine.code, source);
    this.globals = globalsOf(source.text);
    this.topLevel = [...machine.code.all()]
      .filter(({ block }) => isEntry(block))
      .flatMap((installed) => this.places.steps(installed).slice(0, 1))
      .map(({ pc }) => pc);
  }

  /** Boots the machine and brings it to the first form of the program, before anything has happened. */
  start(): void {
    this.machine.boot();
    const first = this.topLevel[0];
    if (first === undefined) return;
    this.machine.setBreakpoints([first]);
    let stop = this.machine.run(Number.MAX_SAFE_INTEGER);
    // What happens before the program begins is not the program's doing.
    while (stop.kind === "event" || stop.kind === "watch") stop = this.machine.run(Number.MAX_SAFE_INTEGER);
    assert(stop.kind === "breakpoint", `the image did not reach its first form: ${stop.kind}`);
    this.machine.setBreakpoints(this.breakpoints);
  }

  // Source and breakpoints.

  placesOnLine(line: number): readonly Place[] {
    return this.places.onLine(line);
  }
  functionEntry(name: string): Place | null {
    return this.places.entry(name);
  }
  placeAt(pc: ByteAddress): Place | null {
    return this.places.at(pc);
  }
  setBreakpoints(pcs: Iterable<ByteAddress>): void {
    this.breakpoints = new Set(pcs);
    this.machine.setBreakpoints(this.breakpoints);
  }
  /** Which events stop the machine. `leak` is looked for at the end of the program. */
  arm(kinds: ReadonlySet<EventKind>): void {
    this.armed = kinds;
    this.machine.arm(kinds);
  }
  watch(ranges: readonly WatchedRange[]): void {
    this.watched = ranges;
    this.machine.watch(ranges);
  }

  // Movement.

  continue(): Motion {
    return this.noting(continueMotion(this.motionContext()));
  }
  step(kind: StepKind, granularity: StepGranularity): Motion {
    return this.noting(stepMotion(this.motionContext(), kind, granularity));
  }

  private motionContext(): MotionContext {
    const { machine, places, topLevel } = this;
    const breakpoints = () => this.breakpoints;
    const returnAddresses = () =>
      this.frames()
        .slice(1)
        .map(({ pc }) => pc);
    return { machine, code: machine.code, places, breakpoints, topLevel, returnAddresses };
  }

  /** Remembers which instruction a stop is about, and turns the end of the program into a `leak` stop when there is one to report. */
  private noting(motion: Motion): Motion {
    return {
      run: (safepoints) => {
        const stop = this.withLeaks(motion.run(safepoints));
        this.site = stop.kind === "event" || stop.kind === "watch" || stop.kind === "failed" ? stop.site : null;
        return stop;
      },
    };
  }

  private withLeaks(stop: StopReason): StopReason {
    if (stop.kind !== "finished" || this.leaksReported || !this.armed.has("leak")) return stop;
    this.leaksReported = true;
    const objects = leaks(this.view());
    if (objects.length === 0) return stop;
    return { kind: "event", event: { kind: "leak", objects }, site: this.machine.registers().pc };
  }

  // Inspection.

  stack(start: number, count: number): { readonly frames: readonly FrameView[]; readonly total: number } {
    const all = this.frames();
    const shown = all.slice(start, count === 0 ? undefined : start + count);
    return { frames: shown.map((frame, i) => this.frameView(frame, start + i === 0)), total: all.length };
  }

  private frameView(frame: StackFrame, isTop: boolean): FrameView {
    // A caller stands behind its call; a stop may be about the instruction before.
    const pc = isTop ? (this.site ?? frame.pc) : frame.pc - 1;
    const installed = this.machine.code.at(frame.header);
    const functionName = installed?.block.name ?? this.codeName(frame.header);
    return {
      frame: frame.frame,
      functionName,
      pc: isTop ? pc : frame.pc,
      place: this.places.at(pc),
      isSubtle: installed === null || installed.block.isLibrary,
    };
  }

  /** Frame name of code that has no entry in the directory. */
  private codeName(header: WordAddress): string {
    const { memory } = this.machine;
    const found = functionHeader(memory, header);
    return found === null ? `code at ${hex(header)}` : (frameNameText(memory, found.frameName) ?? "?");
  }

  scopes(frame: StackOffset | null): readonly InspectNode[] {
    const context = this.contextOf(frame);
    return context === null ? imageScopes(this.view()) : scopes(this.view(), context);
  }
  private frames(): readonly StackFrame[] {
    return walkFrames(this.machine.memory, this.machine.registers());
  }
  private view(): ImageView {
    return viewOf(this.machine);
  }
  private contextOf(frame: StackOffset | null): FrameContext | null {
    const all = this.frames();
    const chosen = frame === null ? all[0] : all.find((candidate) => candidate.frame === frame);
    return chosen === undefined
      ? null
      : frameContext(chosen, chosen === all[0] ? (this.site ?? chosen.pc) : chosen.pc - 1);
  }

  /** Title and several lines of text about a stop: what a maintainer wants to read first. */
  exceptionReport(stop: StopReason): StopReport {
    return stopReport(this.view(), stop, this.backtrace());
  }
  private backtrace(): string[] {
    return this.stack(0, 20).frames.map(({ functionName, place }) =>
      place === null ? functionName : `${functionName}  ${place.path ?? ""}:${place.line + 1}:${place.column + 1}`,
    );
  }

  readBytes(address: ByteAddress, count: number): Uint8Array {
    const { bytes } = this.machine.memory;
    return bytes.slice(Math.min(address, bytes.length), Math.min(address + count, bytes.length));
  }
  /** @throws {VmFault} when a page is not mapped */
  writeBytes(address: ByteAddress, bytes: Uint8Array): void {
    for (const [i, byte] of bytes.entries()) this.machine.memory.setByte(address + i, byte);
  }

  // Expressions.

  evaluate(text: string, frame: StackOffset | null, mode: EvaluationMode): EvaluationResult {
    const context = this.evaluationContext(frame);
    const assignment = mode === "act" ? topLevelAssignment(text, (name) => lookUp(context, name)) : null;
    return this.undisturbed(() =>
      assignment === null
        ? evaluate(context, text, mode, new Map())
        : assign(context, assignment.slot, assignment.text),
    );
  }
  /** Whether a condition holds; `fields` are the event's, as variables. Leaves no trace. */
  condition(
    text: string,
    frame: StackOffset | null,
    fields: ReadonlyMap<string, number | string>,
  ): { readonly kind: "true" | "false" } | { readonly kind: "failed"; readonly message: string } {
    const result = this.undisturbed(() => evaluate(this.evaluationContext(frame), text, "peek", fields));
    if (result.kind === "value") return { kind: truthOf(result.value) ? "true" : "false" };
    if (result.kind === "failed") return result;
    return { kind: "failed", message: result.diagnostics.map(({ message }) => message).join("; ") };
  }
  assign(slot: Slot, text: string, frame: StackOffset | null): EvaluationResult {
    return this.undisturbed(() => assign(this.evaluationContext(frame), slot, text));
  }
  /** Nothing stops an evaluation: breakpoints, events and watches are the program's. */
  private undisturbed<T>(work: () => T): T {
    const { machine } = this;
    machine.setBreakpoints([]);
    machine.arm(new Set());
    machine.watch([]);
    try {
      return work();
    } finally {
      machine.setBreakpoints(this.breakpoints);
      machine.arm(this.armed);
      machine.watch(this.watched);
    }
  }
  private evaluationContext(frame: StackOffset | null): EvaluationContext {
    return { machine: this.machine, frame: this.contextOf(frame), globals: this.globals };
  }

  /** The fields of an event that conditions may name. */
  eventFields(event: MachineEvent, site: ByteAddress): EventFields {
    return eventFields(this.machine, event, site);
  }

  completions(text: string, offset: number, frame: StackOffset | null): readonly Completion[] {
    const context = this.contextOf(frame);
    const locals = context === null ? [] : localsScope(this.view(), context).named();
    return completionsAt(text, offset, locals, this.globals);
  }

  disassemble(pc: ByteAddress, instructionOffset: number, count: number): readonly DisassembledInstruction[] {
    const { memory, code } = this.machine;
    return disassembleAround({ memory, code, places: this.places }, pc, instructionOffset, count);
  }

  /** Gauges for a status line. */
  status(): Omit<StatusEventBody, "isRunning"> {
    const { manager } = this.machine;
    const { usedWords, freeWords } = manager.usage();
    return {
      manager: manager.traits.name,
      collections: manager.statistics().collections,
      usedBytes: 2 * usedWords,
      freeBytes: 2 * freeWords,
    };
  }
  /** Fingerprint of the whole machine: equal means that nothing differs. */
  digest(): string {
    return digest(this.machine);
  }
  /** Asks for a collection at the next safepoint. */
  requestCollection(): void {
    this.machine.requestCollection("request");
  }
}

function globalsOf(text: string): ExternalNames {
  const variables = new Set<string>();
  const functions = new Map<string, { readonly least: number; readonly most: number | null }>();
  for (const { name, isGlobal, lambda, isAssigned } of analyse(text).bindings) {
    if (!isGlobal) continue;
    if (lambda === null || isAssigned) variables.add(name);
    else functions.set(name, { least: lambda.required, most: lambda.hasRest ? null : lambda.parameters.length });
  }
  return { variables, functions };
}
