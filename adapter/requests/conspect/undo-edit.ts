import { errors } from "../../errors.ts";
import type { NoArguments, Request } from "../request.ts";

/** Custom request: takes the last edit of an inspected image back, with all that changed by it. */
export const undoEdit: Request<NoArguments> = {
  command: "conspect/undoEdit",
  expects: {},
  capabilities: {},
  handle(context) {
    const undone = context.restingImage(this.command).undo();
    if (undone === null) throw errors.nothingToUndo();
    context.programChanged();
    return { what: undone.what };
  },
};
