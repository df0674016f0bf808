/**
 * File calls that open, close, read and write: pages of 512 bytes at their place in the file.
 * Source: instruction specification, section 2.12; reference VM, `COM_openfile`, `COM_closefile`, `COM_readpage` and their neighbours in `dsk.c`.
 */
import type { Pointer } from "../../../base/units.ts";
import { PAGE_BYTES, SMALL_POSITIVE, T } from "../../../memory/layout.ts";
import { integerValue } from "../../../objects/numbers.ts";
import { type FileOpening, isRefusal, type Refusal, UNIX_ERROR } from "../../ports.ts";
import type { Processor } from "../../processor.ts";
import { checkBuffer, storeBytes, storeNumber } from "../text/native-strings.ts";
import { LISP_TO_UNIX } from "../time.ts";
import { devicePath, done, fileCall, nothing, recognizeOnDisk } from "./device.ts";
import { joinPath, splitPath } from "./names.ts";
import { recognitionAt } from "./recognize.ts";
import { ensureDirectory, maintainVersions, type Recognition } from "./versions.ts";

/** Size that tells Lisp that it is no file with a size. */
const NO_SIZE = -1;
/** No file is open under this number. */
const NO_FILE_NUMBER = -1;
const INVALID: Refusal = { refused: UNIX_ERROR.invalidArgument };

const numberAt = (m: Processor, argument: Pointer): number => integerValue(m.memory, argument) ?? NO_FILE_NUMBER;

const ACCESSES = ["input", "output", "both", "append"] as const;
type Access = (typeof ACCESSES)[number];

/** How a file is opened; null when it makes no sense. Writers read too: Lisp maps pages. */
function openingFor(how: Recognition, access: Access): FileOpening | null {
  const mayCreate = how === "new" || how === "old/new";
  if (access === "input") return how === "new" ? null : { access: "read", create: false, truncate: false };
  return { access: "update", create: mayCreate, truncate: access === "output" };
}

/** COM-OPENFILE (full name, recognition, access, date, size, error): the number of the open file; its date and size go into boxes. */
export const openFile = fileCall(5, (m, argument) => {
  const file = devicePath(m, argument(0));
  if (isRefusal(file)) return file;
  const how = recognitionAt(argument(1));
  const access = ACCESSES[argument(2) - SMALL_POSITIVE];
  if (how === null || how === "non" || access === undefined) return nothing();
  const opening = openingFor(how, access);
  if (opening === null) return nothing();
  const opened = openPath(m, file.path, file.isVersioned, how, opening);
  if (isRefusal(opened)) return opened;
  const status = m.ports.files.statusOf(opened);
  if (isRefusal(status)) {
    m.ports.files.close(opened);
    return status;
  }
  storeNumber(m, argument(3), status.modified + LISP_TO_UNIX);
  storeNumber(m, argument(4), status.kind === "other" ? NO_SIZE : status.sizeBytes);
  return SMALL_POSITIVE + opened;
});

function openPath(
  m: Processor,
  path: string,
  isVersioned: boolean,
  how: Recognition,
  opening: FileOpening,
): number | Refusal {
  const { files } = m.ports;
  const { directory, name } = splitPath(path);
  const place = opening.create ? ensureDirectory(files, directory) : directory;
  if (isRefusal(place)) return place;
  if (!isVersioned) return files.open(path, opening);
  const found = recognizeOnDisk(m, joinPath(place, name), how);
  if (isRefusal(found)) return found;
  const status = files.status(found.actual);
  if (!isRefusal(status)) {
    // Lisp says "file won't open" for this number.
    return status.kind === "file" ? files.open(found.actual, opening) : { refused: UNIX_ERROR.tooManyFiles };
  }
  if (status.refused !== UNIX_ERROR.noSuchFile || !opening.create) return status;
  return create(m, found.actual, opening);
}

/** The names of the other versions must be right before and after: a versionless file becomes version 1 when a second one comes. */
function create(m: Processor, path: string, opening: FileOpening): number | Refusal {
  const { files } = m.ports;
  const before = maintainVersions(files, path, true);
  if (before !== null) return before;
  const opened = files.open(path, opening);
  if (isRefusal(opened)) return opened;
  const after = maintainVersions(files, path, false);
  if (after === null) return opened;
  files.close(opened);
  return after;
}

/** COM-CLOSEFILE (full name, file, date, error): a date that is not 0 becomes that of the file. */
export const closeFile = fileCall(3, (m, argument) => {
  const file = numberAt(m, argument(1));
  const date = integerValue(m.memory, argument(2)) ?? 0;
  if (date !== 0) {
    const refusal = m.ports.files.setModified(file, date - LISP_TO_UNIX);
    if (refusal !== null) return refusal;
  }
  return done(m.ports.files.close(file));
});

/** COM-READPAGES (file, page, buffer, error): how many bytes were read; the rest of the page becomes zero. */
export const readPage = fileCall(3, (m, argument) => {
  const page = numberAt(m, argument(1));
  if (page < 0) return INVALID;
  const first = 2 * argument(2);
  checkBuffer(m, first, PAGE_BYTES);
  const bytes = m.ports.files.read(numberAt(m, argument(0)), page * PAGE_BYTES, PAGE_BYTES);
  if (isRefusal(bytes)) return bytes;
  const whole = new Uint8Array(PAGE_BYTES);
  whole.set(bytes);
  storeBytes(m, first, whole);
  return SMALL_POSITIVE + bytes.length;
});

/** COM-WRITEPAGES (file, page, buffer, bytes, error) */
export const writePage = fileCall(4, (m, argument) => {
  const page = numberAt(m, argument(1));
  const length = numberAt(m, argument(3));
  if (page < 0 || length < 0 || length > PAGE_BYTES) return INVALID;
  const first = 2 * argument(2);
  checkBuffer(m, first, length);
  const bytes = m.memory.bytes.slice(first, first + length);
  return done(m.ports.files.write(numberAt(m, argument(0)), page * PAGE_BYTES, bytes));
});

/** COM-TRUNCATEFILE (file, length, error) */
export const truncateFile = fileCall(2, (m, argument) => {
  const file = numberAt(m, argument(0));
  const length = numberAt(m, argument(1));
  const status = m.ports.files.statusOf(file);
  if (isRefusal(status)) return status;
  if (status.kind !== "file" || status.sizeBytes === length) return T;
  return length < 0 ? INVALID : done(m.ports.files.setLength(file, length));
});
