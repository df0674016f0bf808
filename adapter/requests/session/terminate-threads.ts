import { MAIN_THREAD } from "#core";
import { errors } from "../../errors.ts";
import type { Request } from "../request.ts";

/** Ends the only thread that runs, and with it the program. What stands still in an image cannot be ended: it has no thread of its own. */
export const terminateThreads: Request<{ readonly threadIds?: readonly number[] }> = {
  command: "terminateThreads",
  expects: { threadIds: "numbers?" },
  capabilities: { supportsTerminateThreadsRequest: true },
  handle(context, args) {
    const engine = context.engine(this.command);
    const run = context.shared(this.command);
    const known = engine.threads().map(({ id }) => id);
    for (const id of args.threadIds ?? []) {
      if (!known.includes(id)) throw errors.badThread(id);
      if (id !== MAIN_THREAD) throw errors.threadStands(id);
    }
    if (args.threadIds?.length !== 0) context.afterResponse(() => run.terminate());
    return undefined;
  },
};
