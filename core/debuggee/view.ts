/** A running machine as the views of `inspect/` want it. */
import type { ByteAddress } from "../base/units.ts";
import type { FrameContext, ImageView } from "../inspect/image-view.ts";
import { FRAME_WORDS } from "../objects/code/frames.ts";
import type { Machine } from "../vm/machine.ts";
import type { StackFrame } from "../vm/stack/frames.ts";
import type { StatusEventBody } from "../wire/index.ts";

/** A view that holds as long as the machine stands still. */
export function viewOf(machine: Machine): ImageView {
  const { memory, manager, collection, code } = machine;
  const registers = machine.registers();
  return {
    memory,
    manager,
    collection,
    code,
    registers: { ...registers, fx: registers.pvar - FRAME_WORDS },
    memo: new Map(),
  };
}

/** @param pc the instruction that the frame's variables are looked up for */
export function frameContext({ frame, header, ivar, pvar }: StackFrame, pc: ByteAddress): FrameContext {
  return { fx: frame, header, ivar, pvar, pc };
}

/** How full the heap is, for a status line. */
export function gauges({ manager }: Machine): Omit<StatusEventBody, "isRunning"> {
  const { usedWords, freeWords } = manager.usage();
  return {
    manager: manager.traits.name,
    collections: manager.statistics().collections,
    usedBytes: 2 * usedWords,
    freeBytes: 2 * freeWords,
  };
}
