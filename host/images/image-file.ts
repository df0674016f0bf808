/** Image files of this computer, read piece by piece: an image of 256 MB is never in memory twice. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { ImageFile } from "#core";

/** A file cannot be used; the message says which one and why. */
export class FileError extends Error {}

export interface OpenedFile extends ImageFile {
  close(): void;
}

/**
 * Opens a file for reading. The path is the name that messages use.
 *
 * @throws {FileError} when it is missing, unreadable, a directory, a pipe or a device (those could block for ever, or never end)
 */
export function openImageFile(path: string): OpenedFile {
  return asFileError(path, () => {
    const found = statSync(path);
    if (found.isDirectory()) throw new FileError(`cannot read ${path}: it is a directory, expected a file`);
    if (!found.isFile()) throw new FileError(`cannot read ${path}: it is a device or a pipe, expected a file`);
    const descriptor = openSync(path, "r");
    return {
      name: path,
      sizeBytes: found.size,
      read: (offsetBytes, into) => asFileError(path, () => readFully(descriptor, offsetBytes, into)),
      close: () => closeSync(descriptor),
    };
  });
}

/** @returns bytes read: fewer than asked only at the end of the file */
function readFully(descriptor: number, offsetBytes: number, into: Uint8Array): number {
  let done = 0;
  while (done < into.length) {
    const count = readSync(descriptor, into, done, into.length - done, offsetBytes + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOTDIR: "part of the path is no directory",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "too many symbolic links",
};

/** Runs work whose errors of the file system become `FileError`s that name the path. */
export function asFileError<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FileError || !(error instanceof Error)) throw error;
    throw new FileError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}

/** Why a file or directory cannot be used, in words. */
export function reasonOf(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return REASONS[code] ?? error.message;
}
