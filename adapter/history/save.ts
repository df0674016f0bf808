/** What is recorded of a run, written to a file from which it can be debugged elsewhere. */
import { ImageError, type IndexSteps, VmFault } from "#core";
import { FileError } from "#host";
import type { Context } from "../context.ts";
import { errors } from "../errors.ts";

export interface SavedRecording {
  readonly saved: true;
  readonly path: string;
  readonly bytes: number;
}

/** Where a recording would be written. @throws {RequestError} when there is nothing to save, or no place for it */
export function recordingPath(context: Context, command: string, path: string): string {
  const engine = context.stoppedEngine(command);
  if (path === "") throw errors.badArgument(command, "path", "the path of a file", path);
  if (engine.extent() === null) throw errors.notRecorded(command);
  return context.sources.pathFromClient(path);
}

/** @param isImageLeftOut the image that runs is not put into the file @throws {RequestError} when it cannot be written */
export function* savingSteps(
  context: Context,
  command: string,
  path: string,
  isImageLeftOut: boolean,
): IndexSteps<SavedRecording> {
  try {
    const bytes = yield* context.environment.saveRecording(path, context.stoppedEngine(command), isImageLeftOut);
    if (bytes === null) throw errors.notRecorded(command);
    return { saved: true, path, bytes };
  } catch (problem) {
    if (problem instanceof FileError || problem instanceof VmFault || problem instanceof ImageError)
      throw errors.recordingNotSaved(problem.message);
    throw problem;
  }
}
