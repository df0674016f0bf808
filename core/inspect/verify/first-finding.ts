/**
 * The first thing that is wrong and was not before, for who checks a machine thousands of times: at every collection, every so many safepoints, or in search of
 * the instruction that broke something. Errors of `verify`, and counts that are too low or too high (`audit`), which no structure shows.
 */

import { finish } from "../../base/steps.ts";
import { audit } from "../audit/audit.ts";
import type { ImageView } from "../image-view.ts";
import { readSafely } from "../nodes.ts";
import { CheckContext, stepsOf } from "./context.ts";
import { FINDINGS_KEPT, type Finding, Findings } from "./finding.ts";
import { neighboursOf } from "./neighbours.ts";
import { CHECKS } from "./verify.ts";

/** Name of the check that recounts references; the others are those of `CHECKS`. */
export const COUNTS_CHECK = "counts";

/** What is wrong from the start. */
export interface Baseline {
  /** Findings by check and place. */
  readonly known: ReadonlySet<string>;
  /** Errors of checks with more of them than are told apart: these checks find something when there are more. */
  readonly crowded: ReadonlyMap<string, number>;
}

/** @param checks names of those to make; all when left out */
export function baselineOf(view: ImageView, checks: readonly string[] | null = null): Baseline {
  const known = new Set<string>();
  const crowded = new Map<string, number>();
  for (const { check, errors, total } of errorsByCheck(view, checks)) {
    for (const finding of errors) known.add(nameOf(finding));
    if (total > errors.length) crowded.set(check, total);
  }
  return { known, crowded };
}

/**
 * The first error that the baseline does not have; null when there is none. Later checks are not made then.
 * @param checks names of those to make, for who looks for one kind of damage only; all when left out
 */
export function firstFinding(
  view: ImageView,
  baseline: Baseline,
  checks: readonly string[] | null = null,
): Finding | null {
  for (const { check, errors, total } of errorsByCheck(view, checks)) {
    const before = baseline.crowded.get(check);
    const found =
      before === undefined
        ? errors.find((finding) => !baseline.known.has(nameOf(finding)))
        : total > before
          ? errors[0]
          : undefined;
    if (found === undefined) continue;
    return found.address === null ? found : { ...found, neighbours: neighboursOf(view, found.address) };
  }
  return null;
}

interface CheckErrors {
  readonly check: string;
  readonly errors: readonly Finding[];
  readonly total: number;
}

/** Check by check, as far as they are asked for. */
function* errorsByCheck(view: ImageView, checks: readonly string[] | null): Generator<CheckErrors> {
  const context = new CheckContext(view);
  for (const check of CHECKS) {
    const { name } = check;
    if (checks !== null && !checks.includes(name)) continue;
    const found = new Findings(name, () => []);
    readSafely(
      () => finish(stepsOf(check, context, found)),
      (message) => found.error(null, "the check could not be finished", "an image that can be read", message),
    );
    const errors = found.kept.filter(({ severity }) => severity === "error");
    yield { check: name, errors, total: found.totals.error };
  }
  if (checks === null || checks.includes(COUNTS_CHECK)) yield miscounts(view);
}

/** Counts mean something only where a collection could start: not while one is under way. */
function miscounts(view: ImageView): CheckErrors {
  const report = audit(view);
  if (report.unchecked !== null) return { check: COUNTS_CHECK, errors: [], total: 0 };
  const wrong = report.problems.filter(({ kind }) => kind === "below" || kind === "above" || kind === "bad pointer");
  const errors = wrong.slice(0, FINDINGS_KEPT).map(({ object, address, text, meaning, counts }): Finding => {
    const expected = counts === null ? "a pointer to an object" : "as many counted as there are references";
    return {
      check: COUNTS_CHECK,
      severity: "error",
      address: address ?? object,
      what: text,
      expected,
      found: meaning,
      neighbours: [],
    };
  });
  const { below, above, "bad pointer": bad } = report.totals;
  return { check: COUNTS_CHECK, errors, total: below + above + bad };
}

/** What is wrong at one place goes on being wrong there, whatever it looks like next. */
function nameOf({ check, address, what }: Finding): string {
  return `${check} ${address ?? what}`;
}
