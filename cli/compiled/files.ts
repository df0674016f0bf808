/** Compiled files (LCOM, DFASL) as the commands read them. */
import { type CompiledDebuggee, type LaunchSettings, loadCompiled, looksCompiled } from "#core";
import { FileError, openImageFile } from "#host";
import { InputError } from "../command.ts";

const MOST_BYTES = 64 * 1024 * 1024;
/** Bytes at the start of a file that say what it is. */
const START_BYTES = 256;

/** @throws {InputError} when the file cannot be read */
export function readBytes(file: string): Buffer {
  try {
    const opened = openImageFile(file);
    try {
      if (opened.sizeBytes > MOST_BYTES) {
        throw new InputError(
          `cannot read ${file}: it has ${opened.sizeBytes} bytes, and at most ${MOST_BYTES} are read`,
        );
      }
      const bytes = Buffer.alloc(opened.sizeBytes);
      return bytes.subarray(0, opened.read(0, bytes));
    } finally {
      opened.close();
    }
  } catch (error) {
    if (error instanceof FileError) throw new InputError(error.message);
    throw error;
  }
}

export function isCompiled(file: string): boolean {
  return looksCompiled(readBytes(file).subarray(0, START_BYTES));
}

/** @throws {InputError} with what is wrong with the files, the function or the arguments */
export function loadFunction(
  files: readonly string[],
  name: string,
  args: readonly string[],
  settings: LaunchSettings,
): CompiledDebuggee {
  const read = files.map((file) => ({ name: file, bytes: readBytes(file) }));
  const loaded = loadCompiled({ files: read, function: name, arguments: args }, settings);
  if (loaded.kind === "loaded") return loaded.debuggee;
  throw new InputError(loaded.problems.join("\n"));
}
