/**
 * Names of the variables of compiled code, by cell: from its name table, else from the table of local arguments that LCOM code may have,
 * else from the debugging information of Common Lisp code.
 * Source: memory specification, section 13.1; compiled files specification, sections 4 and 6.
 */
import type { WordAddress, Words } from "../../base/units.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { car, isCons, isReadableCons, listItems } from "../cons.ts";
import { symbolName } from "../symbols.ts";
import { isSymbol } from "../types.ts";
import {
  FUNCTION_HEADER_WORDS,
  type FunctionHeader,
  functionNames,
  NAME_ARGUMENT,
  type NameTableEntry,
  nameTable,
} from "./functions.ts";

/** Words of an empty name table, and of the cell with debugging information. */
const EMPTY_TABLE_WORDS = 4;
const DEBUGGING_WORDS = 2;
/** More arguments than a function can have. */
const ARGUMENT_LIMIT = 256;

export interface VariableNames {
  /** Name of argument `index`; null when nothing tells. */
  argument(index: number): string | null;
  /** Name of cell `index` of the PVAR area: a local or a free variable. */
  local(index: number): string | null;
}

/** @param table the name table that governs, when it is not the function's own */
export function variableNames(
  memory: VirtualMemory,
  header: FunctionHeader,
  table: readonly NameTableEntry[] = functionNames(memory, header),
): VariableNames {
  const locals = new Map<number, string>();
  const args = new Map<number, string>();
  for (const { name, kind, index } of table) {
    const names = kind === NAME_ARGUMENT ? args : locals;
    const known = names.get(index);
    const text = symbolName(memory, name);
    // A cell that two bindings use in turn has both names.
    if (known === undefined) names.set(index, text);
    else if (!known.split("/").includes(text)) names.set(index, `${known}/${text}`);
  }
  for (const [index, name] of hiddenArguments(memory, header)) if (!args.has(index)) args.set(index, name);
  return { argument: (index) => args.get(index) ?? null, local: (index) => locals.get(index) ?? null };
}

/** Arguments that no other function can refer to by name. */
function hiddenArguments(memory: VirtualMemory, header: FunctionHeader): (readonly [number, string])[] {
  const tables = header.nameTableWords === 0 ? EMPTY_TABLE_WORDS : 2 * header.nameTableWords;
  const between: Words = (header.startPc >> 1) - FUNCTION_HEADER_WORDS - tables;
  if (between === DEBUGGING_WORDS) return debuggingArguments(memory, header);
  if (between < 2 * DEBUGGING_WORDS) return [];
  const start: WordAddress = header.address + FUNCTION_HEADER_WORDS + tables;
  return nameTable(memory, start, between >> 1)
    .filter(({ name, kind }) => kind === NAME_ARGUMENT && isSymbol(memory, name))
    .map(({ name, index }) => [index, symbolName(memory, name)] as const);
}

/** The debugging information begins with the lambda list; what its keywords say of the later variables does not matter here. */
function debuggingArguments(memory: VirtualMemory, { debugging }: FunctionHeader): (readonly [number, string])[] {
  if (!isCons(memory, debugging) || !isReadableCons(memory, debugging)) return [];
  const found: (readonly [number, string])[] = [];
  for (const item of listItems(memory, car(memory, debugging), ARGUMENT_LIMIT).items) {
    // An optional argument may stand with its default.
    const variable = isCons(memory, item) && isReadableCons(memory, item) ? car(memory, item) : item;
    const name = isSymbol(memory, variable) ? symbolName(memory, variable) : "";
    if (/^&(rest|body|key|aux)$/i.test(name)) break;
    if (name.startsWith("&")) continue;
    if (name !== "") found.push([found.length, name]);
  }
  return found;
}
