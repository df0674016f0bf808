/** Standard output for programs that print while nothing else gets a turn. */
import { writeSync } from "node:fs";

const STDOUT = 1;
/** Wait until a reader that is slow has made room. */
const RETRY_MS = 2;
const sleeping = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes text at once. `process.stdout` tells of a reader that has closed the pipe only when the event loop turns, which it does not
 * while a program runs; this ends the process there and then, for the reader has seen enough.
 */
export function writeNow(text: string): void {
  const bytes = Buffer.from(text, "utf8");
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(STDOUT, bytes, written);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : null;
      if (code === "EPIPE") process.exit(0);
      if (code !== "EAGAIN") throw error;
      Atomics.wait(sleeping, 0, 0, RETRY_MS);
    }
  }
}
