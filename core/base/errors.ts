/**
 * The three kinds of error (ARCHITECTURE.md, "Errors"): the outside is wrong (`ImageError`), the guest is wrong (`VmFault`,
 * which never leaves `Machine.run`), we are wrong (`InternalError`).
 */
import type { ByteAddress } from "./units.ts";

/** A file is not a usable image. `offsetBytes` is the place in the file that shows it. */
export class ImageError extends Error {
  readonly file: string;
  readonly offsetBytes: number;
  readonly what: string;
  readonly found: string;
  readonly expected: string;
  /** @param problem `advice`: a sentence that says what to do about it */
  constructor(problem: {
    file: string;
    offsetBytes: number;
    what: string;
    found: string;
    expected: string;
    advice?: string;
  }) {
    const { file, offsetBytes, what, found, expected, advice } = problem;
    const said = `${file}: byte ${offsetBytes}: ${what}: found ${found}, expected ${expected}`;
    super(advice === undefined ? said : `${said}. ${advice}`);
    this.name = "ImageError";
    this.file = problem.file;
    this.offsetBytes = problem.offsetBytes;
    this.what = problem.what;
    this.found = problem.found;
    this.expected = problem.expected;
  }
}

/** What a guest program can do wrong, or run out of, below the level of Lisp errors. */
export type FaultKind =
  | "InvalidAddress"
  | "PageMappingFailed"
  | "StorageFull"
  | "StackOverflow"
  | "GCOverflow"
  | "InvalidOpcode"
  | "MemoryError"
  | "LispError";

/**
 * The guest program is wrong or out of room. Thrown inside the machine only: `Machine.run` turns it into a `StopReason`.
 * Whoever throws it has changed nothing yet, so that the instruction can be looked at, and run again.
 */
export class VmFault extends Error {
  readonly kind: FaultKind;
  readonly address: number | null;
  constructor(kind: FaultKind, message: string, address: number | null = null) {
    super(message);
    this.name = "VmFault";
    this.kind = kind;
    this.address = address;
  }
}

/** A broken invariant of Conspect itself. Caught only at the top, to write a report. */
export class InternalError extends Error {
  constructor(message: string) {
    super(`internal error: ${message}`);
    this.name = "InternalError";
  }
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}

/** Ends an exhaustive `switch`: does not compile while a case is missing. */
export function unreachable(value: never): never {
  throw new InternalError(`unexpected ${JSON.stringify(value)}`);
}

/** `0x1400`: how addresses and page numbers appear in messages. */
export function hex(value: ByteAddress | number): string {
  return `0x${value.toString(16).toUpperCase()}`;
}
