/**
 * Stack that a function called by a debugger takes beyond the free room of the stopped frame, and gives back when it is over: frames that it
 * left behind are dead, and the stack ends again where it ended.
 */
import type { StackOffset, Words } from "../../base/units.ts";
import { IFPAGE, interfaceWord } from "../../memory/interface-page.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { makeFreeBlock, makeGuardBlock } from "../../objects/code/frame-uses.ts";
import { eachStackBlock } from "../../objects/code/frames.ts";

const GUARD_WORDS = 2;

export class Borrowing {
  /** End of the stack before anything was taken; null while nothing was. */
  private end: StackOffset | null = null;
  /** The free blocks then: offset, length. */
  private readonly free: (readonly [StackOffset, Words])[] = [];

  /** To be called before blocks are taken or the end is moved, while blocks tile the stack. */
  begin(memory: VirtualMemory): void {
    if (this.end !== null) return;
    this.end = memory.word(interfaceWord(IFPAGE.endOfStack));
    const base = memory.word(interfaceWord(IFPAGE.stackBase));
    eachStackBlock(memory, base, this.end, ({ kind, offset, next }) => {
      if (kind === "free") this.free.push([offset, next - offset]);
    });
  }

  giveBack(memory: VirtualMemory): void {
    if (this.end === null) return;
    for (const [offset, words] of this.free) makeFreeBlock(memory, offset, words);
    if (memory.word(interfaceWord(IFPAGE.endOfStack)) === this.end) return;
    memory.setWord(interfaceWord(IFPAGE.endOfStack), this.end);
    makeGuardBlock(memory, this.end, GUARD_WORDS);
  }
}
