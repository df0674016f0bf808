/** Data breakpoints: what is watched, and which of them a stop at a watched range is about. */
import type { StopReason } from "#core";
import { notes } from "../errors.ts";
import type { Engine, WatchRange } from "../program/engine.ts";
import type { BreakpointState } from "./code-breakpoints.ts";
import { parseDataId } from "./data-id.ts";
import type { Rule, RuleMaker, Wish } from "./rules.ts";

interface DataRule {
  readonly rule: Rule;
  readonly range: WatchRange | null;
}
export interface DataWish extends Wish {
  readonly dataId: string;
  readonly accessType?: string;
}

export class DataBreakpoints {
  private readonly maker: RuleMaker;
  private rules: readonly DataRule[] = [];
  private isAtRest = false;

  constructor(maker: RuleMaker) {
    this.maker = maker;
  }

  attach(engine: Engine | null): void {
    this.isAtRest = engine === null;
    for (const { rule } of this.rules) rule.hits.clear();
  }

  set(wishes: readonly DataWish[]): readonly BreakpointState[] {
    const old = this.rules.map(({ rule }) => rule);
    const made = this.maker.makeAll(wishes, old, ({ dataId }) => `data ${dataId}`, problemOf);
    this.rules = made.map(({ wish, rule }) => ({ rule, range: parseDataId(wish.dataId) }));
    return this.rules.map(({ rule: { id, problem } }) => {
      return { id, place: null, problem: problem ?? (this.isAtRest ? notes.atRest() : null), isPending: false };
    });
  }

  ranges(): readonly WatchRange[] {
    return this.rules.flatMap(({ rule, range }) => (range === null || rule.problem !== null ? [] : [range]));
  }

  hitBy(stop: StopReason & { kind: "watch" }): readonly Rule[] {
    return this.rules.filter(({ range }) => range !== null && overlaps(range, stop)).map(({ rule }) => rule);
  }
}

function problemOf({ dataId, accessType = "write" }: DataWish): string | null {
  if (accessType !== "write") return notes.writeOnly(accessType);
  return parseDataId(dataId) === null ? notes.badDataId(dataId) : null;
}
function overlaps(range: WatchRange, written: WatchRange): boolean {
  return range.address < written.address + written.lengthWords && written.address < range.address + range.lengthWords;
}
