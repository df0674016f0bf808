/**
 * The statistics block, in which Lisp reads clocks without a call. Source: instruction specification, sections 2.12 and 3.9; reference VM, `timer.c`
 * and `miscstat.h`.
 */
import type { WordAddress } from "../../base/units.ts";
import { MISCSTATS_BASE } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import type { ClockPort, Ports } from "../ports.ts";

/** Seconds between the beginning of 1901, where Alto time begins, and the Unix epoch. */
const ALTO_TO_UNIX = 2177452800;
const MICROSECONDS = 1_000_000;

/** Cells of the block. */
export const STATISTIC = {
  startTime: 0,
  totalTime: 1,
  swapWaitTime: 2,
  diskOperations: 6,
  gcTime: 8,
  secondsClock: 14,
  secondsTemporary: 18,
} as const;
export const STATISTICS_CELLS = 31;

/** What has a clock and a statistics block. */
export interface Clocked {
  readonly memory: VirtualMemory;
  readonly ports: Ports;
}

export function statisticCell(index: number): WordAddress {
  return MISCSTATS_BASE + 2 * index;
}
function set({ memory }: Clocked, index: number, value: number): void {
  memory.setCell(statisticCell(index), value | 0);
}

export function altoSeconds(clock: ClockPort): number {
  return Math.floor(clock.now() / MICROSECONDS) + ALTO_TO_UNIX;
}
/** Milliseconds since the beginning of 1901. */
export function altoMilliseconds(clock: ClockPort): number {
  const now = clock.now();
  return (Math.floor(now / MICROSECONDS) + ALTO_TO_UNIX) * 1000 + (Math.floor(now / 1000) % 1000);
}

/** Brings the block up to date. This machine waits for no page and counts no faults. */
export function updateStatistics(m: Clocked): void {
  set(m, STATISTIC.totalTime, Math.floor(m.ports.clock.processorTime() / 1000));
  for (let cell = STATISTIC.swapWaitTime as number; cell <= STATISTIC.diskOperations; cell++) set(m, cell, 0);
  const seconds = altoSeconds(m.ports.clock);
  set(m, STATISTIC.secondsClock, seconds);
  set(m, STATISTIC.secondsTemporary, seconds);
}

/** For whoever starts an image: its elapsed time begins now. */
export function startStatistics(m: Clocked): void {
  set(m, STATISTIC.startTime, altoMilliseconds(m.ports.clock));
  set(m, STATISTIC.gcTime, 0);
  updateStatistics(m);
}
