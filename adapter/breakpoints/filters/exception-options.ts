/**
 * `exceptionOptions` of the protocol: events as a tree of names, which is that of the filters' ids (`gc` with `trigger`, `start` …; `object` with `alloc` and
 * `free`; …), and when to stop at what is under a path.
 *
 * | breakMode | stops |
 * |---|---|
 * | `never` | not at all |
 * | `always` | whenever it happens |
 * | `unhandled` | when the program cannot go on after it: nothing in a program catches events, so the question is what the machine does next |
 * | `userUnhandled` | the same, and the instruction stands in the program's own text, not in the library |
 */
import { FILTERS, type Filter } from "./filters.ts";

export type BreakMode = "never" | "always" | "unhandled" | "userUnhandled";
export const BREAK_MODES: readonly BreakMode[] = ["never", "always", "unhandled", "userUnhandled"];

/** One step of a path: one of the names, or with `isNegated` every other one. */
export interface PathStep {
  readonly names: readonly string[];
  readonly isNegated: boolean;
}
export interface ExceptionOption {
  readonly path: readonly PathStep[];
  readonly breakMode: BreakMode;
}

/** The filters that options switch on, with when they stop: the last option that is about a filter counts. */
export function chosenByOptions(
  options: readonly ExceptionOption[],
): readonly { readonly filter: Filter["filter"]; readonly breakMode: BreakMode }[] {
  return FILTERS.flatMap(({ filter }) => {
    const last = options.findLast(({ path }) => isUnder(path, filter.split(".")));
    return last === undefined || last.breakMode === "never" ? [] : [{ filter, breakMode: last.breakMode }];
  });
}

/** The first name of a path that no filter has where it stands; null when there is none. */
export function unknownName({ path }: ExceptionOption): string | null {
  const known = (depth: number) => FILTERS.map(({ filter }) => filter.split(".")[depth]);
  for (const [depth, { names }] of path.entries()) {
    const stranger = names.find((name) => !known(depth).includes(name));
    if (stranger !== undefined) return stranger;
  }
  return null;
}

function isUnder(path: readonly PathStep[], names: readonly string[]): boolean {
  return path.every((step, depth) => {
    const name = names[depth];
    return name !== undefined && step.names.includes(name) !== step.isNegated;
  });
}
