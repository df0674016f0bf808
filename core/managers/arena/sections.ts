/** What manager `arena` shows about itself in the scope *Manager*. Reads only. */
import type { Pointer } from "../../base/units.ts";
import { DTD_FREE, DTD_LIMIT, dtdAddress, instanceWords, typeName } from "../../objects/dtd.ts";
import type { ManagerFigure, ManagerRow, ManagerSection } from "../contract.ts";
import type { MachineArena } from "../storage/arenas/machine-arena.ts";
import { placeOf } from "../storage/arenas/stale.ts";
import type { StorageContext } from "../storage/context.ts";
import type { ByteArenaFigures } from "./bytes/byte-arena.ts";
import { STRATEGIES } from "./bytes/strategies.ts";
import type { RegularFigures } from "./regular-objects.ts";

export const figure = (label: string, value: number | string, meaning: string): ManagerFigure => ({
  label,
  value: String(value),
  meaning,
});
const row = (label: string, value: string, details: readonly ManagerFigure[] = []): ManagerRow => ({
  label,
  value,
  object: null,
  details,
});

/** A section of lines that are all there. */
function listed(label: string, meaning: string, rows: readonly ManagerRow[]): ManagerSection {
  return { label, meaning, size: rows.length, rows: (start, count) => rows.slice(start, start + count) };
}

/** A line for each arena, in the order of their opening. */
export function arenaSection(arenas: readonly MachineArena[]): ManagerSection {
  return {
    label: "Arenas",
    meaning: "arenas that are open, in the order of their opening",
    size: arenas.length,
    rows: (start, count) => arenas.slice(start, start + count).map(arenaRow),
  };
}

function arenaRow(arena: MachineArena): ManagerRow {
  const { objects, words, peakWords, totalObjects, totalWords, capacityWords, chunks, generation } = arena.figures();
  return row(placeOf(arena), `${objects} objects, ${2 * words} of ${2 * capacityWords} bytes`, [
    figure("bytes", 2 * words, "bytes of its objects"),
    figure("objects", objects, "objects of this generation"),
    figure("capacity", 2 * capacityWords, "bytes of its chunks"),
    figure("chunks", chunks, "units of typed storage and chunks of array space"),
    figure("peak", 2 * peakWords, "most bytes that its objects had at once"),
    figure("bytes in all", 2 * totalWords, "over all generations"),
    figure("objects in all", totalObjects, "over all generations"),
    figure("generation", generation, "how often it was reset"),
    figure("depth", arena.identity.depth, "its objects may refer to arenas of the same or a smaller depth"),
  ]);
}

/** The three allocators, as the description of system M prints them. */
export function allocatorSection(
  vm: ByteArenaFigures | null,
  compiler: MachineArena | null,
  regular: RegularFigures,
): ManagerSection {
  const unit = compiler?.figures();
  return listed("Allocators", "who serves what: the image, what the debugger compiles, the program", [
    row("VM arena", vm === null ? "not there" : `${vm.current} bytes in ${vm.totalCount} allocations`, [
      figure("capacity", vm?.capacity ?? 0, "bytes of chunks that the books have taken"),
      figure("chunks", vm?.chunks ?? 0, "chunks, those of names, code and constants joined"),
      figure("mapped", vm?.mapped ?? 0, "bytes of large constants, which are used where they lie in the image"),
    ]),
    row("compiler arena", unit === undefined ? "never used" : `${2 * unit.words} bytes in ${unit.objects} objects`, [
      figure("peak", 2 * (unit?.peakWords ?? 0), "most bytes that one expression needed"),
      figure("in all", unit?.totalObjects ?? 0, "objects of all expressions that the debugger has compiled"),
      figure("generation", unit?.generation ?? 0, "expressions whose objects have gone"),
    ]),
    row("regular allocator", `${regular.current} objects, ${2 * regular.currentWords} bytes`, [
      figure("allocated", regular.total, "objects that the program has made outside of arenas"),
      figure("freed", regular.freed, "of these, given back by (free x)"),
      figure("peak", regular.peak, "most of them at once"),
      figure("peak bytes", 2 * regular.peakWords, "most bytes at once"),
    ]),
  ]);
}

export function strategySection(): ManagerSection {
  const names = { vm: "VM arena", compiler: "compiler arena", regular: "innermost arena, else regular allocator" };
  const rows = Object.entries(STRATEGIES).map(([kind, allocator]) => row(kind.replaceAll("-", " "), names[allocator]));
  return listed("Strategies", "which allocator serves what; temporaries of a compilation go to its arena", rows);
}

/** Free objects that are counted at most, of one type. */
const MOST_COUNTED = 100_000;

/** The pools of the regular allocator: for each type, the slots that wait to be used again. */
export function poolSection({ memory }: StorageContext): ManagerSection {
  const rows: ManagerRow[] = [];
  for (let type = 1; type < DTD_LIMIT; type++) {
    let free = 0;
    const head = memory.pointer(dtdAddress(type) + DTD_FREE);
    for (let slot = head; slot !== 0 && free < MOST_COUNTED; slot = memory.pointer(slot)) free++;
    if (free === 0) continue;
    const bytes = 2 * instanceWords(memory, type);
    rows.push(row(typeName(memory, type), `${free} free slots of ${bytes} bytes`));
  }
  return listed("Pools", "slots for objects of one size that are free; the last one freed is used first", rows);
}

/** What the program has made outside of arenas and not freed. */
export function unfreedSection(unfreed: readonly Pointer[], name: (object: Pointer) => string): ManagerSection {
  return {
    label: "Not freed",
    meaning: "objects of the regular allocator that are in use; at the end of the program: leaks",
    size: unfreed.length,
    rows: (start, count) =>
      unfreed.slice(start, start + count).map((object) => ({ label: name(object), value: "", object, details: [] })),
  };
}
