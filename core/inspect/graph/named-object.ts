/** Which object a person means who writes an address or the name of a symbol. */
import type { Pointer } from "../../base/units.ts";
import { findSymbolAnywhere } from "../../objects/packages.ts";
import { addressAdvice, parseAddress } from "../../objects/pointer-notation.ts";
import { definitionCell, symbolName, valueCell } from "../../objects/symbols.ts";
import { isSymbol } from "../../objects/types.ts";
import type { HeapGraph } from "./building/heap-graph.ts";
import { objectAt } from "./object-at.ts";

/** The object, and how the words led to it; or why they lead to none. */
export type NamedObject =
  | { readonly object: Pointer; readonly how: string | null; readonly problem: null }
  | { readonly object: null; readonly problem: string };

/** An address means the object around it, a name the value of the symbol, or else its definition. */
export function namedObject(graph: HeapGraph, text: string): NamedObject {
  const address = parseAddress(text);
  if (address === null) return objectOfName(graph, text);
  const place = objectAt(graph, address);
  if (place.object === null) return { object: null, problem: `${text} is no object: ${place.text}` };
  return { object: place.object, how: place.kind === "object" ? null : place.text, problem: null };
}

function objectOfName(graph: HeapGraph, name: string): NamedObject {
  const { memory } = graph.view;
  const symbol = findSymbolAnywhere(memory, name) ?? findSymbolAnywhere(memory, name.toUpperCase());
  if (symbol === null || !isSymbol(memory, symbol)) {
    return {
      object: null,
      problem: `there is no symbol ${name === "" ? "without a name" : name}${addressAdvice(name)}`,
    };
  }
  const printed = symbolName(memory, symbol);
  const value = memory.pointer(valueCell(symbol));
  if (graph.map.isObject(value)) return { object: value, how: `value of ${printed}`, problem: null };
  const definition = memory.pointer(definitionCell(symbol));
  if (graph.map.isObject(definition)) return { object: definition, how: `definition of ${printed}`, problem: null };
  return { object: null, problem: `neither the value nor the definition of ${printed} is an object` };
}
