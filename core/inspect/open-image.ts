/** Opens an image file to look at it: whatever is wrong with it, all questions of this room can be asked. */
import type { DamageList } from "../memory/sysout/damage.ts";
import type { SysoutPages } from "../memory/sysout/file-table.ts";
import type { SysoutHeader } from "../memory/sysout/header.ts";
import type { ImageFile } from "../memory/sysout/image-file.ts";
import { openSysout } from "../memory/sysout/open-sysout.ts";
import { CodeDirectory } from "../objects/code/code-directory.ts";
import { deadImage, type ImageView } from "./image-view.ts";

export interface OpenImage {
  /** Name of the file. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly view: ImageView;
  readonly header: SysoutHeader;
  readonly pages: SysoutPages;
  /** What is wrong with the file itself. */
  readonly damage: DamageList;
}

/**
 * @param onProgress told now and then how much of the file has been read
 * @throws {ImageError} for a file that is no image, or one of another byte order or release
 */
export function openImage(file: ImageFile, onProgress?: (doneBytes: number, totalBytes: number) => void): OpenImage {
  const opened = openSysout(file, { purpose: "inspect", ...(onProgress === undefined ? {} : { onProgress }) });
  const { memory, header, pages, damage } = opened;
  const view = deadImage(memory, new CodeDirectory());
  return { name: file.name, sizeBytes: file.sizeBytes, view, header, pages, damage };
}
