import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { analyse } from "../../../../core/language/analysis/analyse.ts";
import { explainLifetime } from "../../../../core/language/queries/lifetimes/explain.ts";
import { lifetimeFacts } from "../../../../core/language/queries/lifetimes/facts.ts";
import { lifetimeHints } from "../../../../core/language/queries/lifetimes/hints.ts";
import { lifetimeProblems } from "../../../../core/language/queries/lifetimes/problems.ts";

const example = (name: string) =>
  readFileSync(join(import.meta.dirname, `../../../../examples/asap/${name}.cons`), "utf8");

/** The text with the hints where they stand. */
function hinted(text: string, kinds: readonly string[]): string {
  const hints = lifetimeHints(lifetimeFacts(analyse(text))).filter(({ kind }) => kinds.includes(kind));
  return hints.reduceRight((all, { offset, label }) => `${all.slice(0, offset)}«${label}»${all.slice(offset)}`, text);
}
function problems(text: string): string[] {
  const found = lifetimeProblems(lifetimeFacts(analyse(text)));
  return found.map(({ start, end, code }) => `${code}: ${text.slice(start, end)}`);
}

describe("lifetime hints", () => {
  test("say how each form allocates", () => {
    const text = example("o-a12");
    const shown = hinted(text, ["allocations"]);
    expect(shown).toContain("(cons a (cons b (cons c nil)«owned»)«owned»)«owned»");
    expect(shown).toContain("((l (cons 0 base)«stack») (r (cons 1 base)«stack»))");
  });

  test("show where each object ends, and where ownership goes to the caller", () => {
    const shown = hinted(example("o-a2"), ["frees", "transfers"]);
    expect(shown).toContain("    l«to the caller»))");
    expect(shown).toContain("(let ((second (car (cdr xs))«free xs»))");
  });

  test("show counting, what was left out of it, and scopes", () => {
    const text = example("o-a12");
    const counts = hinted(example("o-a11"), ["counts"]);
    expect(counts).toContain("«counted from here»");
    expect(counts).toContain("«one owner more»");
    expect(hinted(text, ["elisions"])).toContain("(cons 0 base«not counted»)");
    expect(hinted(text, ["scopes"])).toContain("«stack scope ends»");
  });

  test("carry the chain that makes them so", () => {
    const [hint] = lifetimeHints(lifetimeFacts(analyse(example("o-a2"))));
    expect(hint?.because.map(({ text }) => text)).toEqual(["part of it", "part of it", "returned by list3"]);
  });

  test("stand inside the text, for any beginning of a program", () => {
    for (const text of [example("o-a2"), example("o-a6"), example("o-a12")]) {
      for (let end = 0; end <= text.length; end += 5) {
        const cut = text.slice(0, end);
        for (const { offset } of lifetimeHints(lifetimeFacts(analyse(cut)))) expect(offset).toBeLessThanOrEqual(end);
      }
    }
  });
});

describe("what is said about a name", () => {
  const text = example("o-a2");
  const explained = (piece: string) => explainLifetime(lifetimeFacts(analyse(text)), text.indexOf(piece));
  test("is how a call of it allocates, what it holds, or what it does with its arguments", () => {
    expect(explained("cons a")?.text).toMatch(/^Owned: it has one owner at a time/);
    expect(explained("xs (triple")?.text).toMatch(
      /^Owned: .* It stays in its function; each of its objects is referred to once\.$/,
    );
    expect(explained("triple n")?.text).toBe("Arguments: n captured. The result is new, and belongs to the caller.");
    expect(explained("second")?.text).toMatch(/^It holds numbers/);
    expect(explained("define")).toBeNull();
  });
});

describe("problems with memory", () => {
  test.each([
    ["(define (f x) (free x) (car x))", ["use-after-free: x"]],
    ["(define (f x) (free x) (free x))", ["double-free: (free x)"]],
    ["(define (f x y) (if y (free x) (free x)) (car x))", ["use-after-free: x"]],
    ["(define (f x y) (if y (free x) nil) (car x))", []],
    ["(define (f x) (free x) (set! x (cons 1 2)) (car x))", []],
    ["(define (f x) (free x) (lambda () x))", []],
    ["(define (f x) (car x) (free x))", []],
    ["(define (f) (cons 1 2) 3)\n(f)", ["unused-allocation: (cons 1 2)"]],
    ["(define (f) (with-arena (cons 1 2)))", ["arena-escape: (cons 1 2)"]],
    ["(define (f) (with-arena (let ((x (cons 1 2))) (if (car x) x 3))))", ["arena-escape: x"]],
    ["(define (f) (with-arena (car (cons 1 2))))", []],
    ["(define (f x) (with-arena (set-car! x (list 1)) 2))", ["region-violation: (set-car! x (list 1))"]],
    ["(define (f x) (with-region r (let ((y (cons x nil))) (set-car! y (list 1)) 2)))", []],
    ["(define (f x) (car (cons 1", []],
  ])("in %j are %j", (text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  test.each([
    ["(set-node-next! a b)\n(set-node-before! b a)", ["cycle: (set-node-before! b a)"]],
    ["(set-node-next! a a)", ["cycle: (set-node-next! a a)"]],
    ["(set-node-next! a b)\n(set-node-prev! b a)", []],
    ["(set-node-next! a b)\n(set-node-before! a b)", []],
  ])("are records that keep each other: %j", (links, expected) => {
    expect(problems(`(define-type node next before prev)\n(define (link a b)\n${links}\nnil)\n`)).toEqual(expected);
  });

  test("are cycles that counting would never free, with the store that closes them", () => {
    const text = "(define (ring)\n  (let ((a (cons 1 nil)))\n    (set-cdr! a a)\n    (car a)))\n(ring)\n";
    const [cycle] = lifetimeProblems(lifetimeFacts(analyse(text)));
    expect(cycle?.code).toBe("cycle");
    expect(text.slice(cycle?.start, cycle?.end)).toBe("(cons 1 nil)");
    expect(cycle?.related?.length).toBeGreaterThan(0);
    // A ring of three is one cycle.
    expect(problems(example("o-a4")).filter((problem) => problem.startsWith("cycle"))).toEqual(["cycle: (cons 1 nil)"]);
  });
});
