/** The questions about the past, for requests and for the console. */
import type { Chronicle, IndexSteps } from "#core";
import type { Context } from "../context.ts";
import { errors } from "../errors.ts";
import type { Asked } from "./asked.ts";

export type Question = "wrote" | "counted" | "allocated" | "freed" | "biography";

const USUAL_EVENTS = 10;
const MOST_EVENTS = 10_000;

/** The steps to an answer; what was asked before at the same moment is known at once. @throws {RequestError} when it cannot be asked */
export function ask(
  context: Context,
  command: string,
  question: Question,
  { text, cell, object }: Asked,
  wanted = USUAL_EVENTS,
): IndexSteps<Chronicle> {
  const engine = context.stoppedEngine(command);
  const { history } = engine;
  const limit = Math.min(Math.max(1, wanted), MOST_EVENTS);
  if (history === null) throw errors.notRecorded(command);
  if (question === "wrote") {
    if (cell === null) throw errors.cannotAsk(`${text} has no place in memory`);
    return history.whoWrote(cell.start, cell.bytes, limit);
  }
  if (object === null) throw errors.cannotAsk(`${text} is no object of the heap`);
  switch (question) {
    case "counted": {
      const why = engine.watching.whyUncounted(object);
      if (why !== null) throw errors.cannotAsk(`${text} has no count: ${why}`);
      return history.whoCounted(object, limit);
    }
    case "allocated":
      return history.whoAllocated(object);
    case "freed":
      return history.whoFreed(object);
    case "biography":
      return history.biography(object);
  }
}
