/** Loads compiled files and the call of one of their functions; what the files hold that cannot run goes to the debug console. */
import { ImageError } from "#core";
import { FileError } from "#host";
import type { Context } from "../../context.ts";
import { errors, notes } from "../../errors.ts";
import { outputGroup } from "../../run/announcements.ts";
import type { Program } from "../../run/run.ts";
import type { Launch, Target } from "../launch-configuration.ts";
import { runningProgram } from "../outside.ts";

/** Lines about functions that cannot run; of more, their number. */
const MOST_NOTES = 20;

/** @throws {RequestError} when a file cannot be read, or the function cannot be called */
export function loadCompiledFile(
  context: Context,
  launch: Launch,
  path: string,
  target: Target & { kind: "compiled file" },
): Program {
  const { manager, managerOptions, heapMB, args } = launch;
  const paths = [path, ...target.with.map((other) => context.sources.pathFromClient(other))];
  const call = { paths, function: target.function, arguments: args };
  let isTold = false;
  return runningProgram(context, launch, (ports) => {
    const loaded = usable(() =>
      context.environment.loadCompiled(call, { manager, managerOptions, heapMB, args, ports }),
    );
    if (loaded.kind === "problems") throw errors.cannotCall(loaded.problems);
    if (!isTold) tell(context, loaded.notes);
    isTold = true;
    return loaded.engine;
  });
}

function tell(context: Context, remarks: readonly string[]): void {
  const { length } = remarks;
  const more = length > MOST_NOTES ? [notes.moreNotes(length - MOST_NOTES)] : [];
  const lines = [...remarks.slice(0, MOST_NOTES), ...more];
  if (length > 0) outputGroup(context, "console", notes.compiledNotes(length), lines);
}

function usable<T>(work: () => T): T {
  try {
    return work();
  } catch (problem) {
    if (problem instanceof ImageError || problem instanceof FileError) throw errors.cannotCall([problem.message]);
    throw problem;
  }
}
