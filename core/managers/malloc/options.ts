/** The options of the manager `malloc`, as launch configuration and command line offer and check them. */
import type { ManagerOption, ManagerOptions } from "../contract.ts";
import { integer, yesNo } from "../options.ts";
import { WAIT_OPTION } from "../storage/freeing/released.ts";
import { DEFAULT_HEAP, type HeapConfiguration, HIGHEST_END, LOWEST_START } from "./blocks/configuration.ts";

// Bounds that leave a heap of a thousand words whatever is chosen; a program that calls init-allocator has wider ones.
const HIGHEST_START = 39000;
const LOWEST_END = 40000;
const MOST_ROUNDING = 512;

export const mallocOptions: readonly ManagerOption[] = [
  {
    name: "fit",
    kind: "choice",
    choices: ["first", "best"],
    doc: "Which free block is taken: the first that is large enough, or the smallest. For array blocks and the flat heap; default first.",
  },
  yesNo("split", "Split a free block that is larger than asked for. For array blocks and the flat heap; default true."),
  yesNo("coalesce", "Join a freed block with its free neighbours. For array blocks and the flat heap; default true."),
  WAIT_OPTION,
  integer("start", LOWEST_START, HIGHEST_START, "First cell of the flat heap; default 20000."),
  integer("end", LOWEST_END, HIGHEST_END, "Cell behind the flat heap; default 40000."),
  integer(
    "alignment",
    1,
    MOST_ROUNDING,
    "Sizes in the flat heap are rounded up to multiples of it, in words; default 8.",
  ),
  integer("minimum", 1, MOST_ROUNDING, "Fewest words of a block of the flat heap; default 8."),
  yesNo("aligned", "Addresses in the flat heap, not only sizes, are multiples of the alignment; default false."),
  yesNo("trim", "The end of the flat heap's used part moves back when its last block is freed; default false."),
];

/** What the options say of the flat heap; null when they say nothing. */
export function heapConfiguration(options: ManagerOptions): HeapConfiguration | null {
  const given = Object.entries(options).filter(([name, value]) => value !== undefined && name in DEFAULT_HEAP);
  return given.length === 0 ? null : { ...DEFAULT_HEAP, ...Object.fromEntries(given) };
}
