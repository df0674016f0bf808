import { VmFault } from "#core";
import { FileError } from "#host";
import type { SaveImageAnswer, SaveImageArguments } from "#wire";
import type { Context } from "../../context.ts";
import { errors } from "../../errors.ts";
import { isSameFile } from "../../inventory/sources.ts";
import type { Request } from "../request.ts";

/**
 * Custom request: writes what is debugged as an image file: an image that is inspected with its edits, a program as it stands. The file is complete before it
 * takes its name. Nothing is replaced unless the arguments say so; the answer says what is missing.
 */
export const saveImage: Request<SaveImageArguments> = {
  command: "conspect/saveImage",
  expects: { path: "text", overwrite: "claim?", overwriteOpened: "claim?" },
  capabilities: {},
  handle(context, args): SaveImageAnswer {
    const subject = context.stoppedSubject(this.command);
    if (args.path === "") throw errors.badArgument(this.command, "path", "the path of a file", args.path);
    const path = context.sources.pathFromClient(args.path);
    const needs = missing(context, path, args);
    if (needs !== null) return { saved: false, needs };
    try {
      const bytes = subject.saveTo((pieces) => context.environment.saveImage(path, pieces));
      return { saved: true, path, bytes };
    } catch (problem) {
      if (problem instanceof FileError || problem instanceof VmFault) throw errors.cannotSave(problem.message);
      throw problem;
    }
  },
};

/** The permission that is still needed to replace what has the name. */
function missing(context: Context, path: string, args: SaveImageArguments): "overwrite" | "overwriteOpened" | null {
  if (!context.environment.fileExists(path)) return null;
  const { target } = context.launch("conspect/saveImage");
  const opened = context.sources.pathFromClient(target.path);
  if (isSameFile(path, opened) && args.overwriteOpened !== true) return "overwriteOpened";
  return args.overwrite === true ? null : "overwrite";
}
