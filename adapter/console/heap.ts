/** Commands about the whole heap: who keeps an object, wrong counts, damage. */
import {
  audit,
  auditSteps,
  foldedPath,
  graphSteps,
  heapGraph,
  type IndexSteps,
  pathFromRoot,
  pathSteps,
  referenceText,
  valueText,
  verify,
  verifySteps,
} from "#core";
import { errors } from "../errors.ts";
import { askedByText } from "../history/asked.ts";
import type { Call, Command } from "./command.ts";

const COMMAND = "evaluate";
const MOST_LINES = 50;

export const HEAP_COMMANDS: readonly Command[] = [
  {
    name: "why",
    takes: "EXPR",
    help: "why an object is alive: the shortest way to it from a root",
    prepare: waySteps,
    run: why,
  },
  {
    name: "audit",
    takes: "",
    help: "counts all references again and compares: what is wrong",
    prepare: ({ context }) => auditSteps(context.stoppedEngine(COMMAND).view()),
    run: audited,
  },
  {
    name: "verify",
    takes: "",
    help: "checks the structure of the heap and of its tables",
    prepare: ({ context }) => verifySteps(context.stoppedEngine(COMMAND).view()),
    run: verified,
  },
];

function* waySteps({ context, rest, frame }: Call): IndexSteps<void> {
  const { object } = askedByText(context, COMMAND, rest, frame);
  const graph = yield* graphSteps(context.stoppedEngine(COMMAND).view());
  const node = object === null ? -1 : graph.numberOf(object);
  if (node >= 0) yield* pathSteps(graph, node);
}

function why({ context, rest, frame }: Call): string {
  const { object } = askedByText(context, COMMAND, rest, frame);
  if (object === null) throw errors.badCommand(`${rest} is no object of the heap`);
  const view = context.stoppedEngine(COMMAND).view();
  const graph = heapGraph(view);
  const node = graph.numberOf(object);
  const path = node < 0 ? null : pathFromRoot(graph, node);
  if (path === null) return `${valueText(view, object)}\nno root reaches it`;
  const lines = [...foldedPath(path)].map((step) =>
    "leftOut" in step ? `   … ${step.leftOut} more steps down the list` : referenceText(view, step.reference),
  );
  return [valueText(view, object), ...shortened(lines)].join("\n");
}

function audited({ context }: Call): string {
  const report = audit(context.stoppedEngine(COMMAND).view());
  const notes = [report.unchecked, report.caution].filter((note) => note !== null);
  const lines = report.problems.map(({ kind, text }) => `${kind}: ${text}`);
  const head = `${report.objects} objects, ${report.references} references, ${report.problems.length} problems`;
  return [head, ...notes, ...shortened(lines)].join("\n");
}

function verified({ context }: Call): string {
  const { checks, findings, totals } = verify(context.stoppedEngine(COMMAND).view());
  const lines = findings.map(({ severity, check, what }) => `${severity} (${check}): ${what}`);
  return [`${checks.length} checks, ${totals.error} errors, ${totals.warning} warnings`, ...shortened(lines)].join(
    "\n",
  );
}

function shortened(lines: readonly string[]): readonly string[] {
  return lines.length <= MOST_LINES
    ? lines
    : [...lines.slice(0, MOST_LINES), `… and ${lines.length - MOST_LINES} more`];
}
