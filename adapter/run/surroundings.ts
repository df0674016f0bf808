/** What a session takes from its surroundings: programs to load, files, clocks, ports, and the way to its client. Tests put others in their place. */
import type { IndexSteps } from "#core";
import type { HostPorts, HostSettings } from "#host";
import type { SyntaxCheck } from "../breakpoints/rules.ts";
import type { Engine, LoadCompiled, LoadEngine, OpenImageFile, Replayed, RunImageFile } from "../program/engine.ts";
import type { Clock } from "../program/output.ts";
import type { Terminal, TerminalHooks } from "../transport/terminal.ts";
import type { Doors } from "./doors.ts";
import type { Runs } from "./runs.ts";

/** What the adapter takes from its surroundings. */
export interface Environment {
  readonly load: LoadEngine;
  readonly loadCompiled: LoadCompiled;
  readonly openImage: OpenImageFile;
  readonly runImage: RunImageFile;
  /**
   * What is recorded in a file, about to run again.
   * @param image path of the image that the recording refers to; null: it is looked for
   * @throws {FileError | ImageError}
   */
  replay(path: string, image: string | null, write: (text: string) => void): IndexSteps<Replayed>;
  /**
   * Writes what is recorded; who breaks off leaves no file behind.
   * @param isImageLeftOut the recording of an image refers to its file instead of holding it
   * @returns its bytes; null when nothing is recorded
   * @throws {FileError | ImageError | VmFault}
   */
  saveRecording(path: string, engine: Engine, isImageLeftOut: boolean): IndexSteps<number | null>;
  readonly managers: readonly string[];
  readonly syntaxProblem: SyntaxCheck;
  /** Text of a file. Throws what `node:fs` throws. */
  readText(path: string): string;
  fileExists(path: string): boolean;
  /** Bytes of a file; 0 when there is none. */
  sizeOf(path: string): number;
  /** Writes a file that takes its name when it is complete. @returns its bytes @throws {FileError} */
  saveImage(path: string, pieces: Iterable<Uint8Array>): number;
  readonly clock: Clock;
  /** Machines of this process, for clients that attach. */
  readonly runs: Runs;
  /** Where they can attach to them. */
  readonly doors: Doors;
  /** A terminal that shows text, once the client has run there what `ready` says. */
  openTerminal(
    hooks: Omit<TerminalHooks, "ready"> & { ready(command: TerminalCommand): void },
  ): Pick<Terminal, "isBacklogged" | "write" | "close">;
  /** The outside of the program: what it prints goes to `write`. */
  readonly ports: (settings: HostSettings, write: (text: string) => void) => HostPorts;
}

/** What a client has to run in a terminal: a program with its arguments, and variables of its environment. */
export interface TerminalCommand {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The way out to the client. */
export interface Client {
  event(name: string, body: object): void;
  /** Asks the client for something. @param refused told why it does not */
  request(command: string, args: object, refused: (message: string) => void): void;
  isBacklogged(): boolean;
  /** The session is over: close the connection. */
  close(): void;
}
