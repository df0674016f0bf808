/** Loads a source file for the commands that run one, with the process as its outside world. */
import { readFileSync } from "node:fs";
import { Debuggee, HEAP_MB, type LaunchSettings, MANAGERS, managerFactory, type Ports } from "#core";
import { InputError, UsageError } from "./command.ts";

/** Options that every command that runs a program takes. */
export const PROGRAM_OPTIONS = {
  manager: { type: "string" },
  heap: { type: "string" },
  countdown: { type: "string" },
  "gc-stress": { type: "string" },
} as const;

export const DEFAULT_HEAP_MB = 8;

export function checkManager(name: string): string {
  if (managerFactory(name) !== null) return name;
  throw new UsageError(`--manager ${name}: expected one of ${MANAGERS.map(({ traits }) => traits.name).join(", ")}`);
}

export const HEAP_LIMITS = { ...HEAP_MB, otherwise: DEFAULT_HEAP_MB };

/** The machine's outside when it runs from the command line. */
export function processPorts(write: (text: string) => void): Ports {
  return { console: { write }, clock: { now: () => Date.now() * 1000 } };
}

/** @throws {InputError} with `file:line:column: message` lines when the text has errors */
export function loadProgram(file: string, settings: LaunchSettings): Debuggee {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new InputError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { debuggee, diagnostics } = Debuggee.load({ path: file, text }, settings);
  if (debuggee !== null) return debuggee;
  const lines = text.split("\n");
  const describe = diagnostics.map(({ start, severity, message }) => {
    const before = text.slice(0, start).split("\n");
    const line = before.length;
    const column = (before.at(-1) ?? "").length + 1;
    return `${file}:${line}:${column}: ${severity}: ${message}\n    ${lines[line - 1] ?? ""}`;
  });
  throw new InputError(`the program has errors\n${describe.join("\n")}`);
}
