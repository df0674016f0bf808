/** The exception filters that are on: those that the client sets, and those of the launch configuration, which hold whatever the client sets. */
import type { EventKind, StopReason } from "#core";
import { errors, notes } from "../../errors.ts";
import type { Engine } from "../../program/engine.ts";
import type { BreakpointState } from "../code-breakpoints.ts";
import type { Rule, RuleMaker, SyntaxCheck, Wish } from "../rules.ts";
import type { BreakMode } from "./exception-options.ts";
import { readFilterText } from "./filter-text.ts";
import { FILTER_IDS, FILTERS, filterKind } from "./filters.ts";

interface FilterRule {
  readonly rule: Rule;
  readonly kind: EventKind;
  readonly breakMode: BreakMode;
}
export interface FilterWish extends Wish {
  readonly filter: string;
  /** When it stops; left out: always. */
  readonly breakMode?: BreakMode;
}

export class FilterBreakpoints {
  private readonly maker: RuleMaker;
  private readonly syntaxProblem: SyntaxCheck;
  private client: readonly FilterRule[];
  private launch: readonly FilterRule[] = [];
  private engine: Engine | null = null;
  private isAtRest = false;

  constructor(maker: RuleMaker, syntaxProblem: SyntaxCheck) {
    this.maker = maker;
    this.syntaxProblem = syntaxProblem;
    this.client = this.made(
      FILTERS.filter((row) => row.default),
      [],
    );
  }

  attach(engine: Engine | null, launchFilters: readonly EventKind[]): void {
    this.engine = engine;
    this.isAtRest = engine === null;
    this.launch = this.made(
      launchFilters.map((filter) => ({ filter })),
      [],
    );
    for (const { rule } of this.client) rule.hits.clear();
  }

  /**
   * Filters that cannot be set are left out, the others hold: whoever calls this has to tell the machine, and then to throw the problem.
   * @returns the first that cannot be set; null when all are
   */
  set(wishes: readonly FilterWish[]): { readonly states: readonly BreakpointState[]; readonly problem: Error | null } {
    const unknown = wishes.find(({ filter }) => filterKind(filter) === null);
    const known = wishes.filter(({ filter }) => filterKind(filter) !== null);
    const rules = this.made(
      known,
      this.client.map(({ rule }) => rule),
    );
    const bad = rules.findIndex(({ rule }) => rule.problem !== null);
    this.client = rules.filter(({ rule }) => rule.problem === null);
    const states = this.client.map(({ rule: { id }, kind }): BreakpointState => {
      return { id, place: null, problem: this.whyNever(kind), isPending: false };
    });
    if (unknown !== undefined) return { states, problem: errors.unknownFilter(unknown.filter, FILTER_IDS) };
    const why = rules[bad]?.rule.problem ?? null;
    if (why === null) return { states, problem: null };
    return { states, problem: errors.badFilterCondition(known[bad]?.filter ?? "", known[bad]?.condition ?? "", why) };
  }

  private whyNever(kind: EventKind): string | null {
    return this.isAtRest ? notes.atRest() : (this.engine?.lookouts.whyNever(kind) ?? null);
  }

  kinds(): readonly EventKind[] {
    return this.all().map(({ kind }) => kind);
  }
  has(kind: EventKind): boolean {
    return this.all().some((one) => one.kind === kind);
  }
  /** Rules that an event concerns, of which the program may not survive. */
  of({ event }: StopReason & { kind: "event" }, engine: Engine): readonly Rule[] {
    return this.all().flatMap(({ kind, rule, breakMode }) => {
      if (kind !== event.kind) return [];
      if (breakMode !== "always" && !engine.lookouts.hasFailed()) return [];
      return breakMode === "userUnhandled" && !engine.lookouts.isInOwnText() ? [] : [rule];
    });
  }

  rules(): readonly Rule[] {
    return this.all().map(({ rule }) => rule);
  }

  private all(): readonly FilterRule[] {
    return [...this.client, ...this.launch];
  }

  private made(wishes: readonly FilterWish[], old: readonly Rule[]): FilterRule[] {
    const read = wishes.map(readFilterText);
    const problems = new Map(read.map(({ wish, problem }) => [wish, problem]));
    const problemOf = (wish: FilterWish) => {
      const { condition = "" } = wish;
      return problems.get(wish) ?? (condition.trim() === "" ? null : this.syntaxProblem(condition));
    };
    const whatOf = ({ filter, breakMode }: FilterWish) => `filter ${filter} ${breakMode ?? "always"}`;
    return this.maker
      .makeAll(
        read.map(({ wish }) => wish),
        old,
        whatOf,
        problemOf,
      )
      .flatMap(({ wish, rule }) => {
        const kind = filterKind(wish.filter);
        return kind === null ? [] : [{ rule, kind, breakMode: wish.breakMode ?? "always" }];
      });
  }
}
