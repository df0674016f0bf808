/** The compiled code of an image: blocks of array space and code hunks. Source: memory specification, section 13. */
import type { Pointer, Words } from "../../../base/units.ts";
import { POINTER_MASK, TYPE_FIRST_CODE_HUNK, TYPE_LAST_CODE_HUNK } from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { blockAt, CONTENT_CODE } from "../../../objects/arrays/blocks.ts";
import {
  codeOf,
  FUNCTION_HEADER_WORDS,
  type FunctionHeader,
  frameNameText,
  functionHeader,
} from "../../../objects/code/functions.ts";
import { instanceWords } from "../../../objects/dtd.ts";
import { findSymbolAnywhere } from "../../../objects/packages.ts";
import { DEFINITION_COMPILED, definitionCell } from "../../../objects/symbols.ts";
import { isCounted } from "../../../objects/types.ts";
import { eachSymbol } from "../../counts/references.ts";
import type { HeapMap } from "../../heap/heap-map.ts";
import type { ImageView } from "../../image-view.ts";
import { packageNames, qualifiedName } from "../symbols.ts";

export interface CodeObject {
  readonly pointer: Pointer;
  /**
   * `permanent`: a block that the image was born with, which is not counted and lives for ever. `stray`: code that something names, in storage
   * that shows no code there, because it is damaged or of another layout.
   */
  readonly kind: "block" | "permanent" | "hunk" | "stray";
  /** Room for code and header; null where nothing tells. */
  readonly sizeWords: Words | null;
  readonly header: FunctionHeader;
  readonly name: string;
}

/** Visits all code: blocks by address, then hunks by size. */
export function eachCode(map: HeapMap, visit: (code: CodeObject) => void): void {
  const { memory } = map;
  const offer = (pointer: Pointer, kind: CodeObject["kind"], sizeWords: Words) => {
    const header = functionHeader(memory, pointer);
    if (header === null) return;
    visit({ pointer, kind, sizeWords, header, name: frameNameText(memory, header.frameName) ?? "" });
  };
  for (const header of map.blockHeaders) {
    const block = blockAt(memory, header);
    if (block === null || !block.isInUse || block.content !== CONTENT_CODE) continue;
    offer(block.data, isCounted(memory, block.data) ? "block" : "permanent", 2 * block.dataCells);
  }
  for (let type = TYPE_FIRST_CODE_HUNK; type <= TYPE_LAST_CODE_HUNK; type++) {
    const words = instanceWords(memory, type);
    map.eachInstance(type, (pointer) => offer(pointer, "hunk", words));
  }
}

/** `LAMBDA, 2 arguments`: how a function takes its arguments. */
export function argumentsText({ argumentType, argumentCount }: FunctionHeader): string {
  if (argumentCount < 0) return `${argumentType}, any number of arguments`;
  return `${argumentType}, ${argumentCount} ${argumentCount === 1 ? "argument" : "arguments"}`;
}

/** Names of the symbols that each code object is the compiled definition of. */
export function definedSymbols(view: ImageView, map: HeapMap): ReadonlyMap<Pointer, readonly string[]> {
  const { memory } = view;
  const names = packageNames(memory);
  const found = new Map<Pointer, string[]>();
  eachSymbol(memory, map, (symbol) => {
    const cell = memory.cell(definitionCell(symbol));
    if ((cell & DEFINITION_COMPILED) === 0) return;
    const code = cell & POINTER_MASK;
    const others = found.get(code);
    if (others === undefined) found.set(code, [qualifiedName(memory, names, symbol)]);
    else others.push(qualifiedName(memory, names, symbol));
  });
  return found;
}

/** The code that `NAME` or `PACKAGE:NAME` runs, or the code of the closure that is its definition; null when it has none. */
export function definedCode({ memory }: ImageView, map: HeapMap, name: string): CodeObject | null {
  const symbol = findSymbolAnywhere(memory, name);
  if (symbol === null) return null;
  const cell = memory.cell(definitionCell(symbol));
  const pointer = cell & POINTER_MASK;
  const code = (cell & DEFINITION_COMPILED) !== 0 ? pointer : codeOf(memory, pointer);
  let found: CodeObject | null = null;
  eachCode(map, (candidate) => {
    if (candidate.pointer === code) found = candidate;
  });
  return found ?? (code === null ? null : strayCode(map.memory, code));
}

/** Code at an address of which nothing but its header tells; null when that is none that a function can have. */
export function strayCode(memory: VirtualMemory, pointer: Pointer): CodeObject | null {
  const header = pointer % 2 === 0 ? functionHeader(memory, pointer) : null;
  if (header === null || header.startPc < 2 * FUNCTION_HEADER_WORDS || header.startPc % 4 !== 0) return null;
  const name = frameNameText(memory, header.frameName);
  return name === null || name === "" ? null : { pointer, kind: "stray", sizeWords: null, header, name };
}
