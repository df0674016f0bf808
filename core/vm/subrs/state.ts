/** What host calls remember between two calls, outside the image. */

/** Most arguments that a call of the reference VM takes: the size of its argument array. */
export const MOST_ARGUMENTS = 30;

/** A file of a directory that is being enumerated, in the form in which Lisp gets it. */
export interface ListedFile {
  /** Lisp name, with version; directories end in `>`. */
  readonly name: string;
  readonly lengthBytes: number;
  /** Lisp times. */
  readonly written: number;
  readonly read: number;
  readonly protection: number;
  readonly author: string;
}

/** Files that were not asked for yet. */
export interface Enumeration {
  readonly files: readonly ListedFile[];
  readonly next: number;
}

/** Plain values; the arrays are never changed in place. */
export interface SavedHostCalls {
  readonly args: Int32Array;
  readonly enumerations: readonly (Enumeration | null)[];
}

export class HostCallState {
  /** The argument array, which is one for all calls: what a call does not give is left over from an earlier one. */
  readonly args: Int32Array;
  enumerations: readonly (Enumeration | null)[];

  constructor() {
    this.args = new Int32Array(MOST_ARGUMENTS);
    this.enumerations = [];
  }

  save(): SavedHostCalls {
    return { args: this.args.slice(), enumerations: this.enumerations };
  }
  restore(saved: SavedHostCalls): void {
    this.args.set(saved.args);
    this.enumerations = saved.enumerations;
  }
}
