/**
 * Which files of this computer a program may touch: those below the directories that it was granted, by their true names. Symbolic links are resolved
 * before the look, and what is then used is the resolved name, so neither `..`, nor a link, nor another spelling leads out.
 */
import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { type Refusal, UNIX_ERROR } from "#core";
import { FileError, reasonOf } from "./images/image-file.ts";
import { refusalOf } from "./refusals.ts";

/** A directory with everything below it, or a single file. */
export interface FileGrant {
  readonly path: string;
  readonly writable: boolean;
}

/** A name on this computer that the program may use. */
export interface Granted {
  readonly path: string;
  readonly writable: boolean;
}

const LONGEST_PATH = 4096;
const REFUSED: Refusal = { refused: UNIX_ERROR.accessDenied };

export class Confinement {
  private readonly grants: readonly FileGrant[];

  /** @throws {FileError} when a granted directory does not exist */
  constructor(grants: readonly FileGrant[]) {
    this.grants = grants.map(({ path, writable }) => ({ path: trueName(path), writable }));
  }

  /** The first granted directory as the machine names it; `/` when nothing is granted. */
  get home(): string {
    const first = this.grants[0];
    return first === undefined ? "/" : guestPath(first.path);
  }

  /** The first granted directory that may be written to, as the machine names it; null when there is none. */
  get writableHome(): string | null {
    const first = this.grants.find(({ path, writable }) => writable && statSync(path).isDirectory());
    return first === undefined ? null : guestPath(first.path);
  }

  /** What a path means, links followed. When it does not exist, its directory must. */
  target(path: string): Granted | Refusal {
    const native = nativePath(path);
    if (native === null) return { refused: UNIX_ERROR.noSuchFile };
    if (native.length > LONGEST_PATH) return { refused: UNIX_ERROR.nameTooLong };
    try {
      return this.granted(realpathSync.native(native));
    } catch (problem) {
      const refusal = refusalOf(problem);
      return refusal.refused === UNIX_ERROR.noSuchFile ? this.name(path) : refusal;
    }
  }

  /** The name itself, not what a link of that name leads to: for names that are made, removed or moved. */
  name(path: string): Granted | Refusal {
    const native = nativePath(path);
    if (native === null) return { refused: UNIX_ERROR.noSuchFile };
    if (native.length > LONGEST_PATH) return { refused: UNIX_ERROR.nameTooLong };
    const name = basename(native);
    if (name === "" || name === "." || name === "..") return REFUSED;
    try {
      return this.granted(join(realpathSync.native(dirname(native)), name));
    } catch (problem) {
      return refusalOf(problem);
    }
  }

  /** @param real a path without links */
  private granted(real: string): Granted | Refusal {
    let found: Granted | null = null;
    for (const { path, writable } of this.grants) {
      const isInside = real === path || real.startsWith(path.endsWith(sep) ? path : path + sep);
      if (isInside && (found === null || writable)) found = { path: real, writable };
    }
    return found ?? REFUSED;
  }
}

function trueName(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (problem) {
    throw new FileError(`cannot grant ${path}: ${problem instanceof Error ? reasonOf(problem) : String(problem)}`);
  }
}

/** `/C:/x` is how the machine, which knows Unix paths only, names a drive. */
function nativePath(path: string): string | null {
  if (!path.startsWith("/") || path.includes("\0")) return null;
  return sep === "\\" && /^\/[A-Za-z]:/.test(path) ? path.slice(1).replaceAll("/", sep) : path;
}
function guestPath(native: string): string {
  return sep === "\\" ? `/${native.replaceAll(sep, "/")}` : native;
}
