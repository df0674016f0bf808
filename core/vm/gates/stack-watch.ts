/** Data breakpoints in the stack segment, which the interpreter writes past the store gate: what is watched is compared after each instruction. */
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import type { WatchRange } from "./store-gate.ts";

export class StackWatch {
  private readonly memory: VirtualMemory;
  private ranges: readonly WatchRange[] = [];
  private before: readonly Uint8Array[] = [];

  constructor(memory: VirtualMemory) {
    this.memory = memory;
  }

  set(ranges: readonly WatchRange[]): void {
    this.ranges = ranges;
  }
  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  /** Before an instruction. */
  look(): void {
    this.before = this.ranges.map(({ address, lengthWords }) =>
      this.memory.bytes.slice(2 * address, 2 * (address + lengthWords)),
    );
  }
  /** Ranges that have changed since. */
  changed(): readonly WatchRange[] {
    const { bytes } = this.memory;
    return this.ranges.filter(({ address }, i) =>
      (this.before[i] as Uint8Array).some((byte, k) => bytes[2 * address + k] !== byte),
    );
  }
}
