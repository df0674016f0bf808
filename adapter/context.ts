/**
 * One client in its session: what request handlers work on. Owns what belongs to this client (its breakpoints, numbers, views, capabilities) and everything
 * that is told to it; the program, and the way it runs and stops, is the `Run`, which it may share with other clients.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type ByteAddress, type Moment, type Motion, momentText, type StackOffset, type StopReason } from "#core";
import type { StatusEventBody } from "#wire";
import { withTrial } from "./branches/trial.ts";
import { Breakpoints, type Judgement, ANYWAY as NOTHING_HIT } from "./breakpoints/breakpoints.ts";
import type { BreakpointState } from "./breakpoints/code-breakpoints.ts";
import { errors, notes } from "./errors.ts";
import { type Arrival, describeHalt, type Halt } from "./events.ts";
import { Inventory } from "./inventory/inventory.ts";
import { isSameFile, Sources } from "./inventory/sources.ts";
import { Preparations } from "./preparations.ts";
import { breakpointBody } from "./presentation/convert.ts";
import { Handles } from "./presentation/handles.ts";
import { Positions } from "./presentation/positions.ts";
import { styled } from "./presentation/styling.ts";
import { ViewedMemory } from "./presentation/viewed-memory.ts";
import type { Engine, RestingImage, Subject } from "./program/engine.ts";
import type { Launch } from "./program/launch-configuration.ts";
import { Output, type OutputCategory } from "./program/output.ts";
import { announceEnd, announceProgram, capabilitiesFor, failureOutput } from "./run/announcements.ts";
import { type Member, type Program, Run } from "./run/run.ts";
import type { Stops } from "./run/shared-stops.ts";
import type { Client, Environment } from "./run/surroundings.ts";
import type { TerminalOutput } from "./run/terminal-output.ts";
import type { ProgressEvent } from "./run/way.ts";

export const THREAD_ID = 1;
const MOST_SNAPSHOTS = 10_000;
const STATUS_MS = 250;

export type { Client, Environment, TerminalCommand } from "./run/surroundings.ts";
export type Phase = "unlaunched" | "configuring" | "running" | "stopped" | "ended";

export class Context implements Member {
  readonly environment: Environment;
  readonly client: Client;
  /** The answer to `initialize`. */
  readonly advertised: DebugProtocol.Capabilities;
  readonly breakpoints: Breakpoints;
  readonly handles = new Handles();
  /** The user knows that expressions leave no trace in the past. */
  hasToldOfUndoing = false;
  readonly memory = new ViewedMemory();
  readonly output: Output;
  /** Requests that wait for long work. */
  readonly preparations: Preparations;
  capabilities: DebugProtocol.InitializeRequestArguments | null = null;
  /** What the client knows to be loaded. */
  readonly inventory: Inventory;
  positions = new Positions();
  sources: Sources;
  private run: Run | null = null;
  /** This client has attached, and not said yet that its breakpoints are complete: it hears of no stops. */
  private isJoining = false;
  /** Another client has launched the program. */
  private isGuest = false;
  /** Capabilities that the client was told of since `initialize`. */
  private readonly told = new Map<string, boolean>();
  /** The last event that was judged and did not stop. */
  private passed: (StopReason & { kind: "event" }) | null = null;
  /** What `breakpoints` said about the stop under way. */
  private verdict: Judgement = NOTHING_HIT;
  /** Names of moments, by the moment as text; the oldest go when there are too many. */
  private readonly snapshots = new Map<string, string>();
  private lastStatus = 0;
  /** The client knows that a collection is tried. */
  private isTrialTold = false;
  private readonly copies: Run[] = [];
  /** Where the program's output goes when it does not go to the console. */
  terminal: TerminalOutput | null = null;
  private deferred: (() => void)[] = [];

  constructor(environment: Environment, client: Client, advertised: DebugProtocol.Capabilities) {
    this.environment = environment;
    this.client = client;
    this.advertised = advertised;
    this.inventory = new Inventory(this);
    this.sources = this.sourcesFor("path");
    this.breakpoints = new Breakpoints(environment.syntaxProblem);
    this.output = new Output(
      {
        send: (category, text) => client.event("output", { category, output: text }),
        isBacklogged: () => client.isBacklogged(),
      },
      environment.clock,
    );
    this.preparations = new Preparations(
      environment.clock,
      () => (this.capabilities?.supportsProgressReporting === true ? (event, body) => client.event(event, body) : null),
      (problem) => this.crashed(problem),
    );
  }

  get phase(): Phase {
    if (this.run === null) return "unlaunched";
    return this.isJoining ? "configuring" : this.run.phase;
  }
  /** Why the program stands still; null while it does not. */
  get halt(): Halt | null {
    return this.run?.halt ?? null;
  }
  /** The program with all clients that look at it. @throws {RequestError} when there is none */
  shared(command: string): Run {
    if (this.run === null) throw errors.noProgram(command);
    return this.run;
  }
  private program(command: string): Program {
    return this.shared(command).program;
  }
  launch(command: string): Launch {
    return this.program(command).launch;
  }
  /** What is debugged, whatever it is doing. @throws {RequestError} when there is nothing */
  subject(command: string): Subject {
    return this.program(command).subject;
  }
  /** The same while it stands still. @throws {RequestError} when it does not */
  stoppedSubject(command: string): Subject {
    const { subject } = this.program(command);
    this.expectStopped(command);
    return subject;
  }
  /** The program has been further already. */
  get isInPast(): boolean {
    return this.run?.program.engine?.extent()?.isInPast === true;
  }
  /** The program, whatever it is doing. @throws {RequestError} when there is none that could run */
  engine(command: string): Engine {
    const { engine } = this.program(command);
    if (engine === null) throw errors.imageAtRest(command);
    return engine;
  }
  /** The program while it stands still. @throws {RequestError} when it does not */
  stoppedEngine(command: string): Engine {
    const engine = this.engine(command);
    this.expectStopped(command);
    return engine;
  }
  /** The image that is inspected. @throws {RequestError} when a program runs here */
  restingImage(command: string): RestingImage {
    const { opened } = this.program(command);
    if (opened === null) throw errors.notAtRest(command);
    this.expectStopped(command);
    return opened.image;
  }
  private expectStopped(command: string): void {
    if (this.phase === "running" || this.phase === "configuring") throw errors.isRunning(command);
    if (this.phase === "ended") throw errors.hasEnded(command);
  }
  /** The frame that a client names; null stands for the innermost one. @throws {RequestError} */
  frame(frameId: number | undefined): StackOffset | null {
    return frameId === undefined ? null : this.handles.frame(frameId).frame;
  }

  /** Sources as a client wants their paths; it hears of each listing when it appears. */
  sourcesFor(pathFormat: string | undefined): Sources {
    const appeared = (source: DebugProtocol.Source) =>
      this.afterResponse(() => this.client.event("loadedSource", { reason: "new", source }));
    return new Sources(appeared, pathFormat);
  }

  /** Puts a loaded program into the session, in the place of the one before. */
  adopt(program: Program): void {
    if (this.run !== null) {
      this.run.replace(program);
      return;
    }
    this.run = new Run(program, this.environment.clock, (run) => this.environment.runs.remove(run));
    this.environment.runs.add(this.run);
    this.run.join(this);
  }
  /** Joins a machine that runs already. */
  join(run: Run): void {
    this.run = run;
    this.isJoining = true;
    this.isGuest = true;
    run.join(this);
  }

  /** The number by which others attach to the program; null when there is none to attach to. */
  get machine(): number | null {
    return this.run === null ? null : this.environment.runs.numberOf(this.run);
  }

  /** The client has said where to stop: its program starts, or it hears how the one stands that it has joined. */
  begin(): void {
    const { run } = this;
    if (run === null) return;
    if (!this.isJoining) {
      if (this.terminal === null) run.begin(this);
      else this.terminal.whenSettled(() => this.beginLater(run));
      return;
    }
    this.isJoining = false;
    this.began(run.program);
    if (run.halt !== null) this.halted(run.halt, false);
    else if (run.phase === "ended") this.ended(null);
  }

  private beginLater(run: Run): void {
    if (run.phase !== "configuring") return;
    this.afterResponse(() => run.begin(this));
    this.runDeferred();
  }

  /** Lets the program go on. Everything that the client knows by number is gone. */
  resume(motion: () => Motion): void {
    const then = this.run?.resume(this, motion) ?? null;
    if (then !== null) this.afterResponse(then);
  }

  /** The user has sent control elsewhere. Everything that the client knows by number is gone, and it hears of a new stop. */
  redirected(halt: Halt): void {
    const then = this.run?.redirected(this, halt);
    if (then !== undefined) this.afterResponse(then);
  }

  /** For all clients of the program: what it prints, unless told. */
  printed(text: string, category: OutputCategory = "stdout"): void {
    (this.run ?? this).print(category, text);
  }

  /** Ends the work for a request, or a way through time, by the id of the request or of the progress. */
  cancel(what: number | string): void {
    if (this.run?.way.isShownAs(what) === true) this.run.pause();
    else this.preparations.cancel(what);
  }

  /** As `Run.travel`. */
  travel(motion: Motion, arrival: Arrival | null = null, delayMs = 0): void {
    this.run?.travel(this, motion, arrival, delayMs);
  }

  /** The client has asked for a copy of the program: it goes with the client, unless somebody has joined it. */
  addCopy(copy: Run): void {
    this.copies.push(copy);
  }

  /** Runs `action` once the answer to the request under way is out. */
  afterResponse(action: () => void): void {
    this.deferred.push(action);
  }
  runDeferred(): void {
    const actions = this.deferred;
    this.deferred = [];
    try {
      for (const action of actions) action();
    } catch (problem) {
      this.crashed(problem);
    }
  }

  /** Whether a file of the program is not what was loaded. */
  isSourceStale(path: string): boolean {
    const source = this.run?.program.engine?.source ?? null;
    if (source === null || !isSameFile(source.path, path)) return false;
    try {
      return this.environment.readText(path) !== source.text;
    } catch {
      return true;
    }
  }

  /** The program's memory was changed by the user: views have to be read again. */
  memoryChanged(address: ByteAddress, count: number): void {
    this.preparations.giveUp();
    this.run?.changedBy(this);
    this.afterResponse(() => {
      if (this.capabilities?.supportsMemoryEvent === true) {
        for (const body of this.memory.within(address, count)) this.client.event("memory", body);
      }
      this.everythingChanged();
    });
  }

  /** The program was changed by the user, who knows where: all variables and viewed memory have to be read again. */
  programChanged(): void {
    this.preparations.giveUp();
    this.run?.changedBy(this);
    this.afterResponse(() => {
      this.sendViewedMemory();
      this.everythingChanged();
    });
  }

  /**
   * The client goes, and says what is to become of the program.
   * @param ends whether it ends for everyone; undefined: with the last client
   */
  leave({ ends, suspends }: { readonly ends: boolean | undefined; readonly suspends: boolean }): void {
    const { run } = this;
    if (suspends) run?.pause();
    run?.leave(this, ends === undefined ? null : !ends && this.environment.doors.isOpen);
    this.dispose();
    if (ends === true) run?.terminate();
  }

  /** The client is gone or going: it hears of nothing any more. A program that nobody else looks at ends. */
  dispose(): void {
    this.preparations.close();
    this.run?.leave(this, null);
    for (const copy of this.copies.splice(0)) copy.abandon();
    this.terminal?.dispose();
    this.handles.drop();
    this.deferred = [];
  }

  breakpointsChanged(before: readonly BreakpointState[], toClient: (state: BreakpointState) => object): void {
    const known = new Map(before.map((state) => [state.id, state]));
    const now = this.breakpoints.states();
    const staying = new Set(now.map(({ id }) => id));
    for (const { id } of before) if (!staying.has(id)) this.breakpointRemoved(id);
    for (const state of now) {
      const old = known.get(state.id);
      if (old?.problem === state.problem && old?.place?.pc === state.place?.pc) continue;
      this.client.event("breakpoint", { reason: "changed", breakpoint: toClient(state) });
    }
  }

  /** Said once for each moment, however often the program comes over it. */
  private tookSnapshot(name: string, moment: string): void {
    if (this.snapshots.get(moment) === name) return;
    this.snapshots.set(moment, name);
    const oldest = this.snapshots.keys().next();
    if (this.snapshots.size > MOST_SNAPSHOTS && oldest.done !== true) this.snapshots.delete(oldest.value);
    this.output.write("console", notes.snapshot(name, moment));
    if (!this.client.isBacklogged()) this.client.event("conspect/snapshot", { name, moment });
  }

  private breakpointRemoved(id: number): void {
    this.client.event("breakpoint", { reason: "removed", breakpoint: { id, verified: false } });
  }

  // What the program, or another client, does.

  loaded({ engine, launch }: Program, stops: Stops | null): void {
    this.forget();
    this.snapshots.clear();
    this.breakpoints.attach(engine, launch.filters, launch.noDebug, stops);
    this.afterResponse(() => this.inventory.adopted());
  }

  began(program: Program): void {
    if (this.isJoining) return;
    this.tellCapabilities(program);
    announceProgram(this, program, this.isGuest);
  }
  /** Only what is not as the client heard it last. */
  private tellCapabilities(program: Program): void {
    const now = Object.entries(capabilitiesFor(this.advertised, program));
    const changed = now.filter(([name, holds]) => (this.told.get(name) ?? true) !== holds);
    for (const [name, holds] of changed) this.told.set(name, holds);
    if (changed.length > 0) this.client.event("capabilities", { capabilities: Object.fromEntries(changed) });
  }

  accepts(stop: StopReason, isSearch: boolean): boolean {
    const engine = this.run?.program.engine ?? null;
    if (engine === null) return true;
    this.verdict = this.breakpoints.judge(stop, engine, isSearch);
    if (stop.kind === "event") this.passed = this.verdict.kind === "go" ? stop : null;
    if (!isSearch) for (const line of this.verdict.log) this.output.write("console", `${line}\n`);
    for (const id of this.verdict.removed) this.breakpointRemoved(id);
    if (!isSearch) for (const name of this.verdict.snapshots) this.tookSnapshot(name, momentText(engine.moment()));
    return this.verdict.kind === "stop";
  }

  /** Not when the user has just seen the event, or did not want to, and not when the filter for it is off. */
  looksAt(failure: StopReason & { kind: "failed" }, seen: Halt | null): boolean {
    const kind = failure.event?.kind ?? null;
    if (this.run?.program.launch.noDebug === true) return false;
    for (const told of [seen, this.passed]) {
      if (told?.kind === "event" && told.event.kind === kind && told.site === failure.site) return false;
    }
    return kind === null || !this.breakpoints.hasFilter(kind) || this.breakpoints.isArmed(kind);
  }

  setOff(isOwnDoing: boolean, partsAt: Moment | null): void {
    this.forget();
    const engine = this.run?.program.engine ?? null;
    if (engine !== null) this.breakpoints.startPass(engine.moment(), partsAt ?? engine.extent()?.to ?? null);
    if (!isOwnDoing && !this.isJoining) this.tellContinued();
  }
  /** The program goes on, and the client has not asked for it. */
  tellContinued(): void {
    this.client.event("continued", { threadId: THREAD_ID, allThreadsContinued: true });
  }

  halted(halt: Halt, isJudged: boolean): void {
    if (!this.isJoining) this.stopped(halt, isJudged ? this.verdict : NOTHING_HIT);
  }

  changed(): void {
    this.preparations.giveUp();
    this.sendViewedMemory();
    this.everythingChanged();
  }

  progress(event: ProgressEvent, body: object): void {
    if (this.capabilities?.supportsProgressReporting === true) this.client.event(event, body);
  }
  printFailure(message: string): void {
    this.output.write("stderr", `${styled(this, "bold", message)}\n`);
  }
  print(category: OutputCategory, text: string): void {
    if (category === "stdout" && this.terminal !== null) this.terminal.write(text);
    else this.output.write(category, text);
  }

  /** What the client knows by number is gone. */
  private forget(): void {
    this.preparations.giveUp();
    this.handles.drop();
  }

  private stopped(halt: Halt, { ids, note, reason: kind, text: watched }: Judgement): void {
    this.output.flush();
    if (note !== null) this.client.event("output", { category: "important", output: `${note}\n` });
    const failure = this.run === null ? null : failureOutput(this, this.run.program, halt);
    if (failure !== null) this.client.event("output", failure);
    const { reason, description, text } = withTrial(describeHalt(halt), this.run?.program.engine ?? null);
    const body: DebugProtocol.StoppedEvent["body"] = {
      reason: kind ?? reason,
      description,
      threadId: THREAD_ID,
      allThreadsStopped: true,
    };
    if (note !== null || watched !== null || text !== null) body.text = note ?? watched ?? text ?? "";
    if (ids.length > 0) body.hitBreakpointIds = [...ids];
    this.sendTrial();
    this.client.event("stopped", body);
    for (const state of this.breakpoints.rebind()) {
      this.client.event("breakpoint", { reason: "changed", breakpoint: breakpointBody(this, state) });
    }
    this.sendStatus(false);
    this.sendViewedMemory();
    this.inventory.refresh();
  }

  ended(status: number | null): void {
    this.forget();
    this.sendStatus(false);
    this.sendMeasurements();
    this.output.flush();
    this.terminal?.ended(status);
    if (this.run !== null) announceEnd(this, this.run.program);
    if (status !== null) this.client.event("exited", { exitCode: status });
    this.client.event("terminated", {});
  }

  private sendMeasurements(): void {
    const measured = this.run?.program.engine?.measurements() ?? null;
    if (measured !== null) this.client.event("conspect/measurements", measured);
  }

  private crashed(problem: unknown): void {
    this.run?.crashed(problem);
  }

  tick(): void {
    this.output.tick();
    this.terminal?.tick();
    const now = this.environment.clock();
    if (this.phase === "running" && now - this.lastStatus >= STATUS_MS && !this.client.isBacklogged()) {
      this.sendStatus(true);
    }
  }

  /** Whether somebody has to decide about a collection, when that is news. */
  private sendTrial(): void {
    const isOpen = this.run?.program.engine?.branching.isTrying ?? false;
    if (isOpen === this.isTrialTold) return;
    this.isTrialTold = isOpen;
    this.client.event("conspect/trial", { isOpen });
  }

  private sendStatus(isRunning: boolean): void {
    const engine = this.run?.program.engine ?? null;
    if (engine === null) return;
    this.lastStatus = this.environment.clock();
    const body: StatusEventBody = { ...engine.status(), isRunning };
    this.client.event("conspect/status", body);
  }

  /** Clients do not read memory again by themselves when the program stops. */
  private sendViewedMemory(): void {
    if (this.capabilities?.supportsMemoryEvent !== true) return;
    for (const body of this.memory.all()) this.client.event("memory", body);
  }

  private everythingChanged(): void {
    if (this.capabilities?.supportsInvalidatedEvent === true) this.client.event("invalidated", { areas: ["all"] });
    if (this.phase === "stopped") this.sendStatus(false);
    this.sendTrial();
  }
}
