/** Opens an image file, to be looked at or to run; what is wrong with the file goes to the debug console, line by line. */
import { basename } from "node:path";
import { ImageError } from "#core";
import { FileError } from "#host";
import type { Context } from "../../context.ts";
import { errors, notes } from "../../errors.ts";
import { outputGroup, withProgress } from "../../run/announcements.ts";
import type { Program } from "../../run/run.ts";
import type { Launch } from "../launch-configuration.ts";
import { runningProgram } from "../outside.ts";

/** Damage that is written out; of more, the number. */
const MAX_DAMAGE = 100;
const LARGE_BYTES = 16 * 1024 * 1024;

/** @throws {RequestError} when the file cannot be read, or is no image */
export function inspectImage(context: Context, launch: Launch, path: string): Program {
  const opened = slowly(context, path, () => context.environment.openImage(path));
  const { summary, damage, damageTotal } = opened;
  const verdict = summary.at(-1) ?? "";
  for (const line of summary.slice(0, -1)) context.output.write("console", `${line}\n`);
  if (damageTotal === 0) context.output.write("console", `${verdict}\n`);
  else {
    const left = damageTotal - Math.min(damage.length, MAX_DAMAGE);
    const more = left > 0 ? [notes.moreDamage(left)] : [];
    outputGroup(context, "stderr", verdict, [...damage.slice(0, MAX_DAMAGE), ...more]);
  }
  context.output.flush();
  return { launch, subject: opened.image, engine: null, opened, release() {} };
}

/** @throws {RequestError} when the file cannot be read, or is no image that can run */
export function runImage(context: Context, launch: Launch, path: string, megabytes: number | null): Program {
  const { managerOptions } = launch;
  return runningProgram(context, launch, (ports) => {
    return slowly(context, path, () => context.environment.runImage(path, { megabytes, managerOptions, ports }));
  });
}

/** A large file takes a while, and the user is told so. */
function slowly<T>(context: Context, path: string, open: () => T): T {
  if (context.environment.sizeOf(path) < LARGE_BYTES) return usable(open);
  return withProgress(context, `Opening ${basename(path)}`, () => usable(open));
}

function usable<T>(open: () => T): T {
  try {
    return open();
  } catch (problem) {
    if (problem instanceof ImageError || problem instanceof FileError) throw errors.cannotOpenImage(problem.message);
    throw problem;
  }
}
