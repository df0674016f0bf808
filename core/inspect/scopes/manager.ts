/** What the memory manager says about itself. */
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { gauge, makeNode } from "../nodes.ts";

export function managerScope({ manager }: ImageView): InspectNode {
  if (manager === null) {
    const named = () => [gauge("name", "none", "an image that does not run")];
    return makeNode("Manager", "none runs: this is an image at rest", { type: "scope", named });
  }
  const read = () => {
    const { traits, figures } = manager.view();
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
    ];
  };
  return makeNode("Manager", manager.traits.name, { type: "scope", named: read });
}
