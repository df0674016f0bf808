/** A collection that is tried: begun, and kept or discarded. */
import type { CollectionTrial, Motion } from "#core";
import type { Context } from "../context.ts";
import { errors, notes } from "../errors.ts";
import { type StoppedText, standing } from "../events.ts";
import { depart, NO_WAY } from "../history/travel.ts";
import type { Engine } from "../program/engine.ts";
import { outputGroup } from "../run/announcements.ts";

/** Lets the next collection begin in a run of its own, and tells what it would free and change. @throws {RequestError} when there is none to try */
export function beginTrial(context: Context, command: string): CollectionTrial & { readonly isOpen: boolean } {
  const engine = context.stoppedEngine(command);
  const begun = engine.branching.begin();
  if (typeof begun === "string") throw errors.cannotTry(begun);
  const { report, motion } = begun;
  context.afterResponse(() => tellTrial(context, report));
  if (motion === null) context.afterResponse(() => context.output.write("console", notes.trialNotRecorded()));
  else {
    const run = context.shared(command);
    run.beforeTrial = run.halt;
    depart(context, motion, standing({ kind: "trial" }));
  }
  return { ...report, isOpen: motion !== null };
}

/** The collection has happened; the program stands where it stood. @throws {RequestError} when none is tried */
export function keepTrial(context: Context, command: string): void {
  if (!context.stoppedEngine(command).branching.keep()) throw errors.noTrial();
  depart(context, NO_WAY, standing({ kind: "kept" }));
}

/** The collection has not happened; the program goes back to where it stood before. @throws {RequestError} when none is tried */
export function discardTrial(context: Context, command: string): void {
  const motion: Motion | null = context.stoppedEngine(command).branching.discard();
  if (motion === null) throw errors.noTrial();
  depart(context, motion, standing(context.shared(command).beforeTrial));
}

/** What a collection would do, in the debug console. */
export function tellTrial(context: Context, { freed, counts, pages }: CollectionTrial): void {
  const lines = freed.map(({ type, objects, bytes, examples }) => {
    const more = examples.length === 0 ? "" : `: ${examples.join(", ")}${objects > examples.length ? " …" : ""}`;
    return `${type}: ${objects}, ${bytes} bytes${more}`;
  });
  if (counts !== null) lines.push(notes.countsChange(counts.before, counts.after, counts.changed));
  const objects = freed.reduce((sum, row) => sum + row.objects, 0);
  outputGroup(context, "console", notes.wouldFree(objects, pages), lines);
}

/** A stop while nobody has decided about a trial says so first. */
export function withTrial(stop: StoppedText, engine: Engine | null): StoppedText {
  if (engine?.branching.isTrying !== true) return stop;
  return { ...stop, description: `${notes.trialOpen()} (${stop.description})` };
}
