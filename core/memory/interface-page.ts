/**
 * The interface page: the words at 0x140000 that an image and its emulator agree on. Offsets in words; `…Cell` fields are 32 bits wide.
 * Source: memory specification, section 6.2; golden layout.json, structure IFPAGE.
 */
import type { WordAddress, Words } from "../base/units.ts";
import { IFPAGE_BASE } from "./layout.ts";

/** Value of `key` in a valid image. */
export const IFPAGE_KEY = 0x15e3;
/** Versions that the loadup writes, and the window in which an emulator accepts an image. */
export const IMAGE_LVERSION = 39424;
export const IMAGE_MINRVERSION = 5682;
export const IMAGE_MINBVERSION = 11008;
/** An image must be at least of this Lisp version, and must not ask for a later emulator than this. Source: section 6.3. */
export const OLDEST_LVERSION = 35010;
export const EMULATOR_BVERSION = 35010;
/** `machinetype` of Maiko and of this machine. */
export const MACHINE_TYPE_MAIKO = 3;

export const IFPAGE = {
  currentFx: 0,
  resetFx: 1,
  stackOverflowFx: 2,
  keyboardFx: 3,
  hardReturnFx: 4,
  gcFx: 5,
  faultFx: 6,
  endOfStack: 7,
  lversion: 8,
  minrversion: 9,
  minbversion: 10,
  rversion: 11,
  machineType: 13,
  miscFx: 14,
  key: 15,
  serialNumber: 16,
  screenWidth: 18,
  teleraidFx: 24,
  userNameAddress: 28,
  stackBase: 30,
  deviceConfiguration: 33,
  storageFullState: 46,
  fptovpStart: 59,
  dl24BitAddressable: 61,
  fullSpaceUsed: 65,
  lastVmemPageCell: 80,
  activePagesCell: 82,
  dirtyPagesCell: 84,
  processSizeCell: 86,
} as const;

/** The system contexts: name, and the field with the stack offset of the frame in which each waits; 0 where an image has no such context. */
export const SYSTEM_CONTEXTS = [
  ["reset", IFPAGE.resetFx],
  ["stack overflow", IFPAGE.stackOverflowFx],
  ["keyboard", IFPAGE.keyboardFx],
  ["hard return", IFPAGE.hardReturnFx],
  ["garbage collector", IFPAGE.gcFx],
  ["fault", IFPAGE.faultFx],
  ["misc", IFPAGE.miscFx],
  ["TeleRaid", IFPAGE.teleraidFx],
] as const;

/** Word address of a field. */
export function interfaceWord(field: number): WordAddress {
  return IFPAGE_BASE + field;
}

/** A field of the page, for those who show it whole. */
export interface InterfaceField {
  /** Name in the reference VM. */
  readonly name: string;
  /** Offset from the start of the page. */
  readonly word: Words;
  readonly widthWords: 1 | 2;
  readonly meaning: string;
}

type Row = readonly [name: string, word: number, widthWords: 1 | 2, meaning: string];
const rows: readonly Row[] = [
  ["currentfxp", IFPAGE.currentFx, 1, "stack offset of the frame of the context to resume"],
  ["resetfxp", IFPAGE.resetFx, 1, "frame of the hard-reset context"],
  ["subovfxp", IFPAGE.stackOverflowFx, 1, "frame of the stack-overflow context"],
  ["kbdfxp", IFPAGE.keyboardFx, 1, "frame of the keyboard context"],
  ["hardreturnfxp", IFPAGE.hardReturnFx, 1, "frame of the slow-return context"],
  ["gcfxp", IFPAGE.gcFx, 1, "frame of the collector context, unused where the emulator collects"],
  ["faultfxp", IFPAGE.faultFx, 1, "frame of the fault context"],
  ["endofstack", IFPAGE.endOfStack, 1, "stack offset of the guard block that ends the stack"],
  ["lversion", IFPAGE.lversion, 1, "Lisp version of the image"],
  ["minrversion", IFPAGE.minrversion, 1, "least microcode version that the image asks for"],
  ["minbversion", IFPAGE.minbversion, 1, "least emulator version that the image asks for"],
  ["rversion", IFPAGE.rversion, 1, "build day of the emulator, set at start"],
  ["bversion", 12, 1, "version of the emulator"],
  ["machinetype", IFPAGE.machineType, 1, "kind of machine: 3 is Maiko, set at start and at save"],
  ["miscfxp", IFPAGE.miscFx, 1, "frame of the misc-apply context"],
  ["key", IFPAGE.key, 1, "0x15E3 when the image is valid"],
  ["serialnumber", IFPAGE.serialNumber, 1, "low 16 bits of the host's number, set at start"],
  ["emulatorspace", 17, 1, "0"],
  ["screenwidth", IFPAGE.screenWidth, 1, "width of the screen"],
  ["nxtpmaddr", 19, 1, "page map of older machines"],
  ["ex_nactivepages", 20, 1, "file pages in use, in images with 16-bit page numbers"],
  ["ex_ndirtypages", 21, 1, "dirty pages, in images with 16-bit page numbers"],
  ["filepnpmp0", 22, 1, "file page of the page map, older machines"],
  ["filepnpmt0", 23, 1, "file page of the page map table, older machines"],
  ["teleraidfxp", IFPAGE.teleraidFx, 1, "frame of the TeleRaid context"],
  ["filler1", 25, 1, "unused"],
  ["filler2", 26, 1, "unused"],
  ["filler3", 27, 1, "unused"],
  [
    "usernameaddr",
    IFPAGE.userNameAddress,
    1,
    "address of the user's name, a counted string in segment 0; set at start",
  ],
  ["userpswdaddr", 29, 1, "address of the user's password, a counted string in segment 0"],
  ["stackbase", IFPAGE.stackBase, 1, "first stack offset of the user stack; system contexts lie below"],
  ["faulthi", 31, 1, "address of the last fault, high word"],
  ["faultlo", 32, 1, "address of the last fault, low word"],
  ["devconfig", IFPAGE.deviceConfiguration, 1, "devices of the host; display type in bits 0x78, set at start"],
  ["rptsize", 34, 1, "real page table of older machines: size"],
  ["rpoffset", 35, 1, "real page table of older machines: offset"],
  ["wasrptlast", 36, 1, "real page table of older machines: last entry"],
  ["embufvp", 37, 1, "page of the emulator's buffer"],
  ["nshost0", 38, 1, "network address, high word"],
  ["nshost1", 39, 1, "network address, middle word"],
  ["nshost2", 40, 1, "network address, low word"],
  ["mdszone", 41, 1, "zone of older machines"],
  ["mdszonelength", 42, 1, "length of that zone"],
  ["emubuffers", 43, 1, "buffers of the emulator"],
  ["emubuflength", 44, 1, "length of those buffers"],
  ["ex_process_size", 45, 1, "size of the address space in megabytes, before process_size"],
  [
    "storagefullstate",
    IFPAGE.storageFullState,
    1,
    "state of storage at the save, 0 to 4; 3 and 4: the second area is in use",
  ],
  ["isfmap", 47, 1, "file map of older machines"],
  ["miscstackfn", 48, 2, "function for the misc context to apply"],
  ["miscstackarg1", 50, 2, "its first argument"],
  ["miscstackarg2", 52, 2, "its second argument"],
  ["miscstackresult", 54, 2, "its result; T at a save, so that a restart looks like a return from it"],
  ["nrealpages", 56, 1, "real pages of older machines"],
  ["lastlockedfilepage", 57, 1, "last locked file page of older machines"],
  ["lastdominofilepage", 58, 1, "last microcode file page of older machines"],
  ["fptovpstart", IFPAGE.fptovpStart, 1, "file page at which the page table FPtoVP starts"],
  ["fakemousebits", 60, 1, "mouse buttons that a program simulates"],
  ["dl24bitaddressable", IFPAGE.dl24BitAddressable, 1, "0 in an address space of 8 MB, else 0xFFFF; set at start"],
  ["realpagetableptr", 62, 2, "real page table of older machines"],
  ["ex_dllastvmempage", 64, 1, "last page of the address space, in images with 16-bit page numbers"],
  ["fullspaceused", IFPAGE.fullSpaceUsed, 1, "0xFFFF once storage has switched to the second area"],
  ["fakekbdad4", 66, 1, "keyboard word that a program simulates"],
  ["fakekbdad5", 67, 1, "keyboard word that a program simulates"],
  ["dlnil2", 68, 1, "unused"],
  ["d1nil1", 69, 1, "unused"],
  ["dlnil4", 70, 1, "unused"],
  ["dlnil3", 71, 1, "unused"],
  ["dlnil6", 72, 1, "unused"],
  ["dlnil5", 73, 1, "unused"],
  ["dlnilp1", 74, 2, "unused"],
  ["dlnilp2", 76, 2, "unused"],
  ["dlnilp3", 78, 2, "unused"],
  ["dllastvmempage", IFPAGE.lastVmemPageCell, 2, "last page of the address space, set at start"],
  ["nactivepages", IFPAGE.activePagesCell, 2, "file pages in use: the page table has an entry for each"],
  ["ndirtypages", IFPAGE.dirtyPagesCell, 2, "dirty pages"],
  ["process_size", IFPAGE.processSizeCell, 2, "size of the address space in megabytes, set at start"],
];

/** Every field in the order of the page, without gaps: words 0 to 87. */
export const INTERFACE_FIELDS: readonly InterfaceField[] = rows.map(([name, word, widthWords, meaning]) => ({
  name,
  word,
  widthWords,
  meaning,
}));

/** Bytes of the page that mean something. */
export const IFPAGE_BYTES = 176;
