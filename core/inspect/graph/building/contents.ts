/** What stands at a place in an object that is no counted slot: characters of strings and print names, instructions, raw words. */
import type { Pointer, WordAddress } from "../../../base/units.ts";
import { arrayHeader, ELEMENT_FAT_CHARACTER, ELEMENT_THIN_CHARACTER } from "../../../objects/arrays/arrays.ts";
import { blockData, CONTENT_CODE, CONTENT_UNBOXED } from "../../../objects/arrays/blocks.ts";
import { isString } from "../../../objects/arrays/strings.ts";
import { functionHeader } from "../../../objects/code/functions.ts";
import { PRINT_NAME_LIMIT, symbolName } from "../../../objects/symbols.ts";
import type { HeapReference } from "../../counts/references.ts";
import { codeOffset } from "../../parts/code.ts";
import { valueText } from "../../parts/value-text.ts";
import type { HeapGraph } from "./heap-graph.ts";

/** References that are asked for strings over the same characters. */
const HOLDERS_ASKED = 20;

/** `word 4`, `word 4 (characters 7 and 8 of "hello, world")`, `word 20 (octal bytes 004 and 005 of the code)`. */
export function contentText(graph: HeapGraph, object: Pointer, address: WordAddress): string {
  const { memory } = graph.view;
  const word = `word ${address - object}`;
  const data = blockData(memory, object);
  if (data === null) return word;
  if (data.content === CONTENT_CODE) return codeText(graph, object, address) ?? word;
  if (data.content !== CONTENT_UNBOXED) return word;
  for (const holder of graph.holders(graph.numberOf(object), 0, HOLDERS_ASKED)) {
    const text = charactersText(graph, holder, address);
    if (text !== null) return `${word} (${text})`;
  }
  return word;
}

function codeText(graph: HeapGraph, code: Pointer, address: WordAddress): string | null {
  const header = functionHeader(graph.view.memory, code);
  if (header === null) return null;
  const bytes = 2 * address - header.codeStart;
  if (bytes < 0) return `word ${address - code} (before the code)`;
  return `word ${address - code} (octal bytes ${codeOffset(bytes)} and ${codeOffset(bytes + 1)} of the code)`;
}

/** The characters at an address, when what holds the block is a string or a symbol over it. */
function charactersText(
  graph: HeapGraph,
  { holderKind, holder, slotKind, target }: HeapReference,
  address: WordAddress,
): string | null {
  const { view } = graph;
  const { memory } = view;
  if (holderKind === "symbol" && slotKind === "print-name") {
    return range(2 * (address - target) - 1, 2, PRINT_NAME_LIMIT, `the print name of ${symbolName(memory, holder)}`);
  }
  if (holderKind !== "object" || !isString(memory, holder)) return null;
  const header = arrayHeader(memory, holder);
  if (header === null || header.base !== target) return null;
  const text = valueText(view, holder);
  if (header.elementType === ELEMENT_THIN_CHARACTER) {
    return range(2 * (address - target) - header.offset, 2, header.length, text);
  }
  if (header.elementType !== ELEMENT_FAT_CHARACTER) return null;
  return range(address - target - header.offset, 1, header.length, text);
}

function range(first: number, count: number, length: number, what: string): string | null {
  const from = Math.max(0, first);
  const to = Math.min(length, first + count) - 1;
  if (from > to) return null;
  return from === to ? `character ${from} of ${what}` : `characters ${from} and ${to} of ${what}`;
}
