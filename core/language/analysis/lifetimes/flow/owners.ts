/** The local variables of a frame that own a value and have to let go of it. */
import type { Strategy } from "../../../../isa/plan.ts";
import type { Plan } from "../../../compiler/plan.ts";
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
  const needs = graph.points.map((point) => borrowing.neededAt(point));
  const candidates = new Set(graph.points.flatMap(({ defines }) => defines));
  const owners: Owner[] = [];
  for (const binding of candidates) {
    const strategy = binding.isGlobal ? null : borrowing.ownerStrategy(binding);
    if (strategy === null || plan.frameOf(binding.owner) !== graph.frame || isRest(binding)) continue;
    if (!graph.points.every((point) => givesOwnership(point, binding, borrowing))) continue;
    owners.push({
      binding,
      strategy,
      effects: {
        uses: ({ id }) => (needs[id] as ReadonlySet<Binding>).has(binding),
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

/** Does the variable own what it gets here, if it gets something? */
function givesOwnership({ expression, moment, defines }: Point, binding: Binding, borrowing: Borrowing): boolean {
  if (!defines.includes(binding)) return true;
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
