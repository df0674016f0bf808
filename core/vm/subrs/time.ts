/** Host calls for the clocks. Source: instruction specification, section 2.12; reference VM, `timer.c`. */
import { NIL, T } from "../../memory/layout.ts";
import { makeInteger } from "../image/datum.ts";
import type { Processor } from "../processor.ts";
import {
  altoMilliseconds,
  altoSeconds,
  STATISTIC,
  STATISTICS_CELLS,
  statisticCell,
  updateStatistics,
} from "../state/statistics.ts";
import type { Subr } from "./arguments.ts";
import { storeNumber } from "./text/native-strings.ts";

/** Lisp time is signed: its zero lies that many seconds before the Unix epoch. */
export const LISP_TO_UNIX = 29969152;
/** Days of the year between which daylight saving is on: fixed numbers in the reference VM. */
const DAYLIGHT_BEGINS = 98;
const DAYLIGHT_ENDS = 305;
const LONGEST_SLEEP_NANOSECONDS = 999_999_999;

/** GETUNIXTIME: one of the clocks, in a box when one is given. */
export const getTime: Subr = (m, args) => {
  const value = clockValue(m, args.pointer(0) & 0xffff) | 0;
  const box = args.pointer(1);
  if (box === NIL) return makeInteger(m, value);
  storeNumber(m, box, value);
  return box;
};

function clockValue(m: Processor, which: number): number {
  const statistic = (index: number) => m.memory.signedCell(statisticCell(index));
  switch (which) {
    case 0:
      return altoMilliseconds(m.ports.clock);
    case 1:
      return statistic(STATISTIC.startTime);
    case 2:
      updateStatistics(m);
      return statistic(STATISTIC.totalTime);
    case 3:
      return statistic(STATISTIC.gcTime);
    case 4:
      return altoSeconds(m.ports.clock);
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

/** COPYTIMESTATS: an up-to-date copy of the statistics block at one address to another. */
export const copyStatistics: Subr = (m, args) => {
  updateStatistics(m);
  const source = args.pointer(0) & ~1;
  const target = args.pointer(1) & ~1;
  if (target === NIL) return NIL;
  const cells = Array.from({ length: STATISTICS_CELLS }, (_, i) => m.memory.cell(source + 2 * i));
  for (const [i, cell] of cells.entries()) m.memory.setCell(target + 2 * i, cell);
  return NIL;
};

/** YIELD: nothing else runs on this machine, so there is nobody to leave the time to. */
export const yieldTime: Subr = (_, args) => {
  const nanoseconds = args.number(0);
  return nanoseconds === null || nanoseconds < 0 || nanoseconds > LONGEST_SLEEP_NANOSECONDS ? NIL : T;
};
