/** The entry of one object in the reference count tables, as a node. */
import type { Pointer } from "../../base/units.ts";
import { octalAddress } from "../../objects/pointer-notation.ts";
import { type CountEntry, countEntry, mainIndex } from "../counts/counts.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { gauge, makeNode } from "../nodes.ts";

/** The child `reference count` of an object. */
export function countNode(view: ImageView, object: Pointer): InspectNode {
  const entry = countEntry(view.memory, object);
  if (entry === null) {
    return makeNode("reference count", `1 (no entry, main index ${mainIndex(object)})`, { type: "count" });
  }
  return makeNode("reference count", entryText(entry), {
    type: "count",
    address: entry.address,
    namedCount: 4,
    named: () => [
      gauge("count", entry.count, entry.isBig ? "kept in the table of big counts" : ""),
      gauge("stack bit", entry.onStack ? 1 : 0, entry.onStack ? "the stack scan has found it" : ""),
      gauge("main table index", entry.index),
      gauge("place", placeText(entry), octalAddress(entry.address & 0x0fffffff)),
    ],
  });
}

/** `0`, `2, on the stack`, `3, chain member 1`. */
export function entryText(entry: CountEntry): string {
  const stack = entry.onStack ? ", on the stack" : "";
  const chain = entry.chainPosition < 0 ? "" : `, chain member ${entry.chainPosition}`;
  return `${entry.count}${stack}${chain}`;
}

function placeText(entry: CountEntry): string {
  return entry.chainPosition < 0 ? "main table" : `collision table, member ${entry.chainPosition} of its chain`;
}
