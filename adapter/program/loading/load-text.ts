/** Loads a program from its text; what is wrong with the text goes to the debug console, line by line. */
import type { Diagnostic, LaunchSettings } from "#core";
import type { Context } from "../../context.ts";
import { errors } from "../../errors.ts";
import { styled } from "../../presentation/styling.ts";
import type { Program } from "../../run/run.ts";
import type { Launch } from "../launch-configuration.ts";
import { runningProgram } from "../outside.ts";

/** Diagnostics that are written out; of more, their number. */
const MAX_DIAGNOSTICS = 100;
const NANOSECONDS_PER_MS = 1e6;
const MAX_SOURCE_CHARACTERS = 16 * 1024 * 1024;

/** @throws {RequestError} when the file cannot be read, or its text has errors */
export function loadText(context: Context, launch: Launch, path: string): Program {
  const text = readText(context, path);
  const { manager, managerOptions, heapMB, args } = launch;
  const { clock } = context.environment;
  const profileClock = launch.profile ? { profileClock: () => clock() * NANOSECONDS_PER_MS } : {};
  let isReported = false;
  return runningProgram(context, launch, (ports) => {
    const settings: LaunchSettings = { manager, managerOptions, heapMB, args, ports, ...profileClock };
    const { engine, diagnostics } = context.environment.load({ path, text }, settings);
    if (!isReported) report(context, path, text, diagnostics);
    isReported = true;
    if (engine !== null) return engine;
    const wrong = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
    const first = wrong[0] === undefined ? "" : line(context, path, text, wrong[0], wrong[0].severity);
    throw errors.sourceHasErrors(path, wrong.length, first);
  });
}

function readText(context: Context, path: string): string {
  let text: string;
  try {
    text = context.environment.readText(path);
  } catch (problem) {
    throw errors.cannotRead(path, reasonOf(problem));
  }
  if (text.length > MAX_SOURCE_CHARACTERS) {
    throw errors.cannotRead(path, `it has ${text.length} characters, and at most ${MAX_SOURCE_CHARACTERS} are taken`);
  }
  if (text.includes("\0")) {
    throw errors.cannotRead(path, "it is not text: expected a Lisp source file, found a file with zero bytes");
  }
  return text;
}

function reasonOf(problem: unknown): string {
  const code = typeof problem === "object" && problem !== null && "code" in problem ? problem.code : null;
  switch (code) {
    case "ENOENT":
      return "there is no such file";
    case "EISDIR":
      return "it is a folder; expected a Lisp source file";
    case "EACCES":
      return "reading it is not permitted";
    default:
      return problem instanceof Error ? problem.message : String(problem);
  }
}

function report(context: Context, path: string, text: string, diagnostics: readonly Diagnostic[]): void {
  const shown = diagnostics.filter((diagnostic) => diagnostic.severity !== "hint").slice(0, MAX_DIAGNOSTICS);
  for (const diagnostic of shown) {
    const isError = diagnostic.severity === "error";
    const severity = styled(context, isError ? "red" : "yellow", diagnostic.severity);
    context.client.event("output", {
      category: isError ? "stderr" : "console",
      output: `${line(context, path, text, diagnostic, severity)}\n`,
      source: context.sources.ofPath(path),
      ...context.positions.positionOfOffset(text, diagnostic.start),
    });
  }
}

/** `path:line:column: severity: message`, counted from 1 as everywhere outside of DAP. */
function line(context: Context, path: string, text: string, diagnostic: Diagnostic, severity: string): string {
  const { line, column } = context.positions.readable(text, diagnostic.start);
  return `${path}:${line}:${column}: ${severity}: ${diagnostic.message}`;
}
