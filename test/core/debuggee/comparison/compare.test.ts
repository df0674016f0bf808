import { describe, expect, test } from "vitest";
import { compareManagers } from "../../../../core/debuggee/comparison/compare.ts";
import { Debuggee } from "../../../../core/debuggee/debuggee.ts";
import { quietPorts } from "../../../../core/vm/ports.ts";
import type { Comparison } from "../../../../core/wire/index.ts";

function compare(text: string, managers = ["refcount", "none"], heapMB = 2, withSteps = false): Comparison {
  let time = 0;
  const work = compareManagers({
    program: "p.cons",
    managers,
    load(manager, write) {
      const ports = { ...quietPorts(), console: { ...quietPorts().console, write } };
      const settings = { manager, managerOptions: {}, heapMB, args: [], ports };
      const { debuggee } = Debuggee.load({ path: "p.cons", text }, settings);
      return debuggee as Debuggee;
    },
    clock: () => time++,
    withSteps,
  });
  for (let next = work.next(); ; next = work.next()) if (next.done === true) return next.value;
}

describe("a comparison of managers", () => {
  test("gives each manager's allocations, frees, peak and leaks of the program alone", () => {
    const { managers } = compare("(define (f n) (cons n nil))\n(f 1)\n(gc)\n(f 2)\n(display 7)");
    expect(managers).toMatchObject([
      { manager: "refcount", allocations: 2, frees: 2, liveObjects: 0, collections: 2, failed: false, output: "7" },
      { manager: "none", allocations: 2, frees: 0, liveObjects: 2, leaks: 2, collections: 0, output: "7" },
    ]);
    expect(managers[0]?.steps).toBe(managers[1]?.steps);
    expect(managers[0]?.countOperations).toBeGreaterThan(0);
    expect(managers[0]?.peakBytes).toBeLessThan(managers[1]?.peakBytes as number);
  });

  test("finds the first step at which one has freed what the other has, with both places", () => {
    const { differences } = compare("(define (f n) (cons n nil))\n(f 1)\n(gc)\n(f 2)");
    expect(differences).toMatchObject([
      {
        first: "refcount",
        second: "none",
        aliveIn: "none",
        place: { line: 2, text: "(gc)" },
        object: { type: "LISTP", place: { line: 0, text: "(cons n nil)" } },
      },
    ]);
  });

  test("a run that uses up its memory ends with the reason, and is compared as far as it went", () => {
    const text = "(define (f n) (when (> n 0) (make-vector 1000) (f (- n 1))))\n(f 3000)";
    const { managers } = compare(text, ["refcount", "none"], 1);
    expect(managers[0]).toMatchObject({ failed: false });
    expect(managers[1]?.ending).toMatch(/storage/i);
    expect(managers[1]?.steps).toBeLessThan(managers[0]?.steps as number);
  });

  test("programs that look at their memory and allocate by it are not compared object by object", () => {
    const { incomparable, differences } = compare("(define x (cons 1 2))\n(if (refcount x) (cons 1 1) (vector 1))");
    expect(incomparable).toEqual(["none"]);
    expect(differences).toEqual([]);
  });

  test("counts of the compiler's plan are counts touched, and what was there before the program is not freed by it", () => {
    const text =
      "(define config (cons 8080 nil))\n(define (service id) (cons id config))\n(define a (service 1))\n(display (cdr a))";
    const { managers } = compare(text, ["asap"]);
    expect(managers[0]).toMatchObject({ allocations: 2, frees: 2, liveObjects: 0, leaks: 0 });
    expect(managers[0]?.countOperations).toBeGreaterThan(0);
  });

  test("sets the event streams side by side, by program step", () => {
    const text = "(define (f n) (cons n nil))\n(f 1)\n(gc)\n(f 2)";
    const { managers, steps } = compare(text, ["refcount", "none"], 2, true);
    const sum = (run: number, what: "allocated" | "freed") =>
      steps.reduce((total, { events }) => total + (events[run]?.[what] ?? 0), 0);
    const sums = managers.map((_, run) => [sum(run, "allocated"), sum(run, "freed")]);
    expect(sums).toEqual(managers.map(({ allocations, frees }) => [allocations, frees]));
    expect(steps.map(({ step }) => step)).toEqual(steps.map(({ step }) => step).toSorted((a, b) => a - b));
    expect(steps.find(({ events }) => events[0]?.freed === 1)?.events[1]).toEqual({ allocated: 0, freed: 0 });
  });
});
