/**
 * What the questions of this room are asked about: memory, and whatever of a machine there is. A dead image has memory only,
 * so post-mortem and live inspection are the same code. Nothing here writes.
 */
import type { ByteAddress, StackOffset, WordAddress } from "../base/units.ts";
import type { CollectionSteps, MemoryManager } from "../managers/contract.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import type { CodeDirectory } from "../objects/code/code-directory.ts";

/** The registers of a machine that stands still. `pc` is an absolute byte address, the others absolute word addresses. */
export interface RegisterView {
  readonly pc: ByteAddress;
  /** Frame extension of the running function. */
  readonly fx: WordAddress;
  /** First cell after the frame extension. */
  readonly pvar: WordAddress;
  readonly ivar: WordAddress;
  /** Where the cached top of stack would be written. */
  readonly csp: WordAddress;
  /** The cached top of stack: a cell, signed or not. */
  readonly tos: number;
  /** End of the free block that the current frame may grow into. */
  readonly esp: WordAddress;
}

export interface ImageView {
  readonly memory: VirtualMemory;
  /** Null for an image without a running machine. */
  readonly registers: RegisterView | null;
  readonly manager: MemoryManager | null;
  /** The collection under way. */
  readonly collection: CollectionSteps | null;
  readonly code: CodeDirectory;
}

/** A frame of the stack, as the views need it. `pc`, `ivar` and `pvar` are absolute: byte, word, word. */
export interface FrameContext {
  readonly fx: StackOffset;
  readonly header: WordAddress;
  readonly pc: ByteAddress;
  readonly ivar: WordAddress;
  readonly pvar: WordAddress;
}

/** A view of memory alone. */
export function deadImage(memory: VirtualMemory, code: CodeDirectory): ImageView {
  return { memory, registers: null, manager: null, collection: null, code };
}

/** Reference counts mean something here: an image without a manager keeps those it was saved with. */
export function keepsCounts(view: ImageView): boolean {
  return view.manager === null || view.manager.counts !== null;
}
