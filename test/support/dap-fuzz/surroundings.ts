/** Surroundings of random sessions: files in memory, a clock that every look moves on, nothing of the computer. */
import type { Environment } from "../../../adapter/context.ts";
import type { Replayed } from "../../../adapter/program/engine.ts";
import { realEnvironment } from "../../../adapter/program/environment.ts";
import { openedImage } from "../../../adapter/program/loading/opened-image.ts";
import { Doors } from "../../../adapter/run/doors.ts";
import { loadCompiled } from "../../../core/debuggee/compiled-debuggee.ts";
import { RunningImage } from "../../../core/debuggee/image/running-image.ts";
import { replayed, takeRecording } from "../../../core/debuggee/recorded.ts";
import { ReplayableDebuggee } from "../../../core/debuggee/replayable.ts";
import { bytesFile, type ImageFile } from "../../../core/memory/sysout/image-file.ts";
import type { Recording } from "../../../core/timeline/recording/recording.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { FileError } from "../../../host/images/image-file.ts";
import { savedIn } from "../images/dead-image.ts";
import { exampleCompiled } from "../images/example-compiled.ts";
import { miniBytes } from "../images/mini-sysout.ts";
import { decoded, encoded, taken } from "../images/recordings.ts";
import { debuggeeFor } from "../lisp/debuggee.ts";
import { PROGRAMS, RECORDING } from "./programs.ts";

/** Milliseconds that pass between two looks at the clock: some hundred safepoints are granted for a slice then, and never more. */
const TICK_MS = 1;
const DOOR = 4711;

let recording: Uint8Array | null = null;
let files: ReadonlyMap<string, Uint8Array> | null = null;

/** By path. */
export function imageFiles(): ReadonlyMap<string, Uint8Array> {
  if (files !== null) return files;
  const mini = miniBytes();
  files = new Map([
    ["/w/mini.sysout", mini],
    ["/w/cut.sysout", mini.subarray(0, mini.length - 5000)],
    ["/w/garbage.sysout", savedIn(PROGRAMS["/w/garbage.cons"] ?? "", "numbers")],
  ]);
  return files;
}
function image(path: string): ImageFile {
  const bytes = imageFiles().get(path);
  if (bytes === undefined) throw new FileError(`there is no file ${path}`);
  return bytesFile(path, bytes.slice());
}

/** A run of a program that somebody has changed on the way, as a file. */
function recorded(): Uint8Array {
  if (recording !== null) return recording;
  const { debuggee } = debuggeeFor(PROGRAMS["/w/garbage.cons"] ?? "", { heapMB: 0.5 });
  debuggee.record(64);
  debuggee.continue().run(100);
  debuggee.evaluate("(set! kept (vector 1 2 3))", null, "act");
  debuggee.continue().run(Number.MAX_SAFE_INTEGER);
  recording = encoded(taken(debuggee));
  return recording;
}

export function fuzzEnvironment(): Environment {
  let now = 0;
  const recordings = new Map([[RECORDING, recorded()]]);
  return {
    ...realEnvironment(),
    doors: new Doors((port, done) => done({ port: port === 0 ? DOOR : port })),
    clock: () => (now += TICK_MS),
    openImage: (path) => openedImage(image(path)),
    runImage: (path, options) => RunningImage.load(image(path), options),
    loadCompiled(call, settings) {
      const compiled = { name: call.paths[0] ?? "", bytes: exampleCompiled() };
      const loaded = loadCompiled({ files: [compiled], function: call.function, arguments: call.arguments }, settings);
      return loaded.kind === "problems" ? loaded : { kind: "loaded", engine: loaded.debuggee, notes: [] };
    },
    readText(path) {
      const text = PROGRAMS[path];
      if (text === undefined) throw new Error(`there is no file ${path}`);
      return text;
    },
    fileExists: (path) => PROGRAMS[path] !== undefined || imageFiles().has(path) || recordings.has(path),
    sizeOf: (path) => PROGRAMS[path]?.length ?? imageFiles().get(path)?.length ?? 0,
    saveImage(path, pieces) {
      if (path === "") throw new FileError("a file needs a name");
      let bytes = 0;
      for (const piece of pieces) bytes += piece.length;
      return bytes;
    },
    *replay(path, _image, write) {
      const bytes = recordings.get(path);
      if (bytes === undefined) throw new FileError(`there is no file ${path}`);
      const recording = decoded(bytes);
      yield { phase: "Making the machine", done: 0, total: 1 };
      return made(recording, path, write);
    },
    *saveRecording(path, engine) {
      const recording = engine instanceof ReplayableDebuggee ? yield* takeRecording(engine) : null;
      if (recording === null) return null;
      const bytes = encoded(recording);
      recordings.set(path, bytes);
      return bytes.length;
    },
    openTerminal: () => ({ isBacklogged: false, write() {}, close() {} }),
    ports: (_settings, write) => ({ ...quietPorts(), console: { write }, close() {} }),
  };
}

function made(recording: Recording, path: string, write: (text: string) => void): Replayed {
  return {
    engine: replayed(recording, path, write),
    manager: recording.program.manager,
    *again(show) {
      yield { phase: "Making the machine", done: 0, total: 1 };
      return made(recording, path, show);
    },
  };
}
