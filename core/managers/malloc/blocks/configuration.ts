/** What a block heap can be told when it begins: range, rounding, policy. Checked here, once. All sizes and addresses are flat cells. */
import { VmFault } from "../../../base/errors.ts";
import { FLAT_CELLS, FLAT_PROTECTED_CELLS } from "../../../memory/flat-memory.ts";
import {
  POLICY_ALIGNED,
  POLICY_BEST_FIT,
  POLICY_NO_COALESCE,
  POLICY_NO_SPLIT,
  POLICY_TAGGED,
  POLICY_TRIM,
} from "./registers.ts";

export interface HeapConfiguration {
  readonly start: number;
  /** First cell behind the heap. */
  readonly end: number;
  /** Sizes are rounded up to multiples of it. */
  readonly alignment: number;
  /** Fewest payload words of a block. */
  readonly minimum: number;
  readonly fit: "first" | "best";
  /** Cut what is left of a free block off, when it makes a block. */
  readonly split: boolean;
  /** Join a freed block with its free neighbours. */
  readonly coalesce: boolean;
  /** Pointers, not only sizes, are multiples of the alignment. */
  readonly aligned: boolean;
  /** Lower the mark `bump` when the last block becomes free. */
  readonly trim: boolean;
  /** Every payload word is a tagged word (`tags.ts`): collection and compaction know which are pointers. */
  readonly tagged: boolean;
}

export const DEFAULT_HEAP: HeapConfiguration = {
  start: 20000,
  end: 40000,
  alignment: 8,
  minimum: 8,
  fit: "first",
  split: true,
  coalesce: true,
  aligned: false,
  trim: false,
  tagged: false,
};

/** Words before the payload of each block. */
export const HEADER_WORDS = 2;
/** Cells behind the write-protected ones that are left to the variables of a program, and cells at the end that are left to its stack. */
export const VARIABLE_CELLS = 1024;
export const STACK_CELLS = 1024;
export const LOWEST_START = FLAT_PROTECTED_CELLS + VARIABLE_CELLS;
export const HIGHEST_END = FLAT_CELLS - STACK_CELLS;
export const MOST_ALIGNMENT = 4096;

/** @throws {VmFault} `MemoryError`: what is not possible, and what is */
export function checkConfiguration({ start, end, alignment, minimum, aligned, tagged }: HeapConfiguration): void {
  const refuse = (why: string): never => {
    throw new VmFault("MemoryError", `init-allocator: ${why}`);
  };
  const range = `the range ${start} to ${end}`;
  if (!Number.isInteger(start) || !Number.isInteger(end)) refuse(`${range} is not given in whole words`);
  if (start < LOWEST_START) refuse(`${range} overlaps the variables: it must begin at ${LOWEST_START} or above`);
  if (end > HIGHEST_END) refuse(`${range} overlaps the stack: it must end at ${HIGHEST_END} or below`);
  if (end - start < HEADER_WORDS + 1) refuse(`${range} has no room for a block of ${HEADER_WORDS + 1} words`);
  const isCount = (n: number, most: number) => Number.isInteger(n) && n >= 1 && n <= most;
  if (!isCount(alignment, MOST_ALIGNMENT))
    refuse(`alignment ${alignment} is not between 1 and ${MOST_ALIGNMENT} words`);
  if (!isCount(minimum, end - start)) refuse(`minimum ${minimum} is not between 1 and the heap's ${end - start} words`);
  if (tagged && !(aligned && alignment % 8 === 0)) {
    refuse("tagged words need object pointers that are multiples of 8: use aligned and an alignment of 8, 16, …");
  }
}

/** Policy choices as bits of the policy register. */
export function policyBits({ fit, split, coalesce, aligned, trim, tagged }: HeapConfiguration): number {
  return (
    (fit === "best" ? POLICY_BEST_FIT : 0) |
    (split ? 0 : POLICY_NO_SPLIT) |
    (coalesce ? 0 : POLICY_NO_COALESCE) |
    (aligned ? POLICY_ALIGNED : 0) |
    (trim ? POLICY_TRIM : 0) |
    (tagged ? POLICY_TAGGED : 0)
  );
}
