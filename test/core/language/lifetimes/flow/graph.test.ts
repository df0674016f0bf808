import { describe, expect, test } from "vitest";
import { analyse } from "../../../../../core/language/analysis/analyse.ts";
import {
  type FlowGraph,
  functionGraph,
  type Point,
} from "../../../../../core/language/analysis/lifetimes/flow/graph.ts";
import { deathsOf, type OwnerEffects } from "../../../../../core/language/analysis/lifetimes/flow/liveness.ts";
import type { Binding } from "../../../../../core/language/analysis/tree.ts";
import { plan } from "../../../../../core/language/compiler/plan/plan.ts";

interface Drawn {
  readonly graph: FlowGraph;
  readonly text: string;
  readonly bindings: readonly Binding[];
}

/** The graph of the function `f` of a text. */
function draw(text: string): Drawn {
  const analysis = analyse(text);
  const lambda = analysis.bindings.find(({ name }) => name === "f")?.lambda;
  if (lambda === null || lambda === undefined) throw new Error("no function f");
  const graph = functionGraph(lambda, plan(analysis.program, analysis.topLevel));
  return { graph, text, bindings: analysis.bindings };
}

/** Where a variable lets go of its value, if it owned it and every use of it were a reading of it. */
function deaths(text: string, name: string): string[] | null {
  return (
    deathPoints(text, name)?.map(({ expression, moment }) => {
      return `${moment} ${text.slice(expression.range.start, expression.range.end)}`;
    }) ?? null
  );
}
/** Where in the text these places begin. */
function placesOf(text: string, name: string): number[] | null {
  return deathPoints(text, name)?.map(({ expression }) => expression.range.start) ?? null;
}

function deathPoints(text: string, name: string): Point[] | null {
  const { graph, bindings } = draw(text);
  const binding = bindings.find((found) => found.name === name);
  if (binding === undefined) throw new Error(`no variable ${name}`);
  const effects: OwnerEffects = {
    uses: ({ expression, moment }) =>
      moment === "after" && expression.kind === "local" && expression.binding === binding,
    reads: () => false,
    overwrites: ({ defines }) => defines.includes(binding),
    gains: ({ defines }) => defines.includes(binding),
    moves: () => false,
  };
  const found = deathsOf(graph, effects);
  return found === null ? null : [...found.releases, ...found.unused];
}

describe("the control-flow graph", () => {
  test("a value is let go right behind its last use, before the scope ends (O-F1, O-F2, O-C1)", () => {
    expect(deaths("(define (f a) (let ((x (car a))) (print x) (print 1) (print 2)))", "x")).toEqual(["after x"]);
    const text = "(define (f a) (let ((x (car a))) (print x) (print 1) (cdr x) (print 2)))";
    expect(deaths(text, "x")).toEqual(["after x"]);
    expect(placesOf(text, "x")).toEqual([text.indexOf("x) (print 2)")]);
  });

  test("the branch that does not use a value lets go of it at its entry (O-M5)", () => {
    expect(deaths("(define (f a x) (if a (print x) (print 2)))", "x")).toEqual(["after x", "before (print 2)"]);
    expect(deaths("(define (f a x) (cond (a (print x)) ((car a) 1)))", "x")).toEqual(["after x", "before (car a)"]);
    expect(deaths("(define (f a x) (case a ((1) x) ((2) 5)))", "x")).toEqual([
      "after x",
      "before 5",
      "none (case a ((1) x) ((2) 5))",
    ]);
  });

  test("what a loop uses is let go on its exit edge, once, and not in its body (O-M4)", () => {
    const loop = "(while (< i 3) (print x) (set! i (+ i 1)))";
    expect(deaths(`(define (f i x) ${loop} i)`, "x")).toEqual([`exit ${loop}`]);
    const counted = "(for (i 0 3) (print x))";
    expect(deaths(`(define (f x) ${counted} 1)`, "x")).toEqual([`exit ${counted}`]);
  });

  test("what one turn of a loop leaves for the next one lives until then (O-M4)", () => {
    const text = (loop: string) => `(define (f a i) (let ((x (car a))) ${loop} 1))`;
    for (const loop of ["(for (j 0 3) (print x) (set! x (cdr a)))", "(while (car i) (print x) (set! x (cdr a)))"]) {
      expect(deaths(text(loop), "x")).toEqual(["after x", `exit ${loop}`]);
    }
  });

  test("a break lets go before it leaves (O-M4, O-M5)", () => {
    const text = "(define (f i x) (while i (if (car i) (break) (print x))) 1)";
    expect(deaths(text, "x")).toEqual(["before (break)", "exit (while i (if (car i) (break) (print x)))"]);
    const later = "(define (f i x) (while i (if (car i) (break) (print i))) (print x) 1)";
    expect(deaths(later, "x")).toEqual(["after x"]);
  });

  test("a named let is a loop: its jumps keep what later turns use", () => {
    const text = "(define (f n x) (let loop ((i n)) (if (= i 0) 7 (begin (print x) (loop (- i 1))))))";
    expect(deaths(text, "x")).toEqual(["before 7"]);
  });

  test("a parameter that a jump overwrites lets go of its old value before that", () => {
    const text = "(define (f n x) (if (= n 0) x (f (- n 1) (list n))))";
    expect(deaths(text, "x")).toEqual(["after x", "before (f (- n 1) (list n))"]);
  });

  test("a parameter that a jump passes on to itself goes on living", () => {
    const text = "(define (f n x) (if (= n 0) (print x) (f (- n 1) x)))";
    expect(deaths(text, "x")).toEqual(["after x"]);
  });

  test("a value that is never used is let go as soon as it is there", () => {
    const text = "(define (f a) (let ((x (car a))) 1))";
    expect(deaths(text, "x")).toEqual(["bound (car a)"]);
  });

  test("where a short cut of and or or has no place, the value lives until both ways have met", () => {
    const text = "(define (f a x) (print (and a (car x))) 1)";
    expect(deaths(text, "x")).toEqual(["after (and a (car x))"]);
  });

  test("an assignment lets go of the old value before it stores the new one", () => {
    const text = "(define (f a) (let ((x (car a))) (print x) (set! x (cdr a)) (print x)))";
    expect(deaths(text, "x")).toEqual(["after x", "after x"]);
  });

  test("a use that cannot be reached keeps nothing alive", () => {
    const text = "(define (f a x) (while a (break) (print x)) 1)";
    expect(deaths(text, "x")).toEqual(["before (while a (break) (print x)) 1)"]);
  });
});
