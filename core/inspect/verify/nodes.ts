/** Verify and audit as trees for the debugger: made when somebody opens them, because they read the whole image. */
import { hex } from "../../base/errors.ts";
import { type AuditProblem, type AuditReport, audit, auditSteps, PROBLEM_KINDS } from "../audit/audit.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { gauge, makeNode } from "../nodes.ts";
import { addressText } from "../parts/value-text.ts";
import { valueNode } from "../values.ts";
import type { Finding } from "./finding.ts";
import { CHECKS, type CheckResult, verify, verifySteps } from "./verify.ts";

/** The node `verify`: a child a check, with its findings. */
export function verifyNode(view: ImageView): InspectNode {
  return makeNode("verify", "open to check every structure of the image", {
    type: "report",
    prepare: () => verifySteps(view),
    namedCount: CHECKS.length,
    named: () => {
      const { checks, findings } = verify(view);
      return checks.map((check) =>
        checkNode(
          check,
          findings.filter((finding) => finding.check === check.name),
        ),
      );
    },
  });
}

function checkNode({ name, looked, skipped, totals }: CheckResult, findings: readonly Finding[]): InspectNode {
  const wrong = totals.error + totals.warning;
  const verdict =
    wrong === 0 ? "nothing wrong" : `${counted(totals.error, "error")}, ${counted(totals.warning, "warning")}`;
  const notes = totals.note === 0 ? "" : `, ${counted(totals.note, "note")}`;
  return makeNode(name, skipped === null ? `${verdict}${notes}  (${looked})` : `not checked: ${skipped}`, {
    type: "check",
    indexedCount: findings.length,
    indexed: (start, count) => findings.slice(start, start + count).map(findingNode),
  });
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function findingNode({ severity, address, what, expected, found, neighbours }: Finding): InspectNode {
  const place = address === null ? severity : `${severity} at ${addressText(address)}`;
  return makeNode(place, what, {
    type: "finding",
    address,
    namedCount: 2 + neighbours.length,
    named: () => [
      gauge("expected", expected),
      gauge("found", found),
      ...neighbours.map(({ address: at, cell, text, isBad }) =>
        makeNode(`${isBad ? "> " : ""}${addressText(at)}`, `${hex(cell)}  ${text}`.trimEnd(), {
          type: "cell",
          address: at,
        }),
      ),
    ],
  });
}

/** The node `audit`: what was counted, and the problems by kind. */
export function auditNode(view: ImageView): InspectNode {
  return makeNode("audit", "open to recount every reference", {
    type: "report",
    prepare: () => auditSteps(view),
    namedCount: SUMMARY_NODES + PROBLEM_KINDS.length,
    named: () => {
      const report = audit(view);
      return [...summaryNodes(report), ...PROBLEM_KINDS.map((kind) => kindNode(view, report, kind))];
    },
  });
}

const SUMMARY_NODES = 4;

function summaryNodes({ unchecked, caution, objects, references, totals, lostByType }: AuditReport): InspectNode[] {
  const wrong = PROBLEM_KINDS.reduce((sum, kind) => sum + totals[kind], 0);
  const verdict = unchecked ?? (wrong === 0 ? "every count is what was found" : counted(wrong, "problem"));
  let lost = 0;
  for (const number of lostByType.values()) lost += number;
  return [
    gauge("verdict", caution === null ? verdict : `${verdict}. ${caution}`),
    gauge("counted objects", objects),
    gauge("references to them", references),
    gauge("lost objects", lost, "count 1, and nothing refers to them: no error, but never freed"),
  ];
}

function kindNode(view: ImageView, report: AuditReport, kind: AuditProblem["kind"]): InspectNode {
  const problems = report.problems.filter((problem) => problem.kind === kind);
  return makeNode(kind, String(report.totals[kind]), {
    type: "group",
    indexedCount: problems.length,
    indexed: (start, count) => problems.slice(start, start + count).map((problem) => problemNode(view, problem)),
  });
}

function problemNode(view: ImageView, { object, address, text, meaning, advice, holders }: AuditProblem): InspectNode {
  return makeNode(address === null ? "problem" : addressText(address), text, {
    type: "problem",
    pointer: object,
    address,
    namedCount: 2 + holders.length + (object === null ? 0 : 1),
    named: () => [
      gauge("so", meaning),
      gauge("what to do", advice),
      ...holders.map(({ text: holder, address: slot }) =>
        makeNode("held by", slot === null ? holder : `${holder}, slot ${addressText(slot)}`, {
          type: "references",
          address: slot,
        }),
      ),
      ...(object === null ? [] : [valueNode(view, "object", object)]),
    ],
  });
}
