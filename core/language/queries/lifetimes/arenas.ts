/**
 * Which arena of the program takes what a form allocates, as far as the text tells: the innermost `with-arena` or `with-region` around it. A function
 * that is made inside may run when the arena is gone, or inside another one; only a loop always runs where it stands.
 */
import { eachChild } from "../../analysis/analyse.ts";
import type { Analysis, Expression } from "../../analysis/tree.ts";
import { plan } from "../../compiler/plan/plan.ts";

export type ArenaExpression = Extract<Expression, { kind: "arena" }>;

/** By every expression inside one. */
export function arenasAround({ program, topLevel }: Analysis): ReadonlyMap<Expression, ArenaExpression> {
  const found = new Map<Expression, ArenaExpression>();
  let planned: ReturnType<typeof plan> | null = null;
  const isLoop = ({ lambda }: Extract<Expression, { kind: "lambda" }>) => {
    planned ??= plan(program, topLevel);
    return planned.roleOf(lambda) === "loop";
  };
  const visit = (expression: Expression, around: ArenaExpression | null): void => {
    if (around !== null) found.set(expression, around);
    const leaves = around !== null && expression.kind === "lambda" && !isLoop(expression);
    const inside = expression.kind === "arena" ? expression : leaves ? null : around;
    eachChild(expression, (child) => visit(child, inside));
  };
  for (const form of program) visit(form, null);
  return found;
}
