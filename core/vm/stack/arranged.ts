/** The stack as a collection finds it: TOS in memory, then a free block. */
import type { Pointer } from "../../base/units.ts";
import { makeFreeBlock } from "../../objects/code/frame-uses.ts";
import type { Processor } from "../processor.ts";
import { eachStackPointer } from "./frames.ts";
import { offsetOf } from "./room.ts";

/** Arranges the stack so, and visits its pointers in the order of the stack scan. */
export function eachArrangedPointer(p: Processor, visit: (pointer: Pointer) => void): void {
  const { view } = p.memory;
  const top = p.csp + 4;
  view.setInt32(p.csp, p.tos);
  view.setUint16(p.pvar - 12, (top >> 1) & 0xffff);
  if (top < p.esp) makeFreeBlock(p.memory, offsetOf(top), (p.esp - top) >> 1);
  eachStackPointer(p.memory, p.pvar >> 1, top >> 1, p.esp >> 1, visit);
}
