import { THREAD_ID } from "../../context.ts";
import type { NoArguments, Request } from "../request.ts";

/** A program has one thread; an image that does not run one for each chain of frames on its stack. */
export const threads: Request<NoArguments> = {
  command: "threads",
  expects: {},
  capabilities: {},
  handle(context) {
    // Clients ask early, and again while the program runs.
    const subject = context.phase === "unlaunched" ? null : context.subject(this.command);
    return { threads: subject?.threads() ?? [{ id: THREAD_ID, name: "main" }] };
  },
};
