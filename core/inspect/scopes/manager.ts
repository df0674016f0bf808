/** What the memory manager says about itself. */
import type { ManagerRow, ManagerSection } from "../../managers/contract.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { gauge, makeNode } from "../nodes.ts";
import { flatHeapNodes } from "../parts/flat-heap.ts";
import { valueNode } from "../values.ts";

export function managerScope(view: ImageView): InspectNode {
  const { manager } = view;
  if (manager === null) {
    const named = () => [gauge("name", "none", "an image that does not run"), ...flatHeapNodes(view.memory)];
    return makeNode("Manager", "none runs: this is an image at rest", { type: "scope", named });
  }
  const read = () => {
    const { traits, figures, sections } = manager.view();
    const { usedWords, freeWords } = manager.usage();
    return [
      gauge("name", traits.name),
      gauge("policy", traits.summary),
      gauge("moves objects", traits.moves ? "yes" : "no"),
      gauge("told of stores", traits.barrier),
      gauge("reclaims", traits.reclaims),
      gauge("collects cycles", traits.collectsCycles ? "yes" : "no"),
      gauge("heap in use", usedWords, "words"),
      gauge("heap free", freeWords, "words"),
      ...figures.map(({ label, value, meaning }) => gauge(label, value, meaning)),
      ...sections.map((section) => sectionNode(view, section)),
      ...flatHeapNodes(view.memory),
    ];
  };
  return makeNode("Manager", manager.traits.name, { type: "scope", named: read });
}

function sectionNode(view: ImageView, section: ManagerSection): InspectNode {
  const { label, meaning, size } = section;
  const indexed = (start: number, count: number) => section.rows(start, count).map((row) => rowNode(view, row));
  return makeNode(label, `${size} (${meaning})`, { type: "group", indexedCount: size, indexed });
}

function rowNode(view: ImageView, { label, value, object, details }: ManagerRow): InspectNode {
  const figures = () => details.map((figure) => gauge(figure.label, figure.value, figure.meaning));
  if (object === null) return makeNode(label, value, { type: "gauge", namedCount: details.length, named: figures });
  const named = () => [valueNode(view, "object", object), ...figures()];
  return makeNode(label, value, { type: "gauge", namedCount: details.length + 1, named });
}
