/**
 * A machine on an image made by hand, as in section 4 of the instruction specification: a main function in the frame at stack offset 0112h,
 * functions by symbol number, everything else empty.
 */
import type { Cell, Pointer, WordAddress } from "../../../core/base/units.ts";
import type { ManagerFactory, ManagerOptions } from "../../../core/managers/contract.ts";
import { IFPAGE, interfaceWord } from "../../../core/memory/interface-page.ts";
import {
  ATOM_WORDS,
  ATOMS_BASE,
  CHARACTER_BASE,
  DTD_BASE,
  DTD_WORDS,
  SMALL_NEGATIVE,
  SMALL_POSITIVE,
  STACK_BASE,
  TYPE_TABLE_BASE,
  UFN_TABLE_BASE,
} from "../../../core/memory/layout.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { CodeDirectory } from "../../../core/objects/code/code-directory.ts";
import { Machine } from "../../../core/vm/machine.ts";
import { type Ports, quietPorts } from "../../../core/vm/ports.ts";
import { toyFactory } from "../heap/toy-manager.ts";

export interface ToyFunction {
  readonly code: readonly number[];
  readonly na?: number;
  readonly pv?: number;
  /** Free variable names (symbol numbers), or name table in full. */
  readonly names?: readonly number[];
  readonly entries?: readonly number[];
  readonly nlocals?: number;
}

export interface ToyProgram extends ToyFunction {
  /** Arguments of the main function. */
  readonly args?: readonly Cell[];
  readonly functions?: { readonly [atom: number]: ToyFunction };
  readonly values?: { readonly [atom: number]: Cell };
  /** Handlers: opcode -> [symbol, argument count, operand bytes]. */
  readonly handlers?: { readonly [opcode: number]: readonly [number, number, number] };
  readonly manager?: ManagerFactory;
  readonly managerOptions?: ManagerOptions;
  readonly ports?: Ports;
  readonly endOfStack?: number;
}

const MAIN = 0x320000;
export const FIRST_FRAME = 0x112;

export const small = (n: number): Pointer => (n >= 0 ? SMALL_POSITIVE + n : SMALL_NEGATIVE + (n & 0xffff));

/** Bytes from a hex string with blanks. */
export function hexBytes(text: string): number[] {
  return text
    .split(/\s+/)
    .filter((byte) => byte !== "" && byte !== "|")
    .map((byte) => Number.parseInt(byte, 16));
}

/** Writes a function at `header`: name table, and code behind it. */
export function writeFunction(memory: VirtualMemory, header: WordAddress, fn: ToyFunction): void {
  const names = fn.names ?? [];
  const half = names.length === 0 ? 0 : Math.ceil((2 * names.length + 2) / 4) * 4;
  const startPc = 2 * (8 + (half === 0 ? 4 : 2 * half));
  memory.setWord(header, 64);
  memory.setWord(header + 1, fn.na ?? 0);
  memory.setWord(header + 2, fn.pv ?? -1);
  memory.setWord(header + 3, startPc);
  memory.setWord(header + 6, half);
  memory.setWord(header + 7, ((fn.nlocals ?? 0) << 8) | (half === 0 ? 0 : 8));
  for (const [i, name] of names.entries()) {
    memory.setCell(header + 8 + 2 * i, name);
    memory.setCell(header + 8 + half + 2 * i, fn.entries?.[i] ?? 0);
  }
  for (const [i, byte] of fn.code.entries()) memory.setByte(2 * header + startPc + i, byte);
}

function writeTypes(memory: VirtualMemory): void {
  const ranges = [
    [0, 0x4000000, 0x8000],
    [0, 0x10000, 0xc804],
    [CHARACTER_BASE, CHARACTER_BASE + 0x10000, 0x8009],
    [SMALL_POSITIVE, 0x100000, 0xb801],
  ] as const;
  for (const [start, end, entry] of ranges) {
    for (let unit = start >> 9; unit < end >> 9; unit++) memory.setWord(TYPE_TABLE_BASE + unit, entry);
  }
  const types = [
    [2, 2, 0x3802],
    [3, 2, 0x1803],
    [5, 4, 5],
    [13, 4, 13],
    [14, 8, 14],
    [15, 10, 15],
  ] as const;
  for (const [type, words, entry] of types) {
    const descriptor = DTD_BASE + DTD_WORDS * type;
    memory.setCell(descriptor, 700 + type);
    memory.setWord(descriptor + 3, words);
    memory.setWord(descriptor + 16, entry);
  }
}

/** A machine that stands before the first instruction of the main function. */
export function toyMachine(program: ToyProgram): Machine {
  const memory = new VirtualMemory(16);
  writeTypes(memory);
  writeFunction(memory, MAIN, program);
  let header = 0x322000;
  for (const [atom, fn] of Object.entries(program.functions ?? {})) {
    writeFunction(memory, header, fn);
    memory.setCell(ATOMS_BASE + ATOM_WORDS * Number(atom) + 4, 0x80000000 | header);
    header += 0x400;
  }
  for (const [atom, value] of Object.entries(program.values ?? {})) {
    memory.setCell(ATOMS_BASE + ATOM_WORDS * Number(atom) + 2, value);
  }
  for (const [opcode, [atom, args, bytes]] of Object.entries(program.handlers ?? {})) {
    memory.setCell(UFN_TABLE_BASE + 2 * Number(opcode), (atom << 16) | (bytes << 8) | args);
  }

  const args = program.args ?? [];
  const frame = STACK_BASE + FIRST_FRAME;
  const first = frame - 2 - 2 * args.length;
  for (const [i, arg] of args.entries()) memory.setCell(first + 2 * i, arg);
  memory.setCell(frame - 2, 0x80000000 | (first - STACK_BASE));
  memory.setCell(frame, 0xc000000b);
  memory.setCell(frame + 2, MAIN);
  // A bottom link has the slow flag set: basic frame and control link are stored.
  memory.setWord(frame + 8, FIRST_FRAME - 2);
  memory.setWord(frame + 9, 10);
  const pairs = (program.pv ?? -1) + 1;
  for (let i = 0; i < 2 * pairs; i++) memory.setCell(frame + 10 + 2 * i, 0xffffffff);
  const next = FIRST_FRAME + 10 + 4 * pairs + 2;
  const end = program.endOfStack ?? 0x8000;
  memory.setWord(frame + 4, next);
  memory.setWord(frame + 5, memory.word(MAIN + 3));
  memory.setCell(STACK_BASE + next, (0xa000 << 16) | (end - next));
  memory.setCell(STACK_BASE + end, 0xe0000002);
  memory.setWord(interfaceWord(IFPAGE.currentFx), FIRST_FRAME);
  memory.setWord(interfaceWord(IFPAGE.stackBase), first - STACK_BASE);
  memory.setWord(interfaceWord(IFPAGE.endOfStack), end);

  const machine = new Machine({
    memory,
    ports: program.ports ?? quietPorts(),
    manager: program.manager ?? toyFactory,
    managerOptions: program.managerOptions ?? {},
    code: new CodeDirectory(),
  });
  machine.boot();
  return machine;
}
