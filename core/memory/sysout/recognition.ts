/**
 * Files that are no image of this machine: something else altogether, or an image of a release before 350, which has another memory map,
 * and page tables or pointers of another size. They are recognised, by name where they have one, and not read.
 * Source: memory specification, section 1.2.
 */
import { hex } from "../../base/errors.ts";
import { IFPAGE, IFPAGE_KEY } from "../interface-page.ts";
import { IFPAGE_BASE, PAGE_BYTES } from "../layout.ts";
import type { Findings } from "./damage.ts";
import type { TablePlace } from "./file-table.ts";
import { ADVICE, HEADER_START, type SysoutHeader } from "./header.ts";
import type { ImageFile } from "./image-file.ts";

interface OlderRelease {
  readonly name: string;
  /** Least `lversion` of its images. */
  readonly lversion: number;
  readonly layout: string;
}

const NARROW = "16-bit page table entries, 24-bit pointers, interface page at 0x60000";
const WIDE = "32-bit page table entries, 28-bit pointers, interface page at 0x60000";
/** Descending by version; an image is of the first one that is not newer. */
const RELEASES: readonly OlderRelease[] = [
  { name: "300 (Medley 3.0)", lversion: 30000, layout: WIDE },
  { name: "210 (Medley 2.1)", lversion: 21000, layout: WIDE },
  { name: "201 (Medley 2.01)", lversion: 20100, layout: NARROW },
  { name: "200 (Medley 2.0)", lversion: 20000, layout: NARROW },
  { name: "115 (Medley 1.15)", lversion: 15000, layout: `${NARROW}, 16-bit symbol numbers` },
];
/** First version with the map of this machine. */
const FIRST_OF_THIS_MAP = 35000;
/** Page of the interface page in the older map. */
const OLD_INTERFACE_PAGE = 0x600;

/**
 * Goes on only with a file that is an image of this machine, however damaged: it has the key, or a page table that lists itself and the interface
 * page. What looks like an older release but has such a table is ours, with damaged versions.
 * @throws {ImageError}
 */
export function refuseStrangers(
  file: ImageFile,
  header: SysoutHeader,
  table: TablePlace | null,
  findings: Findings,
): void {
  if (header.key !== IFPAGE_KEY) {
    if (table === null || table.marks < 2) refuseOtherFile(header, findings);
    return;
  }
  if (table !== null) return;
  const entryBits = oldEntryBits(file, header);
  const release =
    header.lversion < FIRST_OF_THIS_MAP ? RELEASES.find((row) => header.lversion >= row.lversion) : undefined;
  if (release === undefined && entryBits === null) return;
  findings.refuse(
    {
      where: "interface page",
      offsetBytes: HEADER_START + 2 * IFPAGE.lversion,
      what: `this is an image of release ${release?.name ?? "300 or earlier"}, which has another memory map`,
      found: `lversion ${header.lversion}: ${release?.layout ?? (entryBits === 16 ? NARROW : WIDE)}`,
      expected: `lversion ${FIRST_OF_THIS_MAP} or more: 32-bit page table entries, interface page at ${hex(IFPAGE_BASE)}`,
    },
    "Conspect reads images of releases 350 and later; write the image anew with a current Medley.",
  );
}

function refuseOtherFile(header: SysoutHeader, findings: Findings): never {
  return findings.refuse(
    {
      where: "interface page",
      offsetBytes: HEADER_START + 2 * IFPAGE.key,
      what: "this is no Interlisp image: it has neither the key nor a page table",
      found: hex(header.key),
      expected: hex(IFPAGE_KEY),
    },
    ADVICE,
  );
}

/** Width of the entries of an older page table, by what it lists for the interface page; null when there is none. */
function oldEntryBits(file: ImageFile, header: SysoutHeader): 16 | 32 | null {
  const bytes = new Uint8Array(12);
  if (header.fptovpStart === 0 || file.read((header.fptovpStart - 1) * PAGE_BYTES, bytes) < bytes.length) return null;
  const view = new DataView(bytes.buffer);
  if (view.getUint16(4) === OLD_INTERFACE_PAGE) return 16;
  return view.getUint32(8) === OLD_INTERFACE_PAGE ? 32 : null;
}
