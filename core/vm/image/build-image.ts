/**
 * Builds the image of a program and the machine that runs it: tables, symbols, types, code, constants, and a bottom frame that calls the
 * program's entries one after the other and then ends it.
 * Source: memory specification, sections 4 to 14; nothing is read from outside.
 */
import type { Pointer, TypeNumber, Words } from "../../base/units.ts";
import type { CodeBlock, Datum, Literal, Program } from "../../isa/code-block.ts";
import { OPCODE_BY_NAME, OPCODES } from "../../isa/opcodes.ts";
import { LIBRARY_TYPES, TABLE_TYPE } from "../../isa/record-types.ts";
import { SUBR } from "../../isa/subrs.ts";
import type { ManagerFactory, ManagerOptions } from "../../managers/contract.ts";
import { MDS_UNIT_WORDS, NIL, NOBIND, TYPE_CLOSURE, UFN_TABLE_BASE } from "../../memory/layout.ts";
import { VirtualMemory } from "../../memory/virtual-memory.ts";
import { codeCells, startPcOf, writeCode } from "../../objects/code/code.ts";
import { CodeDirectory } from "../../objects/code/code-directory.ts";
import { DTD_FIELDS, DTD_POINTERS, dtdAddress, writeTypeDescriptor } from "../../objects/dtd.ts";
import { recordDescriptor } from "../../objects/records.ts";
import { DEFINITION_COMPILED, DEFINITION_FAST, definitionCell, valueCell } from "../../objects/symbols.ts";
import { BUILTIN_TYPES } from "../../objects/types.ts";
import { Machine } from "../machine.ts";
import type { Ports } from "../ports.ts";
import {
  planHeap,
  writeCountTables,
  writeInterfacePage,
  writePageTable,
  writeStack,
  writeTypeTable,
} from "./bootstrap.ts";
import { type Heap, initializeSlot, makeDatum } from "./datum.ts";
import { ImageBuilder } from "./image-builder.ts";
import { SYSTEM_NAMES, systemValues } from "./system-values.ts";

export interface BuildOptions {
  readonly heapMB: number;
  readonly manager: ManagerFactory;
  readonly managerOptions: ManagerOptions;
  readonly ports: Ports;
  /** Source file of the program's blocks. */
  readonly path: string;
  /** Opcode -> Lisp function that finishes it; an opcode without one calls an undefined function. */
  readonly handlers: ReadonlyMap<number, CodeBlock>;
  /** Called for a function that is not compiled code. */
  readonly interpreter: CodeBlock;
}

/** `\INTERPRETER`, the symbol whose definition runs what is not compiled. */
const INTERPRETER = "\\INTERPRETER";

/** A code block with the place where it will stand. */
interface Placed {
  readonly block: CodeBlock;
  readonly header: Pointer;
}

/** @throws {VmFault} `StorageFull` when the program's symbols or constants do not fit */
export function buildImage(program: Program, options: BuildOptions): Machine {
  const boot = bootBlock(program);
  const handlers = [...options.handlers];
  const all = [...program.blocks, boot, options.interpreter, ...handlers.map(([, block]) => block)];
  const plan = planHeap(options.heapMB, builtWords(all));
  const memory = new VirtualMemory(plan.imageMB);
  writeTypeTable(memory);
  writeInterfacePage(memory, plan);
  writeCountTables(memory);

  const builder = new ImageBuilder(memory);
  for (const { name } of BUILTIN_TYPES) builder.intern(name);
  for (const name of SYSTEM_NAMES) builder.intern(name);
  for (const { ufn } of OPCODES) if (ufn !== null) builder.intern(ufn.functionName);
  const records = [...LIBRARY_TYPES, ...program.types].map((layout, i) => {
    return { number: TABLE_TYPE + i, name: layout.name, ...recordDescriptor(layout) };
  });
  for (const { name, fields } of records) {
    builder.intern(name);
    builder.internDatum(fields);
  }
  for (const { name } of program.definitions) builder.intern(name);
  for (const block of all) builder.internNames(block);
  const placed: Placed[] = all.map((block) => ({ block, header: builder.reserveCode(block) }));
  const buckets = builder.reserveUnboxed(FREE_LIST_HEADS + 1);
  const built = builder.close();
  const symbol = (name: string) => builder.intern(name);

  const values = systemValues(memory, { plan, buckets, ...built, lastType: TABLE_TYPE + records.length - 1 });
  for (const [i, name] of SYSTEM_NAMES.entries()) memory.setCell(valueCell(symbol(name)), values[i] as number);
  for (const { number, name, words, entry } of BUILTIN_TYPES) {
    writeTypeDescriptor(memory, { type: number, name: symbol(name), sizeWords: words, pointers: NIL, entry });
  }
  for (const { number, name, sizeWords } of records) {
    writeTypeDescriptor(memory, { type: number, name: symbol(name), sizeWords, pointers: NIL, entry: number });
  }
  writePageTable(memory, built.builtEnd);
  const bootPlace = placed[program.blocks.length] as Placed;
  writeStack(memory, bootPlace.header, startPcOf(boot), 0);

  const code = new CodeDirectory();
  const { ports, manager, managerOptions } = options;
  const machine = new Machine({ memory, ports, manager, managerOptions, code });
  for (const { number, pointerOffsets } of BUILTIN_TYPES)
    writeTypePointers(machine, number, pointerOffsets ?? [], symbol);
  for (const { number, pointers, fields } of records) {
    writeTypePointers(machine, number, pointers, symbol);
    initializeSlot(machine, dtdAddress(number) + DTD_FIELDS, makeDatum(machine, fields, symbol));
  }
  for (const place of placed) code.add(write(machine, place, placed, options.path, symbol));
  for (const { name, block } of program.definitions) {
    define(machine, symbol(name), (placed[block] as Placed).header, true);
  }
  define(machine, symbol(INTERPRETER), (placed[program.blocks.length + 1] as Placed).header, false);
  const firstHandler = program.blocks.length + 2;
  installHandlers(machine, handlers, placed.slice(firstHandler), symbol);
  return machine;
}

/** Cells of the free-list heads (one spare cell makes the block even). */
const FREE_LIST_HEADS = 31;
/** Rough room for symbols and their print names; code is added exactly. The heap limit does not count the image's own words. */
const SYMBOL_WORDS = 16_384;

function builtWords(blocks: readonly CodeBlock[]): number {
  const words = blocks.reduce((sum, block) => sum + 2 * (codeCells(block) + 4), SYMBOL_WORDS);
  return Math.ceil(words / MDS_UNIT_WORDS) * MDS_UNIT_WORDS;
}

/** The bottom frame's code: calls each entry with no arguments, drops its value, ends the program with status 0. */
function bootBlock(program: Program): CodeBlock {
  const bytes: number[] = [];
  const fixups: { offset: number; literal: Literal }[] = [];
  const op = (name: string, ...operands: number[]) => {
    bytes.push(OPCODE_BY_NAME.get(name)?.code ?? 0, ...operands);
  };
  for (const index of program.entries) {
    op("'0");
    op("GCONST", 0, 0, 0, 0);
    fixups.push({ offset: bytes.length - 4, literal: { kind: "code", index } });
    op("'NIL");
    op("ENVCALL");
    op("POP");
  }
  op("'0");
  op("SUBRCALL", SUBR.EXIT, 1);
  return {
    name: "*boot*",
    argumentCount: 0,
    requiredCount: 0,
    localCount: 0,
    freeNames: [],
    boundNames: [],
    maxDepth: 4,
    bytes: Uint8Array.from(bytes),
    fixups,
    variables: [],
    source: [],
    isClosure: false,
    isLibrary: true,
  };
}

function write(
  heap: Heap,
  { block, header }: Placed,
  placed: readonly Placed[],
  path: string,
  symbol: (name: string) => Pointer,
) {
  const resolve = (literal: Literal): Pointer => {
    if (literal.kind === "symbol") return symbol(literal.name);
    if (literal.kind === "code") return (placed[literal.index] as Placed).header;
    const constant = makeDatum(heap, literal.datum, symbol);
    heap.manager.barrier(header, NIL, constant, "add-first");
    return constant;
  };
  return writeCode(heap.memory, header, block, block.isLibrary ? null : path, resolve, symbol);
}

/** Makes code the definition of a symbol, and, for functions of the language, a closure object its value. */
export function define(heap: Heap, symbol: Pointer, header: Pointer, isValue: boolean): void {
  const cell = definitionCell(symbol);
  heap.manager.barrier(cell, heap.memory.pointer(cell), header, "add-first");
  heap.memory.setCell(cell, (DEFINITION_COMPILED | DEFINITION_FAST | header) >>> 0);
  if (!isValue) return;
  const closure = heap.manager.allocate(TYPE_CLOSURE);
  initializeSlot(heap, closure, header);
  const value = valueCell(symbol);
  const old = heap.memory.pointer(value);
  heap.manager.barrier(value, old === NOBIND ? NIL : old, closure, "add-first");
  heap.memory.setPointer(value, closure);
}

function installHandlers(
  heap: Heap,
  handlers: readonly (readonly [number, CodeBlock])[],
  placed: readonly Placed[],
  symbol: (name: string) => Pointer,
): void {
  for (const { code, ufn } of OPCODES) {
    if (ufn === null) continue;
    const entry = (symbol(ufn.functionName) << 16) | (ufn.extraBytes << 8) | ufn.args;
    heap.memory.setCell(UFN_TABLE_BASE + 2 * code, entry >>> 0);
  }
  for (const [i, [code]] of handlers.entries()) {
    const ufn = OPCODES[code]?.ufn;
    if (ufn !== null && ufn !== undefined) define(heap, symbol(ufn.functionName), (placed[i] as Placed).header, false);
  }
}

/** The list of pointer offsets of a type; needs a manager, for it is made of conses. */
function writeTypePointers(
  heap: Heap,
  type: TypeNumber,
  offsets: readonly Words[],
  symbol: (name: string) => Pointer,
): void {
  if (offsets.length === 0) return;
  initializeSlot(heap, dtdAddress(type) + DTD_POINTERS, makeDatum(heap, offsetList(offsets), symbol));
}
function offsetList(offsets: readonly Words[]): Datum {
  let list: Datum = { kind: "nil" };
  for (const value of [...offsets].reverse()) list = { kind: "pair", car: { kind: "integer", value }, cdr: list };
  return list;
}
