/** What a record shows inside: its fields by name. A table shows its keys with their values. */
import type { Pointer } from "../../base/units.ts";
import { car, cdr } from "../../objects/cons.ts";
import { typeName } from "../../objects/dtd.ts";
import { PREVIEW, printValue } from "../../objects/printer.ts";
import { type DeclaredField, isTable, tableCount, tableEntries } from "../../objects/records.ts";
import { typeNumber } from "../../objects/types.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import type { NodeParts } from "../nodes.ts";
import type { ValueNodeMaker } from "./value-text.ts";

/** Longest key that is a child's name as it is. */
const KEY_PREVIEW = { ...PREVIEW, maxCharacters: 40 };

export function recordParts(
  view: ImageView,
  value: Pointer,
  fields: readonly DeclaredField[],
  expression: string | null,
  makeValue: ValueNodeMaker,
): NodeParts {
  const type = typeName(view.memory, typeNumber(view.memory, value));
  const named = (): InspectNode[] =>
    fields.map(({ name, offset, isWeak }) => {
      const address = value + offset;
      return makeValue(view, isWeak ? `${name} (weak)` : name, view.memory.pointer(address), {
        slot: isWeak ? { kind: "weak", holder: value, offset } : { kind: "heap", address },
        expression: expression === null || isTable(view.memory, value) ? null : `(${type}-${name} ${expression})`,
      });
    });
  const parts = { namedCount: fields.length, named };
  return isTable(view.memory, value) ? { ...parts, ...entryParts(view, value, makeValue) } : parts;
}

function entryParts(view: ImageView, table: Pointer, makeValue: ValueNodeMaker): NodeParts {
  const { memory } = view;
  return {
    indexedCount: tableCount(memory, table),
    indexed: (start, count) =>
      tableEntries(memory, table, start + count)
        .slice(start)
        .map((entry) => {
          return makeValue(view, printValue(memory, car(memory, entry), KEY_PREVIEW), cdr(memory, entry), {
            slot: { kind: "cdr", cons: entry },
          });
        }),
  };
}
