/**
 * The interface page: the words at 0x140000 that an image and its emulator agree on. Offsets in words; `…Cell` fields are 32 bits wide.
 * Source: memory specification, section 6.2; golden layout.json, structure IFPAGE.
 */
import type { WordAddress } from "../base/units.ts";
import { IFPAGE_BASE } from "./layout.ts";

/** Value of `key` in a valid image. */
export const IFPAGE_KEY = 0x15e3;
/** Versions that the loadup writes, and the window in which an emulator accepts an image. */
export const IMAGE_LVERSION = 39424;
export const IMAGE_MINRVERSION = 5682;
export const IMAGE_MINBVERSION = 11008;
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
  machineType: 13,
  miscFx: 14,
  key: 15,
  screenWidth: 18,
  teleraidFx: 24,
  stackBase: 30,
  storageFullState: 46,
  fptovpStart: 59,
  dl24BitAddressable: 61,
  fullSpaceUsed: 65,
  lastVmemPageCell: 80,
  activePagesCell: 82,
  dirtyPagesCell: 84,
  processSizeCell: 86,
} as const;

/** Word address of a field. */
export function interfaceWord(field: number): WordAddress {
  return IFPAGE_BASE + field;
}
