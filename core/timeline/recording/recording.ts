/** What a recording holds: the program, what came to its machine from outside, and what somebody did to the machine. All plain values. */
import type { ManagerOptions, ManagerState } from "../../managers/contract.ts";
import type { InstalledBlock } from "../../objects/code/code-directory.ts";
import type { Moment } from "../../vm/events.ts";
import type { MachineState } from "../../vm/state/machine-state.ts";
import type { Input, InputPosition } from "../input-log.ts";

/** All that is needed to make the same machine again. */
export interface RecordedProgram {
  readonly path: string;
  readonly text: string;
  readonly manager: string;
  readonly managerOptions: ManagerOptions;
  readonly heapMB: number;
  readonly args: readonly string[];
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
  /** Pages that are different from those at `from`; at the beginning, from those of a machine that was just made. */
  readonly pages: RecordedPages;
  readonly machine: Omit<MachineState, "ports">;
  readonly manager: ManagerState;
  /** Code beside that of the program: what was defined in the console. */
  readonly code: readonly InstalledBlock[];
  readonly input: InputPosition;
}

/** A run, as what it takes to have it again. */
export interface RecordedRun {
  /** Digest of the machine when it has just been made of the program. */
  readonly made: string;
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
