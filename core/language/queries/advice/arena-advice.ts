/**
 * When an arena fits and when it does not: the guidance of system M as data, and what a text says about an arena that is in it. Facts are taken from names and forms
 * alone, so that there is advice for broken text too. Source: description of system M, M-F12.
 */
import type { Analysis, Binding, Reference } from "../../analysis/tree.ts";
import type { Builtin, ResultKind } from "../../builtins.ts";
import type { Form, Range } from "../../forms.ts";
import { everyForm } from "../forms/forms-at.ts";

/** What has to be known about a piece of code, from analysis, measurement or whoever asks. */
export interface ArenaFacts {
  /** How the objects end: all at one place, at several places, or nobody can tell. */
  readonly lifetime: "one-end" | "mixed" | "unpredictable";
  /** Objects that it makes when it runs; infinity where a loop or a recursion makes them. */
  readonly pieces: number;
  /** It runs often. */
  readonly isHotPath: boolean;
  /** Places where objects would have to be freed one by one. */
  readonly cleanupPlaces: number;
  /** It works and is seldom changed. */
  readonly isProven: boolean;
}

/** One criterion: whether it speaks for an arena or against it, and when it applies. */
export interface ArenaCriterion {
  readonly id: string;
  readonly isFor: boolean;
  readonly text: string;
  applies(facts: ArenaFacts): boolean;
}

/** Fewer objects than these are few. */
const FEW_PIECES = 8;
/** More places that free than this make cleaning up complicated. */
const EASY_CLEANUP_PLACES = 2;

export const ARENA_CRITERIA: readonly ArenaCriterion[] = [
  {
    id: "known-lifetime",
    isFor: true,
    text: "everything that it makes can go at one place",
    applies: ({ lifetime }) => lifetime === "one-end",
  },
  {
    id: "bulk",
    isFor: true,
    text: "it makes many objects, which go at once",
    applies: ({ pieces }) => pieces >= FEW_PIECES,
  },
  {
    id: "hot-path",
    isFor: true,
    text: "it runs often, and an object in an arena costs an addition",
    applies: ({ isHotPath }) => isHotPath,
  },
  {
    id: "cleanup",
    isFor: true,
    text: "it frees objects at several places, which the end of an arena makes unnecessary",
    applies: ({ cleanupPlaces }) => cleanupPlaces > EASY_CLEANUP_PLACES,
  },
  {
    id: "mixed-lifetimes",
    isFor: false,
    text: "some of its objects have to outlive the others: in an arena all go together",
    applies: ({ lifetime }) => lifetime === "mixed",
  },
  {
    id: "few-pieces",
    isFor: false,
    text: "it makes only a few objects: a page of 512 bytes for each kind is more than they need",
    applies: ({ pieces }) => pieces < FEW_PIECES,
  },
  {
    id: "unpredictable",
    isFor: false,
    text: "nobody can tell when its objects end",
    applies: ({ lifetime }) => lifetime === "unpredictable",
  },
  {
    id: "proven",
    isFor: false,
    text: "it works as it is, and is seldom changed",
    applies: ({ isProven, isHotPath }) => isProven && !isHotPath,
  },
];

export interface ArenaAdvice {
  readonly verdict: "fits" | "does not fit" | "is a matter of taste";
  readonly reasons: readonly ArenaCriterion[];
}

/** Objects that end at different times rule an arena out, whatever speaks for it. Otherwise the larger number of reasons decides. */
export function arenaAdvice(facts: ArenaFacts): ArenaAdvice {
  const reasons = ARENA_CRITERIA.filter((criterion) => criterion.applies(facts));
  const balance = reasons.reduce((sum, { isFor }) => sum + (isFor ? 1 : -1), 0);
  if (facts.lifetime !== "one-end" || balance < 0) return { verdict: "does not fit", reasons };
  return { verdict: balance > 0 ? "fits" : "is a matter of taste", reasons };
}

/** `An arena fits here: it makes many objects, which go at once; …` */
export function adviceText({ verdict, reasons }: ArenaAdvice): string {
  const sides = (isFor: boolean) => reasons.filter((reason) => reason.isFor === isFor).map(({ text }) => text);
  const [pro, contra] = [sides(true), sides(false)];
  const main = verdict === "does not fit" ? contra : pro;
  const other = verdict === "does not fit" ? pro : contra;
  const but = other.length === 0 ? "" : `. On the other hand ${other.join("; ")}`;
  return `An arena ${verdict} here: ${main.join("; ")}${but}.`;
}

/** Results that are objects; numbers may be, and are not counted. */
const OBJECT_RESULTS: readonly ResultKind[] = ["list", "vector", "string", "float", "function"];
const MAKERS: readonly string[] = ["cons", "list", "vector", "make-vector"];
const LOOPS: readonly string[] = ["for", "while"];

/** What a text says about the form of an arena: what the body makes, and the functions of the text that it calls. */
export function arenaFactsOf(analysis: Analysis, arena: Range): ArenaFacts {
  const ranges = reachedFrom(analysis, arena);
  const inside = (range: Range) => ranges.some((reached) => contains(reached, range));
  const references = analysis.references.filter(inside);
  const made = references.filter(makesObject).length;
  const repeats = hasLoop(analysis, inside) || references.some((reference) => isRecursion(reference));
  const outward = references.some(
    ({ target, use }) => use === "assign" && isBinding(target) && !inside(target.nameRange),
  );
  return {
    lifetime: outward ? "mixed" : "one-end",
    pieces: made > 0 && repeats ? Number.POSITIVE_INFINITY : made,
    isHotPath: isRepeated(analysis, arena),
    cleanupPlaces: references.filter(({ name, use }) => use === "call" && name === "free").length,
    isProven: false,
  };
}

/** The arena's form, and the functions of the text that it calls, directly or not. */
function reachedFrom(analysis: Analysis, arena: Range): Range[] {
  const ranges: Range[] = [arena];
  for (let i = 0; i < ranges.length; i++) {
    for (const { target, use, ...place } of analysis.references) {
      if (use !== "call" || !isBinding(target) || target.lambda === null || !contains(ranges[i] as Range, place))
        continue;
      if (!ranges.some((known) => contains(known, target.range))) ranges.push(target.range);
    }
  }
  return ranges;
}

function makesObject({ target, use, name }: Reference): boolean {
  if (use !== "call" || target === null || isBinding(target)) return false;
  return MAKERS.includes(name) || OBJECT_RESULTS.includes(target.result);
}
function isRecursion({ target, use, start }: Reference): boolean {
  return (
    use === "call" &&
    isBinding(target) &&
    target.lambda !== null &&
    contains(target.lambda.range, { start, end: start })
  );
}
function hasLoop({ forms }: Analysis, inside: (range: Range) => boolean): boolean {
  let found = false;
  everyForm(forms, (form) => {
    found ||= isLoop(form) && inside(form);
  });
  return found;
}
/** A loop stands around it. */
function isRepeated({ forms }: Analysis, range: Range): boolean {
  let found = false;
  everyForm(forms, (form) => {
    found ||= isLoop(form) && contains(form, range);
  });
  return found;
}
function isLoop(form: Form): boolean {
  const head = form.kind === "list" ? form.items[0] : undefined;
  return head?.kind === "symbol" && LOOPS.includes(head.name);
}
function isBinding(target: Binding | Builtin | null): target is Binding {
  return target !== null && "nameRange" in target;
}
function contains(outer: Range, inner: Range): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
