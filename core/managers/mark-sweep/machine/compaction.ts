/**
 * Which array blocks may move under mark and sweep, and how ids and references follow them: a block's line in the table gets the new address.
 * Pinned are blocks that the stack refers to (also into their middle), what code refers to directly, blocks that never go, and blocks of the image.
 */
import type { Pointer, Words } from "../../../base/units.ts";
import type { Relocation } from "../../storage/compaction/slide.ts";
import { FLAG_PERMANENT, type ObjectTable } from "../table/object-table.ts";
import type { MachineObjects } from "./machine-objects.ts";

/** @param pinned ids of objects that must stay where they are */
export function relocation(objects: MachineObjects, table: ObjectTable, pinned: ReadonlySet<number>): Relocation {
  return {
    isMovable(data) {
      const id = objects.idAt(data);
      return id >= 0 && !pinned.has(id) && !table.hasFlag(id, FLAG_PERMANENT);
    },
    moving(from: Pointer, to: Pointer, dataWords: Words) {
      const id = objects.idAt(from);
      objects.owners.release(from, dataWords);
      objects.owners.claim(to, dataWords, id);
      table.payloads[id] = to;
    },
    forward: (moved) => objects.forward(moved),
  };
}
