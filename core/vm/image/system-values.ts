/**
 * The system variables of a fresh image and their first values. Names and meanings: memory specification, section 6.6; collection
 * specification, sections 6, 8, 10.
 */
import type { Cell, Pointer, TypeNumber } from "../../base/units.ts";
import { ARRAY_BASE, MISCSTATS_BASE, NIL, SMALL_POSITIVE, T } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import type { HeapPlan } from "./bootstrap.ts";

/** Restart value of the countdown in a Medley image. */
export const DEFAULT_COUNTDOWN = 3000;
/** Value of the second-area variables while there is no second area. */
const SECOND_ARRAY_SPACE = 0x400000;
const SECOND_ARRAY_PAGE = 0x8000;
const GUARD_STACK_OFFSET = 0xf000;
const LAST_STACK_OFFSET = 0xfffe;
/** Statistics cells from here on are unused, and typed FIXP: they serve as boxes for page numbers and the interrupt state. */
const FIRST_BOX = MISCSTATS_BASE + 2 * 64;

/** What the builder knows when the variables are written. */
export interface BuiltFacts {
  readonly plan: HeapPlan;
  readonly builtEnd: Pointer;
  readonly nextSymbol: number;
  readonly lastType: TypeNumber;
  /** The 31 cells of the free-list heads. */
  readonly buckets: Pointer;
}

const small = (value: number): Cell => SMALL_POSITIVE + value;
const topPage = (facts: BuiltFacts) => facts.plan.primaryEnd / 256;
const lastPage = (facts: BuiltFacts) => facts.plan.imageMB * 2048 - 1;

/** Name, and how its first value follows from what was built; `box` makes a FIXP box, which page numbers live in. */
const VARIABLES: readonly (readonly [string, (facts: BuiltFacts, box: (value: number) => Cell) => Cell])[] = [
  ["\\RECLAIM.COUNTDOWN", () => small(DEFAULT_COUNTDOWN)],
  ["\\RECLAIMMIN", () => small(DEFAULT_COUNTDOWN)],
  ["\\GCDISABLED", () => NIL],
  ["GCMESS", () => NIL],
  ["\\FREEBLOCKBUCKETS", (facts) => facts.buckets],
  ["ARRAYBLOCKCHECKING", () => NIL],
  ["\\ARRAYMERGING", () => T],
  ["\\HUNKING?", () => NIL],
  ["\\ARRAYSPACE", () => ARRAY_BASE],
  ["\\ARRAYSPACE2", () => SECOND_ARRAY_SPACE],
  ["\\ArrayFrLst", (facts) => facts.builtEnd],
  ["\\ArrayFrLst2", () => SECOND_ARRAY_SPACE],
  ["\\NxtArrayPage", (facts, box) => box(facts.builtEnd / 256)],
  ["\\NxtMDSPage", (facts, box) => box(topPage(facts) - 2)],
  ["\\LeastMDSPage", (facts, box) => box(topPage(facts) - 2)],
  ["\\SecondMDSPage", (facts, box) => box(lastPage(facts) - 3)],
  ["\\SecondArrayPage", (_, box) => box(SECOND_ARRAY_PAGE)],
  ["\\LASTVMEMFILEPAGE", (facts, box) => box(lastPage(facts))],
  ["\\MDSFREELISTPAGE", () => NIL],
  ["\\MaxTypeNumber", (facts) => small(facts.lastType)],
  ["\\STORAGEFULLSTATE", () => NIL],
  ["\\STORAGEFULL", () => NIL],
  ["\\SYSTEMCACHEVARS", () => NIL],
  ["\\MACHINETYPE", () => small(3)],
  ["\\VMEM.FULL.STATE", () => NIL],
  ["\\PENDINGINTERRUPT", () => NIL],
  ["\\INTERRUPTSTATE", (_, box) => box(0)],
  ["\\STACKOVERFLOW", () => NIL],
  ["\\GuardStackAddr", () => small(GUARD_STACK_OFFSET)],
  ["\\LastStackAddr", () => small(LAST_STACK_OFFSET)],
  ["\\PERIODIC.INTERRUPT", () => NIL],
  ["SYSTEMBUFFERLIST", () => NIL],
  ["\\AtomFrLst", (facts) => small(facts.nextSymbol)],
];

export const SYSTEM_NAMES: readonly string[] = VARIABLES.map(([name]) => name);

/** First value of each system variable, in the order of `SYSTEM_NAMES`; writes the boxes. */
export function systemValues(memory: VirtualMemory, facts: BuiltFacts): readonly Cell[] {
  let nextBox: Pointer = FIRST_BOX;
  const box = (value: number): Cell => {
    const address = nextBox;
    nextBox += 2;
    memory.setCell(address, value);
    return address;
  };
  return VARIABLES.map(([, first]) => first(facts, box));
}
