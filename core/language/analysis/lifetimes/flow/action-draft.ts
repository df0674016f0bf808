/** The action table while it is being made. */
import type { Expression } from "../../tree.ts";
import type { Action, ExpressionActions } from "../actions.ts";
import type { Moment } from "./graph.ts";

interface Rows {
  readonly first: Action[];
  readonly middle: Action[];
  readonly last: Action[];
}

export class ActionDraft {
  private readonly rows = new Map<Expression, Map<Moment, Rows>>();
  private readonly kept = new Set<Expression>();

  /** In the order in which they are added. */
  add(expression: Expression, moment: Moment, action: Action): void {
    this.at(expression, moment).middle.push(action);
  }
  /** Before all others: a scope that begins. The one that is added last comes first. */
  first(expression: Expression, moment: Moment, action: Action): void {
    this.at(expression, moment).first.unshift(action);
  }
  /** Behind all others: a scope that ends. */
  last(expression: Expression, moment: Moment, action: Action): void {
    this.at(expression, moment).last.push(action);
  }
  keep(expression: Expression): void {
    this.kept.add(expression);
  }

  finish(): ReadonlyMap<Expression, ExpressionActions> {
    const found = new Map<Expression, ExpressionActions>();
    for (const expression of this.kept) found.set(expression, { at: new Map(), isKept: true });
    for (const [expression, moments] of this.rows) {
      const at = new Map<Moment, readonly Action[]>();
      for (const [moment, { first, middle, last }] of moments) at.set(moment, [...first, ...middle, ...last]);
      found.set(expression, { at, isKept: this.kept.has(expression) });
    }
    return found;
  }

  private at(expression: Expression, moment: Moment): Rows {
    const moments = this.rows.get(expression) ?? new Map<Moment, Rows>();
    this.rows.set(expression, moments);
    const rows = moments.get(moment) ?? { first: [], middle: [], last: [] };
    moments.set(moment, rows);
    return rows;
  }
}
