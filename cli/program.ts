/** Loads a source file for the commands that run one, with the process as its outside world. */
import { Debuggee, type Diagnostic, HEAP_MB, type LaunchSettings } from "#core";
import { FileError, type HostPorts, type HostSettings, hostPorts, NO_ACCESS } from "#host";
import { InputError, UsageError } from "./command.ts";
import { readBytes } from "./compiled/files.ts";

export const DEFAULT_HEAP_MB = 8;

export const HEAP_LIMITS = { ...HEAP_MB, otherwise: DEFAULT_HEAP_MB };

/** Options that say what a machine may reach outside. */
export const OUTSIDE_OPTIONS = {
  files: { type: "string", multiple: true },
  writable: { type: "string", multiple: true },
  env: { type: "string", multiple: true },
} as const;

interface OutsideValues {
  readonly files?: readonly string[];
  readonly writable?: readonly string[];
  readonly env?: readonly string[];
}

/** @throws {UsageError} for a variable without a value */
export function hostSettings({ files = [], writable = [], env }: OutsideValues): HostSettings {
  const variables = env?.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw new UsageError(`--env ${text}: expected NAME=VALUE`);
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  return {
    files: [...files.map((path) => ({ path, writable: false })), ...writable.map((path) => ({ path, writable: true }))],
    environment: variables === undefined ? null : Object.fromEntries(variables),
  };
}

/**
 * The machine's outside when it runs from the command line.
 * @throws {InputError} when a directory that it may reach does not exist
 */
export function processPorts(write: (text: string) => void, settings = NO_ACCESS): HostPorts {
  try {
    return hostPorts(settings, { write });
  } catch (error) {
    if (error instanceof FileError) throw new InputError(error.message);
    throw error;
  }
}

/** @throws {InputError} with `file:line:column: message` lines when the text has errors */
export function loadProgram(file: string, settings: LaunchSettings): Debuggee {
  const text = readBytes(file).toString("utf8");
  const { debuggee, diagnostics } = Debuggee.load({ path: file, text }, settings);
  if (debuggee !== null) return debuggee;
  throw programErrors(file, text, diagnostics);
}

/** @throws {InputError} as `loadProgram` */
export function refuseErrors(file: string, text: string, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.some(({ severity }) => severity === "error")) throw programErrors(file, text, diagnostics);
}

function programErrors(file: string, text: string, diagnostics: readonly Diagnostic[]): InputError {
  return new InputError(`the program has errors\n${described(file, text, diagnostics)}`);
}

/** Errors printed; a file that is no program at all has as many as it has words. */
const MAX_SHOWN = 20;
/** Characters of a line shown before and behind a mistake. */
const EXCERPT = 60;

/** `file:line:column: error: message` and the source line, for each error. Hints and warnings would only hide them. */
function described(file: string, text: string, diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const shown = errors.slice(0, MAX_SHOWN).map(({ start, severity, message }) => {
    const before = text.slice(0, start);
    const lineStart = before.lastIndexOf("\n") + 1;
    const lineEnd = text.indexOf("\n", start);
    const line = before.split("\n").length;
    const place = `${file}:${line}:${start - lineStart + 1}`;
    return `${place}: ${severity}: ${message}\n    ${excerpt(text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd), start - lineStart)}`;
  });
  if (errors.length > MAX_SHOWN) shown.push(`and ${errors.length - MAX_SHOWN} more`);
  return shown.join("\n");
}

/** A line, or what is near a place in it when it is long. */
function excerpt(line: string, at: number): string {
  const from = Math.max(0, at - EXCERPT);
  const to = Math.min(line.length, at + EXCERPT);
  return `${from > 0 ? "…" : ""}${line.slice(from, to)}${to < line.length ? "…" : ""}`;
}
