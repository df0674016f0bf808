/** An image to ask questions about: the bundled example program, stopped in the middle of its work and saved. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type OpenImage, openImage } from "../../../core/inspect/open-image.ts";
import type { ImageFile } from "../../../core/memory/sysout/image-file.ts";
import { memoryFile } from "./big-image.ts";
import { imageStoppedIn } from "./dead-image.ts";

const program = join(import.meta.dirname, "../../../examples/garbage.cons");
let opened: OpenImage | null = null;

/** The file: the program has made its lists, and calls a function for the first time. */
export function exampleFile(name = "garbage.sysout", functionName = "numbers"): ImageFile {
  return memoryFile(name, imageStoppedIn(readFileSync(program, "utf8"), functionName).memory);
}

/** The image of that file, opened once. Nobody writes to it. */
export function exampleImage(): OpenImage {
  opened ??= openImage(exampleFile());
  return opened;
}
