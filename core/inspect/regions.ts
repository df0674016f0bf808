/** How full each region of the image is. Source: memory specification, section 4. */
import type { WordAddress, Words } from "../base/units.ts";
import { IFPAGE, interfaceWord } from "../memory/interface-page.ts";
import {
  ATOM_HASH_BASE,
  ATOM_HASH_WORDS,
  ATOM_WORDS,
  ATOMS_BASE,
  DTD_WORDS,
  HTCOLL_BASE,
  HTMAIN_BASE,
  HTMAIN_WORDS,
  OLD_ATOM_LIMIT,
  PAGE_WORDS,
  STACK_BASE,
  TYPE_TABLE_BASE,
} from "../memory/layout.ts";
import { REGIONS, type Region } from "../memory/regions.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { DTD_LIMIT, instanceWords } from "../objects/dtd.ts";
import { readBigCounts } from "./counts/count-walk.ts";
import { arraySpans, variableNumber } from "./heap/system.ts";
import type { ImageView } from "./image-view.ts";

export interface RegionUsage {
  readonly region: Region;
  /** Words in use, and words that could still be; null where the question makes no sense. */
  readonly usedWords: Words | null;
  readonly freeWords: Words | null;
  /** What the used part consists of, in a few words. */
  readonly detail: string;
}

/** The regions that this image has room for, with their use. */
export function regionUsages(view: ImageView): RegionUsage[] {
  return REGIONS.filter(({ start }) => start < view.memory.sizeWords).map((region) => regionUsage(view, region));
}

export function regionUsage(view: ImageView, region: Region): RegionUsage {
  const { memory } = view;
  const words = Math.min(region.words, memory.sizeWords - region.start);
  const of = (usedWords: Words, detail: string): RegionUsage => ({
    region,
    usedWords,
    freeWords: Math.max(0, words - usedWords),
    detail,
  });
  switch (region.name) {
    case "STACK":
      return of(stackEnd(view) - STACK_BASE, "up to the stack pointer");
    case "FPTOVP": {
      const pages = memory.cell(interfaceWord(IFPAGE.activePagesCell));
      return of(2 * (pages + 1), `${pages} file pages`);
    }
    case "DTD": {
      const types = count(DTD_LIMIT, (type) => instanceWords(memory, type) > 0);
      return of(DTD_WORDS * types, `${types} types with a size`);
    }
    case "ATOMHASH": {
      const names = count(ATOM_HASH_WORDS, (slot) => memory.word(ATOM_HASH_BASE + slot) !== 0);
      return of(names, `${names} names`);
    }
    case "HTMAIN": {
      const used = count(HTMAIN_WORDS / 2, (index) => memory.cell(HTMAIN_BASE + 2 * index) !== 0);
      return of(2 * used, `${used} cells with an entry or a chain`);
    }
    case "HTBIGCOUNT": {
      const used = readBigCounts(memory).length;
      return of(4 * used, `${used} big counts`);
    }
    case "HTCOLL":
      return of(2 * memory.cell(HTCOLL_BASE + 2), "pairs handed out so far");
    case "ATOMS": {
      const symbols = count(OLD_ATOM_LIMIT, (symbol) => memory.cell(ATOMS_BASE + ATOM_WORDS * symbol) !== 0);
      return of(ATOM_WORDS * symbols, `${symbols} symbols`);
    }
    case "HEAP":
    case "HEAP2":
      return heapUsage(view, region);
    default:
      return { region, usedWords: null, freeWords: null, detail: "" };
  }
}

/** Array space from below, typed pages wherever the type table has them; what the manager could still hand out is free. */
function heapUsage(view: ImageView, region: Region): RegionUsage {
  const { memory } = view;
  const end = Math.min(region.start + region.words, memory.sizeWords);
  let arrays = 0;
  for (const [from, to] of arraySpans(memory)) arrays += Math.max(0, Math.min(to, end) - Math.max(from, region.start));
  let typed = 0;
  for (let unit = region.start >> 9; unit < end >> 9; unit++) {
    if ((memory.word(TYPE_TABLE_BASE + unit) & 0x7ff) !== 0) typed += 2 * PAGE_WORDS;
  }
  return {
    region,
    usedWords: arrays + typed,
    freeWords: freeHeapWords(memory, region, end),
    detail: `${arrays} words of array space, ${typed / PAGE_WORDS} typed pages`,
  };
}

/** Between the two ends that grow towards each other; null where the image does not say. */
function freeHeapWords(memory: VirtualMemory, region: Region, end: WordAddress): Words | null {
  const arrayPage = variableNumber(memory, "\\NxtArrayPage");
  const typedPage = variableNumber(memory, "\\NxtMDSPage");
  if (arrayPage === null || typedPage === null) return null;
  const isHere = (page: number) => page * PAGE_WORDS >= region.start && page * PAGE_WORDS < end;
  if (isHere(arrayPage) && isHere(typedPage)) return Math.max(0, typedPage + 2 - arrayPage) * PAGE_WORDS;
  return isHere(arrayPage) || isHere(typedPage) ? null : 0;
}

function stackEnd({ memory, registers }: ImageView): WordAddress {
  if (registers !== null) return registers.csp;
  const fx = STACK_BASE + memory.word(interfaceWord(IFPAGE.currentFx));
  return STACK_BASE + memory.word(fx + 4);
}

function count(limit: number, accept: (index: number) => boolean): number {
  let found = 0;
  for (let i = 0; i < limit; i++) if (accept(i)) found++;
  return found;
}
