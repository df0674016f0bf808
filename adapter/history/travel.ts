/** To a moment of the recording: by its text, and by requests of our own. */
import { type Motion, momentText, parseMoment } from "#core";
import type { Context } from "../context.ts";
import { errors } from "../errors.ts";
import type { Arrival } from "../events.ts";

/** @param text a moment, or `start` or `end` of what is recorded @throws {RequestError} when it is not recorded */
export function motionTo(context: Context, command: string, text: string): Motion {
  const engine = context.stoppedEngine(command);
  const extent = engine.extent();
  if (extent === null) throw errors.notRecorded(command);
  const moment = text === "start" ? extent.from : text === "end" ? extent.to : parseMoment(text);
  const motion = moment === null ? null : engine.goTo(moment);
  if (motion === null) throw errors.noMoment(text, momentText(extent.from), momentText(extent.to));
  return motion;
}

/** Between `continued` and the stop: VS Code takes a stop that comes with it for older, and forgets it. */
const NOTICE_MS = 50;
/** Of a program that stays where it is. */
export const NO_WAY: Motion = { run: () => ({ kind: "step" }), looksBack: { keep() {}, hasArrived: true } };

/**
 * Lets the program go, by a request of which the client does not know that it does. Without being told, it goes on showing why the program stood still before, and
 * the report of that.
 *
 * @param arrival as for `Run.travel`
 */
export function depart(context: Context, motion: Motion, arrival: Arrival | null = null): void {
  context.afterResponse(() => context.tellContinued());
  context.travel(motion, arrival, NOTICE_MS);
}
