/**
 * Writes a compiled function as the code block that the machine runs: header, name table, code with its operands filled in.
 * Source: compiled files specification, sections 4 and 6.2; memory specification, section 13.1.
 */
import type { Pointer } from "../../../base/units.ts";
import { type CodeLayout, HEADER_BYTES } from "../../../compiled/code-layout.ts";
import { type Form, isNil, type SymbolForm } from "../../../compiled/forms.ts";
import type { CompiledFixup, CompiledFunction, NamedVariable } from "../../../compiled/types.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { BUILTIN_TYPES } from "../../../objects/types.ts";

const HEADER_WORDS = HEADER_BYTES / 2;
/** High word of a slot in the name table. */
const SLOTS = { argument: 0x0000, local: 0x8000, free: 0xc000 } as const;
const CLOSURE_BIT = 0x80000000;
const ARGUMENT_TYPE_SHIFT = 28;

/** What the parts of a function are made with. */
export interface FunctionParts {
  readonly memory: VirtualMemory;
  make(form: Form): Pointer;
  symbol(form: SymbolForm): Pointer;
  /** Told that a place which referred to nothing is about to refer to an object. */
  willRefer(place: Pointer, object: Pointer): void;
}

/** Number of a type by its name; `null`: only the system declares it. */
export function typeByName(name: string): number | null {
  return BUILTIN_TYPES.find((type) => type.name === name)?.number ?? null;
}

/** @param header start of a block of zeros that has room for the layout */
export function writeFunction(parts: FunctionParts, header: Pointer, each: CompiledFunction, layout: CodeLayout): void {
  const { memory } = parts;
  writeNames(parts, header + HEADER_WORDS, layout.nameTableWords, each.names);
  const local = header + layout.startPc / 2 - 2 * layout.localTableWords;
  writeNames(parts, local, layout.localTableWords, each.localArguments);
  const frameName = parts.make(each.frameName);
  parts.willRefer(header + 4, frameName);
  memory.setWord(header, layout.stackMinimumWords);
  memory.setWord(header + 1, each.argumentCount & 0xffff);
  memory.setWord(header + 2, layout.variableQuads & 0xffff);
  memory.setWord(header + 3, layout.startPc);
  const kind = (each.isClosure ? CLOSURE_BIT : 0) | (each.argumentType << ARGUMENT_TYPE_SHIFT);
  memory.setCell(header + 4, (kind | frameName) >>> 0);
  memory.setWord(header + 6, layout.nameTableWords);
  memory.setWord(header + 7, (each.localCount << 8) | layout.freeNameOffset);
  if (each.debugInfo !== null && !isNil(each.debugInfo)) {
    const slot = header + layout.startPc / 2 - 2;
    const information = parts.make(each.debugInfo);
    parts.willRefer(slot, information);
    memory.setPointer(slot, information);
  }
  const codeStart = 2 * header + layout.startPc;
  for (let i = 0; i < each.code.length; i++) memory.setByte(codeStart + i, each.code[i] as number);
  for (const fixup of each.fixups) fill(parts, header, codeStart, fixup);
}

/** Both halves of a table: symbols, then slots. */
function writeNames(parts: FunctionParts, table: Pointer, halfWords: number, names: readonly NamedVariable[]): void {
  const { memory } = parts;
  for (const [i, { kind, index, name }] of names.entries()) {
    memory.setCell(table + 2 * i, parts.symbol(name));
    memory.setWord(table + halfWords + 2 * i, SLOTS[kind]);
    memory.setWord(table + halfWords + 2 * i + 1, index);
  }
}

function fill(parts: FunctionParts, header: Pointer, codeStart: number, { group, offset, value }: CompiledFixup): void {
  const { memory } = parts;
  const isType = group === "type";
  const content = isType ? (value.kind === "symbol" ? (typeByName(value.name) ?? 0) : 0) : parts.make(value);
  // Code that holds itself would keep itself alive.
  if (group === "literal" && content !== header) parts.willRefer(header, content);
  const bytes = isType ? 2 : 4;
  for (let i = 0; i < bytes; i++) {
    memory.setByte(codeStart + offset + i, (content >>> (8 * (bytes - 1 - i))) & 0xff);
  }
}
