/**
 * Checks the structures of an image, each by itself: what is wrong, where, what should be there. A damaged image costs no more than a sound one:
 * every walk sees each place once. Counts of references are the audit's business (`audit.ts`).
 * Source: memory specification, sections 5 to 14; collection specification, sections 11.1 and 11.3.
 */

import { finish, type IndexProgress, type IndexSteps } from "../../base/steps.ts";
import type { ImageView } from "../image-view.ts";
import { readSafelySteps } from "../nodes.ts";
import { rememberedSteps } from "../steps.ts";
import { arrayBlocks } from "./checks/heap/array-blocks.ts";
import { consPagesCheck } from "./checks/heap/cons-pages.ts";
import { freeBlocks } from "./checks/heap/free-blocks.ts";
import { freeCells } from "./checks/heap/free-cells.ts";
import { freeChains } from "./checks/heap/free-chains.ts";
import { typeDescriptors } from "./checks/heap/type-descriptors.ts";
import { typeTable } from "./checks/heap/type-table.ts";
import { codeBlocks } from "./checks/tables/code-blocks.ts";
import { countTables } from "./checks/tables/count-tables.ts";
import { interfacePage } from "./checks/tables/interface-page.ts";
import { packagesCheck } from "./checks/tables/packages.ts";
import { pageMap } from "./checks/tables/page-map.ts";
import { stack } from "./checks/tables/stack.ts";
import { symbols } from "./checks/tables/symbols.ts";
import { type Check, CheckContext, stepsOf } from "./context.ts";
import { type Finding, Findings, type Severity, type Totals } from "./finding.ts";
import { neighboursOf } from "./neighbours.ts";

/** All checks, in the order in which one damage explains the next. */
export const CHECKS: readonly Check[] = [
  interfacePage,
  pageMap,
  typeTable,
  typeDescriptors,
  arrayBlocks,
  freeBlocks,
  consPagesCheck,
  freeChains,
  freeCells,
  countTables,
  stack,
  symbols,
  packagesCheck,
  codeBlocks,
];

export interface CheckResult {
  readonly name: string;
  readonly title: string;
  /** What was looked at: `4823 blocks`. */
  readonly looked: string;
  /** Why the check was not made; null when it was. */
  readonly skipped: string | null;
  readonly totals: Totals;
}

export interface VerifyReport {
  readonly checks: readonly CheckResult[];
  /** In the order of the checks; at most `FINDINGS_KEPT` of each severity a check. */
  readonly findings: readonly Finding[];
  readonly totals: Totals;
}

export interface VerifyOptions {
  readonly checks?: readonly string[];
}

/** @param options `checks`: names of those to make; all by default. Names that do not exist are left out: `CHECKS` has them */
export function verify(
  view: ImageView,
  options: VerifyOptions = {},
  progress?: (report: IndexProgress) => void,
): VerifyReport {
  return finish(verifySteps(view, options), progress);
}

/** The same check by check; when all are made, the report stays with the view. */
export function verifySteps(view: ImageView, options: VerifyOptions = {}): IndexSteps<VerifyReport> {
  return options.checks === undefined
    ? rememberedSteps(view, "verify", () => checkSteps(view, options))
    : checkSteps(view, options);
}

function* checkSteps(view: ImageView, options: VerifyOptions): IndexSteps<VerifyReport> {
  const context = new CheckContext(view);
  const around = (address: number) => neighboursOf(view, address);
  const findings: Finding[] = [];
  const totals: Record<Severity, number> = { error: 0, warning: 0, note: 0 };
  const chosen = CHECKS.filter(({ name }) => options.checks?.includes(name) ?? true);
  const checks: CheckResult[] = [];
  for (const check of chosen) {
    yield { phase: check.name, done: checks.length, total: chosen.length };
    const found = new Findings(check.name, around);
    yield* readSafelySteps(
      () => stepsOf(check, context, found),
      // What the check asked of a damaged image led outside of it.
      (message) => found.error(null, "the check could not be finished", "an image that can be read", message),
    );
    findings.push(...found.kept);
    for (const severity of ["error", "warning", "note"] as const) totals[severity] += found.totals[severity];
    checks.push({
      name: check.name,
      title: check.title,
      looked: found.looked,
      skipped: found.skipped,
      totals: found.totals,
    });
  }
  return { checks, findings, totals };
}
