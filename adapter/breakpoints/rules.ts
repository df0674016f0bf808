/**
 * What all breakpoints share: condition, hit condition, log message, what a hit does, and the number by which client and adapter speak of one. A rule is made of
 * what the client writes; what is wrong with that is found here, once, and said when the breakpoint is set.
 */
import { notes } from "../errors.ts";
import { type HitCondition, parseHitCondition } from "./hit-condition.ts";
import { HitCount } from "./hit-count.ts";
import { type LogPart, parseLogMessage } from "./log-message.ts";
import { ACTION_NAMES, type HitAction, hitAction } from "./modes.ts";

/** The part that all breakpoints share, as the client writes it. */
export interface Wish {
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
  readonly mode?: string;
}

export interface Rule {
  readonly id: number;
  /** What was asked for: the same wish, sent again, keeps its id and its hits. */
  readonly key: string;
  readonly condition: string | null;
  readonly hit: HitCondition | null;
  readonly log: readonly LogPart[] | null;
  readonly action: HitAction;
  /** Why it can never hold; null when it can. */
  readonly problem: string | null;
  readonly hits: HitCount;
}

/** Why an expression cannot even be read; null when it can. */
export type SyntaxCheck = (text: string) => string | null;

export class RuleMaker {
  private readonly syntaxProblem: SyntaxCheck;
  private nextId = 1;

  constructor(syntaxProblem: SyntaxCheck) {
    this.syntaxProblem = syntaxProblem;
  }

  /**
   * A rule for each wish. A wish that was there before keeps its id and its hits.
   *
   * @param whatOf what the wish is about, apart from what all wishes share
   * @param problemOf what is wrong with that; null when nothing is
   */
  makeAll<W extends Wish>(
    wishes: readonly W[],
    old: readonly Rule[],
    whatOf: (wish: W) => string,
    problemOf: (wish: W) => string | null = () => null,
  ): { readonly wish: W; readonly rule: Rule }[] {
    const before = new Map<string, Rule[]>();
    for (const rule of old) before.set(rule.key, [...(before.get(rule.key) ?? []), rule]);
    return wishes.map((wish) => {
      const { condition = "", hitCondition = "", logMessage = "", mode = "" } = wish;
      const key = JSON.stringify([whatOf(wish), condition, hitCondition, logMessage, mode]);
      return { wish, rule: this.make(wish, key, before.get(key)?.shift() ?? null, problemOf(wish)) };
    });
  }

  private make(wish: Wish, key: string, before: Rule | null, knownProblem: string | null): Rule {
    const condition = textOrNull(wish.condition);
    const hitText = textOrNull(wish.hitCondition);
    const hit = hitText === null ? null : parseHitCondition(hitText);
    const message = textOrNull(wish.logMessage);
    const log = message === null ? null : parseLogMessage(message);
    const mode = textOrNull(wish.mode);
    const action = mode === null ? null : hitAction(mode);
    let problem = knownProblem;
    if (mode !== null && action === null) problem ??= notes.badMode(mode, ACTION_NAMES);
    if (hitText !== null && hit === null) problem ??= notes.badHitCondition(hitText);
    if (condition !== null) problem ??= this.conditionProblem(condition);
    if (log !== null && message !== null) problem ??= this.logProblem(message, log);
    return {
      id: before?.id ?? this.nextId++,
      key,
      condition,
      hit,
      log: log !== null && "parts" in log ? log.parts : null,
      // A message alone is a log point: so the protocol has it.
      action: action ?? (message === null ? "stop" : "log"),
      problem,
      hits: before?.hits ?? new HitCount(),
    };
  }

  private conditionProblem(text: string): string | null {
    const problem = this.syntaxProblem(text);
    return problem === null ? null : notes.badCondition(text, problem);
  }

  private logProblem(text: string, log: { parts: readonly LogPart[] } | { problem: string }): string | null {
    if ("problem" in log) return notes.badLogMessage(text, log.problem);
    for (const part of log.parts) {
      const problem = part.kind === "expression" ? this.syntaxProblem(part.text) : null;
      if (problem !== null) return notes.badLogMessage(text, problem);
    }
    return null;
  }
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined || text.trim() === "" ? null : text;
}
