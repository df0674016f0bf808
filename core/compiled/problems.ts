/** What is wrong in a compiled file, as entries of its list of problems. */
import { ImageError } from "../base/errors.ts";
import { checkCode } from "./check-code.ts";
import { clipped } from "./reader/text-stream.ts";
import type { CompiledFunction, CompiledProblem } from "./types.ts";

/**
 * The problem that an error of a reader tells of.
 *
 * @throws whatever else was thrown
 */
export function problemOf(error: unknown, where: string): CompiledProblem {
  if (!(error instanceof ImageError)) throw error;
  const { offsetBytes, what, found, expected } = error;
  return { where: clipped(where), offsetBytes, what, found, expected };
}

/** What does not fit together inside a record that could be read. Nothing is known of code for other machines. */
export function faultsOf(record: CompiledFunction): readonly CompiledProblem[] {
  if (record.obsolete !== null) return [];
  const where = record.frameName.kind === "symbol" ? clipped(record.frameName.name) : "a function";
  const faults = checkCode(record.code, record.fixups).map(({ offset, ...fault }) => ({
    where,
    offsetBytes: record.codeByte + offset,
    ...fault,
  }));
  const free = record.names.filter(({ kind }) => kind === "free").length;
  if (free === record.freeCount) return faults;
  const expected = `${record.freeCount}, as the record says`;
  return [
    ...faults,
    { where, offsetBytes: record.startByte, what: "free variables in the name table", found: String(free), expected },
  ];
}
