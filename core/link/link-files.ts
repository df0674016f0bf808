/** Any list of compiled files becomes an image that starts with one of their functions. */
import { ARRAY_BASE, PRIMARY_HEAP_END } from "../memory/layout.ts";
import { SYSTEM_NAMES, systemValues } from "../vm/image/system-values.ts";
import type { LinkedImage } from "./linked-image.ts";
import { Linker, type LinkFile } from "./linker.ts";
import { writeUserFrame } from "./space/first-frame.ts";
import { LAST_TYPE } from "./space/types.ts";

/** Called before each file. */
export type LinkProgress = (name: string, done: number, total: number) => void;

/**
 * System variables that no file gives a value have that of a fresh image.
 *
 * @param start print name of the function, package prefix and all; it is called without arguments
 * @throws {ImageError} for a file that cannot be linked, with the place in it
 * @throws {LinkProblem} when no file defines the function
 */
export function linkFiles(files: readonly LinkFile[], start: string, progress: LinkProgress = () => {}): LinkedImage {
  const linker = new Linker();
  for (const [i, file] of files.entries()) {
    progress(file.name, i, files.length);
    linker.addFile(file);
  }
  linker.startWith(start, writeUserFrame);
  const plan = { imageMB: 16, primaryEnd: PRIMARY_HEAP_END, hasSecondArea: false };
  // Where things end is filled in by the linker, which knows it only later.
  const facts = { plan, builtEnd: ARRAY_BASE, nextSymbol: 0, lastType: LAST_TYPE, buckets: 0 };
  const values = systemValues(linker.books.memory, facts);
  for (const [i, name] of SYSTEM_NAMES.entries()) {
    if (!linker.hasValue(name)) linker.setConstant(name, values[i] as number);
  }
  return linker.finish();
}
