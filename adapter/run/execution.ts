/** What requests that let the program go on have in common. */
import { MAIN_THREAD, type StepGranularity } from "#core";
import type { Context } from "../context.ts";
import { errors } from "../errors.ts";
import { granularityOf } from "../presentation/convert.ts";
import type { Engine } from "../program/engine.ts";

/** Arguments of such a request. `singleThread` may be there, and says nothing: there never runs more than one. */
export interface ExecutionArguments {
  readonly threadId?: number;
  readonly granularity?: string;
}

/** The program, stopped. @throws {RequestError} when it is not, or when the thread is none that could go on */
export function stoppedThread(context: Context, command: string, { threadId }: ExecutionArguments): Engine {
  const engine = context.stoppedEngine(command);
  if (threadId === undefined || threadId === MAIN_THREAD) return engine;
  const isThread = engine.threads().some(({ id }) => id === threadId);
  throw isThread ? errors.threadStands(threadId) : errors.badThread(threadId);
}

/** How far a step goes. @throws {RequestError} */
export function granularity(context: Context, command: string, args: ExecutionArguments): StepGranularity {
  return granularityOf(command, args.granularity, context.launch(command).stepBy);
}
