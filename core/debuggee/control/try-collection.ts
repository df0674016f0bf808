/** The next collection, done in a copy of the machine that leaves no trace: what it would free, and what it would change. */
import type { TypeNumber } from "../../base/units.ts";
import { eachCountEntry } from "../../inspect/counts/counts.ts";
import type { CollectCause } from "../../managers/contract.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { typeName } from "../../objects/dtd.ts";
import type { MachineEvent, StopReason } from "../../vm/events.ts";
import type { Machine } from "../../vm/machine.ts";
import { Excursion } from "../../vm/state/excursion.ts";

/** Objects of one type that would go. */
export interface Freed {
  readonly type: string;
  readonly objects: number;
  readonly bytes: number;
  /** Some of them, as they are printed. */
  readonly examples: readonly string[];
}
export interface CollectionTrial {
  /** Most bytes first. */
  readonly freed: readonly Freed[];
  /** Entries of the count tables; null where nothing is counted. */
  readonly counts: { readonly before: number; readonly after: number; readonly changed: number } | null;
  /** Pages of memory that it writes. */
  readonly pages: number;
}

const EXAMPLES = 3;
/** Where the program comes to a safepoint is near; if not, the collection is not waited for. */
const MOST_INSTRUCTIONS = 10_000;

/** @returns the trial, or why there is none. The machine is as before. Breakpoints and events must not count meanwhile. */
export function tryCollection(machine: Machine): CollectionTrial | string {
  if (machine.collection !== null) return "a collection is under way: step over it, or continue, until it has ended";
  const { memory, manager } = machine;
  const { name, raises } = manager.traits;
  if (!raises.includes("gc.start")) return `the memory manager ${name} has no collections`;
  const isCounted = manager.counts !== null;
  const before = isCounted ? entries(memory) : null;
  const excursion = Excursion.begin(machine);
  try {
    const freed = collect(machine);
    if (typeof freed === "string") return freed;
    const after = isCounted ? entries(memory) : null;
    const counts = before === null || after === null ? null : compared(before, after);
    return { freed, counts, pages: machine.gate.journals.innermost().size };
  } finally {
    machine.arm(new Set());
    excursion.rollback();
  }
}

/** Why the next collection happens: what makes one due by now, else a request. */
export function nextCause({ manager }: Machine): CollectCause {
  return manager.due() ?? "request";
}

function collect(machine: Machine): readonly Freed[] | string {
  const { collections } = machine.counters;
  const rows = new Map<TypeNumber, { objects: number; bytes: number; examples: string[] }>();
  machine.forgetStops();
  machine.requestCollection(nextCause(machine));
  for (let i = 0; machine.collection === null; i++) {
    if (machine.counters.collections > collections) break;
    const stop = machine.stepInstruction();
    if (stop.kind !== "step") return `the program stops before its next safepoint: ${whyOf(stop)}`;
    if (i > MOST_INSTRUCTIONS)
      return `none began within ${MOST_INSTRUCTIONS} instructions: the collector is switched off, or the program calls nothing`;
  }
  machine.arm(new Set(["object.free"]));
  while (machine.collection !== null) {
    const stop = machine.stepInstruction();
    if (stop.kind === "failed") return stop.message;
    if (stop.kind === "event" && stop.event.kind === "object.free") note(rows, stop.event);
  }
  const freed = [...rows].map(([type, row]) => ({ type: typeName(machine.memory, type), ...row }));
  return freed.sort((a, b) => b.bytes - a.bytes);
}

function whyOf(stop: StopReason): string {
  if (stop.kind === "failed") return stop.message;
  return stop.kind === "finished" ? "it ends there" : stop.kind;
}

function note(
  rows: Map<TypeNumber, { objects: number; bytes: number; examples: string[] }>,
  { type, sizeWords, preview }: MachineEvent & { kind: "object.alloc" | "object.free" },
): void {
  const row = rows.get(type) ?? { objects: 0, bytes: 0, examples: [] };
  rows.set(type, row);
  row.objects++;
  row.bytes += 2 * sizeWords;
  if (row.examples.length < EXAMPLES && preview !== "") row.examples.push(preview);
}

function entries(memory: VirtualMemory): Map<number, string> {
  const found = new Map<number, string>();
  eachCountEntry(memory, ({ pointer, count, onStack }) => {
    found.set(pointer, `${count} ${onStack}`);
    return true;
  });
  return found;
}

function compared(before: Map<number, string>, after: Map<number, string>): CollectionTrial["counts"] {
  const pointers = new Set([...before.keys(), ...after.keys()]);
  const changed = [...pointers].filter((pointer) => before.get(pointer) !== after.get(pointer)).length;
  return { before: before.size, after: after.size, changed };
}
