/** Opens a recording: what was recorded runs as it did then, and asks nothing of the outside. */
import { finish, ImageError, type IndexSteps, type SourceText } from "#core";
import { FileError } from "#host";
import type { Context } from "../../context.ts";
import { errors } from "../../errors.ts";
import type { RunningProgram } from "../../run/run.ts";
import type { Engine } from "../engine.ts";
import type { Launch, Target } from "../launch-configuration.ts";

/** @throws {RequestError} when the file is no recording, or this is not the Conspect that it was made with */
export function* loadRecording(
  context: Context,
  launch: Launch,
  target: Target & { kind: "recording" },
): IndexSteps<RunningProgram> {
  const path = context.sources.pathFromClient(target.path);
  const image = target.image === null ? null : context.sources.pathFromClient(target.image);
  const first = context.environment.replay(path, image, (text) => context.printed(text));
  const { engine, manager, again } = yield* usable(first);
  if (engine.source !== null && !isHere(context, engine.source)) context.sources.bring(engine.source);
  const program = (running: Engine): RunningProgram => {
    return { launch: { ...launch, manager }, subject: running, engine: running, opened: null, twin, release() {} };
  };
  const twin = (show: (text: string) => void) => program(finish(usable(again(show))).engine);
  return program(engine);
}

/** Whether the program lies on this computer as it was recorded. */
function isHere(context: Context, { path, text }: SourceText): boolean {
  try {
    return context.environment.readText(path) === text;
  } catch {
    return false;
  }
}

function* usable<T>(work: IndexSteps<T>): IndexSteps<T> {
  try {
    return yield* work;
  } catch (problem) {
    if (problem instanceof ImageError || problem instanceof FileError) throw errors.cannotReplay(problem.message);
    throw problem;
  }
}
