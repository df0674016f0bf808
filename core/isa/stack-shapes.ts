/**
 * What stands on the evaluation stack before each instruction of a function, found by following its control flow. An entry is known by the
 * instruction that pushed it, so two places with equal shapes expect the same things of the stack. Source: instruction specification, section 2.10.
 */
import { decodeInstruction, type Instruction } from "./disassembler.ts";
import { MEMORY } from "./memory-operations.ts";
import { SUBR } from "./subrs.ts";

/** The evaluation stack of one frame at one place. */
export interface StackShape {
  /** Deepest first: address of the instruction that pushed the entry; negative when several may have, told apart by the place where they meet. */
  readonly entries: readonly number[];
  /** Instructions that opened the arenas which are open, outermost first. */
  readonly arenas: readonly number[];
}

export interface CodeStretch {
  /** The image, or the bytes of a code block. */
  readonly bytes: Uint8Array;
  /** Index of the first opcode in `bytes`. */
  readonly start: number;
  /** Index behind the last one. */
  readonly end: number;
  /** Pairs of cells of the frame's variables. */
  readonly variablePairs: number;
}

/** Shapes by address of the instruction. Addresses that control does not reach, or with a stack that nobody can tell, are missing. */
export function stackShapes(code: CodeStretch): ReadonlyMap<number, StackShape> {
  const found = new Map<number, StackShape | null>([[code.start, { entries: [], arenas: [] }]]);
  const waiting = [code.start];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const instruction = decodeInstruction(code.bytes, at);
    const before = found.get(at) ?? null;
    for (const { to, shape } of successors(code, instruction, before)) {
      if (to < code.start || to >= code.end) continue;
      const known = found.get(to);
      const met = known === undefined ? shape : meet(known, shape, to);
      if (known !== undefined && isSame(known, met)) continue;
      found.set(to, met);
      waiting.push(to);
    }
  }
  return new Map([...found].filter((pair): pair is [number, StackShape] => pair[1] !== null));
}

interface Step {
  readonly to: number;
  readonly shape: StackShape | null;
}

const NO_WAY_ON = /^(?:-X-|RETURN|RETCALL|DOVEMISC)$/;

function successors(code: CodeStretch, instruction: Instruction, before: StackShape | null): readonly Step[] {
  const { opcode, target, address, length } = instruction;
  if (NO_WAY_ON.test(opcode.name)) return [];
  const next = address + length;
  if (target === null) return [{ to: next, shape: before === null ? null : after(code, instruction, before) }];
  if (opcode.name.startsWith("JUMP")) return [{ to: target, shape: before }];
  const popped = before === null ? null : push(before, 1);
  const keeps = opcode.name.startsWith("N");
  return [
    { to: target, shape: keeps ? before : popped },
    { to: next, shape: popped },
  ];
}

function meet(one: StackShape | null, other: StackShape | null, at: number): StackShape | null {
  if (one === null || other === null) return null;
  if (one.entries.length !== other.entries.length || !isEqual(one.arenas, other.arenas)) return null;
  return { ...one, entries: one.entries.map((entry, i) => (entry === other.entries[i] ? entry : -1 - at)) };
}

function isSame(one: StackShape | null, other: StackShape | null): boolean {
  if (one === null || other === null) return one === other;
  return isEqual(one.entries, other.entries) && isEqual(one.arenas, other.arenas);
}
function isEqual(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((item, i) => item === other[i]);
}

/** Takes entries off and puts new ones on. Null when there are not so many. */
function push(shape: StackShape, popped: number, ...pushed: readonly number[]): StackShape | null {
  const { entries, arenas } = shape;
  return popped > entries.length
    ? null
    : { entries: [...entries.slice(0, entries.length - popped), ...pushed], arenas };
}

/** Opcodes that leave every entry what it was. */
const KEEPS_ALL = /^(?:NOP|GVAR_|PVAR_\d|PVARX_|IVARX_|FVARX_)$/;
/** Opcodes that take the topmost entry and put nothing in its place. */
const DROPS = /^(?:POP|PVAR_\^\d)$/;

/** The stack behind an instruction that is no jump; null when nobody can tell. */
function after(code: CodeStretch, instruction: Instruction, before: StackShape): StackShape | null {
  const { opcode, operands, address } = instruction;
  const { entries } = before;
  const [first = 0, second = 0] = operands;
  if (KEEPS_ALL.test(opcode.name)) return before;
  if (DROPS.test(opcode.name)) return push(before, 1);
  switch (opcode.name) {
    case "FNX":
      return push(before, first, address);
    case "APPLYFN": {
      const count = constantAt(code, entries.at(-2));
      return count === null ? null : push(before, count + 2, address);
    }
    case "ENVCALL": {
      const count = constantAt(code, entries.at(-3));
      return count === null ? null : push(before, count + 3, address);
    }
    case "SUBRCALL":
      return hostCall(code, instruction, before);
    case "MISCN":
      return push(before, entries.length === 0 ? second : Math.max(1, second), address);
    case "POP.N":
      return push(before, first + 1);
    case "SWAP":
      return entries.length < 2 ? null : push(before, 2, entries.at(-1) as number, entries.at(-2) as number);
    case "STORE.N":
      return stored(before, entries.length - 2 - first / 2, address);
    case "BIND":
      return push(before, first & 15, address);
    case "UNBIND":
      return unbound(code, before, true);
    case "DUNBIND":
      return unbound(code, before, false);
    case "UNWIND":
      return unwound(before, first - 2 * code.variablePairs - 1, second !== 0);
    default:
      return typeof opcode.stackDelta === "number" ? plain(before, opcode.stackDelta, address) : null;
  }
}

/** Opcodes with a fixed effect: more entries are all new; else the topmost that is left is the result. */
function plain(before: StackShape, delta: number, address: number): StackShape | null {
  if (delta > 0) return push(before, 0, ...Array<number>(delta).fill(address));
  const left = before.entries.length + delta;
  if (left === 0) return push(before, -delta);
  return push(before, 1 - delta, address);
}

function stored(shape: StackShape, index: number, address: number): StackShape | null {
  if (index < 0 || index >= shape.entries.length) return null;
  return { ...shape, entries: shape.entries.map((entry, i) => (i === index ? address : entry)) };
}

/** A host call; the operations ARENA_ENTER and ARENA_EXIT of MEMORY open and end arenas. */
function hostCall(code: CodeStretch, { operands, address }: Instruction, before: StackShape): StackShape | null {
  const [subr = 0, count = 0] = operands;
  const behind = push(before, count, address);
  if (behind === null || subr !== SUBR.MEMORY) return behind;
  const operation = constantAt(code, before.entries.at(-count));
  if (operation === MEMORY.ARENA_ENTER) return { ...behind, arenas: [...before.arenas, address] };
  if (operation === MEMORY.ARENA_EXIT) return { ...behind, arenas: before.arenas.slice(0, -1) };
  return behind;
}

function isMark(code: CodeStretch, entry: number | undefined): boolean {
  return entry !== undefined && entry >= 0 && decodeInstruction(code.bytes, entry).opcode.name === "BIND";
}

/** Back to before the nearest bind mark. A mark on top is dropped alone. */
function unbound(code: CodeStretch, before: StackShape, keepsValue: boolean): StackShape | null {
  const { entries } = before;
  const isOnTop = isMark(code, entries.at(-1));
  const mark = entries.findLastIndex((entry, i) => isMark(code, entry) && (i < entries.length - 1 || !keepsValue));
  if (mark < 0) return null;
  if (!keepsValue) return push(before, isOnTop ? 1 : entries.length - mark);
  return push(before, entries.length - mark, entries.at(-1) as number);
}

/** Back to `depth` entries, of which the topmost is the value, or has just gone with it. */
function unwound(before: StackShape, depth: number, keepsValue: boolean): StackShape | null {
  const { entries } = before;
  if (depth < 1 || depth > entries.length + 1) return null;
  return push(before, entries.length - depth + 1, ...(keepsValue ? [entries.at(-1) as number] : []));
}

/** The small number that an entry is; null when it is not surely one. */
function constantAt({ bytes }: CodeStretch, entry: number | undefined): number | null {
  if (entry === undefined || entry < 0) return null;
  const { opcode, operands } = decodeInstruction(bytes, entry);
  if (opcode.name === "'0") return 0;
  if (opcode.name === "'1") return 1;
  return opcode.name === "SIC" || opcode.name === "SICX" ? (operands[0] ?? null) : null;
}

/** Whether a frame may go on where the stack has shape `there` when it has shape `here` and its topmost entries are dropped. */
export function isPrefix(there: StackShape, here: StackShape): boolean {
  return there.entries.length <= here.entries.length && there.entries.every((entry, i) => entry === here.entries[i]);
}

/** Whether one of the entries from index `from` on is a bind mark: to drop it would leave its variables bound. */
export function hasMark(code: CodeStretch, shape: StackShape, from: number): boolean {
  return shape.entries.slice(from).some((entry) => isMark(code, entry));
}
