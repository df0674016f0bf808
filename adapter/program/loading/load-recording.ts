/** Opens a recording: the program that was recorded, which runs as it did then and asks nothing of the outside. */
import { ImageError, type SourceText } from "#core";
import { FileError } from "#host";
import type { Context } from "../../context.ts";
import { errors } from "../../errors.ts";
import type { RunningProgram } from "../../run/run.ts";
import type { Launch } from "../launch-configuration.ts";

/** @throws {RequestError} when the file is no recording, or this is not the Conspect that it was made with */
export function loadRecording(context: Context, launch: Launch, path: string): RunningProgram {
  const open = (print: (text: string) => void): RunningProgram => {
    const { engine, manager } = usable(() => context.environment.replay(path, print));
    if (engine.source !== null && !isHere(context, engine.source)) context.sources.bring(engine.source);
    return { launch: { ...launch, manager }, subject: engine, engine, opened: null, twin: open, release() {} };
  };
  return open((text) => context.printed(text));
}

/** Whether the program lies on this computer as it was recorded. */
function isHere(context: Context, { path, text }: SourceText): boolean {
  try {
    return context.environment.readText(path) === text;
  } catch {
    return false;
  }
}

function usable<T>(work: () => T): T {
  try {
    return work();
  } catch (problem) {
    if (problem instanceof ImageError || problem instanceof FileError) throw errors.cannotReplay(problem.message);
    throw problem;
  }
}
