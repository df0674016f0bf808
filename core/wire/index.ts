/**
 * Types spoken between processes, and how one of them is started; no other code. The only part of the core that the client may import.
 */

/**
 * Options of the JavaScript engine under which the language server is started. All that one analysis makes, 30 MB for a thousand lines, lives
 * until it is done: the engine's own 16 MB for young objects fill up on the way, and everything is copied twice. More is taken only when needed.
 */
export const LANGUAGE_SERVER_ENGINE: readonly string[] = ["--max-semi-space-size=64"];

/** Body of the custom DAP event `conspect/status`: sent at every stop and, while running, a few times a second. */
export interface StatusEventBody {
  readonly manager: string;
  readonly collections: number;
  readonly usedBytes: number;
  readonly freeBytes: number;
  readonly isRunning: boolean;
}

/** Body of the custom DAP event `conspect/listening`: other clients can attach. */
export interface ListeningEventBody {
  readonly port: number;
  /** The machine of this session, for `attach`; left out there, the one that came last. */
  readonly machine: number;
}

/** Body of the answer to the custom DAP request `conspect/fork`: the number of the copy, for `attach`. */
export interface ForkAnswer {
  readonly machine: number;
}

/** Arguments of the custom DAP request `conspect/saveImage`. */
export interface SaveImageArguments {
  readonly path: string;
  /** Replace a file of that name. */
  readonly overwrite: boolean;
  /** Replace it even when it is the image that the session has open. */
  readonly overwriteOpened: boolean;
}
/** Body of the answer to `conspect/saveImage`: nothing was written while something is still needed. */
export type SaveImageAnswer =
  | { readonly saved: true; readonly path: string; readonly bytes: number }
  | { readonly saved: false; readonly needs: "overwrite" | "overwriteOpened" };

/**
 * Arguments of the custom DAP requests about the past (`conspect/whoWrote`, `conspect/biography` …): a variable of a container, an expression, or an address with
 * its bytes; and how many events are wanted.
 */
export interface HistoryArguments {
  readonly name?: string;
  readonly variablesReference?: number;
  readonly frameId?: number;
  readonly memoryReference?: string;
  readonly bytes?: number;
  readonly limit?: number;
}
/** Something that happened in the past. */
export interface HistoryEvent {
  readonly kind: "write" | "count" | "allocate" | "free" | "outside";
  /** For `conspect/goTo`. */
  readonly moment: string;
  /** What happened: `1 -> 2`. */
  readonly what: string;
  /** Function, file and line, or who else did it. */
  readonly where: string;
}
/** Body of the answers. */
export interface HistoryAnswer {
  /** What was asked about: an expression where there is one, the name of a variable, or an address. */
  readonly about: string;
  /** In order of time. */
  readonly events: readonly HistoryEvent[];
  /** There is nothing earlier. */
  readonly isComplete: boolean;
  /** Moment where the recording begins. */
  readonly beginning: string;
}
/** Body of the answer to the custom DAP request `conspect/tryCollection`: what the next collection would do. */
export interface TryCollectionAnswer {
  /** By type, most bytes first, with some objects as they are printed. */
  readonly freed: readonly {
    readonly type: string;
    readonly objects: number;
    readonly bytes: number;
    readonly examples: readonly string[];
  }[];
  /** Entries of the count tables before and after, and how many are not the same; null where nothing is counted. */
  readonly counts: { readonly before: number; readonly after: number; readonly changed: number } | null;
  /** Pages of memory that it writes. */
  readonly pages: number;
}
/** Body of the answer to the custom DAP request `conspect/beginTrial`: the same, and whether somebody has to decide now (where the run is recorded). */
export interface TrialAnswer extends TryCollectionAnswer {
  readonly isOpen: boolean;
}
/** Body of the event `conspect/trial`: whether a collection is tried, and has to be kept or discarded. */
export interface TrialEventBody {
  readonly isOpen: boolean;
}
/** Body of the answer to the custom DAP request `conspect/branches`. */
export interface BranchesAnswer {
  /** By number. */
  readonly branches: readonly {
    readonly number: number;
    readonly isCurrent: boolean;
    /** What began it. */
    readonly name: string;
    /** The last moment that it came to. */
    readonly end: string;
    /** Where it parts from another run, and the number of that; null for the current one. */
    readonly parting: string | null;
    readonly partsFrom: number | null;
  }[];
}
/** Arguments of the custom DAP request `conspect/saveRecording`. */
export interface SaveRecordingArguments {
  readonly path: string;
  /** Replace a file of that name. */
  readonly overwrite?: boolean;
  /** The recording of an image refers to the file of the image, instead of holding it. */
  readonly leaveImageOut?: boolean;
}
/** Body of the answer: nothing was written while something is still needed. */
export type SaveRecordingAnswer =
  | { readonly saved: true; readonly path: string; readonly bytes: number }
  | { readonly saved: false; readonly needs: "overwrite" };

/** A place in the source text, 0-based. */
export interface ComparedPlace {
  readonly line: number;
  readonly column: number;
  /** The form, cut to one line. */
  readonly text: string;
}

/** One manager's line of a comparison. Sizes in bytes. */
export interface ComparedManager {
  readonly manager: string;
  /** `finished`, or why the program failed. */
  readonly ending: string;
  readonly failed: boolean;
  /** Program steps that it took: forms begun. */
  readonly steps: number;
  readonly allocations: number;
  readonly frees: number;
  readonly liveObjects: number;
  readonly liveBytes: number;
  readonly peakBytes: number;
  readonly collections: number;
  readonly totalPauseMs: number;
  readonly longestPauseMs: number;
  readonly countOperations: number;
  /** Objects at the end that no root reaches and that nobody will free. */
  readonly leaks: number;
  readonly errors: readonly string[];
  readonly output: string;
  /** Most live bytes from a step on to the next point. */
  readonly curve: readonly { readonly step: number; readonly bytes: number }[];
}

/** The first step at which two managers' live sets differ. */
export interface ComparedDifference {
  readonly first: string;
  readonly second: string;
  readonly step: number;
  /** Where the program is at that step. */
  readonly place: ComparedPlace | null;
  /** Which of the two still has the object. */
  readonly aliveIn: string;
  readonly object: {
    readonly type: string;
    readonly bytes: number;
    /** The step that allocated it, and where. */
    readonly step: number;
    readonly place: ComparedPlace | null;
  };
}

/** What happened in a program step, under each manager in the order of `managers`. */
export interface ComparedStep {
  readonly step: number;
  readonly events: readonly { readonly allocated: number; readonly freed: number }[];
}

/** What `conspect compare --json` prints. */
export interface Comparison {
  readonly program: string;
  readonly managers: readonly ComparedManager[];
  /** The steps in which something was allocated or freed, when they were asked for; of many the first ones. */
  readonly steps: readonly ComparedStep[];
  /** Of each pair whose live sets differ, earliest first. */
  readonly differences: readonly ComparedDifference[];
  /** Managers under which the program allocated otherwise than under the first one: their objects cannot be compared. */
  readonly incomparable: readonly string[];
}

/**
 * What a run measured: body of the custom DAP event `conspect/measurements` at the end of a session with `measure`, and of the
 * notification `conspect/measured` that brings it to the language server.
 */
export interface Measurements {
  /** Path of the program. */
  readonly program: string;
  /** Of the text that ran: figures of another text are not shown. */
  readonly fingerprint: string;
  readonly manager: string;
  /** Program steps of the run; lifetimes are counted in them. */
  readonly steps: number;
  /** In order of their place. What the library allocates counts for the form that calls it. */
  readonly sites: readonly SiteMeasurement[];
  readonly functions: readonly FunctionMeasurement[];
}

/** A form that allocated; offsets are UTF-16 units of the text. */
export interface SiteMeasurement {
  readonly start: number;
  readonly end: number;
  readonly objects: number;
  readonly bytes: number;
  /** Objects that were freed before the end. */
  readonly deaths: number;
  /** Of those; null when there are none. */
  readonly meanLifetime: number | null;
  readonly maxLifetime: number | null;
}

export interface FunctionMeasurement {
  readonly name: string;
  /** Offset of the first form of its body. */
  readonly at: number;
  readonly calls: number;
}

/** What a configuration with `"request": "attach"` says. */
export interface AttachConfiguration {
  /** Port on which the other session listens, as its output says. Left out: a machine of the process that this client is connected to. */
  readonly port?: number;
  /** Number of the machine there; left out, the one that came last. */
  readonly machine?: number;
}

/** Attributes of a launch configuration of type `conspect` (design, section 4.2). */
export interface LaunchConfiguration {
  readonly program?: string;
  /** The function to call, when `program` is a compiled file; `args` are its arguments. */
  readonly function?: string;
  /** Further compiled files that define what the function calls. */
  readonly with?: readonly string[];
  readonly image?: string;
  readonly mode?: "inspect" | "run";
  /** A recording, which is run again; it brings its program and its settings along. */
  readonly recording?: string;
  /** Size of the address space of an image that runs. */
  readonly megabytes?: number;
  /** Directories and files that the program may reach. */
  readonly files?: readonly { readonly path: string; readonly writable?: boolean }[];
  /** Environment variables that the program sees; left out, a few harmless ones. */
  readonly environment?: { readonly [variable: string]: string } | null;
  readonly manager?: string;
  readonly managerOptions?: { readonly [option: string]: unknown };
  readonly heapMB?: number;
  readonly args?: readonly string[];
  readonly stopOnEntry?: boolean;
  /** `true` for the whole collection, or a list of filter ids. */
  readonly stopOnGC?: boolean | readonly string[];
  readonly verify?: "collections" | number | false;
  /** Go back at once to what broke the heap, where a check finds an error. */
  readonly verifyTravel?: boolean;
  readonly gcStress?: number;
  readonly poison?: boolean;
  /** Count and time every operation of the memory manager: the scope Manager shows them. */
  readonly profile?: boolean;
  /** Count allocations, calls and lifetimes by place of the text. */
  readonly measure?: boolean;
  readonly record?: boolean;
  readonly recordMB?: number;
  readonly stopAtEnd?: boolean;
  /** Number of the program step before which the program stops, from 1 on: a point of the plot of `conspect compare`. */
  readonly stopAtStep?: number;
  /** What one step of an editor is, which names no granularity or says `statement`. */
  readonly stepBy?: "form" | "line";
  /** Where the program's output goes; the debug console, when it is left out. */
  readonly console?: "internalConsole" | "integratedTerminal" | "externalTerminal";
  /** Port on which other clients may attach to the machine; 0 takes a free one, which the output names. */
  readonly listen?: number;
}
