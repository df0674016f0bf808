/** The real surroundings of a session: the core's engine, the file system, the clocks. Tests put others in their place. */
import { readFileSync, statSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { Debuggee, MANAGERS } from "#core";
import { hostPorts, NO_ACCESS, openImageFile } from "#host";
import { syntaxProblem } from "../breakpoints/syntax.ts";
import type { Environment } from "../context.ts";
import type { OpenedImage } from "./engine.ts";
import { openedImage } from "./opened-image.ts";

const MOST_BYTES = 64 * 1024 * 1024;

export function realEnvironment(): Environment {
  return {
    load(source, settings) {
      const { debuggee, diagnostics } = Debuggee.load(source, settings);
      return { engine: debuggee, diagnostics };
    },
    openImage: inspectImage,
    managers: MANAGERS.map((factory) => factory.traits.name),
    syntaxProblem,
    readText,
    clock: () => performance.now(),
    ports: (write) => hostPorts(NO_ACCESS, { write }),
  };
}

function inspectImage(path: string): OpenedImage {
  const file = openImageFile(path);
  try {
    return openedImage(file);
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
