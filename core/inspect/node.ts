/**
 * A node of what the debugger shows: one line of text, and children on demand. Scopes, memory views and reports are trees of these;
 * the adapter turns them into DAP variables and the command line into text, and neither knows what they mean.
 * Making a node and asking for its children changes nothing in the machine.
 */

import type { IndexSteps } from "../base/steps.ts";
import type { Pointer, WordAddress, Words } from "../base/units.ts";
import type { Radix } from "../objects/pointer-notation.ts";

/** Where a new value would go if the user sets this node. */
export type Slot =
  /** A variable of a frame, by its cell on the stack (not counted). */
  | { readonly kind: "stack"; readonly address: WordAddress }
  /** A counted pointer slot of the heap or a symbol: tag bits stay, the manager is told. */
  | { readonly kind: "heap"; readonly address: WordAddress }
  /** A field that keeps nothing alive, words behind the beginning of its record: the manager stores into it. */
  | { readonly kind: "weak"; readonly holder: Pointer; readonly offset: Words }
  /** CAR or CDR of a cons. */
  | { readonly kind: "car" | "cdr"; readonly cons: Pointer };

export interface InspectNode {
  readonly name: string;
  /** One line, at most about 200 characters. */
  readonly value: string;
  /** `value` with its whole numbers and addresses in another base. */
  valueIn(radix: Radix): string;
  /** All of the value, as the reader takes it back where it can: without address, and not cut. */
  whole(): string;
  /** Type as the machine names it (`LISTP`, `FIXP`, …) or a word for a non-object (`region`, `gauge`); null when there is nothing to say. */
  readonly type: string | null;
  /** The Lisp value that this node shows, when it shows one. */
  readonly pointer: Pointer | null;
  /** Where its bytes are: memory views open here. Null for immediates. */
  readonly address: WordAddress | null;
  readonly slot: Slot | null;
  /** An expression that evaluates to this node in its frame, when there is one. */
  readonly expression: string | null;
  /** Children that have names, and children that are a numbered sequence (fetched in pages). */
  readonly namedCount: number;
  readonly indexedCount: number;
  /** Fetching the children takes long. */
  readonly isExpensive: boolean;
  /**
   * Steps to take before the children are asked for, for who must stay responsive: they leave what the children need with the image, as long as that
   * stays as it is. Null when there is nothing to prepare; without them the children are the same, and take longer.
   */
  readonly prepare: (() => IndexSteps<unknown>) | null;
  named(): readonly InspectNode[];
  indexed(start: number, count: number): readonly InspectNode[];
}
