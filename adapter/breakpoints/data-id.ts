/** Data ids: what `dataBreakpointInfo` answers and `setDataBreakpoints` takes. */
import { byteReference, bytesOf, IMAGE_LIMIT_BYTES, parseAddress, wordsOf } from "../memory-references.ts";
import type { WatchRange } from "../program/engine.ts";

/** A data id is the byte address and the number of bytes. */
export function dataIdOf(range: WatchRange): string {
  const bytes = bytesOf(range.address, range.lengthWords);
  return `${byteReference(bytes.address)},${bytes.count}`;
}

/** Null when the text is none. */
export function parseDataId(id: string): WatchRange | null {
  const [address, count] = id.split(",").map(parseAddress);
  if (address === null || address === undefined || count === null || count === undefined || count === 0) return null;
  if (address + count > IMAGE_LIMIT_BYTES) return null;
  return wordsOf(address, count);
}
