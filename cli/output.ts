/** Standard output for programs that print while nothing else gets a turn. */
import { writeSync } from "node:fs";
import { EXIT_NO_OUTPUT } from "./command.ts";

const STDOUT = 1;
/** Wait until a reader that is slow has made room. */
const RETRY_MS = 2;
const sleeping = new Int32Array(new SharedArrayBuffer(4));

/**
 * Ends the process because its output goes nowhere: quietly when the reader has closed the pipe (`conspect run … | head`), for it has seen enough;
 * else with the reason, as on a full disk.
 */
export function endWithoutOutput(error: unknown): never {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "EPIPE") process.exit(0);
  const reason = error instanceof Error ? error.message : String(error);
  const text = code === "ENOSPC" ? "no room is left on the device" : reason;
  process.stderr.write(`conspect: cannot write the output: ${text}; what was written is not complete\n`);
  process.exit(EXIT_NO_OUTPUT);
}

/**
 * Writes text at once, and ends the process there and then when that is not possible: `process.stdout` would tell of it only when the event loop
 * turns, which it does not while a program runs.
 */
export function writeNow(text: string): void {
  const bytes = Buffer.from(text, "utf8");
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(STDOUT, bytes, written);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) endWithoutOutput(error);
      Atomics.wait(sleeping, 0, 0, RETRY_MS);
    }
  }
}
