/**
 * Blocks that the file system of older machines expects to find when it starts: descriptions of disks, requests, a list of commands. Their layout is that of the
 * file LLBFS of the system. Source: linking specification, section 1f.
 */
import type { Cells, Pointer } from "../../base/units.ts";
import { BLOCK_UNBOXED } from "../../managers/contract.ts";
import type { Linker } from "../linker.ts";

const DISK_CELLS = 18;
const REQUEST_CELLS = 51;
const COMMAND_CELLS = 3;
const FILE_NUMBER_CELLS = 3;
/** Words of a disk's description. */
const DISK_COMMANDS = 14;
const DISK_DEVICE = 26;
/** Commands in the ring, besides the first. */
const MORE_COMMANDS = 3;
/** Words of the number of a free page's file, all ones. */
const FREE_PAGE_WORDS = 5;

export function reserveDisk(linker: Linker): void {
  const { books, symbols } = linker;
  const { memory } = books;
  const block = (cells: Cells): Pointer => books.block(cells, BLOCK_UNBOXED);
  const disk = block(DISK_CELLS);
  memory.setCell(disk + DISK_DEVICE, symbols.intern("DSK"));
  linker.setConstant("\\MAINDISK", disk);
  linker.setConstant("\\SWAPDSK1", block(DISK_CELLS));
  linker.setConstant("\\SWAPDSK2", block(DISK_CELLS));
  linker.setConstant("\\SWAPREQUESTBLOCK", block(REQUEST_CELLS));
  linker.setConstant("\\DISKREQUESTBLOCK", block(REQUEST_CELLS));
  const first = block(COMMAND_CELLS);
  let previous = first;
  for (let i = 0; i < MORE_COMMANDS; i++) {
    const next = block(COMMAND_CELLS);
    memory.setCell(next, previous);
    previous = next;
  }
  memory.setCell(first, previous);
  memory.setCell(disk + DISK_COMMANDS, first);
  const freePage = block(FILE_NUMBER_CELLS);
  for (let i = 0; i < FREE_PAGE_WORDS; i++) memory.setWord(freePage + i, 0xffff);
  linker.setConstant("\\FREEPAGEFID", freePage);
}
