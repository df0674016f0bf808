/** A checkout of a repository of Lisp files on this computer: files by folder and name, in any case of letters, as Lisp names them. */
import { readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { Checkout, CheckoutFile } from "#core";
import { asFileError, FileError, openImageFile } from "./images/image-file.ts";

/** Larger files are none of the system's. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface OpenedCheckout extends Checkout {
  /** The folder, links followed, with `/` between its parts. */
  readonly root: string;
}

/** @throws {FileError} when there is no such folder */
export function openCheckout(path: string): OpenedCheckout {
  const root = asFileError(path, () => realpathSync.native(path));
  const folders = new Map<string, ReadonlyMap<string, string>>();
  const names = (folder: string): ReadonlyMap<string, string> => {
    const known = folders.get(folder) ?? listing(path, folder);
    folders.set(folder, known);
    return known;
  };
  names(".");
  return {
    path,
    root: root.split("\\").join("/"),
    read(folder, name): CheckoutFile | null {
      const found = names(folder).get(name.toUpperCase());
      if (found === undefined) return null;
      const file = join(path, folder, found);
      return { path: file, name: found, bytes: contents(file) };
    },
  };
}

/** File names of a folder by their names in capitals. Of names that differ in case only, the first in the order of character codes. */
function listing(path: string, folder: string): ReadonlyMap<string, string> {
  const file = join(path, folder);
  try {
    const names = asFileError(file, () => readdirSync(file)).sort();
    return new Map(names.toReversed().map((name) => [name.toUpperCase(), name]));
  } catch (problem) {
    // A folder that is not there has no files; the checkout itself has to be.
    if (problem instanceof FileError && folder !== ".") return new Map();
    throw problem;
  }
}

function contents(path: string): Uint8Array {
  const file = openImageFile(path);
  try {
    if (file.sizeBytes > MOST_BYTES) {
      throw new FileError(`cannot read ${path}: it has ${file.sizeBytes} bytes, and at most ${MOST_BYTES} are read`);
    }
    const bytes = new Uint8Array(file.sizeBytes);
    return bytes.subarray(0, file.read(0, bytes));
  } finally {
    file.close();
  }
}
