/**
 * How large the address space of an image is: to run, what the caller or the image asks for; to look at, what its pages need.
 * Source: memory specification, sections 6.4 (step 3) and 6.7.
 */
import { ImageError } from "../../base/errors.ts";
import { IFPAGE } from "../interface-page.ts";
import { ARRAY_BASE, PAGE_BYTES } from "../layout.ts";
import type { Findings } from "./damage.ts";
import { isUnused, type SysoutPages } from "./file-table.ts";
import { HEADER_START, type SysoutHeader } from "./header.ts";

const MEGABYTE_PAGES = 0x100000 / PAGE_BYTES;
export const MOST_MB = 256;
/** Pages of the largest address space. */
export const MOST_PAGES = MOST_MB * MEGABYTE_PAGES;
/** Smallest size that a caller may ask for, as the reference VM has it. */
const LEAST_REQUEST_MB = 8;
/** Size of an image that was never started. */
const UNSTARTED_MB = 64;
/** Smallest size that holds all tables, which lie below the heap. */
const LEAST_MB = Math.ceil((2 * ARRAY_BASE) / 0x100000);
/** From this storage state on the second area is in use, whose place follows from the size of the address space. */
const ARRAY_SWITCHED = 3;

/** @throws {ImageError} for `run`, when the size asked for, or the one that the image names, is not possible */
export function checkSize(header: SysoutHeader, megabytes: number | undefined, findings: Findings): void {
  const field = HEADER_START + 2 * IFPAGE.processSizeCell;
  if (megabytes !== undefined) {
    if (!Number.isInteger(megabytes) || megabytes < LEAST_REQUEST_MB || megabytes > MOST_MB) {
      refuseRequest(findings, `${megabytes} MB`, `${LEAST_REQUEST_MB} to ${MOST_MB} MB`);
    }
    if (header.storageFullState >= ARRAY_SWITCHED && megabytes !== header.processSizeMB) {
      refuseRequest(findings, `${megabytes} MB`, `${header.processSizeMB} MB, because the second heap area is in use`);
    }
    return;
  }
  const isPossible = header.processSizeMB >= LEAST_MB && header.processSizeMB <= MOST_MB;
  if (header.processSizeMB === 0 || isPossible) return;
  findings.reject({
    where: "interface page",
    offsetBytes: field,
    what: "the size of the address space is not possible (process_size)",
    found: `${header.processSizeMB} MB`,
    expected: `${LEAST_MB} to ${MOST_MB} MB, or 0 for the usual ${UNSTARTED_MB} MB`,
  });
}

function refuseRequest(findings: Findings, found: string, expected: string): never {
  throw new ImageError({
    file: findings.file,
    offsetBytes: HEADER_START + 2 * IFPAGE.processSizeCell,
    what: "the size asked for the address space does not suit this image",
    found,
    expected,
    advice: "Ask for another size, or for none.",
  });
}

/** Size to run in; `checkSize` has passed. */
export function runMegabytes(header: SysoutHeader, megabytes: number | undefined): number {
  return megabytes ?? (header.processSizeMB === 0 ? UNSTARTED_MB : header.processSizeMB);
}

/** Size to look at: all pages of the file that can exist lie in it, and all tables. */
export function inspectedMegabytes(header: SysoutHeader, pages: SysoutPages): number {
  let last = 0;
  for (let filePage = 1; filePage <= pages.count; filePage++) {
    const page = pages.entries[filePage] as number;
    if (page > last && page < MOST_PAGES) last = page;
  }
  const named = header.processSizeMB <= MOST_MB ? header.processSizeMB : 0;
  return Math.max(LEAST_REQUEST_MB, named, Math.ceil((last + 1) / MEGABYTE_PAGES));
}

/** Pages that lie behind the address space which the image names. They are read all the same. */
export function checkPagesFit(header: SysoutHeader, pages: SysoutPages, findings: Findings): void {
  const limit = header.processSizeMB * MEGABYTE_PAGES;
  if (header.processSizeMB < LEAST_MB || header.processSizeMB > MOST_MB) return;
  let outside = 0;
  let first = 0;
  for (let filePage = 1; filePage <= pages.count; filePage++) {
    const page = pages.entries[filePage] as number;
    if (isUnused(page) || page < limit || page >= MOST_PAGES) continue;
    if (outside === 0) first = filePage;
    outside++;
  }
  if (outside === 0) return;
  findings.reject({
    where: `file page ${first}`,
    offsetBytes: (first - 1) * PAGE_BYTES,
    what: "pages lie behind the end of the address space that the image names (process_size)",
    found: `${outside} pages`,
    expected: `none behind ${header.processSizeMB} MB`,
  });
}
