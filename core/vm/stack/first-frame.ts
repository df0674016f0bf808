/** The registers with which an image starts. Source: instruction specification, section 1. */
import { VmFault } from "../../base/errors.ts";
import { IFPAGE, interfaceWord } from "../../memory/interface-page.ts";
import { STACK_BASE } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { freeRunEnd } from "../../objects/code/frame-uses.ts";
import { FRAME_WORDS } from "../../objects/code/frames.ts";
import type { Registers } from "../state/machine-state.ts";

/**
 * The frame that the interface page names, about to go on.
 * @throws {VmFault} `MemoryError` when no free block follows that frame
 */
export function firstFrame(memory: VirtualMemory): Registers {
  const fx = STACK_BASE + memory.word(interfaceWord(IFPAGE.currentFx));
  const next = STACK_BASE + memory.word(fx + 4);
  if (memory.word(next) >> 13 !== 5) throw new VmFault("MemoryError", "no free block follows the first frame", next);
  const func = memory.pointer(fx + 2);
  return {
    pc: 2 * func + memory.word(fx + 5),
    func,
    pvar: fx + FRAME_WORDS,
    ivar: STACK_BASE + memory.word(fx - 1),
    csp: next,
    tos: 0,
    esp: STACK_BASE + freeRunEnd(memory, next - STACK_BASE),
  };
}
