/**
 * Reads an image file into memory: to run it, when nothing is wrong with it that matters, or to look at it, whatever is wrong with it.
 * The file is read once, page runs go straight to their place, and no copy of it is made. What a machine does with the image is `vm/image/`.
 * Source: memory specification, sections 6.1 to 6.4 and 6.7.
 */
import { IFPAGE_BASE, PAGE_BYTES } from "../layout.ts";
import { VirtualMemory } from "../virtual-memory.ts";
import { checkPagesFit, checkSize, inspectedMegabytes, runMegabytes } from "./address-space.ts";
import { checkFreeBlock, checkHoles, checkInterfaceEntry, checkTableInMemory, checkUnlisted } from "./checks.ts";
import { type DamageList, Findings, type Purpose } from "./damage.ts";
import { locateTable, readTable, type SysoutPages } from "./file-table.ts";
import { checkVersions, HEADER_START, readHeader, type SysoutHeader } from "./header.ts";
import type { ImageFile } from "./image-file.ts";
import { loadPages } from "./load-pages.ts";
import { refuseStrangers } from "./recognition.ts";

export interface OpenOptions {
  readonly purpose: Purpose;
  /** Size of the address space, 8 … 256; left out, what the image says (64 when it says nothing). For `run` only. */
  readonly megabytes?: number;
  /** Told now and then how much of the file has been read. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

export interface OpenedSysout {
  /** Name of the file. */
  readonly name: string;
  /** Pages that the file does not hold are zero; to `inspect` they are also marked `PAGE_ABSENT`. */
  readonly memory: VirtualMemory;
  readonly header: SysoutHeader;
  readonly pages: SysoutPages;
  readonly damage: DamageList;
}

/**
 * @throws {ImageError} for `run`: whatever section 6.7 rejects; for `inspect`: a file that is no image, or one of another byte order or release
 */
export function openSysout(file: ImageFile, options: OpenOptions): OpenedSysout {
  const { purpose, megabytes } = options;
  const findings = new Findings(file.name, purpose);
  const header = readHeader(file, findings);
  const place = locateTable(file, header);
  refuseStrangers(file, header, place, findings);
  checkVersions(header, findings);
  checkSize(header, megabytes, findings);
  const pages = readTable(file, header, place, findings);
  checkPagesFit(header, pages, findings);
  checkInterfaceEntry(pages, findings);
  const size = purpose === "run" ? runMegabytes(header, megabytes) : inspectedMegabytes(header, pages);
  const memory = new VirtualMemory(size);
  loadPages(file, pages, memory, findings, options.onProgress ?? (() => {}));
  placeInterfacePage(file, memory);
  checkTableInMemory(memory, pages, findings);
  checkHoles(memory, pages, findings);
  checkUnlisted(file, pages, findings);
  checkFreeBlock(memory, pages, findings);
  if (purpose === "run") memory.pageFlags.fill(0);
  return { name: file.name, memory, header, pages, damage: findings };
}

/** Without an entry for it, the interface page is still where every image has it. */
function placeInterfacePage(file: ImageFile, memory: VirtualMemory): void {
  const page = IFPAGE_BASE >> 8;
  if (memory.pageFlags[page] === 0) return;
  file.read(HEADER_START, memory.bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES));
  memory.pageFlags[page] = 0;
}
