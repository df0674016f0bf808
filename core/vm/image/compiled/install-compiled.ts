/**
 * Brings the functions of compiled files into an image: code blocks with their literals, definitions of symbols, and the values of
 * variables that the files give as constants. Source: compiled files specification, section 4; linking specification, section 1d.
 *
 * There is no evaluator here. What a file wants evaluated beyond that is counted, not done.
 */
import type { Pointer } from "../../../base/units.ts";
import { checkCode } from "../../../compiled/check-code.ts";
import { codeLayout } from "../../../compiled/code-layout.ts";
import { type Form, listItems } from "../../../compiled/forms.ts";
import { constantOf } from "../../../compiled/reader/load-time.ts";
import { functionName } from "../../../compiled/show/function-facts.ts";
import { flatName } from "../../../compiled/symbol-homes.ts";
import type { CompiledFile, CompiledFunction } from "../../../compiled/types.ts";
import { BLOCK_CODE } from "../../../managers/contract.ts";
import { NIL, NOBIND } from "../../../memory/layout.ts";
import { DEFINITION_COMPILED, DEFINITION_FAST, definitionCell, valueCell } from "../../../objects/symbols.ts";
import type { Heap } from "../datum.ts";
import { FormMaker, obstacle } from "./form-maker.ts";
import { typeByName, writeFunction } from "./write-function.ts";

export interface InstallReport {
  /** Header of each function by the flat name of its symbol. */
  readonly functions: ReadonlyMap<string, Pointer>;
  /** Functions that stay undefined, and why. */
  readonly refused: readonly { readonly name: string; readonly why: string }[];
  /** Variables that got a value. */
  readonly variables: number;
  /** Expressions and top-level calls that nobody evaluated. */
  readonly skipped: number;
}

const ARGUMENT_TYPE_SHIFT = 28;
/** Data cells of the largest code block; header and trailer come on top. */
const MOST_CELLS = 0xffff - 2;

/**
 * @param kept flat names of functions that keep the definition that the image has
 * @throws {VmFault} `StorageFull` when symbols, code or literals do not fit
 */
export function installCompiled(heap: Heap, files: readonly CompiledFile[], kept: ReadonlySet<string>): InstallReport {
  const all = files.flatMap((file) => file.functions);
  const reasons = refusals(all);
  const headers = new Map<CompiledFunction, Pointer>();
  const maker = new FormMaker(heap, (each) => headers.get(each) ?? NIL);
  const accepted = all.filter((each) => !reasons.has(each)).map((each) => ({ each, layout: codeLayout(each) }));
  for (const { each, layout } of accepted) {
    headers.set(each, heap.manager.allocateBlock(Math.max(2, layout.sizeBytes / 4), BLOCK_CODE, 2));
  }
  for (const { each, layout } of accepted) writeFunction(maker, headers.get(each) ?? NIL, each, layout);

  const functions = new Map<string, Pointer>();
  let variables = 0;
  let skipped = 0;
  for (const item of files.flatMap((file) => file.items)) {
    if (item.kind === "definition") {
      const header = headers.get(item.function);
      if (header === undefined || kept.has(flatName(item.name))) continue;
      define(heap, maker.symbol(item.name), header, item.function);
      functions.set(flatName(item.name), header);
    } else if (item.kind === "expression") {
      const done = setVariables(maker, item.form);
      variables += done;
      if (done === 0) skipped++;
    } else {
      skipped++;
    }
  }
  const refused = [...reasons].map(([each, why]) => ({ name: functionName(each), why }));
  return { functions, refused, variables, skipped };
}

/** Functions that cannot be installed: those with an obstacle of their own, and those that hold one of them. */
function refusals(all: readonly CompiledFunction[]): ReadonlyMap<CompiledFunction, string> {
  const reasons = new Map<CompiledFunction, string>();
  const holders = new Map<CompiledFunction, CompiledFunction[]>();
  const pending: CompiledFunction[] = [];
  for (const each of all) {
    const why = refusal(each);
    if (why !== null) {
      reasons.set(each, why);
      pending.push(each);
    }
    for (const { value } of each.fixups) {
      if (value.kind === "code") holders.set(value.function, [...(holders.get(value.function) ?? []), each]);
    }
  }
  for (let inner = pending.pop(); inner !== undefined; inner = pending.pop()) {
    for (const outer of holders.get(inner) ?? []) {
      if (reasons.has(outer)) continue;
      reasons.set(outer, `it holds ${functionName(inner)}, which has ${reasons.get(inner) ?? "an obstacle"}`);
      pending.push(outer);
    }
  }
  return reasons;
}

function refusal(each: CompiledFunction): string | null {
  if (each.obsolete !== null) return each.obsolete;
  const [fault] = checkCode(each.code, each.fixups);
  if (fault !== undefined) return `damaged code (${fault.what} at byte ${each.codeByte + fault.offset} of the file)`;
  const layout = codeLayout(each);
  if (layout.sizeBytes / 4 > MOST_CELLS) return `${layout.sizeBytes} bytes of code, too long for a block`;
  // Offsets from the header stand in 16 bits.
  if (layout.freeNameOffset > 0xff) return "more names before its first free variable than the header can tell";
  const names = [...each.names, ...each.localArguments].map(({ name }) => name);
  const forms = [each.frameName, ...names, ...(each.debugInfo === null ? [] : [each.debugInfo])];
  for (const form of forms) {
    const why = obstacle(form);
    if (why !== null) return why;
  }
  for (const { group, value } of each.fixups) {
    if (group === "type") {
      if (value.kind === "symbol" && typeByName(value.name) !== null) continue;
      return `the data type ${value.kind === "symbol" ? flatName(value) : value.kind}, which only the system declares`;
    }
    const why = obstacle(value);
    if (why !== null) return why;
  }
  return null;
}

function define(heap: Heap, symbol: Pointer, header: Pointer, { argumentType, names }: CompiledFunction): void {
  const cell = definitionCell(symbol);
  heap.manager.barrier(cell, heap.memory.pointer(cell), header, "add-first");
  const fast = names.length === 0 ? DEFINITION_FAST : 0;
  heap.memory.setCell(cell, (DEFINITION_COMPILED | fast | (argumentType << ARGUMENT_TYPE_SHIFT) | header) >>> 0);
}

/** Gives a symbol a value, counting it. */
export function setValue(heap: Heap, symbol: Pointer, value: Pointer): void {
  const cell = valueCell(symbol);
  const old = heap.memory.pointer(cell);
  heap.manager.barrier(cell, old === NOBIND ? NIL : old, value, "add-first");
  heap.memory.setPointer(cell, value);
}

/** Forms that give a variable a value: the name stands quoted, bare, or bare with a bare value. */
const QUOTED_NAME = new Set(["SETTOPVAL", "/SETTOPVAL", "SET", "/SET"]);
const BARE_NAME = new Set(["RPAQ", "RPAQ?", "/RPAQ", "SETQ", "DEFCONSTANT", "DEFPARAMETER", "DEFVAR", "DEFGLOBALVAR"]);
const BARE_VALUE = new Set(["RPAQQ", "SETQQ"]);

/** Variables that the form sets to constants. */
function setVariables(maker: FormMaker, form: Form): number {
  const [head, name, value] = listItems(form) ?? [];
  if (head?.kind !== "symbol" || name === undefined || value === undefined) return 0;
  const isQuoted = QUOTED_NAME.has(head.name);
  const variable = isQuoted ? constantOf(name) : name;
  const constant = BARE_VALUE.has(head.name) ? value : isQuoted || BARE_NAME.has(head.name) ? constantOf(value) : null;
  if (variable?.kind !== "symbol" || constant === null) return 0;
  if (obstacle(variable) !== null || obstacle(constant) !== null) return 0;
  const symbol = maker.symbol(variable);
  // NIL and T have themselves as values, for ever.
  if (flatName(variable) === "NIL" || flatName(variable) === "T") return 0;
  setValue(maker.heap, symbol, maker.make(constant));
  return 1;
}
