/** The local variables of a frame that own a value and have to let go of it. */
import type { Strategy } from "../../../../isa/plan.ts";
import type { Plan } from "../../../compiler/plan/plan.ts";
import type { Binding, Expression } from "../../tree.ts";
import type { Borrowing } from "./borrowing.ts";
import type { FlowGraph, Point } from "./graph.ts";
import type { OwnerEffects } from "./liveness.ts";
import { operandsOf } from "./structure.ts";

export interface Owner {
  readonly binding: Binding;
  readonly strategy: Strategy;
  readonly effects: OwnerEffects;
}

/** The variables of a frame that own what they hold. */
export function variableOwners(graph: FlowGraph, borrowing: Borrowing, plan: Plan): readonly Owner[] {
  const candidates = new Map<Binding, Point[]>();
  for (const point of graph.points)
    for (const binding of point.defines) {
      const defining = candidates.get(binding);
      if (defining === undefined) candidates.set(binding, [point]);
      else defining.push(point);
    }
  const owners: Owner[] = [];
  // Most frames have no owner: what their points need is not asked for then.
  let needs: readonly ReadonlySet<Binding>[] | null = null;
  for (const [binding, defining] of candidates) {
    const strategy = binding.isGlobal ? null : borrowing.ownerStrategy(binding);
    if (strategy === null || plan.frameOf(binding.owner) !== graph.frame || isRest(binding)) continue;
    if (!defining.every((point) => givesOwnership(point, binding, borrowing))) continue;
    needs ??= graph.points.map((point) => borrowing.neededAt(point));
    const needed = needs;
    owners.push({
      binding,
      strategy,
      effects: {
        uses: ({ id }) => (needed[id] as ReadonlySet<Binding>).has(binding),
        reads: ({ expression, moment }) => moment === "after" && isRead(expression, binding),
        overwrites: ({ defines }) => defines.includes(binding),
        gains: ({ defines }) => defines.includes(binding),
        moves: ({ expression, moment }) => moment === "after" && borrowing.moves(expression, binding),
      },
    });
  }
  return owners;
}

/** The list of a rest parameter is made by the machine. */
function isRest({ kind, owner, id }: Binding): boolean {
  return kind === "parameter" && owner.hasRest && owner.parameters.at(-1)?.id === id;
}

function isRead(expression: Expression, binding: Binding): boolean {
  return expression.kind === "local" && expression.binding === binding;
}

/** Does the variable own what it gets at a point that gives it something? */
function givesOwnership({ expression, moment }: Point, binding: Binding, borrowing: Borrowing): boolean {
  if (moment === "entry") return true;
  if (moment === "bound") return borrowing.isOwned(expression);
  if (moment === "jump") {
    const index = binding.owner.parameters.indexOf(binding);
    const item = expression.kind === "call" ? expression.items[index] : undefined;
    return item !== undefined && borrowing.isOwned(item);
  }
  const [value] = operandsOf(expression);
  return value !== undefined && borrowing.isOwned(value);
}
