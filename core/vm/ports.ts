/**
 * The only way between a machine and the outside. A recording is what came through here; a replay answers from the recording.
 * The machine itself has no clock, no randomness, no files.
 *
 * Every call is synchronous and answers plain data: that is what a recording holds. What the outside does not do is an answer too, a `Refusal`.
 */

/** The outside did not do it: the Unix error number, which is what Lisp's error cells take. */
export interface Refusal {
  readonly refused: number;
}

/** Unix error numbers that this machine or its surroundings give. */
export const UNIX_ERROR = {
  notPermitted: 1,
  noSuchFile: 2,
  badFileNumber: 9,
  /** Nothing to read now, or no room to write. */
  wouldBlock: 11,
  accessDenied: 13,
  exists: 17,
  otherDevice: 18,
  notDirectory: 20,
  isDirectory: 21,
  invalidArgument: 22,
  /** Also: it is no file that can be opened. */
  tooManyFiles: 23,
  tooLarge: 27,
  noSpace: 28,
  readOnly: 30,
  nameTooLong: 36,
  notEmpty: 39,
} as const;

export function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === "object" && answer !== null && "refused" in answer;
}

export interface ClockPort {
  /** Microseconds since the Unix epoch. */
  now(): number;
  /** Microseconds of processor time that the program used, for itself. */
  processorTime(): number;
  /** Hours that local time is behind Greenwich, without daylight saving; negative in the east. */
  hoursWest(): number;
}

export interface EnvironmentPort {
  /** Value of an environment variable; null when it is not set, or not for this program to see. */
  variable(name: string): string | null;
  /** What the system says of itself: MACH, OSNAME, ARCH, DISPLAY, HOSTNAME, LOGNAME, FULLUSERNAME, HOSTID. Null when it does not say. */
  parameter(name: string): string | null;
  /** Login name of the user; null when it is not known. */
  userName(): string | null;
}

export interface FileStatus {
  readonly kind: "file" | "directory" | "other";
  readonly sizeBytes: number;
  /** Seconds since the Unix epoch: last written, last read. */
  readonly modified: number;
  readonly accessed: number;
  /** Name of the owner; empty when it is not known. */
  readonly owner: string;
  /** Permission bits of Unix. */
  readonly mode: number;
  /** Two names with the same number name one file. */
  readonly identity: number;
}

export interface FileOpening {
  readonly access: "read" | "update";
  /** Make the file when there is none. */
  readonly create: boolean;
  readonly truncate: boolean;
}

/** Files and directories. Paths are absolute, with `/` between names, in the form that Unix has. */
export interface FilePort {
  /** Follows symbolic links. */
  status(path: string): FileStatus | Refusal;
  /** Names in a directory, without `.` and `..`, in any order. */
  list(directory: string): readonly string[] | Refusal;

  /** @returns the number that names the open file from then on, 0 … 65535 */
  open(path: string, how: FileOpening): number | Refusal;
  statusOf(file: number): FileStatus | Refusal;
  /** Fewer bytes than asked for at the end of the file. */
  read(file: number, offsetBytes: number, lengthBytes: number): Uint8Array | Refusal;
  write(file: number, offsetBytes: number, bytes: Uint8Array): null | Refusal;
  setLength(file: number, lengthBytes: number): null | Refusal;
  close(file: number): null | Refusal;

  /**
   * @param file path, or number of an open file
   * @param seconds time of the last write, since the Unix epoch
   */
  setModified(file: string | number, seconds: number): null | Refusal;
  setMode(path: string, mode: number): null | Refusal;
  rename(from: string, to: string): null | Refusal;
  /** A second name for a file. */
  link(existing: string, path: string): null | Refusal;
  /** Removes a name that is no directory. */
  remove(path: string): null | Refusal;
  makeDirectory(path: string): null | Refusal;
  /** The directory must be empty. */
  removeDirectory(path: string): null | Refusal;

  currentDirectory(): string;
  /** Whoever calls this has looked that it is a directory. */
  changeDirectory(path: string): null | Refusal;
}

/** Byte streams in order, such as devices. Nothing here waits. */
export interface CharacterPort {
  open(path: string, access: "input" | "output" | "append" | "both"): number | Refusal;
  /** Empty when nothing can be read now. */
  read(channel: number, lengthBytes: number): Uint8Array | Refusal;
  /** @returns how many bytes were taken */
  write(channel: number, bytes: Uint8Array): number | Refusal;
  close(channel: number): null | Refusal;
}

/** Why an image was not saved. The numbers are what Lisp is told. Source: memory specification, section 6.8. */
export const SAVE_FAILURE = {
  badName: 1,
  noSpace: 2,
  cannotOpen: 3,
  cannotSeek: 4,
  cannotWrite: 5,
  timeout: 6,
} as const;
export type SaveFailure = (typeof SAVE_FAILURE)[keyof typeof SAVE_FAILURE];

/** Where the machine's memory is saved as an image file. */
export interface ImagePort {
  /**
   * Writes a file; what had the name before survives until the new one is complete.
   *
   * @param path in the form that Unix has; null: where the outside keeps the image of this session
   * @param pieces the file from its start to its end; parts of the memory, which stands still meanwhile
   * @returns null when it is done
   */
  save(path: string | null, pieces: Iterable<Uint8Array>): SaveFailure | null;
}

export interface Ports {
  /** Text that the program prints. */
  readonly console: { write(text: string): void };
  readonly clock: ClockPort;
  readonly environment: EnvironmentPort;
  readonly files: FilePort;
  readonly characters: CharacterPort;
  readonly images: ImagePort;
  /** Size of the screen that the machine claims to have, in points. */
  readonly screen: { size(): { readonly width: number; readonly height: number } };
}

const NO_FILE: Refusal = { refused: UNIX_ERROR.noSuchFile };
const NOT_OPEN: Refusal = { refused: UNIX_ERROR.badFileNumber };
const READ_ONLY: Refusal = { refused: UNIX_ERROR.readOnly };
const noFile = () => NO_FILE;
const notOpen = () => NOT_OPEN;
const readOnly = () => READ_ONLY;

/** No files at all. */
const noFiles: FilePort = {
  status: noFile,
  list: noFile,
  open: noFile,
  statusOf: notOpen,
  read: notOpen,
  write: notOpen,
  setLength: notOpen,
  close: notOpen,
  setModified: noFile,
  setMode: noFile,
  rename: noFile,
  link: noFile,
  remove: noFile,
  makeDirectory: readOnly,
  removeDirectory: noFile,
  currentDirectory: () => "/",
  changeDirectory: noFile,
};

/** A machine that has none of it: output is swallowed, time stands still. For tests, and for evaluation that must leave no trace. */
export function quietPorts(): Ports {
  return {
    console: { write() {} },
    clock: { now: () => 0, processorTime: () => 0, hoursWest: () => 0 },
    environment: { variable: () => null, parameter: () => null, userName: () => null },
    files: noFiles,
    images: { save: () => SAVE_FAILURE.cannotOpen },
    characters: { open: noFile, read: notOpen, write: notOpen, close: notOpen },
    screen: { size: () => ({ width: 1024, height: 768 }) },
  };
}
