/**
 * Stops of the machine as DAP `stopped` events. Exhaustive: a new stop or event of the core does not compile until it is mapped here.
 *
 * Events of filters have the reason `exception`, not `gc`: VS Code asks for `exceptionInfo`, and shows the report, for that reason only.
 * What kind of event it is stands in `description` and `text`.
 */
import { type MachineEvent, type StopReason, unreachable } from "#core";

/** Why the program stands still: a stop of the machine, or something that the adapter did. */
export type Halt =
  | StopReason
  | { readonly kind: "entry" }
  | { readonly kind: "pause" }
  /** Control was sent elsewhere by the user. */
  | { readonly kind: "goto" | "restart" }
  /** The last moment of a run that somebody wanted to go to. */
  | { readonly kind: "branch"; readonly number: number }
  /** The beginning of a collection that is tried; it has become one that has happened. */
  | { readonly kind: "trial" | "kept" }
  /** A copy of a machine, which stands where that stood. */
  | { readonly kind: "copy" }
  /** An image that does not run was opened; `damage`: how many things are wrong with its file. */
  | { readonly kind: "opened"; readonly damage: number };

/** Why the program stands still where a way through time ends. */
export type Arrival = () => Halt;
/** A reason that is known before; null when there is none but the way itself. */
export function standing(halt: Halt | null): Arrival | null {
  return halt === null ? null : () => halt;
}

export interface StoppedText {
  readonly reason: string;
  /** What a user reads in the call stack view. */
  readonly description: string;
  /** More, or null when there is no more. */
  readonly text: string | null;
}

export function describeHalt(halt: Halt): StoppedText {
  switch (halt.kind) {
    case "entry":
      return { reason: "entry", description: "Paused on entry", text: null };
    case "opened":
      return { reason: "entry", description: "Image opened", text: damageText(halt.damage) };
    case "pause":
    case "slice":
      return { reason: "pause", description: "Paused", text: null };
    case "goto":
      return { reason: "goto", description: "Paused after a jump", text: null };
    case "copy":
      return { reason: "entry", description: "Paused: a copy of the machine", text: null };
    case "restart":
      return { reason: "restart", description: "Paused: the frame begins again", text: null };
    case "branch":
      return { reason: "goto", description: `Paused in run ${halt.number}, as far as it has come`, text: null };
    case "trial":
      return { reason: "step", description: "Paused before a collection", text: null };
    case "kept":
      return { reason: "step", description: "Paused: the collection is kept", text: null };
    case "step":
      return { reason: "step", description: "Paused on step", text: null };
    case "start":
      return {
        reason: "step",
        description: "Paused at the start of the recording",
        text: "nothing earlier is recorded",
      };
    case "end":
      return {
        reason: "end of the recording",
        description: halt.problem === null ? "Paused at the end of the recording" : "Paused: the replay differs",
        text: halt.problem,
      };
    case "breakpoint":
      return { reason: "breakpoint", description: "Paused on breakpoint", text: null };
    case "watch":
      return { reason: "data breakpoint", description: "Paused on data breakpoint", text: null };
    case "event":
      return { reason: "exception", description: eventTitle(halt.event), text: eventText(halt.event) };
    case "failed":
      return {
        reason: "exception",
        description: halt.event === null ? "Paused on failure" : eventTitle(halt.event),
        text: halt.message,
      };
    case "finished":
      return { reason: "exited", description: "The program ended", text: null };
    default:
      return unreachable(halt);
  }
}

function damageText(count: number): string {
  if (count === 0) return "nothing is wrong with the file";
  return count === 1 ? "one thing is wrong with the file" : `${count} things are wrong with the file`;
}

function eventTitle(event: MachineEvent): string {
  switch (event.kind) {
    case "gc.trigger":
    case "gc.start":
    case "gc.scan":
    case "gc.reclaim":
    case "gc.end":
      return "Paused on collection";
    case "gc.disabled":
      return "Paused: the collector switches itself off";
    case "object.alloc":
      return "Paused on allocation";
    case "object.free":
      return "Paused on freed object";
    case "refcount.zero":
    case "refcount.overflow":
    case "refcount.error":
      return "Paused on reference count";
    case "memory.error":
      return "Paused on memory error";
    case "storage.pressure":
    case "page.new":
      return "Paused on storage";
    case "storage.full":
      return "Paused: storage is full";
    case "stack.overflow":
      return "Paused on stack overflow";
    case "lisp.error":
      return "Paused on Lisp error";
    case "verify":
      return event.when.startsWith("by ") ? "Paused before what breaks an invariant" : "Paused: an invariant is broken";
    case "leak":
      return "Paused on leak";
    default:
      return unreachable(event);
  }
}

function eventText(event: MachineEvent): string {
  switch (event.kind) {
    case "gc.trigger":
      return `${event.kind}: ${event.cause}`;
    case "gc.start":
    case "gc.scan":
    case "gc.reclaim":
    case "gc.end":
      return `${event.kind}: collection ${event.report.number} (${event.report.cause})`;
    case "refcount.error":
    case "memory.error":
    case "gc.disabled":
    case "storage.full":
    case "stack.overflow":
      return `${event.kind}: ${event.message}`;
    case "lisp.error":
      return `${event.name}: ${event.message}`;
    case "verify":
      return `${event.kind}: ${event.what}; ${event.when.startsWith("by ") ? "broken" : "noticed"} ${event.when}`;
    case "leak":
      return `${event.kind}: ${event.objects.length} objects`;
    case "storage.pressure":
      return `${event.kind}: ${event.pagesLeft} pages left`;
    case "object.alloc":
    case "object.free":
    case "refcount.zero":
    case "refcount.overflow":
    case "page.new":
      return event.kind;
    default:
      return unreachable(event);
  }
}
