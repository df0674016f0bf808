/** What the analysis says of the values of the acceptance programs of system O, by the names that the cases use. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { STRATEGY_NAMES } from "../../../../../core/isa/plan.ts";
import { analyse } from "../../../../../core/language/analysis/analyse.ts";
import { lifetimesOf } from "../../../../../core/language/analysis/lifetimes/lifetimes.ts";

const facts = (name: string) => factsOf(readFileSync(`examples/asap/${name}.cons`, "utf8"));

function factsOf(source: string) {
  const analysis = analyse(source);
  const lifetimes = lifetimesOf(analysis);
  const text = ({ start, end }: { start: number; end: number }) => analysis.text.slice(start, end);
  const variables: Record<string, string> = {};
  for (const fact of lifetimes.variables.values()) {
    if (!analysis.bindings.includes(fact.binding)) continue;
    const strategy = fact.shape === "scalar" ? "scalar" : STRATEGY_NAMES[fact.strategy];
    variables[fact.binding.name] = `${fact.escape}, ${fact.shape}, ${strategy}`;
  }
  const allocations: Record<string, string | undefined> = {};
  for (const [expression, fact] of lifetimes.allocations)
    allocations[text(expression.range)] = STRATEGY_NAMES[fact.strategy];
  const uses = [...lifetimes.uses.values()].map((use) => `${text(use.expression.range)} ${use.ownership}`);
  return { analysis, lifetimes, variables, allocations, uses };
}

const VARIABLES: readonly (readonly [name: string, what: string, expected: Record<string, string>])[] = [
  ["o-a1", "O-A1: a local number is a scalar", { base: "none, scalar, scalar" }],
  [
    "o-a2",
    "O-A2: a list that is returned and dropped is owned all the way: its value is a tree, whatever a list may be (O-C6)",
    { l: "return, tree, owned", xs: "none, tree, owned", second: "none, scalar, scalar" },
  ],
  [
    "o-a3",
    "O-A3: a configuration that two services share is counted, and so are they (O-C4)",
    { config: "global, dag, counted", a: "global, dag, counted", b: "global, dag, counted" },
  ],
  [
    "o-a4",
    "O-A4: a local ring is in the arena of its scope (O-M2, O-M3)",
    { a: "none, cyclic, arena", b: "none, cyclic, arena", c: "none, cyclic, arena" },
  ],
  [
    "o-a5",
    "O-A5: a ring that is returned is a component, its members by containment (O-M6)",
    {
      a: "return, cyclic, component",
      b: "return, cyclic, component",
      c: "return, cyclic, component",
      r: "none, cyclic, component",
    },
  ],
  ["o-a6", "O-A6: a list that one branch reads is owned (O-C2)", { z: "none, tree, owned" }],
  ["o-a7", "O-A7: a list that a loop reads is owned", { p: "none, tree, owned", s: "none, scalar, scalar" }],
  [
    "o-a8",
    "O-A8: a list that only a number is read from is owned",
    { big: "none, tree, owned", n: "none, scalar, scalar" },
  ],
  [
    "o-a9",
    "O-A9: a pair that another holds twice is returned with it (O-M6)",
    { s: "return, dag, counted", t: "none, dag, counted" },
  ],
  ["o-a10", "O-A10: what a returned function captures is counted", { k: "closure, tree, counted" }],
  [
    "o-a11",
    "O-A11: a list with two global owners is counted",
    { cfg: "global, dag, counted", keep: "global, dag, counted" },
  ],
  [
    "o-a12",
    "O-A12: two cells of the stack share a list of the heap (O-C6)",
    { base: "none, dag, counted", l: "none, dag, stack", r: "none, dag, stack" },
  ],
];

describe("facts of the acceptance programs (O-F3, O-F4, O-F5)", () => {
  test.each(VARIABLES)("%s %s", (name, _, expected) => {
    expect(facts(name).variables).toMatchObject(expected);
  });

  test("O-A1: nothing is allocated, and names of built-in functions own nothing (O-C4)", () => {
    const { lifetimes, variables } = facts("o-a1");
    expect(lifetimes.allocations.size).toBe(0);
    expect(Object.keys(variables)).toEqual(["w", "h", "d", "base"]);
  });

  test("O-A2: the list is made owned and handed on, first by list3, then by triple", () => {
    const { allocations, uses, lifetimes } = facts("o-a2");
    expect(Object.values(allocations)).toEqual(["owned", "owned", "owned"]);
    expect(uses).toContain("l moved");
    expect([...lifetimes.calls.values()].some((call) => call.isConverted)).toBe(false);
  });

  test("O-A3: both services keep the configuration, each with one count", () => {
    expect(facts("o-a3").uses).toContain("config retained");
  });

  test("O-A4: the cells belong to the arena of ring-sum, and no reference between them is counted", () => {
    const { lifetimes, uses } = facts("o-a4");
    expect([...lifetimes.allocations.values()].map(({ place }) => place?.name)).toEqual(Array(3).fill("ring-sum"));
    expect(uses).toEqual(expect.arrayContaining(["a elided", "b elided", "c elided"]));
    expect([...lifetimes.variables.values()].some((fact) => fact.isOwner)).toBe(false);
  });

  test("O-A5: only what is returned gets a handle, and main is its only owner", () => {
    const { lifetimes, uses } = facts("o-a5");
    expect(uses).toEqual(expect.arrayContaining(["b elided", "c elided", "a elided", "a retained"]));
    expect([...lifetimes.variables.values()].flatMap((fact) => (fact.isOwner ? [fact.binding.name] : []))).toEqual([
      "r",
    ]);
  });

  test("O-A9: the inner pair has two owners in the outer one and none besides", () => {
    const { uses, allocations } = facts("o-a9");
    expect(uses.filter((use) => use === "s retained")).toHaveLength(2);
    expect(allocations).toEqual({ "(cons 1 2)": "counted", "(cons s s)": "counted" });
  });

  test("O-A10: the pair moves into the function object", () => {
    const { lifetimes, allocations } = facts("o-a10");
    expect([...lifetimes.captures.values()].flat().map((use) => `${use.captured?.name} ${use.ownership}`)).toEqual([
      "k moved",
    ]);
    expect(allocations["(cons 5 nil)"]).toBe("counted");
  });

  test("O-A11: the calls that only read do not count (O-F6)", () => {
    const { uses } = facts("o-a11");
    expect(uses.filter((use) => use === "cfg borrowed")).toHaveLength(2);
    expect(uses.filter((use) => use === "cfg retained")).toHaveLength(1);
  });

  test("O-A12: the list arrives owned and is shared from then on; the stack cells do not count it (O-F6)", () => {
    const { lifetimes, uses, allocations } = facts("o-a12");
    expect([...lifetimes.calls.values()].filter((call) => call.isConverted)).toHaveLength(1);
    expect(uses.filter((use) => use === "base elided")).toHaveLength(2);
    expect(allocations).toMatchObject({ "(cons 0 base)": "stack", "(cons 1 base)": "stack" });
  });

  test.each([
    ["none", "(define (f n) (let ((x (list n 2))) (car x))) (f 1)"],
    ["argument", "(define (use v) (car v)) (define (f n) (let ((x (list n 2))) (use x))) (f 1)"],
    ["return", "(define (f n) (let ((x (list n 2))) x)) (f 1)"],
    ["closure", "(define (f n) (let ((x (list n 2))) (lambda (y) (+ y (car x))))) (define g (f 1))"],
    ["global", "(define x (list 1 2)) (display (car x))"],
  ])("a value of the class %s (O-F3)", (reach, text) => {
    expect(factsOf(text).variables.x).toMatch(`${reach}, tree, `);
  });

  test("a value that is only read and added up does not escape, and one that is handed to who reads it goes by reference (O-C2)", () => {
    const sum = "(define (sum v) (+ (car v) (car (cdr v))))";
    const { variables } = factsOf(
      `${sum} (define (f n) (let ((x (list n 2)) (z (list 3 n))) (let ((y (+ (car x) 1))) (+ y (sum z))))) (f 1)`,
    );
    expect(variables).toMatchObject({ x: "none, tree, stack", y: "none, scalar, scalar", z: "argument, tree, stack" });
  });

  test.each([
    ["scalar", "(define (f n) (let ((x (+ n 1))) x)) (f 1)"],
    ["tree", "(define (f n) (let ((x (list n 2))) (car x))) (f 1)"],
    ["dag", "(define (f n) (let ((y (list n 2))) (let ((x (list y y))) (car (car x))))) (f 1)"],
    ["cyclic", "(define (f n) (let ((x (list n 2))) (set-cdr! x x) (car x))) (f 1)"],
    ["unknown", "(define (f x) x)"],
    ["unknown", "(define (f) (let ((x '(1 2))) (car x))) (f)"],
    ["unknown", "(define (f g) (let ((x (g 1))) (display x) 0)) (display f)"],
  ])("a value of the shape %s (O-F4)", (shape, text) => {
    expect(factsOf(text).variables.x).toMatch(`, ${shape}, `);
  });
});
