/**
 * The end of the stack: it grows by a page at a time up to `\LastStackAddr`. Past `\GuardStackAddr` the image is told, once, by an interrupt.
 * An image without an interrupt function, like those that are built from programs, could do nothing about it: there the guard is where
 * the program ends, and the rest is kept for functions that a debugger calls.
 * Source: instruction specification, section 3.7; memory specification, sections 14 and 15.
 */
import type { StackOffset } from "../../base/units.ts";
import { IFPAGE, interfaceWord } from "../../memory/interface-page.ts";
import { NIL, PAGE_WORDS, STACK_BASE, STACK_WORDS, T } from "../../memory/layout.ts";
import { PageTable } from "../../memory/page-table.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { makeFreeBlock, makeGuardBlock } from "../../objects/code/frame-uses.ts";
import { ATTENTION_SAFEPOINT, type Processor } from "../processor.ts";
import { changeInterruptState, setSystemValue, systemFunction, systemValue } from "../state/system-cells.ts";

/** Bit of the interrupt state cell. */
const INTERRUPT_STACK_OVERFLOW = 0x0400_0000;
const GUARD_WORDS = 2;

export function endOfStack(memory: VirtualMemory): StackOffset {
  return memory.word(interfaceWord(IFPAGE.endOfStack));
}

/** The stack ends beyond the guard, and nobody has noted that yet. Then room is looked for in its older parts before it is extended. */
export function isPastGuard(memory: VirtualMemory, end: StackOffset): boolean {
  const guard = systemValue(memory, "\\GuardStackAddr");
  return guard !== null && end > (guard & 0xffff) && systemValue(memory, "\\STACKOVERFLOW") === NIL;
}

/** Adds a page to the stack. @returns false when it has reached its limit; nothing has changed then */
export function extendStack(m: Processor): boolean {
  const { memory } = m;
  const end = endOfStack(memory);
  const last = systemValue(memory, "\\LastStackAddr");
  if (last === null || end >= (last & 0xffff) || end + PAGE_WORDS + GUARD_WORDS > STACK_WORDS) return false;
  if (isPastGuard(memory, end)) {
    if (systemFunction(memory, "\\INTERRUPTFRAME") !== 0) reportOverflow(m);
    else if (m.borrowing === null) return false;
  }
  m.borrowing?.begin(memory);
  const page = (STACK_BASE + end + GUARD_WORDS) >> 8;
  // A page that a debugger's call has used and given back has its place in the file already.
  if (new PageTable(memory, 0).filePageOf(page) === null) m.manager.addPage(page);
  makeFreeBlock(memory, end + GUARD_WORDS, PAGE_WORDS - GUARD_WORDS);
  memory.setWord(interfaceWord(IFPAGE.endOfStack), end + PAGE_WORDS);
  makeGuardBlock(memory, end + PAGE_WORDS, GUARD_WORDS);
  makeFreeBlock(memory, end, GUARD_WORDS);
  return true;
}

/** Asks Lisp for attention, at the next safepoint. */
function reportOverflow(m: Processor): void {
  const { memory } = m;
  changeInterruptState(memory, (state) => state | INTERRUPT_STACK_OVERFLOW);
  setSystemValue(memory, "\\STACKOVERFLOW", T);
  // As the reference VM leaves it: T, and the lowest bit set.
  setSystemValue(memory, "\\PENDINGINTERRUPT", T | 1);
  m.attention |= ATTENTION_SAFEPOINT;
}
