import { VmFault } from "#core";
import { FileError } from "#host";
import type { SaveRecordingAnswer, SaveRecordingArguments } from "#wire";
import { errors } from "../../errors.ts";
import type { Request } from "../request.ts";

/**
 * Custom request: writes what is recorded of the run to a file, from which it can be debugged elsewhere (`"recording"` in the launch configuration). The machine
 * stays where it is. A file of that name is only replaced when the arguments say so.
 */
export const saveRecording: Request<SaveRecordingArguments> = {
  command: "conspect/saveRecording",
  expects: { path: "text", overwrite: "claim?" },
  capabilities: {},
  handle(context, args): SaveRecordingAnswer {
    const engine = context.stoppedEngine(this.command);
    if (args.path === "") throw errors.badArgument(this.command, "path", "the path of a file", args.path);
    if (engine.extent() === null) throw errors.notRecorded(this.command);
    const path = context.sources.pathFromClient(args.path);
    if (args.overwrite !== true && context.environment.fileExists(path)) return { saved: false, needs: "overwrite" };
    return save(path, () => context.environment.saveRecording(path, engine));
  },
};

function save(path: string, write: () => number | null): SaveRecordingAnswer {
  try {
    const bytes = write();
    if (bytes === null) throw errors.recordingNotSaved("only runs of a source file (.cons) can be saved");
    return { saved: true, path, bytes };
  } catch (problem) {
    if (problem instanceof FileError || problem instanceof VmFault) throw errors.recordingNotSaved(problem.message);
    throw problem;
  }
}
