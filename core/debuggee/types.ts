/**
 * What a debugger front end can do with a program under debug. The adapter and the command line speak to this and to `inspect/`, never to the machine's parts.
 * Lines and columns are 0-based here; offsets are UTF-16 offsets into the source text.
 */

import type { IndexProgress } from "../base/steps.ts";
import type { ByteAddress, Pointer, StackOffset } from "../base/units.ts";
import type { InspectNode } from "../inspect/node.ts";
import type { Diagnostic } from "../language/forms.ts";
import type { ManagerOptions } from "../managers/contract.ts";
import type { NanosecondClock } from "../managers/profile/profile.ts";
import type { Moment, StopReason } from "../vm/events.ts";
import type { Ports } from "../vm/ports.ts";

export interface LaunchSettings {
  readonly manager: string;
  readonly managerOptions: ManagerOptions;
  /** Heap limit in megabytes; may be a fraction. */
  readonly heapMB: number;
  readonly args: readonly string[];
  readonly ports: Ports;
  /** A clock for a profile of the memory manager; without one there is none. */
  readonly profileClock?: NanosecondClock;
}

export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** A stretch of source text that belongs to code at `pc`. */
export interface Place {
  readonly pc: ByteAddress;
  readonly functionName: string;
  /** Null for code without source text: the built-in library, images from a file. */
  readonly path: string | null;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A stretch of the program's text, whether or not code begins there. */
export type TextPlace = Omit<Place, "pc" | "functionName">;

/** Where a value comes from: text of the program, or code without text. */
export type Origin =
  | { readonly kind: "text"; readonly place: TextPlace }
  | { readonly kind: "code"; readonly functionName: string; readonly pc: ByteAddress };

/** The thread that a machine runs, or the chain of frames that an image was saved from. */
export const MAIN_THREAD = 1;

/** A chain of frames. */
export interface ThreadView {
  readonly id: number;
  readonly name: string;
}

/** One frame of the stack, innermost first. */
export interface FrameView {
  /** Stack offset of the frame extension: identifies the frame while the machine stands still. */
  readonly frame: StackOffset;
  readonly functionName: string;
  /** Byte address of the next instruction, or of the call that the frame waits for. */
  readonly pc: ByteAddress;
  readonly place: Place | null;
  /** Library and handler frames: shown subdued. */
  readonly isSubtle: boolean;
}

export type StepKind = "over" | "in" | "out";
export type StepGranularity = "form" | "line" | "instruction";

/** A step or continue under way: the caller grants slices until the answer is not `slice`. */
export interface Motion {
  /** @param safepoints how many safepoints may pass before the call has to return */
  run(safepoints: number): StopReason;
  /** Of a motion into the past, which comes across many stops and ends at the last that is wanted. Left out: a stop that is wanted ends the motion. */
  readonly looksBack?: {
    /** The stop that `run` has just returned is wanted. */
    keep(): void;
    /** The motion is over: `run` has returned where it ends. */
    readonly hasArrived: boolean;
    /** From this moment on it leads through another run: what was known of moments behind it holds no more. */
    readonly partsAt?: Moment;
    /** How far a long way has come; left out where nobody knows how long it is. */
    progress?(): IndexProgress;
    /** The user gives the way up: from now on it leads back to where it began. Left out: the machine stays where it is. */
    giveUp?(): void;
  };
}

/** `peek` leaves no trace: everything that the evaluation did is undone. `act` keeps its effects. `copy` is `peek` whose node knows its whole value. */
export type EvaluationMode = "peek" | "act" | "copy";

export type EvaluationResult =
  /** `value` is null for a result that is no object of the image: it can be looked at, but not stored. */
  | { readonly kind: "value"; readonly node: InspectNode; readonly value: Pointer | null; readonly output: string }
  | { readonly kind: "diagnostics"; readonly diagnostics: readonly Diagnostic[] }
  /** The evaluation ran into a Lisp error, or used up its budget. */
  | { readonly kind: "failed"; readonly message: string };
