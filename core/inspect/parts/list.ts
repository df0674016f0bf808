/** What a cons shows inside: CAR, CDR, and the elements of the list that begins with it. */
import type { Pointer } from "../../base/units.ts";
import { car, cdr, isCons, isReadableCons } from "../../objects/cons.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import type { NodeParts } from "../nodes.ts";
import type { ValueNodeMaker } from "./value-text.ts";

/** Elements that one node shows; a longer list goes on in a node `rest`, so that no list is walked to its end for one page. */
const ELEMENTS_PER_NODE = 1000;

export function listParts(
  view: ImageView,
  list: Pointer,
  expression: string | null,
  makeValue: ValueNodeMaker,
): NodeParts {
  const { memory } = view;
  const { length, tail } = measure(view, list);
  const isLong = length === ELEMENTS_PER_NODE && isCons(memory, tail);
  return {
    namedCount: isLong ? 3 : 2,
    named: () => {
      const shown: InspectNode[] = [
        makeValue(view, "car", car(memory, list), {
          slot: { kind: "car", cons: list },
          expression: expression === null ? null : `(car ${expression})`,
        }),
        makeValue(view, "cdr", cdr(memory, list), {
          slot: { kind: "cdr", cons: list },
          expression: expression === null ? null : `(cdr ${expression})`,
        }),
      ];
      if (isLong) shown.push(makeValue(view, `rest, from element ${length}`, tail));
      return shown;
    },
    indexedCount: length,
    indexed: (start, count) => elements(view, list, start, count, makeValue),
  };
}

/** Elements up to the end, to where the list comes back to its beginning, or to the limit; and what follows. */
function measure({ memory }: ImageView, list: Pointer): { readonly length: number; readonly tail: Pointer } {
  let length = 0;
  let rest = list;
  do {
    rest = cdr(memory, rest);
    length++;
  } while (length < ELEMENTS_PER_NODE && rest !== list && isCons(memory, rest) && isReadableCons(memory, rest));
  return { length, tail: rest === list ? 0 : rest };
}

function elements(
  view: ImageView,
  list: Pointer,
  start: number,
  count: number,
  makeValue: ValueNodeMaker,
): InspectNode[] {
  const { memory } = view;
  const found: InspectNode[] = [];
  let rest = list;
  for (let i = 0; i < start + count && isCons(memory, rest) && isReadableCons(memory, rest); i++) {
    if (i >= start) found.push(makeValue(view, String(i), car(memory, rest), { slot: { kind: "car", cons: rest } }));
    rest = cdr(memory, rest);
  }
  return found;
}
