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
  /** Where answers that are costly to find are kept, by name; a view of memory that changes has none. Whoever changes memory takes a new view. */
  readonly memo?: Map<string, unknown>;
}

/** A frame of the stack, as the views need it. `pc`, `ivar` and `pvar` are absolute: byte, word, word. */
export interface FrameContext {
  readonly fx: StackOffset;
  readonly header: WordAddress;
  readonly pc: ByteAddress;
  readonly ivar: WordAddress;
  readonly pvar: WordAddress;
}

/** A view of memory alone, which nobody changes as long as the view is used. */
export function deadImage(memory: VirtualMemory, code: CodeDirectory): ImageView {
  return { memory, registers: null, manager: null, collection: null, code, memo: new Map() };
}

/** The answer that the view has kept under this name, else what `find` finds. One name stands for one kind of answer. */
export function remembered<T>(view: ImageView, name: string, find: (view: ImageView) => T): T {
  const { memo } = view;
  if (memo === undefined) return find(view);
  if (!memo.has(name)) memo.set(name, find(view));
  return memo.get(name) as T;
}

/** Reference counts mean something here: an image without a manager keeps those it was saved with. */
export function keepsCounts(view: ImageView): boolean {
  return view.manager === null || view.manager.counts !== null;
}

/** For those who change the memory of a view that goes on being used: what was kept is no longer true. */
export function forget(view: ImageView): void {
  view.memo?.clear();
}
