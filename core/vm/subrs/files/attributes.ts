/**
 * File calls for attributes: length, dates, author, protection. Source: instruction specification, section 2.12; reference VM, `COM_getfileinfo`, `COM_setfileinfo`.
 */
import type { Pointer } from "../../../base/units.ts";
import { NIL, SMALL_POSITIVE, T } from "../../../memory/layout.ts";
import { cdr, isCons, listItems } from "../../../objects/cons.ts";
import { integerValue } from "../../../objects/numbers.ts";
import { type FileStatus, isRefusal, type Refusal } from "../../ports.ts";
import type { Processor } from "../../processor.ts";
import { storeNumber } from "../text/native-strings.ts";
import { LISP_TO_UNIX } from "../time.ts";
import { done, existingPath, fileCall, giveName, nothing } from "./device.ts";

// Attributes by number.
const LENGTH = 1;
const WRITTEN = 2;
const READ = 3;
const AUTHOR = 5;
const PROTECTION = 6;
const ALL = 8;
const INODE_LOW = 9;
const INODE_HIGH = 10;

/** Kind of file in the upper bits of the Unix mode. */
const KIND_BITS = { file: 0o100000, directory: 0o040000, other: 0o020000 } as const;

/** The mode of Unix with the kind of file in it. */
export function protectionOf(status: FileStatus): number {
  return KIND_BITS[status.kind] | status.mode;
}

/** COM-GETFILEINFO (full name, attribute, box or string, error) */
export const getAttribute = fileCall(3, (m, argument) => {
  const path = existingPath(m, argument(0));
  if (isRefusal(path)) return path;
  const status = m.ports.files.status(path);
  if (isRefusal(status)) return status;
  const place = argument(2);
  switch (argument(1) - SMALL_POSITIVE) {
    case LENGTH:
      return stored(m, place, status.sizeBytes);
    case WRITTEN:
      return stored(m, place, status.modified + LISP_TO_UNIX);
    case READ:
      return stored(m, place, status.accessed + LISP_TO_UNIX);
    case PROTECTION:
      return stored(m, place, protectionOf(status));
    case INODE_LOW:
      return stored(m, place, status.identity % 2 ** 32);
    case INODE_HIGH:
      return stored(m, place, Math.floor(status.identity / 2 ** 32));
    case AUTHOR:
      return author(m, place, status);
    case ALL:
      return allAttributes(m, place, status);
    default:
      return nothing();
  }
});

function stored(m: Processor, box: Pointer, value: number): Pointer {
  storeNumber(m, box, value);
  return T;
}

/** Length of the author's name; 0 when it is not known. */
function author(m: Processor, string: Pointer, status: FileStatus): Pointer | Refusal {
  return status.owner === "" ? SMALL_POSITIVE : giveName(m, string, status.owner);
}

/** Fills `((LENGTH . box) (WDATE . box) (RDATE . box) (PROTECTION . box) (AUTHOR . string))`. */
function allAttributes(m: Processor, list: Pointer, status: FileStatus): Pointer | Refusal {
  const numbers = [
    status.sizeBytes,
    status.modified + LISP_TO_UNIX,
    status.accessed + LISP_TO_UNIX,
    protectionOf(status),
  ];
  const places = listItems(m.memory, list, numbers.length + 1).items.map((item) =>
    isCons(m.memory, item) ? cdr(m.memory, item) : NIL,
  );
  for (const [i, number] of numbers.entries()) storeNumber(m, places[i] ?? NIL, number);
  return author(m, places[numbers.length] ?? NIL, status);
}

/** COM-SETFILEINFO (full name, attribute, value, error) */
export const setAttribute = fileCall(3, (m, argument) => {
  const path = existingPath(m, argument(0));
  if (isRefusal(path)) return path;
  const value = integerValue(m.memory, argument(2));
  if (value === null) return nothing();
  switch (argument(1) - SMALL_POSITIVE) {
    case WRITTEN:
      return done(m.ports.files.setModified(path, value - LISP_TO_UNIX));
    case PROTECTION:
      return done(m.ports.files.setMode(path, value & 0o777));
    default:
      return nothing();
  }
});
