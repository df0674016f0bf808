/** The clocks of this computer. */
import { performance } from "node:perf_hooks";
import type { ClockPort } from "#core";

const MICROSECONDS = 1000;

export function hostClock(): ClockPort {
  const start = process.cpuUsage();
  return {
    now: () => Math.floor((performance.timeOrigin + performance.now()) * MICROSECONDS),
    processorTime: () => process.cpuUsage(start).user,
    hoursWest,
  };
}

/** Of winter and summer the one without daylight saving is further west. */
function hoursWest(): number {
  const year = new Date().getFullYear();
  const minutes = Math.max(...[0, 6].map((month) => new Date(year, month, 1).getTimezoneOffset()));
  return Math.trunc(minutes / 60);
}
