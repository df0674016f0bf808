/** The real surroundings of a session: the core's engine, the file system, the clocks. Tests put others in their place. */
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { Debuggee, MANAGERS } from "#core";
import { syntaxProblem } from "../breakpoints/syntax.ts";
import type { Environment } from "../context.ts";

const MICROSECONDS = 1000;

export function realEnvironment(): Environment {
  return {
    load(source, settings) {
      const { debuggee, diagnostics } = Debuggee.load(source, settings);
      return { engine: debuggee, diagnostics };
    },
    managers: MANAGERS.map((factory) => factory.traits.name),
    syntaxProblem,
    readText: (path) => readFileSync(path, "utf8"),
    clock: () => performance.now(),
    wallClock: () => Math.floor((performance.timeOrigin + performance.now()) * MICROSECONDS),
  };
}
