/**
 * Host calls for the clocks, and the statistics block that Lisp reads without a call.
 * Source: instruction specification, section 2.12; reference VM, `timer.c` and `miscstat.h`.
 */
import type { Cell, Pointer } from "../../base/units.ts";
import { MISCSTATS_BASE, NIL, T } from "../../memory/layout.ts";
import { makeInteger } from "../image/datum.ts";
import type { Processor } from "../processor.ts";
import type { Subr } from "./arguments.ts";
import { storeNumber } from "./native-strings.ts";

/** Seconds between the beginning of 1901, where Alto time begins, and the Unix epoch. */
const ALTO_TO_UNIX = 2177452800;
/** Lisp time is signed: its zero lies that much before the Unix epoch. */
export const LISP_TO_UNIX = 29969152;
/** Days of the year between which daylight saving is on: fixed numbers in the reference VM. */
const DAYLIGHT_BEGINS = 98;
const DAYLIGHT_ENDS = 305;

// Cells of the statistics block.
const START_TIME = 0;
const TOTAL_TIME = 1;
const SWAP_WAIT_TIME = 2;
const DISK_OPERATIONS = 6;
const GC_TIME = 8;
const SECONDS_CLOCK = 14;
const SECONDS_TEMPORARY = 18;
const STATISTICS_CELLS = 31;

const cellOf = (index: number): Pointer => MISCSTATS_BASE + 2 * index;

function altoSeconds(m: Processor): number {
  return Math.floor(m.ports.clock.now() / 1_000_000) + ALTO_TO_UNIX;
}
function elapsedMilliseconds(m: Processor): number {
  const now = m.ports.clock.now();
  return (Math.floor(now / 1_000_000) + ALTO_TO_UNIX) * 1000 + (Math.floor(now / 1000) % 1000);
}

/** Brings the statistics block up to date. This machine waits for no page and counts no faults. */
export function updateStatistics(m: Processor): void {
  m.memory.setCell(cellOf(TOTAL_TIME), Math.floor(m.ports.clock.processorTime() / 1000));
  for (let cell = SWAP_WAIT_TIME; cell <= DISK_OPERATIONS; cell++) m.memory.setCell(cellOf(cell), 0);
  updateSecondsClock(m);
}

/** Brings the clock of the statistics block up to date. */
export function updateSecondsClock(m: Processor): void {
  const seconds = altoSeconds(m);
  m.memory.setCell(cellOf(SECONDS_CLOCK), seconds | 0);
  m.memory.setCell(cellOf(SECONDS_TEMPORARY), seconds | 0);
}

/** For whoever starts an image: its elapsed time begins now. */
export function startStatistics(m: Processor): void {
  m.memory.setCell(cellOf(START_TIME), elapsedMilliseconds(m) | 0);
  m.memory.setCell(cellOf(GC_TIME), 0);
  updateStatistics(m);
}

/** GETUNIXTIME: one of the clocks, in a box when one is given. */
export const getTime: Subr = (m, args) => {
  const value = clockValue(m, args.pointer(0) & 0xffff) | 0;
  const box = args.pointer(1);
  if (box === NIL) return makeInteger(m, value);
  storeNumber(m, box, value);
  return box;
};

function clockValue(m: Processor, which: number): number {
  switch (which) {
    case 0:
      return elapsedMilliseconds(m);
    case 1:
      return m.memory.signedCell(cellOf(START_TIME));
    case 2:
      updateStatistics(m);
      return m.memory.signedCell(cellOf(TOTAL_TIME));
    case 3:
      return m.memory.signedCell(cellOf(GC_TIME));
    case 4:
      return altoSeconds(m);
    case 5:
      return Math.floor(m.ports.clock.now() / 1_000_000) + LISP_TO_UNIX;
    case 6:
      return DAYLIGHT_BEGINS;
    case 7:
      return DAYLIGHT_ENDS;
    case 8:
      return m.ports.clock.hoursWest();
    default:
      return 0;
  }
}

/** COPYTIMESTATS: an up-to-date copy of the block at one address to another. */
export const copyStatistics: Subr = (m, args) => {
  updateStatistics(m);
  const source = args.pointer(0) & ~1;
  const target = args.pointer(1) & ~1;
  if (target === NIL) return NIL;
  const cells: Cell[] = Array.from({ length: STATISTICS_CELLS }, (_, i) => m.memory.cell(source + 2 * i));
  for (const [i, cell] of cells.entries()) m.memory.setCell(target + 2 * i, cell);
  return NIL;
};

const LONGEST_SLEEP_NANOSECONDS = 999_999_999;

/** YIELD: nothing else runs on this machine, so there is nobody to leave the time to. */
export const yieldTime: Subr = (_, args) => {
  const nanoseconds = args.number(0);
  return nanoseconds === null || nanoseconds < 0 || nanoseconds > LONGEST_SLEEP_NANOSECONDS ? NIL : T;
};
