/** From a launch configuration to a program that is ready to start; what is wrong with its text goes to the debug console, line by line. */
import { type Diagnostic, ImageError, type LaunchSettings } from "#core";
import { FileError } from "#host";
import type { Context, Program } from "../context.ts";
import { errors, notes } from "../errors.ts";
import type { OpenedImage } from "./engine.ts";
import type { Launch } from "./launch-configuration.ts";

/** Diagnostics that are written out; of more, their number. */
const MAX_DIAGNOSTICS = 100;
const MAX_SOURCE_CHARACTERS = 16 * 1024 * 1024;

/** @throws {RequestError} when the file cannot be read, its text has errors, or it is no image */
export function loadProgram(context: Context, launch: Launch): Program {
  const path = context.sources.pathFromClient(launch.target.path);
  return launch.target.kind === "program" ? loadText(context, launch, path) : openImage(context, launch, path);
}

function openImage(context: Context, launch: Launch, path: string): Program {
  let opened: OpenedImage;
  try {
    opened = context.environment.openImage(path);
  } catch (problem) {
    if (problem instanceof ImageError || problem instanceof FileError) throw errors.cannotOpenImage(problem.message);
    throw problem;
  }
  const { summary, damage, damageTotal } = opened;
  for (const line of summary) context.output.write("console", `${line}\n`);
  for (const line of damage.slice(0, MAX_DIAGNOSTICS)) context.output.write("stderr", `${line}\n`);
  const left = damageTotal - Math.min(damage.length, MAX_DIAGNOSTICS);
  if (left > 0) context.output.write("stderr", notes.moreDamage(left));
  context.output.flush();
  return { launch, subject: opened.image, engine: null, opened };
}

function loadText(context: Context, launch: Launch, path: string): Program {
  const text = readText(context, path);
  const { engine, diagnostics } = context.environment.load({ path, text }, settingsOf(context, launch));
  report(context, path, text, diagnostics);
  if (engine !== null) return { launch, subject: engine, engine, opened: null };
  const wrong = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  throw errors.sourceHasErrors(path, wrong.length, wrong[0] === undefined ? "" : line(context, path, text, wrong[0]));
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

function settingsOf(context: Context, launch: Launch): LaunchSettings {
  return {
    manager: launch.manager,
    managerOptions: launch.managerOptions,
    heapMB: launch.heapMB,
    args: launch.args,
    ports: context.environment.ports((text) => context.output.write("stdout", text)),
  };
}

function report(context: Context, path: string, text: string, diagnostics: readonly Diagnostic[]): void {
  const shown = diagnostics.filter((diagnostic) => diagnostic.severity !== "hint").slice(0, MAX_DIAGNOSTICS);
  for (const diagnostic of shown) {
    context.client.event("output", {
      category: diagnostic.severity === "error" ? "stderr" : "console",
      output: `${line(context, path, text, diagnostic)}\n`,
      source: context.sources.ofPath(path),
      ...context.positions.positionOfOffset(text, diagnostic.start),
    });
  }
}

/** `path:line:column: severity: message`, counted from 1 as everywhere outside of DAP. */
function line(context: Context, path: string, text: string, diagnostic: Diagnostic): string {
  const { line, column } = context.positions.readable(text, diagnostic.start);
  return `${path}:${line}:${column}: ${diagnostic.severity}: ${diagnostic.message}`;
}
