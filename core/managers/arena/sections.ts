/** What manager `arena` shows about itself in the scope *Manager*. */
import type { AllocationStatistics, ManagerFigure, ManagerRow, ManagerSection } from "../contract.ts";
import type { MachineArena } from "../storage/arenas/machine-arena.ts";
import type { MachineArenas } from "../storage/arenas/machine-arenas.ts";
import { placeOf } from "../storage/arenas/stale.ts";

const figure = (label: string, value: number | string, meaning: string): ManagerFigure => ({
  label,
  value: String(value),
  meaning,
});

export function arenaFigures(statistics: AllocationStatistics, arenas: MachineArenas): readonly ManagerFigure[] {
  const { allocatedObjects, freedObjects } = statistics;
  const inArenas = arenas.totals();
  return [
    figure("objects allocated", allocatedObjects, "objects allocated since the machine started, wherever they went"),
    figure("objects freed", freedObjects, "objects that the program freed, or that went with their arena"),
    figure(
      "of these in arenas",
      inArenas.allocatedObjects,
      "objects allocated in arenas, those that have ended included",
    ),
    figure("arenas open", arenas.all().length, "arenas that the program has opened and not ended"),
  ];
}

/** A line for each open arena, outermost first. */
export function arenaSection(arenas: readonly MachineArena[]): ManagerSection {
  return {
    label: "arenas",
    meaning: "arenas that are open, outermost first",
    size: arenas.length,
    rows: (start, count) => arenas.slice(start, start + count).map(arenaRow),
  };
}

function arenaRow(arena: MachineArena): ManagerRow {
  const { objects, words, peakWords, totalObjects, totalWords, capacityWords, chunks, generation } = arena.figures();
  return {
    label: placeOf(arena),
    value: `${objects} objects, ${2 * words} of ${2 * capacityWords} bytes`,
    object: null,
    details: [
      figure("bytes", 2 * words, "bytes of its objects"),
      figure("objects", objects, "objects of this generation"),
      figure("capacity", 2 * capacityWords, "bytes of its chunks"),
      figure("chunks", chunks, "units of typed storage and chunks of array space"),
      figure("peak", 2 * peakWords, "most bytes that its objects had at once"),
      figure("bytes in all", 2 * totalWords, "over all generations"),
      figure("objects in all", totalObjects, "over all generations"),
      figure("generation", generation, "how often it was reset"),
      figure("depth", arena.identity.depth, "its objects may refer to arenas of the same or a smaller depth"),
    ],
  };
}
