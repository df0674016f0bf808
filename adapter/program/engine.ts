/**
 * What the adapter needs of a program under debug: the public face of `Debuggee`, named here so that a test can put a scripted one in its place.
 */
import type {
  ByteAddress,
  Diagnostic,
  EvaluationMode,
  EvaluationResult,
  EventKind,
  FrameView,
  InspectNode,
  LaunchSettings,
  MachineEvent,
  Motion,
  Place,
  Slot,
  SourceText,
  StackOffset,
  StepGranularity,
  StepKind,
  StopReason,
  WordAddress,
  Words,
} from "#core";
import type { StatusEventBody } from "#wire";

export interface WatchRange {
  readonly address: WordAddress;
  readonly lengthWords: Words;
}
export interface Completion {
  readonly label: string;
  readonly detail: string;
  readonly kind: "variable" | "function" | "keyword";
  /** The text that the label replaces: UTF-16 offset and length in the text asked about. */
  readonly start: number;
  readonly length: number;
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

export interface Engine {
  readonly source: SourceText;
  start(): void;
  placesOnLine(line: number): readonly Place[];
  functionEntry(name: string): Place | null;
  placeAt(pc: ByteAddress): Place | null;
  setBreakpoints(pcs: Iterable<ByteAddress>): void;
  arm(kinds: ReadonlySet<EventKind>): void;
  watch(ranges: readonly WatchRange[]): void;
  continue(): Motion;
  step(kind: StepKind, granularity: StepGranularity): Motion;
  stack(start: number, count: number): { readonly frames: readonly FrameView[]; readonly total: number };
  scopes(frame: StackOffset | null): readonly InspectNode[];
  evaluate(text: string, frame: StackOffset | null, mode: EvaluationMode): EvaluationResult;
  condition(text: string, frame: StackOffset | null, fields: ReadonlyMap<string, number | string>): ConditionResult;
  assign(slot: Slot, text: string, frame: StackOffset | null): EvaluationResult;
  completions(text: string, offset: number, frame: StackOffset | null): readonly Completion[];
  exceptionReport(stop: StopReason): { readonly title: string; readonly text: string };
  eventFields(event: MachineEvent, site: ByteAddress): ReadonlyMap<string, number | string>;
  readBytes(address: ByteAddress, count: number): Uint8Array;
  writeBytes(address: ByteAddress, bytes: Uint8Array): void;
  /** Exactly `count` rows; the one of the instruction at `pc` is row `-instructionOffset`. */
  disassemble(pc: ByteAddress, instructionOffset: number, count: number): readonly InstructionView[];
  status(): Omit<StatusEventBody, "isRunning">;
  digest(): string;
}

/** Makes an engine from source text. `engine` is null when the text has errors. */
export type LoadEngine = (
  source: SourceText,
  settings: LaunchSettings,
) => { readonly engine: Engine | null; readonly diagnostics: readonly Diagnostic[] };
