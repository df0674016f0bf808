/** What Lisp programs see of the mark-sweep manager: variables are roots, objects of every kind are managed, options reach it. */
import { describe, expect, test } from "vitest";
import { DEFAULT_MANAGER } from "../../../../core/managers/catalog.ts";
import { MarkSweepManager } from "../../../../core/managers/mark-sweep/mark-sweep-manager.ts";
import { findSymbol, valueCell } from "../../../../core/objects/symbols.ts";
import { lispMachine } from "../../../support/lisp/lisp-machine.ts";
import { runProgram } from "../../../support/lisp/run-program.ts";

const outputOf = (program: string, options: Record<string, number | boolean> = {}) => {
  const { output, stop, machine } = runProgram(program, "mark-sweep", options);
  expect(stop).toMatchObject({ kind: "finished" });
  return { output, manager: machine.manager as MarkSweepManager };
};

/** What the history says of a pair that is not there any more. */
const GONE = /^id \d+, [48] bytes, gone$/;

/** Makes garbage enough for collections at any threshold that these tests set. */
const CHURN = "(define (churn n) (while (> n 0) (list n n n) (set! n (- n 1))))";

describe("variables", () => {
  test("Z-A20: a hundred variables that are set to new objects make a hundred managed objects (Z-F14, Z-F15)", () => {
    const variables = Array.from({ length: 100 }, (_, i) => `(define v${i} (cons ${i} nil))`).join("\n");
    const live = (program: string) => outputOf(program).manager.heap.table.liveObjects;
    expect(live(variables) - live(Array.from({ length: 100 }, (_, i) => `(define v${i} ${i})`).join("\n"))).toBe(100);
  });

  const NAMES = ["a", "b", "c", "d", "e", "f"];
  const STORE = NAMES.map((name, i) => `(define ${name} (list ${10 * (i + 1)}))`).join("\n");

  test("Z-A21: variables keep their objects whatever the threshold, and the objects have ids of their own (Z-C3)", () => {
    const program = `${STORE} ${CHURN} (churn 20) (print (list a b c d e f))`;
    const { output, machine } = runProgram(program, "mark-sweep", { threshold: 5 });
    expect(output.trim()).toBe("((10) (20) (30) (40) (50) (60))");
    const { table } = (machine.manager as MarkSweepManager).heap;
    const idAt = new Map<number, number>();
    table.eachObject((id) => idAt.set(table.payloads[id] as number, id));
    const ids = NAMES.map((name) => {
      const symbol = findSymbol(machine.memory, name) as number;
      return idAt.get(machine.memory.pointer(valueCell(symbol)));
    });
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(6);
  });

  test("Z-A22: a store into one variable changes no other", () => {
    const { output } = outputOf(`${STORE} ${CHURN} (set! a (list 99)) (churn 20) (print (list a b c d e f))`, {
      threshold: 5,
    });
    expect(output.trim()).toBe("((99) (20) (30) (40) (50) (60))");
  });

  test("Z-F15: the object that a variable held is collected when another is stored, unless something else refers to it", () => {
    const freed = (keep: string) => {
      const program = `(define a (make-vector 1000)) ${keep} (gc) (set! a nil) (gc) (gc)`;
      return outputOf(program).manager.statistics().freedWords;
    };
    expect(freed("nil")).toBeGreaterThanOrEqual(2000);
    expect(freed("(define b a)")).toBeLessThan(2000);
  });
});

describe("objects of every kind", () => {
  const lisp: readonly (readonly [string, string, string])[] = [
    ["large constants", '(define (f) \'(1 (2 "three") #(4 5)))', "(f)"],
    ["lists", "(define kept (list 1 (list 2 3) 4))", "kept"],
    ["vectors", "(define kept (make-vector 3)) (vector-set! kept 1 (list 1 2))", "kept"],
    ["association lists", "(define kept (list (cons 'a (list 1)) (cons 'b (list 2))))", "(assq 'b kept)"],
    ["call results", "(define (make n) (list n (+ n 1))) (define kept (make 5))", "kept"],
    ["strings", '(define kept (string-append "abc" "def"))', "kept"],
    ["interned names", "(define kept (list 'one 'two))", "kept"],
    ["numbers in boxes", "(define kept (list 1234567890 1.5))", "kept"],
    [
      "closures",
      "(define (counter) (let ((n (list 40))) (lambda () (set-car! n (+ (car n) 1)) n))) (define tick (counter))",
      "(begin (tick) (tick))",
    ],
    [
      "instances",
      "(define (point x y) (lambda (what) (if (eq? what 'x) x y))) (define p (point (list 1) (list 2)))",
      "(p 'y)",
    ],
  ];
  const ways: Record<string, number | boolean>[] = [
    { threshold: 3 },
    { threshold: 3, generational: true, promoteAfter: 1 },
    { threshold: 7, budget: 2 },
    { threshold: 50, hybrid: 1 },
    { threshold: 5, regions: 1, workers: 2 },
    { threshold: 6, compact: 1 },
  ];

  test.each(lisp)("Z-M9: %s survive collections with all that they hold", (_what, make, show) => {
    const program = `${CHURN} ${make} (churn 60) (print ${show})`;
    const expected = runProgram(program, "refcount").output;
    for (const options of ways) expect([options, outputOf(program, options).output]).toEqual([options, expected]);
  });

  test("Z-M9: what is dropped goes: a program that only churns ends with as many objects as it began with", () => {
    const { manager } = outputOf(`${CHURN} (churn 1000)`);
    const idle = outputOf(CHURN).manager;
    expect(manager.heap.table.liveObjects).toBe(idle.heap.table.liveObjects);
    expect(manager.statistics().freedObjects).toBeGreaterThanOrEqual(3000);
  });

  test.each([
    ["vectors", "(make-vector 3 i)"],
    ["strings", '(string-append "abc" "def")'],
    ["numbers in boxes", "(* i 1000000)"],
    ["closures", "((lambda (k) (lambda () (set! k (+ k 1)) k)) i)"],
    ["instances", "(make-point i i)"],
    ["tables", "(table-set! (make-table) i (list i))"],
  ])("Z-M9: %s that are dropped are freed", (_what, make) => {
    const left = (count: number) => {
      const program = `(define-type point x y) (define (work n) (for (i 0 n) ${make})) (work ${count})`;
      const { allocatedObjects, freedObjects } = outputOf(program, { threshold: 100 }).manager.statistics();
      return { allocatedObjects, live: allocatedObjects - freedObjects };
    };
    const [none, many] = [left(0), left(300)];
    expect(many.allocatedObjects - none.allocatedObjects).toBeGreaterThanOrEqual(290);
    expect(many.live).toBe(none.live);
  });

  test("cycles are collected (Z-C2)", () => {
    const ring = "(define (ring) (let ((r (list 1 2 3))) (set-cdr! (cdr (cdr r)) r) nil))";
    const { manager } = outputOf(`${ring} (for (i 0 100) (ring)) (gc)`);
    const idle = outputOf(`${ring} (gc)`).manager;
    expect(manager.heap.table.liveObjects).toBe(idle.heap.table.liveObjects);
  });
});

describe("options and calls", () => {
  const machineWith = (managerOptions: Record<string, number | boolean>, source = CHURN) => {
    const { machine } = lispMachine(source, { manager: "mark-sweep", managerOptions });
    return machine.manager as MarkSweepManager;
  };

  test("Z-F14, Z-F17: the limit is 100 MB (Z-F3) and the threshold 1000, unless megabytes and threshold say something else", () => {
    const table = machineWith({}).heap.table;
    expect(table.limit).toBe(100 * 1024 * 1024);
    expect(machineWith({ maxHeapMB: 3 }).heap.table.limit).toBe(3 * 1024 * 1024);
    const runs = (threshold: number) =>
      outputOf(`${CHURN} (churn 500)`, { threshold }).manager.heap.table.statistics.runs;
    expect([runs(1000), runs(100)]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(runs(100)).toBeGreaterThan(5 * runs(1000));
  });

  test("Z-F14: a manager only where it is asked for", () => {
    const usual = lispMachine("nil", { manager: DEFAULT_MANAGER }).machine.manager;
    expect(usual).not.toBeInstanceOf(MarkSweepManager);
    expect(machineWith({})).toBeInstanceOf(MarkSweepManager);
  });

  test("Z-F3: a program that keeps more than the limit stops, after a collection, with the sum that would have been", () => {
    const { stop, machine } = runProgram("(define kept nil) (while #t (set! kept (cons 1 kept)))", "mark-sweep", {
      maxHeapBytes: 60_000,
      threshold: 1_000_000,
    });
    expect(stop).toMatchObject({ kind: "failed" });
    expect(stop.kind === "failed" ? stop.message : "").toMatch(/^Heap full: 600\d\d > 60000$/);
    expect((machine.manager as MarkSweepManager).heap.table.statistics.runs).toBeGreaterThan(0);
  });

  test("Z-F3: garbage makes room: a program that drops what it makes runs on within the limit", () => {
    const { manager } = outputOf(`${CHURN} (churn 20000)`, { maxHeapBytes: 60_000, threshold: 1_000_000 });
    expect(manager.heap.table.statistics.peak).toBeLessThanOrEqual(60_000);
  });

  test("Z-F16: statistics, a collection and the report can be asked for while a program runs (Z-F9, Z-F11, Z-F13)", () => {
    const { manager } = outputOf(`${CHURN} (churn 100) (gc)`, { threshold: 1_000_000 });
    const { figures, sections, lastCollection } = manager.view();
    const figure = (label: string) => figures.find((found) => found.label === label)?.value;
    // One by (gc), one at the end of the program.
    expect(figure("gc_runs")).toBe("2");
    expect(figure("allocation_count")).toBe(String(manager.statistics().allocatedObjects));
    expect(lastCollection?.cause).toBe("exit");
    const report = sections.find(({ label }) => label === "Report");
    expect(report?.rows(0, 100).map(({ value }) => value)).toContain("Zexus Memory Manager Report");
    const history = sections.find(({ label }) => label === "History");
    expect(history?.rows(0, 2)).toEqual([
      expect.objectContaining({ label: expect.stringMatching(/^allocation \d/), value: expect.stringMatching(GONE) }),
      expect.objectContaining({ value: expect.stringMatching(GONE) }),
    ]);
  });

  test("Z-F9: (gc) answers how many objects it has freed", () => {
    // A vector is two: header and elements.
    const program = "(define v (make-vector 3)) (gc) (set! v nil) (print (gc)) (print (gc))";
    expect(outputOf(program, { threshold: 1_000_000 }).output).toBe("2\n0\n");
  });

  test("Z-F12: an object that lives through more allocations than the leak age, without a root of its own, is listed as a leak", () => {
    const program = `${CHURN} (define kept (list 1 2)) (churn 200)`;
    const leaks = (leakAge: number) =>
      outputOf(program, { leakAge })
        .manager.view()
        .sections.find(({ label }) => label === "Leaks")?.size ?? 0;
    // The second pair of the list: the first is what the variable refers to.
    expect(leaks(100)).toBeGreaterThan(0);
    expect(leaks(1_000_000)).toBe(0);
  });

  test("Z-M2: with a budget no collection that is due looks into more objects, and the output is the same", () => {
    const program = `${CHURN} (define kept nil) (for (i 0 300) (set! kept (cons (list i) kept))) (churn 500) (print (length kept))`;
    const whole = outputOf(program, { threshold: 200 });
    const pieces = outputOf(program, { threshold: 200, budget: 20 });
    expect(pieces.output).toBe(whole.output);
    expect(pieces.manager.statistics().collections).toBeGreaterThan(3 * whole.manager.statistics().collections);
    expect(pieces.manager.heap.table.statistics.runs).toBeGreaterThan(1);
  });

  test("Z-M4: with counts, what a program overwrites is freed before a collection traces anything", () => {
    const program = "(define v (make-vector 1)) (for (i 0 50) (vector-set! v 0 (list i i)))";
    const { manager } = outputOf(program, { hybrid: 1, threshold: 1_000_000 });
    expect(manager.heap.counters?.released).toBeGreaterThanOrEqual(98);
    const shown = manager.view().figures.filter(({ label }) => label === "released" || label === "waiting");
    expect(shown.map(({ value }) => Number(value))).toEqual([manager.heap.counters?.released, expect.any(Number)]);
  });

  test("Z-M1: promoteAfter says how many minor collections an object survives before it is old", () => {
    const figures = (promoteAfter: number) => {
      const program = `(define kept (list 1 2 3)) ${CHURN} (churn 200)`;
      const { manager } = outputOf(program, { generational: true, threshold: 100, promoteAfter });
      return manager.view().figures;
    };
    const promoted = (after: number) => Number(figures(after).find(({ label }) => label === "promoted")?.value);
    expect(promoted(1)).toBeGreaterThanOrEqual(3);
    expect(promoted(200)).toBe(0);
    expect(figures(2).map(({ label }) => label)).toEqual(expect.arrayContaining(["old bytes", "remembered"]));
  });

  test("Z-M1: most collections that are due are minor ones", () => {
    const { manager } = outputOf(`${CHURN} (churn 2000)`, { generational: true, threshold: 100 });
    const { runs, minorRuns } = manager.heap.table.statistics;
    expect(minorRuns).toBeGreaterThan(50);
    expect(runs - minorRuns).toBeLessThan(5);
    const figure = (label: string) => manager.view().figures.find((found) => found.label === label)?.value;
    expect([figure("minor collections"), figure("major collections")]).toEqual([
      String(minorRuns),
      String(runs - minorRuns),
    ]);
  });
});
