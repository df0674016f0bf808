import type { WordAddress, Words } from "../../base/units.ts";
import { PAGE_WORDS } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";

/** Zeroes a range of whole cells: page-wise where nobody watches, through the store gate elsewhere. */
export function clearWords(memory: VirtualMemory, start: WordAddress, words: Words): void {
  const end = start + words;
  let at = start;
  while (at < end) {
    const stop = Math.min(end, at - (at % PAGE_WORDS) + PAGE_WORDS);
    if (memory.pageFlags[at >> 8] === 0) memory.bytes.fill(0, 2 * at, 2 * stop);
    else for (let cell = at; cell < stop; cell += 2) memory.setCell(cell, 0);
    at = stop;
  }
}
