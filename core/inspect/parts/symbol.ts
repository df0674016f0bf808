/** What a symbol shows inside: value, definition, property list. Source: memory specification, section 12. */
import type { Pointer } from "../../base/units.ts";
import { ATOM_WORDS, NIL, NOBIND, POINTER_MASK } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import { frameNameText, functionHeader } from "../../objects/code/functions.ts";
import { octalAddress } from "../../objects/pointer-notation.ts";
import {
  DEFINITION_COMPILED,
  definitionCell,
  propertyListCell,
  symbolName,
  symbolRecord,
  valueCell,
} from "../../objects/symbols.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { makeNode, type NodeParts } from "../nodes.ts";
import { codeParts } from "./code.ts";
import { type ValueNodeMaker, valueText } from "./value-text.ts";

export function symbolParts(view: ImageView, symbol: Pointer, makeValue: ValueNodeMaker): NodeParts {
  const record = symbolRecord(symbol);
  if (!isMapped(view.memory, record, ATOM_WORDS) || view.memory.pointer(record) === 0) return {};
  return {
    address: record,
    namedCount: 3,
    named: () => [
      valueCellNode(view, symbol, makeValue),
      definitionNode(view, symbol, makeValue),
      propertyNode(view, symbol, makeValue),
    ],
  };
}

function valueCellNode(view: ImageView, symbol: Pointer, makeValue: ValueNodeMaker): InspectNode {
  const address = valueCell(symbol);
  const value = view.memory.pointer(address);
  const slot = { kind: "heap", address } as const;
  if (value === NOBIND) return makeNode("value", "(unbound)", { slot });
  return makeValue(view, "value", value, { slot, expression: symbolName(view.memory, symbol) || null });
}

function propertyNode(view: ImageView, symbol: Pointer, makeValue: ValueNodeMaker): InspectNode {
  const address = propertyListCell(symbol);
  return makeValue(view, "property list", view.memory.pointer(address), { slot: { kind: "heap", address } });
}

/** Compiled code shows its instructions even where no block header stands before it. */
function definitionNode(view: ImageView, symbol: Pointer, makeValue: ValueNodeMaker): InspectNode {
  const { memory } = view;
  const cell = memory.cell(definitionCell(symbol));
  const definition = cell & POINTER_MASK;
  if (definition === NIL) return makeNode("definition", "(none)");
  if ((cell & DEFINITION_COMPILED) === 0 || functionHeader(memory, definition) === null) {
    return makeValue(view, "definition", definition);
  }
  return makeNode("definition", definitionText(view, symbol), {
    type: "CODE",
    pointer: definition,
    address: definition,
    ...codeParts(view, definition, makeValue),
  });
}

/** What a definition is, in a line. */
export function definitionText(view: ImageView, symbol: Pointer): string {
  const { memory } = view;
  const cell = memory.cell(definitionCell(symbol));
  const definition = cell & POINTER_MASK;
  const header = (cell & DEFINITION_COMPILED) === 0 ? null : functionHeader(memory, definition);
  if (header === null) return valueText(view, definition);
  const name = frameNameText(memory, header.frameName) ?? "?";
  const count = header.argumentCount;
  const takes = count < 0 ? "any number of arguments" : `${count} ${count === 1 ? "argument" : "arguments"}`;
  return `#<function ${name}> ${takes}, code at ${octalAddress(definition)}`;
}
