/** Goes from objects to ownership, marks and strategies, and round again as long as something has to be let go. */
import type { Analysis } from "../../tree.ts";
import { pointsTo, settle } from "./evaluate.ts";
import { lastUses } from "./last-uses.ts";
import { Marks } from "./marks.ts";
import { because } from "./objects.ts";
import { Ownership } from "./ownership.ts";
import type { PointsTo } from "./points-to.ts";
import { Strategies } from "./strategies.ts";

/** Every round lets go of something; a program that needs more is given up. */
const MAX_ROUNDS = 40;

export interface Solution {
  readonly p: PointsTo;
  readonly ownership: Ownership;
  readonly marks: Marks;
  readonly strategies: Strategies;
}

/** @returns null when the program is beyond what can be computed: everything is PROGRAM then */
export function solve(analysis: Analysis): Solution | null {
  const p = pointsTo(analysis);
  if (p === null) return null;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const ownership = new Ownership(p, lastUses(p));
    leakHandedOver(p, ownership);
    for (const [expression, objects] of ownership.stranded) {
      p.leakAll(objects, because("outlives the variable that owns it", expression.range));
    }
    if (p.touched.size === 0) {
      const marks = new Marks(p, ownership);
      const strategies = new Strategies(p, ownership, marks);
      for (const { objects, cause } of strategies.leaks) p.leakAll(objects, cause);
      if (p.touched.size === 0) return { p, ownership, marks, strategies };
    }
    if (!settle(p)) return null;
  }
  return null;
}

/** A function that is called as a value cannot tell its caller that it keeps an argument. */
function leakHandedOver(p: PointsTo, ownership: Ownership): void {
  for (const graph of p.graphs.values()) {
    for (const { isByValue, callee, arguments: given, expression } of [...graph.sites.values()].flat()) {
      if (!isByValue) continue;
      const cause = because(`${callee.name} keeps it, which is not known where it is called`, expression.range);
      callee.parameters.forEach((parameter, i) => {
        if (ownership.kept.has(parameter)) p.leakAll(given[i] ?? [], cause);
      });
    }
  }
}
