/** A stack of frames: the last one pushed goes first, so that nothing but a mark is needed to free it. */
import { VmFault } from "../../../base/errors.ts";

export class FrameStack {
  private readonly sizes: number[] = [];
  private inUseBytes = 0;
  private peak = 0;
  private readonly limitBytes: number;

  constructor(limitBytes = Number.MAX_SAFE_INTEGER) {
    this.limitBytes = limitBytes;
  }

  /** @returns offset of the frame. @throws {VmFault} `StackOverflow`; nothing was changed */
  push(bytes: number): number {
    const offset = this.inUseBytes;
    if (offset + bytes > this.limitBytes) {
      throw new VmFault(
        "StackOverflow",
        `stack overflow: ${offset} of ${this.limitBytes} bytes in use, requested ${bytes}`,
      );
    }
    this.sizes.push(bytes);
    this.inUseBytes += bytes;
    this.peak = Math.max(this.peak, this.inUseBytes);
    return offset;
  }

  /** @throws {VmFault} `MemoryError` when there are fewer frames; nothing was changed */
  pop(frames = 1): void {
    if (frames > this.sizes.length) {
      throw new VmFault("MemoryError", `${frames} frames were to go, there are ${this.sizes.length}`);
    }
    for (const bytes of this.sizes.splice(this.sizes.length - frames)) this.inUseBytes -= bytes;
  }

  get depth(): number {
    return this.sizes.length;
  }
  get inUse(): number {
    return this.inUseBytes;
  }
  get peakBytes(): number {
    return this.peak;
  }
}
