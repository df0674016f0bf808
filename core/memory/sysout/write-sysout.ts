/**
 * An image as the bytes of a file, in pieces that are parts of the memory itself. Who writes them to a disk does not write to the memory meanwhile.
 * What a machine has to change before is `vm/`. Source: memory specification, section 6.8, steps 3 and 4.
 */
import type { FilePage, VirtualPage } from "../../base/units.ts";
import { IFPAGE, interfaceWord } from "../interface-page.ts";
import { FPTOVP_BASE, IFPAGE_BASE, PAGE_BYTES } from "../layout.ts";
import { NO_PAGE } from "../page-table.ts";
import type { VirtualMemory } from "../virtual-memory.ts";
import { INTERFACE_FILE_PAGE, MOST_ENTRIES, type SysoutPages } from "./file-table.ts";

/** Pages of one piece. */
const PIECE_PAGES = 2048;

/** The file that the page table in memory describes: what a machine saves. */
export function pagesOfMemory(memory: VirtualMemory): Pick<SysoutPages, "count" | "entries"> {
  const count = Math.min(memory.cell(interfaceWord(IFPAGE.activePagesCell)), MOST_ENTRIES - 1);
  const entries = Uint32Array.from({ length: count + 1 }, (_, filePage) => memory.cell(FPTOVP_BASE + 2 * filePage));
  return { count, entries };
}

/**
 * The bytes of the file from its start to its end. File pages that are not in use, or that the table places outside the memory, are zero;
 * a page that is listed twice is written twice.
 *
 * @param pages which page of memory each file page holds. A dead image is written with the pages that it was read with: its copy of the table may be damaged.
 */
export function* writeSysout(
  memory: VirtualMemory,
  pages: Pick<SysoutPages, "count" | "entries"> = pagesOfMemory(memory),
): Generator<Uint8Array, void> {
  const zeros = new Uint8Array(PAGE_BYTES);
  const limit = memory.pageFlags.length;
  const pageOf = (filePage: FilePage): VirtualPage => {
    // Every loader looks for it here, whatever the table says.
    if (filePage === INTERFACE_FILE_PAGE) return IFPAGE_BASE >> 8;
    const entry = pages.entries[filePage] as number;
    return entry < limit ? entry : NO_PAGE;
  };
  for (let filePage: FilePage = 1; filePage <= pages.count; ) {
    const page = pageOf(filePage);
    if (page === NO_PAGE) {
      yield zeros;
      filePage++;
      continue;
    }
    let length = 1;
    while (length < PIECE_PAGES && filePage + length <= pages.count && pageOf(filePage + length) === page + length) {
      length++;
    }
    yield memory.bytes.subarray(page * PAGE_BYTES, (page + length) * PAGE_BYTES);
    filePage += length;
  }
}
