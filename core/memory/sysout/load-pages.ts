/** The pages of a file into memory: in runs, in the order of the file, a later copy of a page over an earlier one. Source: memory specification, section 6.4. */
import { hex } from "../../base/errors.ts";
import type { FilePage, VirtualPage } from "../../base/units.ts";
import { PAGE_BYTES } from "../layout.ts";
import { PAGE_ABSENT, type VirtualMemory } from "../virtual-memory.ts";
import type { Findings } from "./damage.ts";
import { isUnused, type SysoutPages } from "./file-table.ts";
import { type ImageFile, readingAhead } from "./image-file.ts";

/** Pages read with one call: progress is told that often. */
const RUN_PAGES = 8192;
/** Pages of second copies that are compared at once. */
const COPY_PAGES = 128;

/** Leaves all pages that the file does not hold marked `PAGE_ABSENT`. */
export function loadPages(
  file: ImageFile,
  pages: SysoutPages,
  memory: VirtualMemory,
  findings: Findings,
  onProgress: (doneBytes: number, totalBytes: number) => void,
): void {
  const { entries, count } = pages;
  const flags = memory.pageFlags;
  const source = readingAhead(file);
  flags.fill(PAGE_ABSENT);
  const copies = new Uint8Array(COPY_PAGES * PAGE_BYTES);
  let told = 0;
  for (let filePage: FilePage = 1; filePage <= count; ) {
    const page = entries[filePage] as number;
    if (isUnused(page) || page >= flags.length) {
      if (!isUnused(page)) reportOutside(memory, filePage, page, findings);
      filePage++;
      continue;
    }
    const isCopy = flags[page] === 0;
    const most = isCopy ? COPY_PAGES : RUN_PAGES;
    let length = 1;
    while (
      length < most &&
      filePage + length <= count &&
      entries[filePage + length] === page + length &&
      page + length < flags.length &&
      (flags[page + length] === 0) === isCopy
    ) {
      length++;
    }
    const place = memory.bytes.subarray(page * PAGE_BYTES, (page + length) * PAGE_BYTES);
    const into = isCopy ? copies.subarray(0, length * PAGE_BYTES) : place;
    const got = source.read((filePage - 1) * PAGE_BYTES, into);
    if (got < into.length) reportShortRead(filePage, got, into.length, findings);
    if (isCopy) compareCopies(place, into.subarray(0, got), filePage, page, findings);
    flags.fill(0, page, page + length);
    filePage += length;
    const done = filePage - 1;
    if (done - told >= RUN_PAGES || filePage > count) {
      told = done;
      onProgress(done * PAGE_BYTES, count * PAGE_BYTES);
    }
  }
}

/** Equal copies are normal; of two that differ the later one counts. */
function compareCopies(
  place: Uint8Array,
  copies: Uint8Array,
  filePage: FilePage,
  page: VirtualPage,
  findings: Findings,
): void {
  for (let start = 0; start < copies.length; start += PAGE_BYTES) {
    const copy = copies.subarray(start, start + PAGE_BYTES);
    const at = copy.findIndex((byte, i) => place[start + i] !== byte);
    if (at < 0) continue;
    const index = start / PAGE_BYTES;
    findings.note({
      where: `file page ${filePage + index}`,
      offsetBytes: (filePage + index - 1) * PAGE_BYTES + at,
      what: `virtual page ${hex(page + index)} is in the file twice, with different content; the later one is taken`,
      found: `${hex(copy[at] as number)} at byte ${at} of the page`,
      expected: `${hex(place[start + at] as number)}, as in the earlier one`,
    });
    place.set(copy, start);
  }
}

function reportOutside(memory: VirtualMemory, filePage: FilePage, page: number, findings: Findings): void {
  findings.reject({
    where: `file page ${filePage}`,
    offsetBytes: (filePage - 1) * PAGE_BYTES,
    what: "the page table says that it belongs outside the address space",
    found: `virtual page ${hex(page)}`,
    expected: `below ${hex(memory.pageFlags.length)} (${memory.sizeBytes / 0x100000} MB)`,
  });
}

function reportShortRead(filePage: FilePage, got: number, asked: number, findings: Findings): void {
  findings.reject({
    where: `file page ${filePage + Math.floor(got / PAGE_BYTES)}`,
    offsetBytes: (filePage - 1) * PAGE_BYTES + got,
    what: "the file ends in a page although its size says otherwise: it cannot be read, or was changed meanwhile",
    found: `${got} bytes`,
    expected: `${asked} bytes`,
  });
}
