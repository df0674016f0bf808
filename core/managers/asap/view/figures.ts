/** What the manager shows about itself in figures. Reads only. */
import { STRATEGY_NAMES } from "../../../isa/plan.ts";
import type { ManagerFigure } from "../../contract.ts";
import type { Allocation } from "../allocation.ts";
import type { PlannedComponents } from "../components/planned-components.ts";
import type { AsapHeap } from "../heap.ts";
import { BOX } from "../objects/object-table.ts";
import type { Boxes } from "../release/boxes.ts";

const MEANINGS = [
  "objects with one owner, freed at its last use",
  "objects with several owners, counted",
  "objects in stack scopes",
  "objects in scope arenas",
  "members of components",
  "objects that live as long as the program, because the plan says nothing else",
];

export function asapFigures(
  heap: AsapHeap,
  allocation: Allocation,
  components: PlannedComponents,
  boxes: Boxes,
): ManagerFigure[] {
  const { slots } = heap.table;
  const counts = countByStrategy(heap);
  const strategies = STRATEGY_NAMES.map((name, strategy) => ({
    label: name,
    value: String(counts[strategy] ?? 0),
    meaning: MEANINGS[strategy] ?? "",
  }));
  const { created, freed, cycles } = components.account;
  const { free, retired, capacity } = slots.statistics();
  return [
    ...strategies,
    {
      label: "number boxes",
      value: `${counts[BOX] ?? 0} (${boxes.waiting} waiting)`,
      meaning: "large integers and floats; waiting: no object referred to them at some time, so that the stack decides",
    },
    {
      label: "component members",
      value: `${created} made, ${freed} freed, ${cycles} cycles; ${components.groups.scheduled} components waiting`,
      meaning:
        "members of components since the machine started, the reference cycles among those that were freed, and components that wait to be taken apart",
    },
    {
      label: "program arena",
      value: `${allocation.program.words} words, at most ${allocation.program.peakWords}`,
      meaning: "what the arena of the program holds, and held at most",
    },
    {
      label: "quarantine",
      value: `${heap.quarantine.size} of ${heap.quarantine.limit}`,
      meaning: "freed objects whose storage is not used anew yet, so that a use after free is found out",
    },
    {
      label: "slots",
      value: `${capacity} (${free} free, ${retired} retired)`,
      meaning: "slots with a generation, one for each object; retired ones have used up their generations",
    },
  ];
}

function countByStrategy(heap: AsapHeap): number[] {
  const counts = STRATEGY_NAMES.map(() => 0);
  const { slots, strategies } = heap.table;
  for (let slot = 0; slot < slots.bound; slot++) {
    const strategy = strategies[slot] as number;
    if (slots.isInUse(slot)) counts[strategy] = (counts[strategy] ?? 0) + 1;
  }
  return counts;
}
