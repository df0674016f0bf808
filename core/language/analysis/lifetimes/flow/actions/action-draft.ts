/** The action table while it is being made. */
import type { Expression } from "../../../tree.ts";
import type { Action, ExpressionActions, KeptValue } from "../../actions.ts";
import type { Moment } from "../graph.ts";

interface Rows {
  readonly first: Action[];
  readonly middle: Action[];
  readonly last: Action[];
}

export class ActionDraft {
  private readonly rows = new Map<Expression, Map<Moment, Rows>>();
  private readonly keeps = new Map<Expression, KeptValue[]>();
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
  /** The value of a part waits until an expression is done. */
  keep(until: Expression, value: KeptValue): void {
    this.keeps.set(until, [...(this.keeps.get(until) ?? []), value]);
    this.kept.add(value.expression);
  }

  finish(): ReadonlyMap<Expression, ExpressionActions> {
    const found = new Map<Expression, ExpressionActions>();
    for (const expression of new Set([...this.rows.keys(), ...this.keeps.keys(), ...this.kept])) {
      const at = new Map<Moment, readonly Action[]>();
      for (const [moment, { first, middle, last }] of this.rows.get(expression) ?? []) {
        at.set(moment, [...first, ...middle, ...last]);
      }
      found.set(expression, { at, keeps: this.keeps.get(expression) ?? [], isKept: this.kept.has(expression) });
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
