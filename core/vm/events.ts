/**
 * Events at which a machine can stop: the heap's (from `managers/events.ts`) and the machine's own, with the fields that conditions may name.
 * The ids are those of the exception filters (design, section 4.4).
 */
import type { Pointer, TypeNumber, WordAddress } from "../base/units.ts";
import type { CollectCause, CollectionReport } from "../managers/contract.ts";
import type { WatchHit } from "./gates/watch.ts";

export type MachineEvent =
  | {
      readonly kind: "gc.trigger";
      readonly cause: CollectCause;
      /** Whose count table entry ended the countdown, or what was allocated when it became due; NIL when that is not known. */
      readonly object: Pointer;
    }
  | { readonly kind: "gc.start" | "gc.scan" | "gc.reclaim" | "gc.end"; readonly report: CollectionReport }
  | {
      readonly kind: "object.alloc" | "object.free";
      readonly object: Pointer;
      readonly type: TypeNumber;
      readonly sizeWords: number;
      /** What a freed object looked like: its cells are on a free list when the machine stops. Empty for a new object. */
      readonly preview: string;
    }
  | {
      readonly kind: "refcount.zero";
      readonly object: Pointer;
      /** What the object looked like: a collection under way may have taken it apart when the machine stops. */
      readonly preview: string;
    }
  | { readonly kind: "refcount.overflow"; readonly object: Pointer }
  | { readonly kind: "refcount.error"; readonly object: Pointer; readonly message: string }
  | {
      readonly kind: "memory.error";
      readonly object: Pointer;
      readonly message: string;
      /** What the instruction failed with, before it was known that the object is gone. */
      readonly inner?: { readonly name: string; readonly message: string };
    }
  | {
      readonly kind: "gc.disabled";
      readonly message: string;
      /** Pairs of the collision table that are left: the collector switches itself off when there are none. */
      readonly pairsLeft: number;
    }
  | { readonly kind: "storage.full" | "stack.overflow"; readonly message: string }
  | { readonly kind: "storage.pressure"; readonly pagesLeft: number }
  | { readonly kind: "page.new"; readonly page: number }
  | {
      readonly kind: "lisp.error";
      /** Short name of the error, for instance `car-of-non-list`. */
      readonly name: string;
      readonly message: string;
      readonly values: readonly Pointer[];
    }
  | { readonly kind: "leak"; readonly objects: readonly Pointer[] }
  /** An invariant of the heap, the tables or the counts does not hold any more: what a check of a verifier found. */
  | {
      readonly kind: "verify";
      /** Name of the check. */
      readonly check: string;
      /** The first place that is wrong; null when it is none in particular. */
      readonly address: WordAddress | null;
      readonly what: string;
      readonly expected: string;
      readonly found: string;
      /** `before collection 3`, `at safepoint 4711`. */
      readonly when: string;
    };

export type EventKind = MachineEvent["kind"];

/** A point in the execution. Unique and ordered within a run: between two safepoints PC only grows, and a collection works while both stand still. */
export interface Moment {
  /** Safepoints passed since the start. */
  readonly block: number;
  /** Byte address of the next instruction. */
  readonly pc: number;
  /** Steps of collections done since the start. */
  readonly steps: number;
}

/** Why `run` came back. */
export type StopReason =
  /** The granted safepoints are used up; nothing happened. */
  | { readonly kind: "slice" }
  /** `stepInstruction` has executed one instruction, or one step of a collection. */
  | { readonly kind: "step" }
  /** Going back came to the beginning of what is recorded. */
  | { readonly kind: "start" }
  /** A replay came to the end of its recording; or, with a problem, to where it is not the run that was recorded. */
  | { readonly kind: "end"; readonly problem: string | null }
  /** About to execute an instruction that carries a breakpoint. */
  | { readonly kind: "breakpoint"; readonly pc: number }
  /** An armed event happened. `site` is the byte address of the instruction that caused it; the machine stands behind it. */
  | { readonly kind: "event"; readonly event: MachineEvent; readonly site: number }
  /** Something has happened to what is watched: all of it that one instruction, or one step of a collection, did. */
  | { readonly kind: "watch"; readonly hits: readonly WatchHit[]; readonly site: number }
  /** The program ended by itself. */
  | { readonly kind: "finished"; readonly status: number }
  /** The guest cannot go on: Lisp error, storage full, stack overflow, opcode without implementation. Running again gives the same answer. */
  | { readonly kind: "failed"; readonly event: MachineEvent | null; readonly message: string; readonly site: number };
