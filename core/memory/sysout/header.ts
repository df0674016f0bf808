/**
 * The interface page as it stands in a file, and what it says about the file as a whole: not an image, an image of another byte order,
 * of an older release, or one of ours. Source: memory specification, sections 1.2, 6.2 and 6.3.
 */
import { hex } from "../../base/errors.ts";
import type { FilePage, StackOffset } from "../../base/units.ts";
import { EMULATOR_BVERSION, IFPAGE, IFPAGE_BYTES, IFPAGE_KEY, OLDEST_LVERSION } from "../interface-page.ts";
import { PAGE_BYTES } from "../layout.ts";
import type { Findings } from "./damage.ts";
import type { ImageFile } from "./image-file.ts";

/** What a loader has to know of the interface page, as the file has it. */
export interface SysoutHeader {
  readonly lversion: number;
  readonly minrversion: number;
  readonly minbversion: number;
  readonly machineType: number;
  readonly key: number;
  readonly currentFx: StackOffset;
  /** 0 to 4; with 3 and 4 the second heap area is in use, and the size of the address space is fixed. */
  readonly storageFullState: number;
  readonly fptovpStart: FilePage;
  readonly lastVmemPage: number;
  readonly activePages: number;
  /** 0 in an image that was never started. */
  readonly processSizeMB: number;
}

/** Byte of the file at which the interface page starts: it is file page 2. */
export const HEADER_START = PAGE_BYTES;

/** What to do about a file that is no image. */
export const ADVICE = "Name a .sysout or .virtualmem file as Medley or Conspect writes it.";

/** @throws {ImageError} when there is no interface page that can be read */
export function readHeader(file: ImageFile, findings: Findings): SysoutHeader {
  const where = "file";
  if (file.sizeBytes === 0) {
    const what = "it is empty";
    findings.refuse({ where, offsetBytes: 0, what, found: "0 bytes", expected: "an image" }, ADVICE);
  }
  const bytes = new Uint8Array(PAGE_BYTES);
  const least = HEADER_START + IFPAGE_BYTES;
  const got = file.sizeBytes < least ? 0 : file.read(HEADER_START, bytes);
  if (got < IFPAGE_BYTES) {
    const what = "it ends before the interface page does";
    const found = `${file.sizeBytes} bytes`;
    findings.refuse({ where, offsetBytes: file.sizeBytes, what, found, expected: `at least ${least} bytes` }, ADVICE);
  }
  const view = new DataView(bytes.buffer);
  checkByteOrder(view, findings);
  const word = (field: number) => view.getUint16(2 * field);
  const cell = (field: number) => view.getUint32(2 * field);
  return {
    lversion: word(IFPAGE.lversion),
    minrversion: word(IFPAGE.minrversion),
    minbversion: word(IFPAGE.minbversion),
    machineType: word(IFPAGE.machineType),
    key: word(IFPAGE.key),
    currentFx: word(IFPAGE.currentFx),
    storageFullState: word(IFPAGE.storageFullState),
    fptovpStart: word(IFPAGE.fptovpStart),
    lastVmemPage: cell(IFPAGE.lastVmemPageCell),
    activePages: cell(IFPAGE.activePagesCell),
    processSizeMB: cell(IFPAGE.processSizeCell),
  };
}

/** A little-endian host that wrote its memory as it is leaves the key with its bytes exchanged, and in the other half of its cell. */
function checkByteOrder(view: DataView, findings: Findings): void {
  if (view.getUint16(2 * IFPAGE.key) === IFPAGE_KEY) return;
  const swapped = ((IFPAGE_KEY & 0xff) << 8) | (IFPAGE_KEY >> 8);
  const isCellSwapped = view.getUint16(2 * IFPAGE.key - 2) === swapped;
  if (!isCellSwapped && view.getUint16(2 * IFPAGE.key) !== swapped) return;
  const unit = isCellSwapped ? "each 4-byte cell" : "each 2-byte word";
  const field = isCellSwapped ? IFPAGE.key - 1 : IFPAGE.key;
  findings.refuse(
    {
      where: "interface page",
      offsetBytes: HEADER_START + 2 * field,
      what: "the file has another byte order",
      found: `the key with the bytes of ${unit} reversed`,
      expected: `${hex(IFPAGE_KEY)} in big-endian order`,
    },
    `Images are big-endian files on every machine: reverse the bytes of ${unit} of the whole file.`,
  );
}

/** Key and versions, in the order of the reference VM. */
export function checkVersions(header: SysoutHeader, findings: Findings): void {
  const where = "interface page";
  const at = (field: number) => HEADER_START + 2 * field;
  if (header.lversion < OLDEST_LVERSION) {
    findings.reject({
      where,
      offsetBytes: at(IFPAGE.lversion),
      what: "the image is too old for this machine (lversion)",
      found: String(header.lversion),
      expected: `${OLDEST_LVERSION} or more`,
    });
  }
  if (header.minbversion > EMULATOR_BVERSION) {
    findings.reject({
      where,
      offsetBytes: at(IFPAGE.minbversion),
      what: "the image asks for a later machine (minbversion)",
      found: String(header.minbversion),
      expected: `${EMULATOR_BVERSION} or less`,
    });
  }
  if (header.key !== IFPAGE_KEY) {
    findings.reject({
      where,
      offsetBytes: at(IFPAGE.key),
      what: "the key of a valid image is missing",
      found: hex(header.key),
      expected: hex(IFPAGE_KEY),
    });
  }
}
