/** Surroundings of random sessions: files in memory, a clock that every look moves on, nothing of the computer. */
import type { Environment } from "../../../adapter/context.ts";
import { realEnvironment } from "../../../adapter/program/environment.ts";
import { openedImage } from "../../../adapter/program/loading/opened-image.ts";
import { Doors } from "../../../adapter/run/doors.ts";
import { loadCompiled } from "../../../core/debuggee/compiled-debuggee.ts";
import { RunningImage } from "../../../core/debuggee/image/running-image.ts";
import { bytesFile, type ImageFile } from "../../../core/memory/sysout/image-file.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { FileError } from "../../../host/images/image-file.ts";
import { savedIn } from "../images/dead-image.ts";
import { exampleCompiled } from "../images/example-compiled.ts";
import { miniBytes } from "../images/mini-sysout.ts";
import { PROGRAMS } from "./programs.ts";

/** Milliseconds that pass between two looks at the clock: some hundred safepoints are granted for a slice then, and never more. */
const TICK_MS = 1;
const DOOR = 4711;

let files: ReadonlyMap<string, Uint8Array> | null = null;

function images(): ReadonlyMap<string, Uint8Array> {
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
  const bytes = images().get(path);
  if (bytes === undefined) throw new FileError(`there is no file ${path}`);
  return bytesFile(path, bytes.slice());
}

export function fuzzEnvironment(): Environment {
  let now = 0;
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
    fileExists: (path) => PROGRAMS[path] !== undefined || images().has(path),
    sizeOf: (path) => PROGRAMS[path]?.length ?? images().get(path)?.length ?? 0,
    saveImage(path, pieces) {
      if (path === "") throw new FileError("a file needs a name");
      let bytes = 0;
      for (const piece of pieces) bytes += piece.length;
      return bytes;
    },
    replay(path) {
      throw new FileError(`there is no file ${path}`);
    },
    saveRecording(path) {
      throw new FileError(`cannot save ${path}: there is no disk`);
    },
    openTerminal: () => ({ isBacklogged: false, write() {}, close() {} }),
    ports: (_settings, write) => ({ ...quietPorts(), console: { write }, close() {} }),
  };
}
