/**
 * A fingerprint of a machine: all of memory, the registers, and what host calls leave for the next one. Two machines with the same digest go on in the same way.
 * Dead stack, between the top of the evaluation stack and the end of the free block, is left out.
 */
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import type { Machine } from "./machine.ts";

/** 16 hexadecimal digits. */
export function digest(machine: Machine): string {
  const { pc, func, pvar, ivar, csp, tos, esp } = machine.registers();
  const registers = Int32Array.of(pc, func, pvar, ivar, csp, tos, esp);
  const hash = new Hash();
  hash.add(registers, 0, registers.length);
  const cells = cellsOf(machine.memory);
  hash.add(cells, 0, csp >> 1);
  hash.add(cells, esp >> 1, cells.length);
  const { args } = machine.saveState().hostCalls;
  hash.add(args, 0, args.length);
  return hash.text();
}

/** 16 hexadecimal digits for a memory without a machine. */
export function memoryDigest(memory: VirtualMemory): string {
  const hash = new Hash();
  const cells = cellsOf(memory);
  hash.add(cells, 0, cells.length);
  return hash.text();
}

/** Cells in the byte order of the host: enough for a fingerprint that is compared on one host. */
function cellsOf(memory: VirtualMemory): Int32Array {
  return new Int32Array(memory.bytes.buffer, 0, memory.sizeBytes / 4);
}

class Hash {
  private low = 0x811c9dc5 | 0;
  private high = 0x1b873593 | 0;

  add(cells: Int32Array, from: number, to: number): void {
    let low = this.low;
    let high = this.high;
    for (let i = from; i < to; i++) {
      const cell = cells[i] as number;
      low = Math.imul(low ^ cell, 0x01000193);
      high = Math.imul(((high << 13) | (high >>> 19)) ^ cell, 0x5bd1e995);
    }
    this.low = low;
    this.high = high;
  }

  text(): string {
    return [this.low, this.high].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }
}
