/** A reference cycle as a picture, in the text form of Mermaid graphs, which many viewers draw. */
import type { Pointer } from "../../../base/units.ts";
import { eachPointer } from "../../../objects/object-slots.ts";
import { octalAddress, pointerNotation } from "../../../objects/pointer-notation.ts";
import type { AsapHeap } from "../heap.ts";
import { NO_SLOT } from "../objects/object-table.ts";

/** Objects of a cycle that are drawn. */
const MOST_NODES = 100;

/** @param cycle slots of the objects */
export function cyclePicture(heap: AsapHeap, cycle: readonly number[]): string {
  const drawn = cycle.slice(0, MOST_NODES);
  const names = new Map(drawn.map((slot, i) => [slot, `n${i + 1}`]));
  const lines = ["graph LR"];
  for (const [slot, name] of names) {
    const object = heap.table.objects[slot] as Pointer;
    lines.push(`  ${name}["${pointerNotation(heap.memory, object)}"]`);
    eachPointer(heap.memory, object, (pointer, kind) => {
      const to = heap.liveSlot(pointer);
      const target = to === NO_SLOT ? undefined : names.get(to);
      if (target !== undefined) lines.push(`  ${name} -->|${kind}| ${target}`);
    });
  }
  if (cycle.length > drawn.length) {
    const next = heap.table.objects[cycle[drawn.length] as number] as Pointer;
    lines.push(`  more["${cycle.length - drawn.length} more, from ${octalAddress(next)} on"]`);
  }
  return lines.join("\n");
}
