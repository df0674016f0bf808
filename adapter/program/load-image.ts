/** Opens an image file, to be looked at or to run; what is wrong with the file goes to the debug console, line by line. */
import { ImageError } from "#core";
import { FileError } from "#host";
import type { Context } from "../context.ts";
import { errors, notes } from "../errors.ts";
import type { Program } from "../run/run.ts";
import type { Launch } from "./launch-configuration.ts";
import { openPorts } from "./outside.ts";

/** Damage that is written out; of more, the number. */
const MAX_DAMAGE = 100;

/** @throws {RequestError} when the file cannot be read, or is no image */
export function inspectImage(context: Context, launch: Launch, path: string): Program {
  const opened = usable(() => context.environment.openImage(path));
  const { summary, damage, damageTotal } = opened;
  for (const line of summary) context.output.write("console", `${line}\n`);
  for (const line of damage.slice(0, MAX_DAMAGE)) context.output.write("stderr", `${line}\n`);
  const left = damageTotal - Math.min(damage.length, MAX_DAMAGE);
  if (left > 0) context.output.write("stderr", notes.moreDamage(left));
  context.output.flush();
  return { launch, subject: opened.image, engine: null, opened, release() {} };
}

/** @throws {RequestError} when the file cannot be read, or is no image that can run */
export function runImage(context: Context, launch: Launch, path: string, megabytes: number | null): Program {
  const ports = openPorts(context, launch);
  const { managerOptions } = launch;
  const engine = usable(() => context.environment.runImage(path, { megabytes, managerOptions, ports }));
  return { launch, subject: engine, engine, opened: null, release: () => ports.close() };
}

function usable<T>(open: () => T): T {
  try {
    return open();
  } catch (problem) {
    if (problem instanceof ImageError || problem instanceof FileError) throw errors.cannotOpenImage(problem.message);
    throw problem;
  }
}
