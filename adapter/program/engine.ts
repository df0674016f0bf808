/**
 * What the adapter needs of what it debugs: the public faces of `Debuggee` and `ImageDebuggee`, named here so that a test can put a scripted one in
 * their place.
 */
import type {
  Branching,
  ByteAddress,
  Diagnostic,
  EvaluationMode,
  EvaluationResult,
  EventKind,
  FrameView,
  History,
  ImageView,
  IndexSteps,
  InspectNode,
  InstructionKind,
  LaunchSettings,
  LineColumn,
  Lookouts,
  MachineEvent,
  Moment,
  Motion,
  Origin,
  Place,
  Pointer,
  RegionUsage,
  RunOptions,
  Slot,
  SourceText,
  StackOffset,
  StepGranularity,
  StepKind,
  StopReason,
  TextPlace,
  ThreadView,
  Watch,
  Watching,
} from "#core";
import type { Measurements, StatusEventBody } from "#wire";

export interface Completion {
  readonly label: string;
  readonly detail: string;
  readonly kind: "variable" | "function" | "keyword";
  /** Where it comes in the list. */
  readonly rank: number;
  /** What a call is completed to, when that is more than the label. */
  readonly call: { readonly text: string; readonly selectionStart: number; readonly selectionLength: number } | null;
  /** The text that the label replaces: UTF-16 offset and length in the text asked about. */
  readonly start: number;
  readonly length: number;
}
/** A call that a step can go into. */
export interface CallView {
  /** Address of the calling instruction. */
  readonly pc: ByteAddress;
  /** Null when only the run will tell. */
  readonly functionName: string | null;
  readonly place: Place | null;
}
/** A form that control can be sent to. */
export interface JumpView {
  readonly place: Place;
  /** Why it cannot; null when it can. */
  readonly problem: string | null;
}
export interface InstructionView {
  readonly address: ByteAddress;
  /** Empty for a row that is no instruction. */
  readonly bytes: string;
  readonly text: string;
  readonly place: Place | null;
  readonly symbol: string | null;
}
export type ConditionResult =
  | { readonly kind: "true" | "false" }
  | { readonly kind: "failed"; readonly message: string };

/** What a session looks at: a program that stands still, or an image that does not run. */
export interface Subject {
  /** Null where there is no source text: images. */
  readonly source: SourceText | null;
  threads(): readonly ThreadView[];
  /** @param thread an id of `threads`; left out, the first one */
  stack(
    start: number,
    count: number,
    thread?: number,
  ): { readonly frames: readonly FrameView[]; readonly total: number };
  scopes(frame: StackOffset | null): readonly InspectNode[];
  /** Where the text declares the variable that a frame knows by this name; null where there is no such text. */
  declarationOf(name: string, frame: StackOffset | null): TextPlace | null;
  /** Where a value comes from; null when that is not known. */
  originOf(value: Pointer): Origin | null;
  /** What a frame was called with. */
  parameters(frame: StackOffset): readonly InspectNode[];
  /** @param fields variables that the text may name besides: those of an event */
  evaluate(
    text: string,
    frame: StackOffset | null,
    mode: EvaluationMode,
    fields?: ReadonlyMap<string, number | string>,
  ): EvaluationResult;
  /** What an expression names, with its slot where it is a place: a variable, or a part of an object. Leaves no trace. */
  place(text: string, frame: StackOffset | null): EvaluationResult;
  /** Evaluates `text`, keeping its effects, and stores the value in the place that an expression names. */
  assignPlace(place: string, text: string, frame: StackOffset | null): EvaluationResult;
  assign(slot: Slot, text: string, frame: StackOffset | null): EvaluationResult;
  completions(text: string, offset: number, frame: StackOffset | null): readonly Completion[];
  /** Those before the first page that is not there. */
  readBytes(address: ByteAddress, count: number): Uint8Array;
  /** How many cannot be read from an address on, until one can be, or until `count`. */
  missingBytes(address: ByteAddress, count: number): number;
  /** @throws {VmFault} with the first address that is not mapped; nothing was written then */
  writeBytes(address: ByteAddress, bytes: Uint8Array): void;
  /** Exactly `count` rows; the one of the instruction at `pc` is row `-instructionOffset`. Operands are named unless `isNamed` is false. */
  disassemble(pc: ByteAddress, instructionOffset: number, count: number, isNamed?: boolean): readonly InstructionView[];
  /** The regions of memory, and how full they are. */
  regions(): readonly RegionUsage[];
  digest(): string;
  /**
   * Lets `write` have it as an image file, in pieces that are good until `write` returns; nothing is changed by that.
   * @throws {VmFault} when it cannot be saved where it stands
   */
  saveTo<T>(write: (pieces: Iterable<Uint8Array>) => T): T;
}

/** An image that does not run: its memory can be edited. */
export interface RestingImage extends Subject {
  /** Takes the last edit back; null when there is none. */
  undo(): { readonly what: string } | null;
}

/** What runs. */
export interface Engine extends Subject {
  start(): void;
  /** Where a breakpoint on a line, or on a column of it, binds. */
  placesOnLine(line: number, column: number | null): readonly Place[];
  /** Where breakpoints can be: the forms that start in a range of the text, both ends included. */
  placesBetween(from: LineColumn, to: LineColumn): readonly Place[];
  functionEntries(name: string): readonly Place[];
  placeAt(pc: ByteAddress): Place | null;
  /** @param kinds every instruction of these kinds, besides */
  setBreakpoints(pcs: Iterable<ByteAddress>, kinds: readonly InstructionKind[]): void;
  /** Where the machine stands in its run. */
  moment(): Moment;
  arm(kinds: ReadonlySet<EventKind>): void;
  watch(watches: readonly Watch[]): void;
  /** What is asked around data breakpoints. */
  readonly watching: Pick<Watching, keyof Watching>;
  /** What the debugger finds out for the user while the program runs. */
  readonly lookouts: Pick<Lookouts, "verify" | "whyNever" | "hasFailed" | "isInOwnText" | "tryCollection">;
  continue(): Motion;
  /** From the start to the beginning of a program step, counted from 1; only the end of the program comes before. */
  toStep(step: number): Motion;
  step(kind: StepKind, granularity: StepGranularity): Motion;
  /** Calls that the running frame is about to make; none for other frames. */
  callTargets(frame: StackOffset): readonly CallView[];
  stepInto(call: Pick<CallView, "pc">): Motion;
  /** Forms of the running function that begin on a line, counted from 0. */
  jumpTargets(line: number): readonly JumpView[];
  /** Why the running function cannot go on at an instruction; null when it can. */
  jumpProblem(pc: ByteAddress): string | null;
  /** @returns why that is impossible; nothing has changed then */
  jump(pc: ByteAddress): string | null;
  /** Lets the function of a frame begin again. @returns why that is impossible; nothing has changed then */
  restartFrame(frame: StackOffset): string | null;
  /** Makes the machine what another one is that was made of the same program. @returns why that is impossible now; nothing has changed then */
  takeStateOf(original: Engine): string | null;
  /** Has the run recorded from here on, so that it can go back; the recording takes so much memory at most, about. */
  record(megabytes: number): void;
  /** What is recorded, and where in it the machine stands; null when nothing is. */
  extent(): { readonly from: Moment; readonly to: Moment; readonly now: Moment; readonly isInPast: boolean } | null;
  /** Questions about the past; null when nothing is recorded. */
  readonly history: Pick<History, "whoWrote" | "whoCounted" | "whoAllocated" | "whoFreed" | "biography"> | null;
  /** Memory as it stands, for questions of `inspect/`. */
  view(): ImageView;
  /** Runs beside the current one, and the trial of a collection. */
  readonly branching: Pick<
    Branching,
    "list" | "goTo" | "drop" | "takeLost" | "isTrying" | "begin" | "keep" | "discard"
  >;
  /** To the stop before. Null when nothing is recorded. */
  reverseContinue(): Motion | null;
  /** To the form, line or instruction before. Null when nothing is recorded. */
  stepBack(granularity: StepGranularity): Motion | null;
  /** To a moment. Null when that is not recorded. */
  goTo(moment: Moment): Motion | null;
  /** To the instruction that broke the heap, with a report for people. Null when nothing is recorded. */
  findCulprit(): { readonly motion: Motion; report(): string } | null;
  /** Has the run measured from here on. */
  measure(): void;
  /** What has been measured; null when nobody asked for it. */
  measurements(): Measurements | null;
  condition(text: string, frame: StackOffset | null, fields: ReadonlyMap<string, number | string>): ConditionResult;
  exceptionReport(stop: StopReason): { readonly title: string; readonly text: string };
  eventFields(event: MachineEvent, site: ByteAddress): ReadonlyMap<string, number | string>;
  status(): Omit<StatusEventBody, "isRunning">;
}

/** An image file that was opened to be looked at. */
export interface OpenedImage {
  readonly image: RestingImage;
  /** What a user wants to know first, in lines. */
  readonly summary: readonly string[];
  /** What is wrong with the file, in lines; of more, their number stands in `damageTotal`. */
  readonly damage: readonly string[];
  readonly damageTotal: number;
}

/** @throws {FileError | ImageError} when the file cannot be read, or is no image */
export type OpenImageFile = (path: string) => OpenedImage;

/** @throws {FileError | ImageError} when the file cannot be read, or is no image that can run */
export type RunImageFile = (path: string, options: RunOptions) => Engine;

/** The call of a function of compiled files. */
export interface CompiledCall {
  readonly paths: readonly string[];
  readonly function: string;
  readonly arguments: readonly string[];
}

/** @throws {FileError} when a file cannot be read */
export type LoadCompiled = (
  call: CompiledCall,
  settings: LaunchSettings,
) => /** `notes`: what a user should know of the files, in lines. */
  | { readonly kind: "loaded"; readonly engine: Engine; readonly notes: readonly string[] }
  | { readonly kind: "problems"; readonly problems: readonly string[] };

/** A recorded program, about to run again. */
export interface Replayed {
  readonly engine: Engine;
  readonly manager: string;
  /** Another machine of the same recording. @param write what it prints */
  again(write: (text: string) => void): IndexSteps<Replayed>;
}

/** Makes an engine from source text. `engine` is null when the text has errors. */
export type LoadEngine = (
  source: SourceText,
  settings: LaunchSettings,
) => { readonly engine: Engine | null; readonly diagnostics: readonly Diagnostic[] };
