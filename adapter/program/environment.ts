/** The real surroundings of a session: the core's engine, the file system, the clocks. Tests put others in their place. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { Debuggee, type ImageFile, loadCompiled, MANAGERS, RunningImage } from "#core";
import { FileError, hostPorts, openImageFile, saveImage } from "#host";
import { syntaxProblem } from "../breakpoints/syntax.ts";
import type { Environment, TerminalCommand } from "../context.ts";
import { Doors } from "../run/doors.ts";
import { Runs } from "../run/runs.ts";
import { Terminal } from "../transport/terminal.ts";
import type { LoadCompiled } from "./engine.ts";
import { openedImage } from "./loading/opened-image.ts";
import { openSteps, saveSteps } from "./loading/recording-files.ts";

const NO_DOORS = new Doors((_, done) => done({ problem: "this session cannot listen" }));
const MOST_BYTES = 64 * 1024 * 1024;

/** @param doors how clients come to the machines of this process; all its sessions have the same environment */
export function realEnvironment(doors = NO_DOORS): Environment {
  return {
    runs: new Runs(),
    doors,
    load(source, settings) {
      const { debuggee, diagnostics } = Debuggee.load(source, settings);
      return { engine: debuggee, diagnostics };
    },
    loadCompiled: compiledCall,
    openImage: (path) => withFile(path, openedImage),
    runImage: (path, options) => withFile(path, (file) => RunningImage.load(file, options)),
    replay: openSteps,
    saveRecording: saveSteps,
    managers: MANAGERS.map((factory) => factory.traits.name),
    syntaxProblem,
    readText,
    fileExists: existsSync,
    sizeOf: (path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0,
    saveImage(path, pieces) {
      let bytes = 0;
      saveImage(path, pieces, (done) => {
        bytes = done;
      });
      return bytes;
    },
    clock: () => performance.now(),
    openTerminal: (hooks) => new Terminal({ ...hooks, ready: (args) => hooks.ready(terminalCommand(args)) }),
    ports: (settings, write) => hostPorts(settings, { write }),
  };
}

/** This file itself shows the text. A desktop editor is an Electron program, which is Node only when told. */
function terminalCommand(args: readonly string[]): TerminalCommand {
  const env: Record<string, string> = process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: "1" };
  return { args: [process.execPath, process.argv[1] ?? "", ...args], env };
}

const compiledCall: LoadCompiled = (call, settings) => {
  const files = call.paths.map((path) => ({ name: path, bytes: withFile(path, bytesOf) }));
  const loaded = loadCompiled({ files, function: call.function, arguments: call.arguments }, settings);
  if (loaded.kind === "problems") return loaded;
  return { kind: "loaded", engine: loaded.debuggee, notes: loaded.debuggee.notes() };
};

function bytesOf(file: ImageFile): Uint8Array {
  if (file.sizeBytes > MOST_BYTES) {
    throw new FileError(
      `${file.name} has ${file.sizeBytes} bytes, and of a compiled file at most ${MOST_BYTES} are read`,
    );
  }
  const bytes = new Uint8Array(file.sizeBytes);
  return bytes.subarray(0, file.read(0, bytes));
}

function withFile<T>(path: string, work: (file: ImageFile) => T): T {
  const file = openImageFile(path);
  try {
    return work(file);
  } finally {
    file.close();
  }
}

/** A pipe or a device could block for ever, or never end: only files are read, and none that memory could not hold as text. */
function readText(path: string): string {
  const found = statSync(path);
  if (!found.isFile() && !found.isDirectory()) throw new Error("it is not a file; expected a Lisp source file");
  if (found.size > MOST_BYTES) throw new Error(`it has ${found.size} bytes, and at most ${MOST_BYTES} are read`);
  return readFileSync(path, "utf8");
}
