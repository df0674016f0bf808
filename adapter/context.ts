/**
 * One debug session: what request handlers work on. Owns the program, the way it runs and stops, and everything that is told to the client about that.
 * Handlers translate; what has to happen in several of them happens here.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { ByteAddress, Motion, StackOffset, StopReason } from "#core";
import type { HostPorts, HostSettings } from "#host";
import type { StatusEventBody } from "#wire";
import { Breakpoints, type Judgement } from "./breakpoints/breakpoints.ts";
import type { BreakpointState } from "./breakpoints/code-breakpoints.ts";
import { STOP } from "./breakpoints/judge.ts";
import type { SyntaxCheck } from "./breakpoints/rules.ts";
import { errors, notes } from "./errors.ts";
import { describeHalt, type Halt } from "./events.ts";
import { Handles } from "./handles.ts";
import { Inventory } from "./inventory.ts";
import { Positions } from "./positions.ts";
import { Preparations } from "./preparations.ts";
import type {
  Engine,
  LoadCompiled,
  LoadEngine,
  OpenedImage,
  OpenImageFile,
  RestingImage,
  RunImageFile,
  Subject,
} from "./program/engine.ts";
import type { Launch } from "./program/launch-configuration.ts";
import { type Clock, Output } from "./program/output.ts";
import { Runner } from "./program/runner.ts";
import { isSameFile, Sources } from "./sources.ts";
import { styled } from "./styling.ts";
import { ViewedMemory } from "./viewed-memory.ts";

export const THREAD_ID = 1;
const STATUS_MS = 250;
/** Exit status of a program that could not go on, and of a session in which Conspect itself failed. */
const STATUS_FAILED = 1;
const STATUS_INTERNAL = 70;

/** What the adapter takes from its surroundings. */
export interface Environment {
  readonly load: LoadEngine;
  readonly loadCompiled: LoadCompiled;
  readonly openImage: OpenImageFile;
  readonly runImage: RunImageFile;
  readonly managers: readonly string[];
  readonly syntaxProblem: SyntaxCheck;
  /** Text of a file. Throws what `node:fs` throws. */
  readText(path: string): string;
  fileExists(path: string): boolean;
  /** Writes a file that takes its name when it is complete. @returns its bytes @throws {FileError} */
  saveImage(path: string, pieces: Iterable<Uint8Array>): number;
  readonly clock: Clock;
  /** The outside of the program: what it prints goes to `write`. */
  readonly ports: (settings: HostSettings, write: (text: string) => void) => HostPorts;
}

/** The way out to the client. */
export interface Client {
  event(name: string, body: object): void;
  isBacklogged(): boolean;
  /** The session is over: close the connection. */
  close(): void;
}

/** What the session debugs: a program that runs, or an image that does not. */
export type Program = {
  readonly launch: Launch;
  /** Lets go of what the program holds of this computer. */
  release(): void;
} & (
  | { readonly subject: Engine; readonly engine: Engine; readonly opened: null }
  | { readonly subject: RestingImage; readonly engine: null; readonly opened: OpenedImage }
);
const NOTHING_HIT: Judgement = { ...STOP, reason: null };
export type Phase = "unlaunched" | "configuring" | "running" | "stopped" | "ended";

export class Context {
  readonly environment: Environment;
  readonly client: Client;
  /** The answer to `initialize`. */
  readonly advertised: DebugProtocol.Capabilities;
  readonly breakpoints: Breakpoints;
  readonly handles = new Handles();
  readonly memory = new ViewedMemory();
  readonly output: Output;
  readonly runner: Runner;
  /** Requests that wait for long work. */
  readonly preparations: Preparations;
  capabilities: DebugProtocol.InitializeRequestArguments | null = null;
  /** What the client knows to be loaded. */
  readonly inventory: Inventory;
  positions = new Positions();
  sources: Sources;
  phase: Phase = "unlaunched";
  /** Why the program stands still; null while it does not. */
  halt: Halt | null = null;
  private program: Program | null = null;
  /** The stop that the user saw last, while the program runs on from it. */
  private shown: Halt | null = null;
  /** What `breakpoints` said about the stop under way. */
  private verdict: Judgement = NOTHING_HIT;
  private lastStatus = 0;
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
    this.runner = new Runner(
      {
        accept: (stop, isSearch) => this.accept(stop, isSearch),
        ended: (stop) => this.motionEnded(stop),
        tick: () => this.tick(),
        crashed: (problem) => this.crashed(problem),
      },
      environment.clock,
    );
  }

  private loaded(command: string): Program {
    if (this.program === null) throw errors.noProgram(command);
    return this.program;
  }
  launch(command: string): Launch {
    return this.loaded(command).launch;
  }
  /** What is debugged, whatever it is doing. @throws {RequestError} when there is nothing */
  subject(command: string): Subject {
    return this.loaded(command).subject;
  }
  /** The same while it stands still. @throws {RequestError} when it does not */
  stoppedSubject(command: string): Subject {
    const { subject } = this.loaded(command);
    this.expectStopped(command);
    return subject;
  }
  /** The program, whatever it is doing. @throws {RequestError} when there is none that could run */
  engine(command: string): Engine {
    const { engine } = this.loaded(command);
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
    const { opened } = this.loaded(command);
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
    this.leave();
    this.program?.release();
    this.program = program;
    this.breakpoints.attach(program.engine, program.launch.filters, program.launch.noDebug);
    this.afterResponse(() => this.inventory.adopted());
  }

  /** Starts the program that was adopted. */
  begin(): void {
    if (this.program === null) return;
    const { engine, launch, opened } = this.program;
    if (opened !== null) {
      this.phase = "running";
      this.stopped({ kind: "opened", damage: opened.damageTotal }, NOTHING_HIT);
      return;
    }
    engine.start();
    if (launch.measure) engine.measure();
    if (launch.verify !== null) engine.verify(launch.verify);
    if (launch.record && !launch.noDebug) engine.record(launch.recordMB);
    if (launch.stopOnEntry && !launch.noDebug) {
      this.phase = "running";
      this.stopped({ kind: "entry" }, NOTHING_HIT);
    } else if (launch.stopAtStep !== null && !launch.noDebug) {
      const { stopAtStep } = launch;
      this.resume(() => engine.toStep(stopAtStep));
    } else this.resume(() => engine.continue());
  }

  /** Lets the program go on. Everything that the client knows by number is gone. */
  resume(motion: () => Motion): void {
    const before = this.halt;
    this.leave();
    if (before !== null && (before.kind === "failed" || before.kind === "finished")) {
      this.runner.halt();
      this.afterResponse(() => this.ended(before.kind === "failed" ? STATUS_FAILED : before.status));
      return;
    }
    this.shown = before;
    this.phase = "running";
    this.runner.start(motion());
  }

  /** The user has sent control elsewhere. Everything that the client knows by number is gone, and it hears of a new stop. */
  redirected(halt: Halt): void {
    this.leave();
    this.phase = "running";
    this.afterResponse(() => this.stopped(halt, NOTHING_HIT));
  }

  /** Lets the program go to another moment of its past, from wherever it stands. */
  travel(motion: Motion): void {
    this.leave();
    this.shown = null;
    this.phase = "running";
    this.runner.start(motion);
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
    const source = this.program?.engine?.source ?? null;
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
    this.afterResponse(() => {
      this.sendViewedMemory();
      this.everythingChanged();
    });
  }

  /** Ends the session's program without waiting for it. */
  terminate(): void {
    if (this.phase === "ended") return;
    this.leave();
    this.phase = "ended";
    this.output.flush();
    this.client.event("terminated", {});
  }

  /** The client is gone or going: nothing runs any more, nothing is sent. */
  dispose(): void {
    this.preparations.forget();
    this.leave();
    this.program?.release();
    this.phase = "ended";
    this.deferred = [];
  }

  breakpointsChanged(before: readonly BreakpointState[], toClient: (state: BreakpointState) => object): void {
    const known = new Map(before.map((state) => [state.id, state]));
    for (const state of this.breakpoints.codeStates()) {
      const old = known.get(state.id);
      if (old?.problem === state.problem && old?.place?.pc === state.place?.pc) continue;
      this.client.event("breakpoint", { reason: "changed", breakpoint: toClient(state) });
    }
  }

  private leave(): void {
    this.preparations.giveUp();
    this.runner.halt();
    this.handles.drop();
    this.halt = null;
  }

  private accept(stop: StopReason, isSearch: boolean): boolean {
    const engine = this.program?.engine ?? null;
    if (engine === null) return true;
    const verdict = this.breakpoints.judge(stop, engine);
    if (!isSearch) for (const line of verdict.log) this.output.write("console", `${line}\n`);
    this.verdict = verdict;
    return verdict.kind === "stop";
  }

  private motionEnded(stop: StopReason | null): void {
    if (stop === null) this.stopped({ kind: "pause" }, NOTHING_HIT);
    else if (stop.kind === "finished") {
      if (this.program?.launch.stopAtEnd === true) this.stopped(stop, NOTHING_HIT);
      else this.ended(stop.status);
    } else if (stop.kind === "failed" && !this.isWorthStopping(stop)) {
      this.output.write("stderr", `${styled(this, "bold", stop.message)}\n`);
      this.ended(STATUS_FAILED);
    } else this.stopped(stop, this.verdict);
  }

  /** Not when the user has just seen the event, and not when the filter for it is off. */
  private isWorthStopping(stop: StopReason & { kind: "failed" }): boolean {
    const kind = stop.event?.kind ?? null;
    if (this.program?.launch.noDebug === true) return false;
    if (this.shown?.kind === "event" && this.shown.event.kind === kind && this.shown.site === stop.site) return false;
    return kind === null || !this.breakpoints.hasFilter(kind) || this.breakpoints.isArmed(kind);
  }

  private stopped(halt: Halt, { ids, note, reason: kind }: Judgement): void {
    this.output.flush();
    this.phase = "stopped";
    this.halt = halt;
    if (note !== null) this.client.event("output", { category: "important", output: `${note}\n` });
    if (halt.kind === "failed")
      this.client.event("output", { category: "stderr", output: `${styled(this, "bold", halt.message)}\n` });
    const { reason, description, text } = describeHalt(halt);
    const body: DebugProtocol.StoppedEvent["body"] = {
      reason: kind ?? reason,
      description,
      threadId: THREAD_ID,
      allThreadsStopped: true,
    };
    if (note !== null || text !== null) body.text = note ?? text ?? "";
    if (ids.length > 0) body.hitBreakpointIds = [...ids];
    this.client.event("stopped", body);
    this.sendStatus(false);
    this.sendViewedMemory();
    this.inventory.refresh();
  }

  private ended(status: number): void {
    if (this.program !== null) this.sendStatus(false);
    this.sendMeasurements();
    this.output.flush();
    this.phase = "ended";
    this.client.event("exited", { exitCode: status });
    this.client.event("terminated", {});
  }

  private sendMeasurements(): void {
    const measured = this.program?.engine?.measurements() ?? null;
    if (measured !== null) this.client.event("conspect/measurements", measured);
  }

  private crashed(problem: unknown): void {
    const message = problem instanceof Error ? problem.message : String(problem);
    this.output.write("stderr", notes.internal(message));
    this.ended(STATUS_INTERNAL);
  }

  private tick(): void {
    this.output.tick();
    const now = this.environment.clock();
    if (this.phase === "running" && now - this.lastStatus >= STATUS_MS && !this.client.isBacklogged()) {
      this.sendStatus(true);
    }
  }

  private sendStatus(isRunning: boolean): void {
    const engine = this.program?.engine ?? null;
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
  }
}
