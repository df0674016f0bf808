/**
 * The one place that decides what a hit does, for breakpoints of every kind: condition, then hit count, then stop, line or snapshot.
 */
import { notes } from "../errors.ts";
import type { Engine } from "../program/engine.ts";
import { hitConditionHolds } from "./hit-condition.ts";
import type { LogPart } from "./log-message.ts";
import type { Rule } from "./rules.ts";

/** What happens at a stop of the machine. */
export interface Verdict {
  readonly kind: "stop" | "go";
  /** Breakpoints that stop the program. */
  readonly ids: readonly number[];
  /** Something that the user must be told about the stop. */
  readonly note: string | null;
  /** Lines to print. */
  readonly log: readonly string[];
  /** Names that the moment gets. */
  readonly snapshots: readonly string[];
}

/** What a stop is about: fields that conditions and messages may name, and its text for a line that nobody has written. */
export interface Occasion {
  readonly fields: Fields;
  readonly text: () => string;
}
export type Fields = ReadonlyMap<string, number | string>;

/** Nothing was hit that anybody waits for. */
export const GO: Verdict = { kind: "go", ids: [], note: null, log: [], snapshots: [] };
/** A stop that needs no breakpoint. */
export const STOP: Verdict = { ...GO, kind: "stop" };

/** @param rules those that the stop concerns */
export function judge(rules: readonly Rule[], engine: Engine, { fields, text }: Occasion): Verdict {
  const verdict = { ids: [] as number[], note: null as string | null, log: [] as string[], snapshots: [] as string[] };
  for (const rule of rules) {
    if (rule.problem !== null) continue;
    const condition = rule.condition === null ? null : engine.condition(rule.condition, null, fields);
    if (condition?.kind === "false") continue;
    if (condition?.kind === "failed") {
      verdict.note = notes.conditionFailed(rule.condition ?? "", condition.message);
      verdict.ids.push(rule.id);
      continue;
    }
    if (rule.hit !== null && !hitConditionHolds(rule.hit, rule.hits.record(engine.moment()))) continue;
    const message = rule.log === null ? null : logText(rule.log, engine, fields);
    if (rule.action === "stop") verdict.ids.push(rule.id);
    if (rule.action === "snapshot") takeSnapshot(rule.id, message ?? text(), engine, verdict);
    else if (message !== null || rule.action === "log") verdict.log.push(message ?? text());
  }
  return { kind: verdict.ids.length > 0 ? "stop" : "go", ...verdict };
}

/** A moment that nobody can go back to is worth no name: the program stops, and the user is told. */
function takeSnapshot(
  id: number,
  name: string,
  engine: Engine,
  verdict: { readonly ids: number[]; note: string | null; readonly snapshots: string[] },
): void {
  if (engine.extent() !== null) {
    verdict.snapshots.push(name);
    return;
  }
  verdict.ids.push(id);
  verdict.note = notes.notRecorded(name);
}

function logText(parts: readonly LogPart[], engine: Engine, fields: Fields): string {
  return parts
    .map((part) => {
      if (part.kind === "text") return part.text;
      const result = engine.evaluate(part.text, null, "peek", fields);
      if (result.kind === "value") return result.node.value;
      return `{${part.text}: ${result.kind === "failed" ? result.message : result.diagnostics[0]?.message}}`;
    })
    .join("");
}
