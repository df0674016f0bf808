/** Watches for tests of what sees them. */
import type { DataWatch } from "../../../core/vm/gates/watch.ts";

/** A watch for writes, by words. */
export function watchWords(address: number, lengthWords = 2, more: Partial<DataWatch> = {}): DataWatch {
  return { kind: "data", start: 2 * address, bytes: 2 * lengthWords, access: "write", frame: null, ...more };
}
