/** The file port on the files of this computer, confined to what was granted. Only plain files are opened: a pipe or a device could block for ever. */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  futimesSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { userInfo } from "node:os";
import { type FileOpening, type FilePort, type FileStatus, isRefusal, type Refusal, UNIX_ERROR } from "#core";
import { Confinement, type FileGrant, type Granted } from "./confinement.ts";
import { attempt } from "./refusals.ts";

/** Numbers below this are the standard streams of a Unix process. */
const FIRST_FILE = 3;
const MOST_OPEN_FILES = 256;
/** Names of one directory that are told. */
const MOST_NAMES = 100_000;
const PERMISSIONS = 0o777;
const NEW_FILE = 0o666;

const READ_ONLY: Refusal = { refused: UNIX_ERROR.readOnly };
const NOT_OPEN: Refusal = { refused: UNIX_ERROR.badFileNumber };

interface OpenFile {
  readonly descriptor: number;
  readonly writable: boolean;
}

export class HostFiles implements FilePort {
  private readonly confinement: Confinement;
  private readonly opened = new Map<number, OpenFile>();
  private directory: string;

  /** @throws what `node:fs` throws when a granted directory does not exist */
  constructor(grants: readonly FileGrant[]) {
    this.confinement = new Confinement(grants);
    this.directory = this.confinement.home;
  }

  status(path: string): FileStatus | Refusal {
    return this.with(this.confinement.target(path), ({ path: real }) => statusFrom(statSync(real)));
  }
  list(directory: string): readonly string[] | Refusal {
    return this.with(this.confinement.target(directory), ({ path }) => readdirSync(path).slice(0, MOST_NAMES));
  }

  open(path: string, how: FileOpening): number | Refusal {
    const isChanging = how.access === "update" || how.create || how.truncate;
    return this.with(this.confinement.target(path), ({ path: real, writable }) => {
      if (isChanging && !writable) return READ_ONLY;
      const existing = attempt(() => statSync(real));
      if (isRefusal(existing) ? existing.refused !== UNIX_ERROR.noSuchFile : !existing.isFile()) {
        return isRefusal(existing) ? existing : notAPlainFile(existing);
      }
      const number = this.freeNumber();
      if (number === null) return { refused: UNIX_ERROR.tooManyFiles };
      // The last name is no link any more; one that leads nowhere must not make a file elsewhere.
      const flags =
        (how.access === "update" ? constants.O_RDWR : constants.O_RDONLY) |
        (how.create ? constants.O_CREAT : 0) |
        (how.truncate ? constants.O_TRUNC : 0) |
        (constants.O_NOFOLLOW ?? 0);
      this.opened.set(number, { descriptor: openSync(real, flags, NEW_FILE), writable: how.access === "update" });
      return number;
    });
  }
  statusOf(file: number): FileStatus | Refusal {
    return this.withOpen(file, ({ descriptor }) => statusFrom(fstatSync(descriptor)));
  }
  read(file: number, offsetBytes: number, lengthBytes: number): Uint8Array | Refusal {
    return this.withOpen(file, ({ descriptor }) => {
      const bytes = new Uint8Array(lengthBytes);
      let filled = 0;
      while (filled < lengthBytes) {
        const count = readSync(descriptor, bytes, filled, lengthBytes - filled, offsetBytes + filled);
        if (count === 0) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    });
  }
  write(file: number, offsetBytes: number, bytes: Uint8Array): null | Refusal {
    return this.withOpen(file, ({ descriptor, writable }) => {
      if (!writable) return NOT_OPEN;
      let written = 0;
      while (written < bytes.length) {
        written += writeSync(descriptor, bytes, written, bytes.length - written, offsetBytes + written);
      }
      return null;
    });
  }
  setLength(file: number, lengthBytes: number): null | Refusal {
    return this.withOpen(file, ({ descriptor, writable }) => {
      if (!writable) return NOT_OPEN;
      ftruncateSync(descriptor, lengthBytes);
      return null;
    });
  }
  close(file: number): null | Refusal {
    return this.withOpen(file, ({ descriptor }) => {
      this.opened.delete(file);
      closeSync(descriptor);
      return null;
    });
  }
  /** Closes what the program left open. */
  closeAll(): void {
    for (const file of [...this.opened.keys()]) this.close(file);
  }

  setModified(file: string | number, seconds: number): null | Refusal {
    const set = (descriptor: number) => futimesSync(descriptor, fstatSync(descriptor).atimeMs / 1000, seconds);
    if (typeof file === "string") {
      return this.changing(this.confinement.target(file), ({ path }) => withDescriptor(path, set));
    }
    return this.withOpen(file, ({ descriptor, writable }) => {
      if (!writable) return READ_ONLY;
      set(descriptor);
      return null;
    });
  }
  setMode(path: string, mode: number): null | Refusal {
    return this.changing(this.confinement.target(path), ({ path: real }) =>
      withDescriptor(real, (descriptor) => fchmodSync(descriptor, mode & PERMISSIONS)),
    );
  }
  rename(from: string, to: string): null | Refusal {
    return this.changing(this.confinement.name(from), (source) =>
      this.changing(this.confinement.name(to), (target) => renameSync(source.path, target.path)),
    );
  }
  link(existing: string, path: string): null | Refusal {
    // A second name in a writable directory would make a read-only file writable.
    return this.changing(this.confinement.target(existing), (source) =>
      this.changing(this.confinement.name(path), (target) => linkSync(source.path, target.path)),
    );
  }
  remove(path: string): null | Refusal {
    return this.changing(this.confinement.name(path), ({ path: real }) => unlinkSync(real));
  }
  makeDirectory(path: string): null | Refusal {
    return this.changing(this.confinement.name(path), ({ path: real }) => mkdirSync(real));
  }
  removeDirectory(path: string): null | Refusal {
    return this.changing(this.confinement.name(path), ({ path: real }) => rmdirSync(real));
  }

  currentDirectory(): string {
    return this.directory;
  }
  changeDirectory(path: string): null | Refusal {
    return this.with(this.confinement.target(path), () => {
      this.directory = path;
      return null;
    });
  }

  private with<T>(granted: Granted | Refusal, action: (granted: Granted) => T | Refusal): T | Refusal {
    return isRefusal(granted) ? granted : attempt(() => action(granted));
  }
  /** @param action answers a refusal, or anything else when it is done */
  private changing(granted: Granted | Refusal, action: (granted: Granted) => unknown): null | Refusal {
    return this.with(granted, (found) => {
      const answer = found.writable ? action(found) : READ_ONLY;
      return isRefusal(answer) ? answer : null;
    });
  }
  private withOpen<T>(file: number, action: (file: OpenFile) => T | Refusal): T | Refusal {
    const open = this.opened.get(file);
    return open === undefined ? NOT_OPEN : attempt(() => action(open));
  }
  private freeNumber(): number | null {
    for (let number = FIRST_FILE; number < FIRST_FILE + MOST_OPEN_FILES; number++) {
      if (!this.opened.has(number)) return number;
    }
    return null;
  }
}

/** Through a descriptor, so that a link that takes the name's place meanwhile is not followed. */
function withDescriptor(real: string, action: (descriptor: number) => void): null | Refusal {
  const found = statSync(real);
  if (!found.isFile() && !found.isDirectory()) return notAPlainFile(found);
  const descriptor = openSync(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    action(descriptor);
    return null;
  } finally {
    closeSync(descriptor);
  }
}

function notAPlainFile(found: Stats): Refusal {
  return { refused: found.isDirectory() ? UNIX_ERROR.isDirectory : UNIX_ERROR.accessDenied };
}

function statusFrom(found: Stats): FileStatus {
  return {
    kind: found.isFile() ? "file" : found.isDirectory() ? "directory" : "other",
    sizeBytes: found.size,
    modified: Math.floor(found.mtimeMs / 1000),
    accessed: Math.floor(found.atimeMs / 1000),
    owner: ownerName(found.uid),
    mode: found.mode & PERMISSIONS,
    identity: found.ino,
  };
}

/** Names of other users would have to be looked up in system files, which is not a program's business. */
function ownerName(id: number): string {
  const user = userInfo();
  return user.uid === id ? user.username : "";
}
