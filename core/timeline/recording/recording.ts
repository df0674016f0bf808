/** What a recording holds: the program, what came to its machine from outside, and what somebody did to the machine. All plain values. */
import type { ManagerOptions, ManagerState } from "../../managers/contract.ts";
import type { InstalledBlock } from "../../objects/code/code-directory.ts";
import type { Moment } from "../../vm/events.ts";
import type { MachineState } from "../../vm/state/machine-state.ts";
import type { Input, InputPosition } from "../input-log.ts";

/** All that is needed to make the same machine again. */
export type RecordedProgram = RecordedText | RecordedCall | RecordedImage;

interface Settings {
  readonly manager: string;
  readonly managerOptions: ManagerOptions;
}
/** The text of a program. */
export interface RecordedText extends Settings {
  readonly kind: "text";
  readonly path: string;
  readonly text: string;
  readonly heapMB: number;
  readonly args: readonly string[];
}
/** The call of a function of compiled files. */
export interface RecordedCall extends Settings {
  readonly kind: "compiled";
  /** Later files redefine what earlier ones define. */
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly function: string;
  readonly args: readonly string[];
  readonly heapMB: number;
}
/** An image that ran. */
export interface RecordedImage extends Settings {
  readonly kind: "image";
  readonly path: string;
  /** Size of its address space. */
  readonly megabytes: number;
  /** The file that the machine is made of; null where the recording itself has all of its memory. */
  readonly file: FileIdentity | null;
}
/** By what a file is known elsewhere. */
export interface FileIdentity {
  readonly sizeBytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** Contents of pages, side by side. */
export interface RecordedPages {
  /** Numbers of the pages. */
  readonly numbers: Int32Array;
  readonly contents: Uint8Array;
}

/** A state of the machine that does not follow from the one before: where the recording begins, or what somebody made of the machine. */
export interface RecordedState {
  /** The moment that it took the place of. */
  readonly from: Moment;
  /** What was done; empty for the beginning. */
  readonly what: string;
  /** Pages that are different from those at `from`; at the beginning, from those of a machine that was just made, or from zero where none is made. */
  readonly pages: RecordedPages;
  readonly machine: Omit<MachineState, "ports">;
  readonly manager: ManagerState;
  /** Code beside that of the program: what was defined in the console. */
  readonly code: readonly InstalledBlock[];
  readonly input: InputPosition;
}

/** A run, as what it takes to have it again. */
export interface RecordedRun {
  /** Digest of the machine when it has just been made of the program; null where the first state is all of it. */
  readonly made: string | null;
  readonly inputs: readonly Input[];
  /** First the beginning, then what somebody did, in order. */
  readonly states: readonly [RecordedState, ...RecordedState[]];
  /** The last moment. */
  readonly end: Moment;
  /** There the program had ended, or failed. */
  readonly isOver: boolean;
  /** Digest of the machine there; null when that was not known. */
  readonly digest: string | null;
}

export interface Recording {
  readonly program: RecordedProgram;
  readonly run: RecordedRun;
}
