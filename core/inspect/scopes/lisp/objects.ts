/** Live objects by type, with paged instances; what keeps most of them, and what no root reaches. */
import { TYPE_BLOCK } from "../../../memory/layout.ts";
import { octalAddress } from "../../../objects/pointer-notation.ts";
import { census, instancesOf, type TypeCensus } from "../../census.ts";
import { heapMapSteps, mapHeap } from "../../counts/references.ts";
import { retainedSizes, retainedSteps } from "../../graph/retained.ts";
import type { HeapMap } from "../../heap/heap-map.ts";
import { type ImageView, remembered } from "../../image-view.ts";
import type { InspectNode } from "../../node.ts";
import { badNode, makeNode } from "../../nodes.ts";
import { partsNode } from "../../parts/retained.ts";
import { valueNode } from "../../values.ts";
import { garbageNode } from "../garbage.ts";
import { codeNode, stringsNode } from "./strings-and-code.ts";

export function objectsScope(view: ImageView): InspectNode {
  return makeNode("Objects", "", {
    type: "scope",
    prepare: () => heapMapSteps(view),
    namedCount: 1,
    named: () => {
      const map = mapHeap(view);
      const damage = map.problems.map((problem, i) => badNode(`damage ${i + 1}`, problem));
      return [
        ...typeRows(view, map),
        stringsNode(view, map),
        codeNode(view, map),
        biggestNode(view),
        garbageNode(view),
        ...damage,
      ];
    },
  });
}

function biggestNode(view: ImageView): InspectNode {
  return makeNode("kept by one root or object", "open to search the heap", {
    type: "group",
    prepare: () => retainedSteps(view),
    namedCount: 1,
    named: () => {
      const sizes = retainedSizes(view);
      return [partsNode(sizes, sizes.top, "parts", valueNode)];
    },
  });
}

/** A node a type; with a range, only types that have storage in it. */
export function typeRows(view: ImageView, map: HeapMap, start = 0, end = Number.POSITIVE_INFINITY): InspectNode[] {
  return remembered(view, "census", () => census(map))
    .filter((row) => {
      const places = row.type === TYPE_BLOCK ? map.blockHeaders : (map.types.get(row.type)?.units ?? []);
      return places.some((address) => address >= start && address < end);
    })
    .map((row) => typeRow(view, map, row));
}

function typeRow(view: ImageView, map: HeapMap, row: TypeCensus): InspectNode {
  const free = row.free === 0 ? "" : `, ${row.free} free`;
  return makeNode(row.name, `${row.live} live, ${row.liveWords} words${free}`, {
    type: row.blockKind === null ? "type" : "blocks",
    indexedCount: row.live,
    indexed: (start, count) =>
      instancesOf(map, row, start, count).map((object) => valueNode(view, `#${octalAddress(object)}`, object)),
  });
}
