/**
 * Writes an image file so that nothing is lost: into a new file beside the target, which takes the target's place when it is complete.
 * Until then, and when the disk is full, the old file is as it was.
 */
import {
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { SAVE_FAILURE, type SaveFailure } from "#core";
import { FileError } from "./image-file.ts";

/** An image was not saved. The old file of that name, if there was one, is as it was. */
export class SaveError extends FileError {
  /** What a Lisp program is told. */
  readonly failure: SaveFailure;
  constructor(failure: SaveFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}

/** Pieces are gathered to writes of at least this size. */
const BUFFER_BYTES = 1 << 20;
const PERMISSIONS = 0o777;
const NEW_FILE = 0o666;

/**
 * @param pieces the file from its start to its end, as `writeSysout` gives it
 * @param onProgress told now and then how much has been written
 * @throws {SaveError}
 */
export function saveImage(
  path: string,
  pieces: Iterable<Uint8Array>,
  onProgress: (doneBytes: number) => void = () => {},
): void {
  let told = 0;
  for (const done of saveSteps(path, pieces)) {
    if (done > told) onProgress(done);
    told = done;
  }
}

/**
 * As `saveImage`, in steps, one for each piece, with the bytes written until then. Who breaks off leaves nothing behind but the old file.
 * @throws {SaveError}
 */
export function* saveSteps(path: string, pieces: Iterable<Uint8Array>): Generator<number, void> {
  const target = attempt(path, SAVE_FAILURE.cannotOpen, () => writableTarget(path));
  const temporary = join(dirname(target.path), `${basename(target.path)}-temp-${process.pid}`);
  const descriptor = attempt(path, SAVE_FAILURE.cannotOpen, () => {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
    return openSync(temporary, flags, target.old === null ? NEW_FILE : target.old.mode & PERMISSIONS);
  });
  let isComplete = false;
  try {
    try {
      yield* writePieces(pieces, (bytes) => writeFully(descriptor, bytes));
      fsyncSync(descriptor);
    } catch (problem) {
      throw refusal(path, SAVE_FAILURE.cannotWrite, problem);
    } finally {
      closeSync(descriptor);
    }
    attempt(path, SAVE_FAILURE.cannotOpen, () => {
      // The mask of the process has taken bits from the mode that the new file was made with.
      if (target.old !== null) chmodSync(temporary, target.old.mode & PERMISSIONS);
      renameSync(temporary, target.path);
    });
    isComplete = true;
  } finally {
    if (!isComplete) removeQuietly(temporary);
  }
}

/** The file that a name means, links followed. What is there must be a file that may be written. */
function writableTarget(path: string): { readonly path: string; readonly old: Stats | null } {
  if (path.includes("\0")) {
    throw new SaveError(
      SAVE_FAILURE.badName,
      "cannot save: the name has a zero character, which no file name can have",
    );
  }
  let real: string;
  try {
    real = realpathSync.native(path);
  } catch (problem) {
    if (codeOf(problem) !== "ENOENT") throw problem;
    return { path: join(realpathSync.native(dirname(path)), basename(path)), old: null };
  }
  const old = statSync(real);
  if (!old.isFile()) {
    const what = old.isDirectory() ? "a directory" : "a device or a pipe";
    throw new SaveError(SAVE_FAILURE.cannotOpen, `cannot save ${path}: it is ${what}, expected a file or a new name`);
  }
  closeSync(openSync(real, constants.O_WRONLY));
  return { path: real, old };
}

/** Gathers pieces to large writes. */
function* writePieces(pieces: Iterable<Uint8Array>, write: (bytes: Uint8Array) => void): Generator<number, void> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  let held = 0;
  let done = 0;
  const flush = (bytes: Uint8Array) => {
    write(bytes);
    done += bytes.length;
  };
  for (const piece of pieces) {
    if (held + piece.length > BUFFER_BYTES) {
      flush(buffer.subarray(0, held));
      held = 0;
    }
    if (piece.length >= BUFFER_BYTES) flush(piece);
    else {
      buffer.set(piece, held);
      held += piece.length;
    }
    yield done;
  }
  flush(buffer.subarray(0, held));
  yield done;
}

function writeFully(descriptor: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; ) from += writeSync(descriptor, bytes, from, bytes.length - from);
}

/** What the system says, for people, and what follows for Lisp whatever was being done. */
const REASONS: { readonly [code: string]: readonly [text: string, failure?: SaveFailure] } = {
  ENOSPC: ["the disk is full", SAVE_FAILURE.noSpace],
  EDQUOT: ["the disk quota is used up", SAVE_FAILURE.noSpace],
  EFBIG: ["the file system takes no file of this size", SAVE_FAILURE.noSpace],
  ENAMETOOLONG: ["the name is too long", SAVE_FAILURE.badName],
  ENOENT: ["its directory does not exist"],
  ENOTDIR: ["part of the path is no directory"],
  EACCES: ["permission denied"],
  EPERM: ["permission denied"],
  EROFS: ["the file system is read-only"],
  EEXIST: ["another save to this name is under way, or was broken off: there is a file with -temp- behind the name"],
};

function attempt<T>(path: string, failure: SaveFailure, action: () => T): T {
  try {
    return action();
  } catch (problem) {
    throw refusal(path, failure, problem);
  }
}

/** What the system refused, as an error for people; anything else as it is. */
function refusal(path: string, failure: SaveFailure, problem: unknown): unknown {
  const code = codeOf(problem);
  if (problem instanceof SaveError || code === null) return problem;
  const [text, known] = REASONS[code] ?? [problem instanceof Error ? problem.message : code];
  return new SaveError(known ?? failure, `cannot save ${path}: ${text}`);
}

function codeOf(problem: unknown): string | null {
  const code = problem instanceof Error && "code" in problem ? problem.code : null;
  return typeof code === "string" && !code.startsWith("ERR_") ? code : null;
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was renamed, or never made: the problem that led here is the one to tell.
  }
}
