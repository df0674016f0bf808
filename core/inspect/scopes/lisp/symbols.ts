/** Symbols by name: those that a program made or gave something to, and, in a node of their own, the system's. */
import type { Pointer } from "../../../base/units.ts";
import { NIL, NOBIND, TYPE_NEW_ATOM } from "../../../memory/layout.ts";
import { packages } from "../../../objects/packages.ts";
import { octalAddress } from "../../../objects/pointer-notation.ts";
import { definitionCell, propertyListCell, symbolName, valueCell } from "../../../objects/symbols.ts";
import { unitsOfType } from "../../../objects/types.ts";
import { SYSTEM_NAMES } from "../../../vm/image/system-values.ts";
import { eachSymbol, mapHeap } from "../../counts/references.ts";
import type { ImageView } from "../../image-view.ts";
import type { InspectNode } from "../../node.ts";
import { makeNode } from "../../nodes.ts";
import { definitionText, symbolParts } from "../../parts/symbol.ts";
import { valueText } from "../../parts/value-text.ts";
import { valueNode } from "../../values.ts";
import { packagesNode } from "./packages.ts";

const systemNames: ReadonlySet<string> = new Set(SYSTEM_NAMES);
/** Symbols below this number are the fixed ones: single characters, handlers, types. */
const FIRST_FREE_SYMBOL = 267;

export function symbolsScope(view: ImageView): InspectNode {
  return makeNode("Symbols", "", {
    type: "scope",
    namedCount: 2,
    named: () => {
      const { user, system } = sortSymbols(view);
      const lists = [listNode(view, "program", user), listNode(view, "system", system)];
      // Images that are made here have no packages.
      return packages(view.memory).length === 0 ? lists : [...lists, packagesNode(view, listNode)];
    },
  });
}

/** The program's symbols have a value or definition and are neither the library's nor the machine's. */
function sortSymbols(view: ImageView): { user: Pointer[]; system: Pointer[] } {
  const { memory } = view;
  const user: Pointer[] = [];
  const system: Pointer[] = [];
  // Only an image with symbols that are objects is worth a walk over its heap here.
  const map = unitsOfType(memory, TYPE_NEW_ATOM).length === 0 ? null : mapHeap(view);
  eachSymbol(memory, map, (symbol) => {
    const hasContent =
      memory.pointer(valueCell(symbol)) !== NOBIND ||
      memory.pointer(definitionCell(symbol)) !== NIL ||
      memory.pointer(propertyListCell(symbol)) !== NIL;
    if (hasContent && !isSystemSymbol(view, symbol)) user.push(symbol);
    else system.push(symbol);
  });
  return { user, system };
}

function isSystemSymbol(view: ImageView, symbol: Pointer): boolean {
  if (symbol < FIRST_FREE_SYMBOL) return true;
  const name = symbolName(view.memory, symbol);
  if (name.startsWith("\\") || name.startsWith("*") || systemNames.has(name)) return true;
  const definition = view.code.at(view.memory.pointer(definitionCell(symbol)));
  return definition?.block.isLibrary ?? false;
}

function listNode(view: ImageView, name: string, symbols: readonly Pointer[]): InspectNode {
  return makeNode(name, `${symbols.length} symbols`, {
    type: "group",
    indexedCount: symbols.length,
    indexed: (start, count) => symbols.slice(start, start + count).map((symbol) => symbolNode(view, symbol)),
  });
}

/** A symbol in a list of symbols. One with a value shows as a variable: the value with its parts, then the symbol itself. */
function symbolNode(view: ImageView, symbol: Pointer): InspectNode {
  const name = symbolName(view.memory, symbol);
  const label = name === "" ? `symbol ${octalAddress(symbol)}` : name;
  const expression = name === "" ? null : name;
  const record = (title: string): InspectNode =>
    makeNode(title, summary(view, symbol), {
      type: "SYMBOL",
      pointer: symbol,
      expression,
      ...symbolParts(view, symbol, valueNode),
    });
  const value = view.memory.pointer(valueCell(symbol));
  if (value === NOBIND) return record(label);
  const variable = valueNode(view, label, value, { slot: { kind: "heap", address: valueCell(symbol) }, expression });
  return {
    ...variable,
    namedCount: variable.namedCount + 1,
    named: () => [...variable.named(), record("symbol")],
  };
}

function summary(view: ImageView, symbol: Pointer): string {
  const { memory } = view;
  const value = memory.pointer(valueCell(symbol));
  if (value !== NOBIND) return valueText(view, value);
  if (memory.pointer(definitionCell(symbol)) !== NIL) return definitionText(view, symbol);
  return memory.pointer(propertyListCell(symbol)) === NIL ? "unbound" : "unbound, with properties";
}
