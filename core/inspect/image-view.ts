/**
 * What the questions of this room are asked about: memory, and whatever of a machine there is. A dead image has memory only,
 * so post-mortem and live inspection are the same code. Nothing here writes.
 */
import type { ByteAddress, Cell, Pointer, StackOffset, WordAddress } from "../base/units.ts";
import type { CollectionSteps, MemoryManager } from "../managers/contract.ts";
import { ADDRESS_LIMIT_WORDS } from "../memory/layout.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import type { CodeDirectory } from "../objects/code-directory.ts";

/** The registers of a machine that stands still. `pc` is an absolute byte address, the others absolute word addresses. */
export interface RegisterView {
  readonly pc: ByteAddress;
  /** The current frame extension. */
  readonly fx: WordAddress;
  readonly pvar: WordAddress;
  readonly ivar: WordAddress;
  /** Where the cached top of stack would be written. */
  readonly csp: WordAddress;
  /** The cached top of stack. */
  readonly tos: Cell;
  /** End of the stack area that the current frame may use. */
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

/** True when `words` words from `address` on are part of this image. Damaged pointers end here. */
export function isInside(memory: VirtualMemory, address: WordAddress, words = 2): boolean {
  return address >= 0 && address + words <= memory.sizeWords && address < ADDRESS_LIMIT_WORDS;
}

/** The cell at `address`, or null when the image does not reach that far. */
export function cellAt(memory: VirtualMemory, address: WordAddress): Cell | null {
  return isInside(memory, address) ? memory.cell(address) : null;
}

/** The pointer in the cell at `address`; NIL outside the image. */
export function pointerAt(memory: VirtualMemory, address: WordAddress): Pointer {
  return isInside(memory, address) ? memory.pointer(address) : 0;
}
