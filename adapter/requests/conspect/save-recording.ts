import type { IndexSteps } from "#core";
import type { SaveRecordingAnswer, SaveRecordingArguments } from "#wire";
import type { Context } from "../../context.ts";
import { recordingPath, savingSteps } from "../../history/save.ts";
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
    const path = recordingPath(context, COMMAND, args.path);
    if (args.overwrite !== true && context.environment.fileExists(path)) return null;
    return { title: "Saving the recording", steps: saved(context, path, args.leaveImageOut === true) };
  },
  handle: (): SaveRecordingAnswer => ({ saved: false, needs: "overwrite" }),
};

function* saved(context: Context, path: string, isImageLeftOut: boolean): IndexSteps<() => SaveRecordingAnswer> {
  const answer = yield* savingSteps(context, COMMAND, path, isImageLeftOut);
  return () => answer;
}
