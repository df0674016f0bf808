/** Facts about lifetimes in sentences. */
import { STRATEGY, type Strategy } from "../../../isa/plan.ts";
import type {
  AllocationFact,
  EscapeClass,
  FunctionSummary,
  Shape,
  VariableFact,
} from "../../analysis/lifetimes/plan.ts";
import type { Lambda } from "../../analysis/tree.ts";
import { type LifetimeFacts, strategyOf } from "./facts.ts";

const STRATEGY_TEXT: Readonly<Record<Strategy, string>> = {
  [STRATEGY.OWNED]: "Owned: it has one owner at a time, and is freed where the last one needs it no more.",
  [STRATEGY.COUNTED]: "Counted: it has several owners, and is freed when the last of them lets go.",
  [STRATEGY.STACK]: "On the stack: it goes with the scope that it is made in.",
  [STRATEGY.ARENA]: "In an arena: it goes with everything else in it, all at once.",
  [STRATEGY.COMPONENT]: "Member of a component: it lives as long as a handle or a tether holds that.",
  [STRATEGY.PROGRAM]: "For the whole program: where it ends cannot be told before the program runs.",
};
const ESCAPE_TEXT: Readonly<Record<EscapeClass, string>> = {
  none: "stays in its function",
  argument: "is handed to functions, which keep nothing of it",
  return: "leaves its function as a result",
  closure: "is kept by a function that outlives this one",
  global: "is kept by a global variable",
};
const SHAPE_TEXT: Readonly<Record<Shape, string>> = {
  scalar: "holds no objects",
  tree: "each of its objects is referred to once",
  dag: "several references lead to some of its objects",
  cyclic: "its objects may refer to each other in a circle",
  unknown: "its shape is not known",
};

/** What happens to what an expression allocates, and how far that gets. */
export function allocationText(facts: LifetimeFacts, fact: AllocationFact): string {
  const { expression, escape: reach, shape, place, cells } = fact;
  const arena = facts.arenas.get(expression);
  const size = cells === null ? "" : ` ${cells} cell${cells === 1 ? "" : "s"}.`;
  const where =
    arena === undefined
      ? `${STRATEGY_TEXT[strategyOf(facts, expression)]}${placeText(place)}`
      : arenaText(arena.region);
  return `${where}${size} It ${ESCAPE_TEXT[reach]}; ${SHAPE_TEXT[shape]}.`;
}

function arenaText(region: string | null): string {
  if (region === null) return "In an arena: it goes with everything else in it, all at once, when the form ends.";
  return `In the region ${region}: it goes with everything else in it, all at once, and nothing outside may refer to it.`;
}

/** @param former name of what had the cells before */
export function reuseText(former: string): string {
  return `It gets the very memory that ${former} leaves, when the option quarantine of the manager is 0; otherwise what is freed waits for a while before it is used anew.`;
}

/** What a variable holds. */
export function variableText(fact: VariableFact): string {
  const { escape: reach, shape, strategy, isOwner } = fact;
  if (shape === "scalar") return "It holds numbers and other values that are no objects of their own.";
  const owner = isOwner ? "" : " This variable borrows it: another one owns it.";
  return `${STRATEGY_TEXT[strategy]}${owner} It ${ESCAPE_TEXT[reach]}; ${SHAPE_TEXT[shape]}.`;
}

/** What a function does with its arguments, and what it gives back. */
export function summaryText(summary: FunctionSummary): string {
  const parameters = summary.lambda.parameters.map(({ name }, i) => `${name} ${summary.parameters[i] ?? "borrowed"}`);
  const given = parameters.length === 0 ? "" : `Arguments: ${parameters.join(", ")}. `;
  return `${given}${RESULT_TEXT[summary.result]}`;
}

const RESULT_TEXT: Readonly<Record<FunctionSummary["result"], string>> = {
  fresh: "The result is new, and belongs to the caller.",
  "passed-through": "The result is an argument.",
  borrowed: "The result is part of an argument or of a global variable, and belongs to that.",
  none: "The result is no object.",
};

function placeText(place: Lambda | null): string {
  return place === null ? "" : ` Its scope is that of the function ${place.name}.`;
}
