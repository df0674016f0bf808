/**
 * The frame in which an image begins. A system starts with a function that lays out the stack itself, in a frame as small as that takes; any other function
 * runs in the first frame of a stack that is ready.
 * Source: linking specification, section 2; memory specification, sections 6.2 and 14.
 */
import type { Pointer } from "../../base/units.ts";
import {
  IFPAGE,
  IFPAGE_KEY,
  IMAGE_LVERSION,
  IMAGE_MINBVERSION,
  IMAGE_MINRVERSION,
  interfaceWord,
  MACHINE_TYPE_MAIKO,
} from "../../memory/interface-page.ts";
import { STACK_BASE } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { BOTTOM_LINK } from "../../objects/code/frames.ts";
import { writeStack } from "../../vm/image/bootstrap.ts";

/** The function that an image starts with. */
export interface StartFunction {
  readonly header: Pointer;
  readonly startPc: number;
  /** Cells of its variables. */
  readonly variableCells: number;
}

// Stack offsets of the frame that only lays out the stack: what lies between the guards is all that it has.
const LOW_GUARD = 0;
const BASIC_FRAME = 4;
const FRAME = 6;
const FREE = 20;
const MIDDLE_GUARD = 766;
const USER_STACK = 768;
const HIGH_GUARD = 9214;
/** Words of a guard that separates two stretches. */
const GUARD_WORDS = 2;
const FREE_KIND = 0xa000;
const GUARD_KIND = 0xe000;
/** A basic frame with one cell of padding, without arguments. */
const PADDED_BASIC_FRAME = 0x81000002;
/** An extension whose value nobody takes. */
const NO_PUSH_FRAME = 0xc100;

/** The function lays out the stack: the user stack, from 768 on, is a guard until then. */
export function writeResetFrame(memory: VirtualMemory, { header, startPc }: StartFunction): void {
  const block = (offset: number, kind: number, words: number) => {
    memory.setWord(STACK_BASE + offset, kind);
    memory.setWord(STACK_BASE + offset + 1, words);
  };
  block(LOW_GUARD, GUARD_KIND, GUARD_WORDS);
  memory.setCell(STACK_BASE + BASIC_FRAME, PADDED_BASIC_FRAME);
  const frame = STACK_BASE + FRAME;
  memory.setWord(frame, NO_PUSH_FRAME);
  memory.setWord(frame + 1, BOTTOM_LINK);
  memory.setCell(frame + 2, header);
  memory.setWord(frame + 4, FREE);
  memory.setWord(frame + 5, startPc);
  memory.setWord(frame + 8, BASIC_FRAME);
  memory.setWord(frame + 9, BOTTOM_LINK - 1);
  block(FREE, FREE_KIND, MIDDLE_GUARD - FREE);
  block(MIDDLE_GUARD, GUARD_KIND, GUARD_WORDS);
  block(USER_STACK, GUARD_KIND, HIGH_GUARD - USER_STACK);
  block(HIGH_GUARD, GUARD_KIND, GUARD_WORDS);
  memory.setWord(interfaceWord(IFPAGE.currentFx), FRAME);
  memory.setWord(interfaceWord(IFPAGE.stackBase), USER_STACK);
  memory.setWord(interfaceWord(IFPAGE.endOfStack), HIGH_GUARD);
}

/** The function runs in the first frame of the user stack. */
export function writeUserFrame(memory: VirtualMemory, { header, startPc, variableCells }: StartFunction): void {
  writeStack(memory, header, startPc, variableCells);
}

/** `lastdominofilepage`, of older machines: behind the pages that they loaded first. */
const LAST_DOMINO_PAGE = 58;
const FIRST_FILE_PAGES = 3;

/** Versions and key. The size of the address space is left open: whoever starts the image chooses it. */
export function writeInterfacePage(memory: VirtualMemory): void {
  const words = [
    [IFPAGE.lversion, IMAGE_LVERSION],
    [IFPAGE.minrversion, IMAGE_MINRVERSION],
    [IFPAGE.minbversion, IMAGE_MINBVERSION],
    [IFPAGE.machineType, MACHINE_TYPE_MAIKO],
    [IFPAGE.key, IFPAGE_KEY],
    [LAST_DOMINO_PAGE, FIRST_FILE_PAGES],
  ] as const;
  for (const [field, value] of words) memory.setWord(interfaceWord(field), value);
}
