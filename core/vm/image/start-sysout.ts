/**
 * From an image that was read from a file to a machine that is ready to boot: what an emulator changes in an image before it goes on with it.
 * What it cannot do without is checked here; everything else that the reference VM looks up at its start is looked up when it is used.
 * Source: memory specification, sections 6.5 and 6.6.
 */
import { ImageError } from "../../base/errors.ts";
import { managerFactory } from "../../managers/catalog.ts";
import type { ManagerFactory, ManagerOptions } from "../../managers/contract.ts";
import { locateSystemVariables } from "../../managers/storage/system-variables.ts";
import { IFPAGE, interfaceWord, MACHINE_TYPE_MAIKO } from "../../memory/interface-page.ts";
import { ATOM_HASH_BASE, IOPAGE_BASE, NIL } from "../../memory/layout.ts";
import { LOOK_INSTEAD } from "../../memory/sysout/damage.ts";
import { fileOffset } from "../../memory/sysout/file-table.ts";
import { HEADER_START } from "../../memory/sysout/header.ts";
import type { OpenedSysout } from "../../memory/sysout/open-sysout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { CodeDirectory } from "../../objects/code/code-directory.ts";
import { characterCodes } from "../../objects/symbols.ts";
import { faultOf } from "../faults.ts";
import { Machine } from "../machine.ts";
import type { Ports } from "../ports.ts";
import { startStatistics } from "../state/statistics.ts";
import { boxPageNumbers } from "./box-page-numbers.ts";

export interface StartOptions {
  readonly ports: Ports;
  readonly managerOptions: ManagerOptions;
  /** As for `Machine`: safepoints between two requests of its clock; null (as when left out): none. */
  readonly periodicInterrupt?: number | null;
}

const MEGABYTE = 0x100000;
const PAGES_PER_MB = 2048;
/** Largest address space without a second heap area, which begins at 16 MB. */
const ONE_AREA_MB = 16;
/** From this storage state on the second area is in use: the address space must keep its size. */
const ARRAY_SWITCHED = 3;
/** Where Lisp expects the name of the user, as a byte that counts and that many characters. */
const USER_NAME = 0xda01;
const LONGEST_USER_NAME = 63;
/** "Build date" in days since Unix second 561150000. Programs take it for a version; the day is that of the machine's first release. */
const BUILD_DAY = 14300;
/** Bits of `devconfig` that tell the display, and a black and white one. */
const DISPLAY_BITS = 0x0078;
const DISPLAY_BLACK_AND_WHITE = 0x10;
/** Words of the I/O page that tell which keys are down, as zeros: utilin, then the keyboard. */
const FIRST_KEY_WORD = 61;
const LAST_KEY_WORD = 67;

/**
 * Adjusts the memory of an image that was opened to run. The machine is not booted yet.
 * @throws {ImageError} when the image lacks what no machine can do without
 */
export function startSysout(opened: OpenedSysout, options: StartOptions): Machine {
  const { memory } = opened;
  const manager = managerFactory("refcount") as ManagerFactory;
  try {
    boxPageNumbers(memory, manager);
    const variables = locateSystemVariables(memory);
    const last = (memory.sizeBytes / MEGABYTE) * PAGES_PER_MB - 1;
    startInterfacePage(opened, last, options.ports);
    memory.setCell(variables.storageFull, NIL);
    memory.setCell(variables.lastVmemFilePage, last);
    startKeyboard(memory);
    startStatistics({ memory, ports: options.ports });
    memory.setCell(variables.secondMdsPage, last - 3);
    return new Machine({ ...options, memory, manager, code: new CodeDirectory() });
  } catch (problem) {
    throw inFile(opened, problem);
  }
}

/** @param last last page of the address space */
function startInterfacePage({ name, memory, header }: OpenedSysout, last: number, ports: Ports): void {
  if (header.storageFullState >= ARRAY_SWITCHED && header.lastVmemPage !== last) {
    throw new ImageError({
      file: name,
      offsetBytes: HEADER_START + 2 * IFPAGE.lastVmemPageCell,
      what: "the second heap area is in use, so the address space must keep its size (dllastvmempage)",
      found: String(last),
      expected: String(header.lastVmemPage),
    });
  }
  const word = (field: number, value: number) => memory.setWord(interfaceWord(field), value);
  const megabytes = memory.sizeBytes / MEGABYTE;
  word(IFPAGE.machineType, MACHINE_TYPE_MAIKO);
  // The reference VM says so of any size but 8 MB, and lets an image of 12 MB run into a second area that is not there.
  word(IFPAGE.dl24BitAddressable, megabytes > ONE_AREA_MB ? 0xffff : 0);
  memory.setCell(interfaceWord(IFPAGE.lastVmemPageCell), last);
  memory.setCell(interfaceWord(IFPAGE.processSizeCell), megabytes);
  word(IFPAGE.serialNumber, Number(ports.environment.parameter("HOSTID") ?? 0) & 0xffff);
  word(IFPAGE.userNameAddress, writeUserName(memory, ports.environment.userName()) ? USER_NAME : 0);
  word(IFPAGE.rversion, BUILD_DAY);
  const devices = memory.word(interfaceWord(IFPAGE.deviceConfiguration));
  word(IFPAGE.deviceConfiguration, (devices & ~DISPLAY_BITS) | DISPLAY_BLACK_AND_WHITE);
}

function writeUserName(memory: VirtualMemory, name: string | null): boolean {
  if (name === null) return false;
  const codes = characterCodes(name).slice(0, LONGEST_USER_NAME);
  memory.setByte(2 * USER_NAME, codes.length);
  for (const [i, code] of codes.entries()) memory.setByte(2 * USER_NAME + 1 + i, code & 0xff);
  return true;
}

/** All keys up. */
function startKeyboard(memory: VirtualMemory): void {
  for (let word = FIRST_KEY_WORD; word <= LAST_KEY_WORD; word++) memory.setWord(IOPAGE_BASE + word, 0xffff);
}

/** Names the file, and says what to do, for problems that were found in memory. */
function inFile({ name, pages }: OpenedSysout, problem: unknown): ImageError {
  const advice = `The image cannot run. ${LOOK_INSTEAD}`;
  if (problem instanceof ImageError) {
    const { what, found, expected } = problem;
    const offsetBytes = problem.file === name ? problem.offsetBytes : (fileOffset(pages, ATOM_HASH_BASE) ?? 0);
    return new ImageError({ file: name, offsetBytes, what, found, expected, advice });
  }
  const fault = faultOf(problem);
  const offsetBytes = fault.address === null ? 0 : (fileOffset(pages, fault.address) ?? 0);
  const what = "storage cannot be started";
  return new ImageError({ file: name, offsetBytes, what, found: fault.message, expected: "storage in order", advice });
}
