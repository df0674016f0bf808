/**
 * What a dead code block gives up: its frame name and its constants, unless the closure cache keeps it.
 * The debugging information before the code is not released, as in the reference VM (one leaked list a block).
 * Source: collection specification, section 7.8; memory specification, section 13.
 */
import type { Pointer } from "../../base/units.ts";
import { OPCODES } from "../../isa/opcodes.ts";
import { NIL, UFN_TABLE_BASE } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import type { ClosureCacheVariables } from "../storage/system-variables.ts";
import type { CountTable } from "./count-table.ts";

const GCONST = 0x6f;
/** End of the code. */
const END = 0;
/** Words of the function header: byte offset of the first opcode, frame name. */
const START_PC = 3;
const FRAME_NAME = 4;

/**
 * Deletes the references that a code block or hunk holds.
 * @returns false when the closure cache has it: it lives on, until the closure dies
 */
export function releaseCode(
  memory: VirtualMemory,
  table: CountTable,
  cache: ClosureCacheVariables | null,
  code: Pointer,
): boolean {
  if (cache !== null && memory.cell(cache.enabled) !== NIL && dropFromCache(memory, table, cache, code)) return false;
  table.deleteReference(memory.pointer(code + FRAME_NAME));
  const startPc = memory.word(code + START_PC);
  if (startPc !== 0) releaseConstants(memory, table, code, 2 * code + startPc);
  return true;
}

function releaseConstants(memory: VirtualMemory, table: CountTable, code: Pointer, start: number): void {
  let at = start;
  for (let opcode = memory.byte(at); opcode !== END; opcode = memory.byte(at)) {
    if (opcode === GCONST) {
      const constant = memory.view.getUint32(at + 1);
      if (constant !== code) table.deleteReference(constant);
    }
    at += 1 + operandBytes(memory, opcode);
  }
}

/** Operand bytes of an opcode; of one that is not assigned, what its handler's entry says. */
function operandBytes(memory: VirtualMemory, opcode: number): number {
  const known = OPCODES[opcode];
  if (known !== undefined && !known.name.startsWith("unused-")) return known.operandBytes;
  return (memory.word(UFN_TABLE_BASE + 2 * opcode + 1) >> 8) & 0xff;
}

// The cache is a hash table whose keys are found in its values: a record and a vector of closures.
const CACHE_VECTOR = 0;
const CACHE_LAST_INDEX = 2;
const CACHE_KEYS = 4;

/** Forgets the closure of a code block: the count that the block has without an entry now stands for the closure's link. */
function dropFromCache(memory: VirtualMemory, table: CountTable, cache: ClosureCacheVariables, code: Pointer): boolean {
  const record = memory.pointer(cache.cache);
  if (record === NIL) return false;
  const vector = memory.pointer(record + CACHE_VECTOR);
  const last = memory.word(record + CACHE_LAST_INDEX);
  const deleted = memory.pointer(cache.deletedSlot);
  const low = code & 0xffff;
  const bits = (code >>> 16) ^ (((low & 0x1fff) << 3) ^ (low >> 9));
  const step = ((bits ^ (bits >> 8)) & Math.min(63, last)) | 1;
  let i = bits & last;
  for (let probes = 0; probes <= last; probes++) {
    const slot = vector + 2 * i;
    const closure = memory.pointer(slot);
    if (closure === NIL) return false;
    if (closure !== deleted && memory.pointer(closure) === code) {
      table.addReference(deleted);
      table.deleteReference(closure);
      memory.setCell(slot, deleted);
      memory.setWord(record + CACHE_KEYS, memory.word(record + CACHE_KEYS) - 1);
      return true;
    }
    i = (i + step) & 0xffff & last;
  }
  return false;
}
