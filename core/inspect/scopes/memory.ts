/** The regions of the image: range, use, and for the heap its pages and objects by type. */
import { PAGE_WORDS } from "../../memory/layout.ts";
import { heapMapSteps, mapHeap } from "../counts/references.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { gauge, groupNode, makeNode } from "../nodes.ts";
import { addressText } from "../parts/value-text.ts";
import { type RegionUsage, regionUsages } from "../regions.ts";
import { interfaceNode } from "./interface.ts";
import { typeRows } from "./lisp/objects.ts";
import { stackNode } from "./stack.ts";

export function memoryScope(view: ImageView): InspectNode {
  const read = () => [...sortRegions(view, regionUsages(view)), interfaceNode(view), stackNode(view)];
  return makeNode("Memory", `${view.memory.sizeBytes >> 20} MB`, {
    type: "scope",
    named: read,
  });
}

/** The heap first, then the tables of which use is known; legacy and device areas in a node of their own. */
function sortRegions(view: ImageView, usages: readonly RegionUsage[]): readonly InspectNode[] {
  const isHeap = ({ region }: RegionUsage) => region.name.startsWith("HEAP");
  const known = usages.filter((usage) => usage.usedWords !== null);
  const others = usages.filter((usage) => usage.usedWords === null);
  const shown = [...known.filter(isHeap), ...known.filter((usage) => !isHeap(usage))];
  return [
    ...shown.map((usage) => regionNode(view, usage)),
    groupNode(
      "other regions",
      `${others.length}: devices, interface page, unused`,
      others.map((usage) => regionNode(view, usage)),
    ),
  ];
}

function regionNode(view: ImageView, usage: RegionUsage): InspectNode {
  const { region, usedWords, freeWords, detail } = usage;
  const end = Math.min(region.start + region.words, view.memory.sizeWords);
  const range = `${addressText(region.start)}…${addressText(end - 1).slice(1)}`;
  const use =
    usedWords === null
      ? region.purpose
      : `used ${usedWords}${freeWords === null ? "" : `, free ${freeWords}`} words: ${region.purpose}`;
  const isHeap = region.name.startsWith("HEAP");
  const facts = () => [
    gauge("purpose", region.purpose),
    gauge("range", range, `${end - region.start} words, ${Math.ceil((end - region.start) / PAGE_WORDS)} pages`),
    gauge("used", usedWords === null ? "not known" : usedWords, detail),
    gauge("free", freeWords === null ? "not known" : freeWords),
    ...(isHeap ? [heapTypes(view, region.start, end)] : []),
  ];
  return makeNode(region.name, `${range}  ${use}`, {
    type: "region",
    address: region.start,
    named: facts,
  });
}

/** Objects by type whose storage lies in the region. */
function heapTypes(view: ImageView, start: number, end: number): InspectNode {
  return makeNode("objects by type", "", {
    type: "group",
    prepare: () => heapMapSteps(view),
    namedCount: 1,
    named: () => typeRows(view, mapHeap(view), start, end),
  });
}
