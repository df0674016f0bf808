/** `audit`: recounts every reference of an image and says where the reference counts are wrong, what follows from it, and what to do. */
import {
  type AuditProblem,
  type AuditReport,
  addressText,
  audit,
  hex,
  type OpenImage,
  PROBLEM_KINDS,
  typeName,
} from "#core";
import { grouped } from "../../text.ts";
import { counted, noArguments } from "../image/layout.ts";
import { lazyAnswer, type Topic } from "../topic.ts";

const TITLES = {
  below: "counts too low: freed while something still refers to it",
  "bad pointer": "pointers to what is no live object",
  table: "damage of the count tables",
  above: "counts too high: never freed",
  storage: "damage of the storage itself",
} as const;

export const auditTopic: Topic = {
  name: "audit",
  synopsis: "audit",
  summary: "recount all references: which counts are wrong, who refers to what, what follows",
  run({ image, args, progress }) {
    noArguments(args);
    progress("counting every reference");
    const report = audit(image.view);
    const isClean = report.unchecked === null && PROBLEM_KINDS.every((kind) => report.totals[kind] === 0);
    return lazyAnswer(
      () => lines(image, report, isClean),
      () => json(image, report),
      isClean ? 0 : 1,
    );
  },
};

function* lines(image: OpenImage, report: AuditReport, isClean: boolean): Generator<string> {
  const { objects, references, unchecked, caution } = report;
  if (unchecked === null) yield `${counted(objects, "counted object")}, ${counted(references, "reference")} to them`;
  else yield `the counts cannot be checked: ${unchecked}`;
  if (isClean) yield "every count is what was found";
  if (caution !== null) yield caution;
  for (const kind of PROBLEM_KINDS) {
    const total = report.totals[kind];
    if (total === 0) continue;
    const shown = report.problems.filter((problem) => problem.kind === kind);
    yield "";
    yield `${counted(total, "problem")}: ${TITLES[kind]}`;
    for (const problem of shown) yield* problemLines(problem);
    if (total > shown.length) yield `  and ${grouped(total - shown.length)} more`;
    const advice = shown[0]?.advice;
    if (advice !== undefined) yield `  what to do: ${advice}`;
  }
  yield* lostLines(image, report);
}

function* problemLines({ text, address, meaning, holders }: AuditProblem): Generator<string> {
  yield `  ${text}`;
  if (address !== null) yield `    at          ${addressText(address)}, ${hex(address)}`;
  for (const [i, holder] of holders.entries()) {
    const slot = holder.address === null ? "" : `, slot ${addressText(holder.address)}`;
    yield `    ${i === 0 ? "held by   " : "          "}  ${holder.text}${slot}`;
  }
  yield `    so          ${meaning}`;
}

function* lostLines({ view }: OpenImage, { lostByType }: AuditReport): Generator<string> {
  let total = 0;
  for (const number of lostByType.values()) total += number;
  if (total === 0) return;
  const types = [...lostByType].sort(([, a], [, b]) => b - a);
  yield "";
  yield `${counted(total, "lost object")} (no error): count 1, and nothing refers to them; they are never freed`;
  yield `  ${types.map(([type, number]) => `${grouped(number)} ${typeName(view.memory, type)}`).join(", ")}`;
}

function json({ view }: OpenImage, { lostByType, ...report }: AuditReport): unknown {
  return {
    ...report,
    lostByType: Object.fromEntries([...lostByType].map(([type, n]) => [typeName(view.memory, type), n])),
  };
}
