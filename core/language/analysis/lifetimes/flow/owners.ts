/**
 * Everything in a frame that owns a value and has to let go of it: local variables, and values without a name that an expression only
 * borrows from (`(car (make-list))`).
 */
import type { Strategy } from "../../../../isa/plan.ts";
import type { Plan } from "../../../compiler/plan.ts";
import type { Binding, Expression } from "../../tree.ts";
import type { Operand } from "../actions.ts";
import type { Borrowing } from "./borrowing.ts";
import type { FlowGraph, Point } from "./graph.ts";
import type { OwnerEffects } from "./liveness.ts";
import { operandsOf, type Surroundings } from "./structure.ts";

export interface Owner {
  readonly operand: Extract<Operand, { kind: "variable" | "temporary" }>;
  readonly strategy: Strategy;
  /** What people call it. */
  readonly name: string;
  readonly effects: OwnerEffects;
  /** The expression within which its slot in the frame is its own; null: the whole frame. */
  readonly scope: Expression | null;
}

/** The variables of a frame that own what they hold. */
export function variableOwners(
  graph: FlowGraph,
  borrowing: Borrowing,
  plan: Plan,
  surroundings: Surroundings,
): readonly Owner[] {
  const needs = graph.points.map((point) => borrowing.neededAt(point));
  const candidates = new Set(graph.points.flatMap(({ defines }) => defines));
  const owners: Owner[] = [];
  for (const binding of candidates) {
    const strategy = binding.isGlobal ? null : borrowing.ownerStrategy(binding);
    if (strategy === null || plan.frameOf(binding.owner) !== graph.frame || isRest(binding)) continue;
    if (!graph.points.every((point) => givesOwnership(point, binding, borrowing))) continue;
    owners.push({
      operand: { kind: "variable", binding },
      strategy,
      name: binding.name,
      scope: surroundings.scopeOf(binding),
      effects: {
        uses: ({ id }) => (needs[id] as ReadonlySet<Binding>).has(binding),
        reads: ({ expression, moment }) => moment === "after" && isRead(expression, binding),
        overwrites: ({ defines }) => defines.includes(binding),
        gains: ({ defines }) => defines.includes(binding),
        moves: ({ expression, moment }) =>
          moment === "after" && isRead(expression, binding) && borrowing.useOf(expression) === "moved",
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

/** Values that an expression owns only for as long as it is evaluated. */
export function temporaryOwners(graph: FlowGraph, borrowing: Borrowing, surroundings: Surroundings): readonly Owner[] {
  const owners: Owner[] = [];
  for (const { expression, moment } of graph.points) {
    if (moment !== "after" || (expression.kind !== "primitive" && expression.kind !== "call")) continue;
    for (const item of expression.items) {
      const value = borrowing.lifetimes.valueOf(item);
      if (item.kind === "local" || !value.isOwned || value.isScalar) continue;
      if (borrowing.useOf(item) === "moved") continue;
      const users = usersOf(expression, borrowing, surroundings);
      if (users !== null) owners.push(temporary(item, value.strategy, users));
    }
  }
  return owners;
}

function temporary(item: Expression, strategy: Strategy, users: ReadonlySet<Expression>): Owner {
  return {
    operand: { kind: "temporary", of: item },
    strategy,
    name: "a value without a name",
    scope: null,
    effects: {
      uses: ({ expression, moment }) => moment === "after" && users.has(expression),
      reads: () => false,
      overwrites: ({ expression, moment }) => moment === "after" && expression === item,
      gains: ({ expression, moment }) => moment === "after" && expression === item,
      moves: () => false,
    },
  };
}

/** Expressions whose value may be part of what the first of them borrows; null when that goes where nobody can follow. */
function usersOf(first: Expression, borrowing: Borrowing, surroundings: Surroundings): ReadonlySet<Expression> | null {
  const users = new Set<Expression>();
  for (let at: Expression | null = first; at !== null; at = surroundings.parentOf(at)) {
    users.add(at);
    const value = borrowing.lifetimes.valueOf(at);
    if (value.isScalar) return users;
    // A structure that was made of borrowed parts refers to them.
    if (value.isOwned && at.kind === "call") return users;
    const parent = surroundings.parentOf(at);
    if (parent === null || (parent.kind !== "primitive" && parent.kind !== "call")) return null;
  }
  return null;
}
