/**
 * A fingerprint of a machine: all of memory, the registers, and what host calls leave for the next one. Two machines with the same digest go on in the same way.
 * Dead stack, between the top of the evaluation stack and the end of the free block, is left out.
 */
import { finish, type IndexSteps } from "../../base/steps.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import type { Machine } from "../machine.ts";
import type { MachineState } from "./machine-state.ts";

/** Cells that are read in one step. */
const STEP_CELLS = 1 << 22;

/** 16 hexadecimal digits. */
export function digest(machine: Machine): string {
  return digestOf(machine.memory.bytes, machine.saveState());
}

/** The digest that a machine would have with this memory and state. */
export function digestOf(bytes: Uint8Array, state: Omit<MachineState, "ports">): string {
  return finish(digestSteps(bytes, state));
}

/** The same step by step, for large memories. */
export function* digestSteps(
  bytes: Uint8Array,
  { registers, hostCalls }: Omit<MachineState, "ports">,
): IndexSteps<string> {
  const { pc, func, pvar, ivar, csp, tos, esp } = registers;
  const plain = Int32Array.of(pc, func, pvar, ivar, csp, tos, esp);
  const hash = new Hash();
  hash.add(plain, 0, plain.length);
  const cells = cellsOf(bytes);
  hash.add(cells, 0, csp >> 1);
  for (let from = esp >> 1; from < cells.length; from += STEP_CELLS) {
    hash.add(cells, from, Math.min(from + STEP_CELLS, cells.length));
    yield { phase: "Comparing memory", done: from, total: cells.length };
  }
  hash.add(hostCalls.args, 0, hostCalls.args.length);
  return hash.text();
}

/** 16 hexadecimal digits for a memory without a machine. */
export function memoryDigest(memory: VirtualMemory): string {
  const hash = new Hash();
  const cells = cellsOf(memory.bytes);
  hash.add(cells, 0, cells.length);
  return hash.text();
}

/** Cells in the byte order of the host: enough for a fingerprint that is compared on one host. */
function cellsOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
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
