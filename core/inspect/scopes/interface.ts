/** The interface page as a node a field. */
import { IFPAGE_BASE } from "../../memory/layout.ts";
import { interfaceRows } from "../image/interface.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { makeNode } from "../nodes.ts";

export function interfaceNode(view: ImageView): InspectNode {
  return makeNode("interface page", "what the image and its emulator agree on", {
    type: "group",
    address: IFPAGE_BASE,
    named: () =>
      interfaceRows(view).map(({ field, address, value, reading, problem }) => {
        const said = reading === "" ? field.meaning : `${reading}: ${field.meaning}`;
        const wrong = problem === null ? "" : `, cannot be right: ${problem}`;
        return makeNode(field.name, `${value} (${said})${wrong}`, { type: "gauge", address });
      }),
  });
}
