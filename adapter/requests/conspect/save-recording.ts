import { ImageError, type IndexSteps, VmFault } from "#core";
import { FileError } from "#host";
import type { SaveRecordingAnswer, SaveRecordingArguments } from "#wire";
import type { Context } from "../../context.ts";
import { errors } from "../../errors.ts";
import type { Request } from "../request.ts";

const COMMAND = "conspect/saveRecording";

/**
 * Custom request: writes what is recorded of the run to a file, from which it can be debugged elsewhere (`"recording"` in the launch configuration). The machine
 * stays where it is. A file of that name is only replaced when the arguments say so.
 */
export const saveRecording: Request<SaveRecordingArguments> = {
  command: COMMAND,
  expects: { path: "text", overwrite: "claim?", leaveImageOut: "claim?" },
  capabilities: {},
  work(context, args) {
    const path = pathOf(context, args);
    if (args.overwrite !== true && context.environment.fileExists(path)) return null;
    return { title: "Saving the recording", steps: saved(context, path, args.leaveImageOut === true) };
  },
  handle: (): SaveRecordingAnswer => ({ saved: false, needs: "overwrite" }),
};

/** @throws {RequestError} when there is nothing to save, or no place for it */
function pathOf(context: Context, { path }: SaveRecordingArguments): string {
  const engine = context.stoppedEngine(COMMAND);
  if (path === "") throw errors.badArgument(COMMAND, "path", "the path of a file", path);
  if (engine.extent() === null) throw errors.notRecorded(COMMAND);
  return context.sources.pathFromClient(path);
}

function* saved(context: Context, path: string, isImageLeftOut: boolean): IndexSteps<() => SaveRecordingAnswer> {
  try {
    const bytes = yield* context.environment.saveRecording(path, context.stoppedEngine(COMMAND), isImageLeftOut);
    if (bytes === null) throw errors.notRecorded(COMMAND);
    return () => ({ saved: true, path, bytes });
  } catch (problem) {
    if (problem instanceof FileError || problem instanceof VmFault || problem instanceof ImageError)
      throw errors.recordingNotSaved(problem.message);
    throw problem;
  }
}
