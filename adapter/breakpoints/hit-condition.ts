/** Hit conditions: `5`, `== 5`, `!= 5`, `> 5`, `>= 5`, `< 5`, `<= 5`, `% 5` (every fifth). A bare number means "the n-th time". */

export type HitOperator = "==" | "!=" | ">" | ">=" | "<" | "<=" | "%";
export interface HitCondition {
  readonly operator: HitOperator;
  readonly count: number;
}

/** Null when the text is none. */
export function parseHitCondition(text: string): HitCondition | null {
  const match = /^\s*(===?|=|!=|>=|<=|>|<|%)?\s*([0-9]{1,9})\s*$/.exec(text);
  if (match === null) return null;
  const written = match[1] ?? "==";
  const operator = (written.startsWith("=") ? "==" : written) as HitOperator;
  const count = Number(match[2]);
  return operator === "%" && count === 0 ? null : { operator, count };
}

/** @param hits how many times the place was reached, this time included */
export function hitConditionHolds(condition: HitCondition, hits: number): boolean {
  switch (condition.operator) {
    case "==":
      return hits === condition.count;
    case "!=":
      return hits !== condition.count;
    case ">":
      return hits > condition.count;
    case ">=":
      return hits >= condition.count;
    case "<":
      return hits < condition.count;
    case "<=":
      return hits <= condition.count;
    case "%":
      return hits % condition.count === 0;
  }
}
