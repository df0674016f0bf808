import type { TryCollectionAnswer } from "#wire";
import { errors, notes } from "../../errors.ts";
import { outputGroup } from "../../run/announcements.ts";
import type { NoArguments, Request } from "../request.ts";

/**
 * Custom request: does the next collection in a copy, and tells what it would free and change, in the answer and in the debug console. The machine stays as it
 * is. To step in that collection ask for a copy of the machine (`conspect/fork`); to have it done, evaluate `(gc)`.
 */
export const tryCollection: Request<NoArguments> = {
  command: "conspect/tryCollection",
  expects: {},
  capabilities: {},
  handle(context): TryCollectionAnswer {
    const trial = context.stoppedEngine(this.command).lookouts.tryCollection();
    if (typeof trial === "string") throw errors.cannotTry(trial);
    const lines = trial.freed.map(({ type, objects, bytes, examples }) => {
      const more = examples.length === 0 ? "" : `: ${examples.join(", ")}${objects > examples.length ? " …" : ""}`;
      return `${type}: ${objects}, ${bytes} bytes${more}`;
    });
    const { counts, pages } = trial;
    if (counts !== null) lines.push(notes.countsChange(counts.before, counts.after, counts.changed));
    const objects = trial.freed.reduce((sum, row) => sum + row.objects, 0);
    context.afterResponse(() => outputGroup(context, "console", notes.wouldFree(objects, pages), lines));
    return trial;
  },
};
