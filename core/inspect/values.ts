/**
 * A node for any Lisp value: how the field writes its pointer, a readable preview, and what is inside. Bad pointers show as such.
 * Source: memory specification, sections 5 to 13.
 */
import type { Pointer, WordAddress } from "../base/units.ts";
import {
  POINTER_MASK,
  TYPE_BIGNUM,
  TYPE_CLOSURE,
  TYPE_COMPLEX,
  TYPE_FIXP,
  TYPE_FLOATP,
  TYPE_LISTP,
  TYPE_PATHNAME,
  TYPE_RATIO,
  UNBOUND,
} from "../memory/layout.ts";
import { isMapped } from "../memory/translation.ts";
import { type ArrayElement, arrayElement, arrayHeader, ELEMENT_POINTER, isArray } from "../objects/arrays/arrays.ts";
import { blockData, CONTENT_POINTERS } from "../objects/arrays/blocks.ts";
import { isString, stringLength, stringText } from "../objects/arrays/strings.ts";
import { codeOf } from "../objects/code/functions.ts";
import { instanceWords, pointerOffsets, typeName } from "../objects/dtd.ts";
import { isImmediate } from "../objects/immediates.ts";
import type { Radix } from "../objects/pointer-notation.ts";
import { characterName, floatText } from "../objects/printer.ts";
import { recordFields } from "../objects/records.ts";
import { builtinType, isCounted, isPointerHunk, isSymbol, typeNumber } from "../objects/types.ts";
import { type ImageView, keepsCounts } from "./image-view.ts";
import type { InspectNode } from "./node.ts";
import { badNode, makeNode, type NodeParts, readSafely } from "./nodes.ts";
import { codeParts } from "./parts/code.ts";
import { countNode } from "./parts/count.ts";
import { holdersNode } from "./parts/holders.ts";
import { listParts } from "./parts/list.ts";
import { recordParts } from "./parts/record.ts";
import { retainedNode } from "./parts/retained.ts";
import { symbolParts } from "./parts/symbol.ts";
import { pointerProblem, type ValuePlace, valueText, wholeText } from "./parts/value-text.ts";

/**
 * The node of a value. `name` is what the reader sees before it: a variable, a field, an index.
 *
 * @param place where a new value would go, and an expression for the node, when there are such
 */
export function valueNode(view: ImageView, name: string, value: Pointer, place: ValuePlace = {}): InspectNode {
  const { memory } = view;
  if (isImmediate(value)) {
    const parts = isSymbol(memory, value) ? symbolParts(view, value, valueNode) : {};
    return makeNode(name, valueText(view, value), { ...base(view, value, place), ...parts });
  }
  const text = valueText(view, value);
  if (pointerProblem(view, value) !== null) return makeNode(name, text, { ...place, type: "damage", pointer: value });
  const inside = readSafely<NodeParts>(
    () => objectParts(view, value, place.expression ?? null),
    () => ({}),
  );
  return makeNode(name, text, { ...base(view, value, place), ...withMemoryFacts(view, value, inside), address: value });
}

/** The node of a cell that may hold no value: an unset variable says so. */
export function cellNode(view: ImageView, name: string, cell: number, place: ValuePlace = {}): InspectNode {
  if (cell >>> 0 === UNBOUND) return makeNode(name, "(not set)", { ...place, type: null });
  if (cell >>> 28 !== 0)
    return makeNode(name, `(no value: ${(cell >>> 0).toString(16).padStart(8, "0")} hex)`, { ...place });
  return valueNode(view, name, cell & POINTER_MASK, place);
}

function base(view: ImageView, value: Pointer, place: ValuePlace): NodeParts {
  const valueIn = (radix: Radix) => valueText(view, value, radix);
  const whole = () => wholeText(view, value);
  return { ...place, valueIn, whole, pointer: value, type: typeName(view.memory, typeNumber(view.memory, value)) };
}

/** Puts the count entry of an object, who holds it and what it holds alone, behind its other named children. */
function withMemoryFacts(view: ImageView, value: Pointer, parts: NodeParts): NodeParts {
  if (!isCounted(view.memory, value)) return parts;
  const { named } = parts;
  const hasCount = keepsCounts(view);
  return {
    ...parts,
    namedCount: (named === undefined ? 0 : (parts.namedCount ?? named().length)) + (hasCount ? 3 : 2),
    named: () => [
      ...(named === undefined ? [] : named()),
      ...(hasCount ? [countNode(view, value)] : []),
      holdersNode(view, value, valueNode),
      retainedNode(view, value, valueNode),
    ],
  };
}

function objectParts(view: ImageView, value: Pointer, expression: string | null): NodeParts {
  const { memory } = view;
  const type = typeNumber(memory, value);
  if (type === TYPE_LISTP) return listParts(view, value, expression, valueNode);
  if (isSymbol(memory, value)) return symbolParts(view, value, valueNode);
  if (isString(memory, value)) return stringParts(view, value);
  if (isArray(memory, value)) return arrayParts(view, value, expression);
  if (type === TYPE_FIXP || type === TYPE_FLOATP) return {};
  const code = type === TYPE_CLOSURE ? null : codeOf(memory, value);
  if (code !== null) return codeParts(view, code, valueNode);
  if (isPointerHunk(type) || blockData(memory, value) !== null) return blockParts(view, value);
  return fieldParts(view, value, expression);
}

function stringParts(view: ImageView, value: Pointer): NodeParts {
  const length = stringLength(view.memory, value) ?? 0;
  return {
    indexedCount: length,
    indexed: (start, count) => {
      // Only the page is wanted, but thin and fat storage are the string reader's business.
      const text = stringText(view.memory, value, start + count) ?? "";
      return Array.from({ length: Math.max(0, Math.min(count, text.length - start)) }, (_, i) =>
        makeNode(String(start + i), characterName(text.charCodeAt(start + i)), { type: "CHARACTER" }),
      );
    },
  };
}

function arrayParts(view: ImageView, value: Pointer, expression: string | null): NodeParts {
  const { memory } = view;
  const header = arrayHeader(memory, value);
  if (header === null)
    return { namedCount: 1, named: () => [badNode("elements", "the array leads outside the image")] };
  const isSettable = header.elementType === ELEMENT_POINTER && !header.isReadOnly;
  const isVector = header.dimensions.length === 1;
  const facts = isVector ? [] : [makeNode("dimensions", header.dimensions.join(" × "), { type: "gauge" })];
  return {
    namedCount: facts.length,
    named: () => facts,
    indexedCount: header.length,
    indexed: (start, count) =>
      Array.from({ length: count }, (_, i) => {
        const index = start + i;
        const element = arrayElement(memory, header, index);
        if (element === null) return badNode(String(index), "outside the image");
        if (element.kind !== "pointer") return makeNode(String(index), elementText(element), { type: element.kind });
        const address = header.base + 2 * (header.offset + index);
        return valueNode(view, String(index), element.pointer, {
          slot: isSettable ? { kind: "heap", address } : null,
          expression: expression === null || !isVector ? null : `(vector-ref ${expression} ${index})`,
        });
      }),
  };
}

function elementText(element: Exclude<ArrayElement, { readonly kind: "pointer" }>): string {
  if (element.kind === "character") return characterName(element.code);
  return element.kind === "float" ? floatText(element.value) : String(element.value);
}

/** Array blocks and hunks: cells that are pointers, or raw. */
function blockParts(view: ImageView, value: Pointer): NodeParts {
  const { memory } = view;
  const data = blockData(memory, value);
  if (data === null) return {};
  const hasPointers = data.content === CONTENT_POINTERS;
  return {
    indexedCount: data.cells,
    indexed: (start, count) =>
      Array.from({ length: count }, (_, i) => {
        const address = value + 2 * (start + i);
        if (!isMapped(memory, address, 2)) return badNode(String(start + i), "outside the image");
        if (hasPointers) return fieldNode(view, String(start + i), address);
        return rawCell(view, String(start + i), address);
      }),
  };
}

/** Names of the pointer fields of types that have no other page here, by type and word offset. */
const FIELD_NAMES: ReadonlyMap<number, readonly string[]> = new Map([
  [TYPE_CLOSURE, ["code", "environment"]],
  [TYPE_BIGNUM, ["digits"]],
  [TYPE_RATIO, ["numerator", "denominator"]],
  [TYPE_COMPLEX, ["real part", "imaginary part"]],
  [TYPE_PATHNAME, ["host", "device", "directory", "name", "type", "version"]],
]);

/** Objects with a type descriptor: its pointer fields as values, all other cells raw. */
function fieldParts(view: ImageView, value: Pointer, expression: string | null): NodeParts {
  const { memory } = view;
  const type = typeNumber(memory, value);
  const declared = recordFields(memory, type);
  if (declared !== null) return recordParts(view, value, declared, expression, valueNode);
  const cells = instanceWords(memory, type) >> 1;
  if (cells === 0) return {};
  const names = FIELD_NAMES.get(type);
  return {
    namedCount: cells,
    named: () => {
      // An image without descriptors still has its built-in types.
      const listed = pointerOffsets(memory, type);
      const pointers = new Set(listed.length > 0 ? listed : (builtinType(type)?.pointerOffsets ?? []));
      return Array.from({ length: cells }, (_, i) => {
        const name = names?.[i] ?? `word ${2 * i}`;
        const address = value + 2 * i;
        if (!isMapped(memory, address, 2)) return badNode(name, "outside the image");
        return pointers.has(2 * i) ? fieldNode(view, name, address) : rawCell(view, name, address);
      });
    },
  };
}

/** A counted pointer slot of an object. */
function fieldNode(view: ImageView, name: string, address: WordAddress): InspectNode {
  return valueNode(view, name, view.memory.pointer(address), { slot: { kind: "heap", address } });
}

/** A cell that is no pointer: hexadecimal, and as a signed number. */
export function rawCell(view: ImageView, name: string, address: WordAddress): InspectNode {
  const cell = view.memory.cell(address);
  return makeNode(name, `${cell.toString(16).padStart(8, "0")} hex, ${cell | 0}`, { type: "cell", address });
}
