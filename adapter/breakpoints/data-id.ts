/**
 * Data ids: what `dataBreakpointInfo` answers and `setDataBreakpoints` takes. `PLACE,BYTES` with, behind further commas, the mode and the frame of a variable:
 * `0x5E0000,4`, `0x20C14,4,change,frame:1544`, `global:counter,4`. A place is a byte address, or a global variable by name, which is found again after a restart.
 */
import type { ByteAddress, StackOffset } from "#core";
import { byteReference, IMAGE_LIMIT_BYTES, parseAddress } from "../presentation/memory-references.ts";
import { type DataMode, dataMode, type HitAction, hitAction } from "./modes.ts";

export interface DataId {
  readonly place: ByteAddress | { readonly global: string };
  readonly bytes: number;
  readonly mode: DataMode | HitAction | null;
  /** The variable goes with this frame; null for what stays. */
  readonly frame: StackOffset | null;
}

export function dataIdText({ place, bytes, mode, frame }: DataId): string {
  const where = typeof place === "number" ? byteReference(place) : `global:${encodeURIComponent(place.global)}`;
  const more = [mode, frame === null ? null : `frame:${frame}`].filter((part) => part !== null);
  return [where, bytes, ...more].join(",");
}

/** Null when the text is none. */
export function parseDataId(text: string): DataId | null {
  const [where = "", length = "", ...more] = text.split(",");
  const place = parsePlace(where);
  const bytes = parseAddress(length);
  if (place === null || bytes === null || bytes === 0) return null;
  if ((typeof place === "number" ? place : 0) + bytes > IMAGE_LIMIT_BYTES) return null;
  const frameText = more.at(-1)?.startsWith("frame:") === true ? more.pop() : undefined;
  const frame = frameText === undefined ? null : parseAddress(frameText.slice("frame:".length));
  if (frameText !== undefined && frame === null) return null;
  const [modeText, ...rest] = more;
  const mode = modeText === undefined ? null : (dataMode(modeText) ?? hitAction(modeText));
  if (rest.length > 0 || (modeText !== undefined && mode === null)) return null;
  return { place, bytes, mode, frame };
}

function parsePlace(text: string): DataId["place"] | null {
  if (!text.startsWith("global:")) return parseAddress(text);
  try {
    return { global: decodeURIComponent(text.slice("global:".length)) };
  } catch {
    return null;
  }
}
