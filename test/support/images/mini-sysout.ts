/** The bootable image of the golden data, as a file. */
import { gunzipSync } from "node:zlib";
import type { Cell, WordAddress } from "../../../core/base/units.ts";
import { bytesFile, type ImageFile } from "../../../core/memory/sysout/image-file.ts";
import { golden } from "../golden/golden.ts";

export interface SysoutMini {
  readonly sysout: string;
  readonly results: { readonly [name: string]: WordAddress };
  readonly ignoreRanges: readonly (readonly [WordAddress, WordAddress])[];
  readonly savedDiff: readonly (readonly [WordAddress, Cell])[];
  readonly loaderSet: { readonly [address: string]: Cell };
}

let unpacked: Uint8Array | null = null;

/** A fresh copy of the bytes of the file. */
export function miniBytes(): Uint8Array {
  unpacked ??= gunzipSync(Buffer.from(golden<SysoutMini>("sysout-mini.json").sysout, "base64"));
  return Uint8Array.from(unpacked);
}

export function miniFile(): ImageFile {
  return bytesFile("mini.sysout", miniBytes());
}
