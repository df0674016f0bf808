/** Programs under manager `arena`: where their objects go, and at what they stop. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { mapHeap } from "../../../../core/inspect/counts/references.ts";
import { HeapMap } from "../../../../core/inspect/heap/heap-map.ts";
import type { Machine } from "../../../../core/vm/machine.ts";
import { debuggeeFor, runMotion } from "../../../support/lisp/debuggee.ts";
import { outputOf, runProgram } from "../../../support/lisp/run-program.ts";

const run = (text: string) => outputOf(text, "arena").trim();

describe("programs", () => {
  test("run as under other managers when they use no arena (M-F10)", () => {
    const text = `
      (define (squares n) (let loop ((i (- n 1)) (found nil)) (if (< i 0) found (loop (- i 1) (cons (* i i) found)))))
      (print (squares 5)) (print (map (lambda (s) (string-append s "!")) '("a" "b"))) (print (* 1.5 100000))`;
    expect(run(text)).toBe(outputOf(text).trim());
  });

  test("get their value out of an arena, and its objects go with it", () => {
    const text = `
      (define (sum items) (if (null? items) 0 (+ (car items) (sum (cdr items)))))
      (define (squares n) (let loop ((i n) (found nil)) (if (= i 0) found (loop (- i 1) (cons (* i i) found)))))
      (for (i 0 50) (with-arena (sum (squares 100))))
      (print (with-arena (sum (squares 100))))`;
    const { output, machine } = runProgram(text, "arena");
    expect(output).toBe("338350\n");
    const { allocatedObjects, freedObjects } = machine.manager.statistics();
    expect(freedObjects).toBeGreaterThan(51 * 100);
    expect(allocatedObjects - freedObjects).toBeLessThan(2000);
  });

  test("stop at a stale reference, which a local variable has kept (M-A6)", () => {
    const stale = (use: string) =>
      run(`(define (f) (let ((kept nil)) (with-arena (set! kept (list 1 2)) 0) ${use})) (f)`);
    const message =
      /^\[failed: stale reference: \{LISTP\}#\d+,\d+ was allocated in arena 1 \(with-arena\), which has ended: generation 0 of 1\]$/;
    for (const use of [
      "(car kept)",
      "(cdr kept)",
      "(+ 1 kept)",
      "(set-car! kept 1)",
      "(vector-ref kept 0)",
      "(kept)",
      "(print kept)",
      "(equal? kept (list 1 2))",
      "(length kept)",
      "(map 1+ kept)",
    ]) {
      expect(stale(use), use).toMatch(message);
    }
  });

  test("stop at an escape, at what refers into an arena that ends, and at a region violation", () => {
    expect(run("(with-arena (list 1))")).toMatch(/^\[failed: escape: the result #\d+,\d+ lies in arena 1/);
    expect(run("(define kept nil) (with-arena (set! kept (list 1)) 0)")).toMatch(
      /^\[failed: arena 1 \(with-arena\) cannot end/,
    );
    expect(run("(define kept nil) (with-arena (set! kept (list 1)) (set! kept nil) 0) (print 'fine)")).toBe("fine");
    expect(run("(define kept nil) (with-region squares (set! kept (list 1)) (set! kept nil) 0)")).toMatch(
      /^\[failed: region violation: #\d+,\d+ of region 1 \(squares\) was to be stored at/,
    );
  });

  test("keep symbols that they make in an arena: names live for ever", () => {
    expect(
      run(`(define kept (with-arena (string->symbol (string-append "new" "name")))) (list 1 2 3) (print kept)`),
    ).toBe("newname");
  });

  test("free single objects of the regular allocator, and only once (M-F11)", () => {
    expect(run("(define p (list 1)) (free p) (print 'fine)")).toBe("fine");
    expect(run("(define p (list 1)) (free p) (free p)")).toMatch(
      /^\[failed: \{LISTP\}#\d+,\d+ was not freed: double free: it is free already; first freed/,
    );
    expect(run("(free '(1 2))")).toMatch(
      / was not freed: it belongs to the VM arena, not to the regular allocator, and/,
    );
    expect(run("(with-arena (free (list 1)))")).toMatch(
      / was not freed: it belongs to arena 1 \(with-arena\), not to the regular allocator, and goes when that ends\]$/,
    );
    expect(run("(free 'name)")).toMatch(/has no storage of its own/);
  });

  test("stop at a use after free (M-F11)", () => {
    const used = run("(define p (list 1)) (define q (list 2)) (free p) (print (+ 1 (car p)))");
    expect(used).toMatch(/^\[failed: use after free: \{LISTP\}#\d+,\d+ was freed/);
  });

  test("free a vector, a string and a function with their storage", () => {
    for (const made of ["(make-vector 10 0)", '(string-append "a" "b")', "((lambda (n) (lambda () n)) 5)"]) {
      const { machine } = runProgram(
        `(define (make) ${made}) (define kept (make)) (free kept) (set! kept nil)`,
        "arena",
      );
      expect(machine.manager.statistics().freedObjects, made).toBe(2);
    }
  });
});

describe("the demonstration", () => {
  test("builds, runs, and ends with the objects of its five rounds gone (M-F9, M-C2)", () => {
    const text = readFileSync(new URL("../../../../examples/arena.cons", import.meta.url), "utf8");
    const { output, stop, machine } = runProgram(text, "arena");
    expect(stop.kind).toBe("finished");
    expect(output).toBe("#(499500 499500 499500 499500 499500)\n3\n");
    const { figures } = machine.manager.view();
    const value = (label: string) => Number(figures.find((figure) => figure.label === label)?.value);
    // Each round makes 1000 vectors, with a block each, and as many pairs.
    expect(value("in arenas")).toBeGreaterThan(5 * 3000);
    expect(value("gone with arenas")).toBe(value("in arenas"));
    expect(machine.manager.usage().usedWords).toBeLessThan(20_000);
    expect(outputOf(text, "none")).toBe(output);
  });
});

describe("what the debugger sees of an arena", () => {
  test("objects that are handed out, and nothing else", () => {
    const text = "(with-arena (list 1 2 3) (make-vector 5 0) (* 1.5 3) (car 5))";
    const { machine } = runProgram(text, "arena");
    const view = {
      memory: machine.memory,
      registers: null,
      manager: machine.manager,
      collection: null,
      code: machine.code,
    };
    const inArena: number[] = [];
    mapHeap(view).eachObject((object) => {
      if ((machine.manager.arenas?.arenaOf(object) ?? 0) !== 0) inArena.push(object);
    });
    // Three pairs, the vector and its block, the float.
    expect(inArena.length).toBe(6);
    expect(mapHeap(view)).toBeInstanceOf(HeapMap);
    expect(mapHeap(view).problems).toEqual([]);
  });
});

describe("what the debugger compiles", () => {
  const program = "(define kept nil)\n(define (work x)\n  (display x)\n  x)\n(work 4)\n";
  const stopped = () => {
    const { debuggee } = debuggeeFor(program, { manager: "arena" });
    debuggee.setBreakpoints(debuggee.placesOnLine(3).map(({ pc }) => pc));
    expect(runMotion(debuggee.continue()).kind).toBe("breakpoint");
    const text = (expression: string) => {
      const result = debuggee.evaluate(expression, null, "act");
      return result.kind === "value" ? result.node.value : JSON.stringify(result);
    };
    return { debuggee, text };
  };
  const unitOf = (debuggee: { machine: Machine }) =>
    debuggee.machine.manager
      .view()
      .sections.find(({ label }) => label === "Arenas")
      ?.rows(0, 10) ?? [];

  test("goes to the compiler arena, which is reset for the next expression (M-F2)", () => {
    const { debuggee, text } = stopped();
    for (let i = 0; i < 20; i++) expect(text(`(car '(${i} "text" (1 2 3)))`)).toContain(String(i));
    const [unit, ...others] = unitOf(debuggee);
    expect(others).toEqual([]);
    expect(unit?.label).toContain("(compiler)");
    expect(unit?.details.find(({ label }) => label === "generation")?.value).toBe("19");
    expect(Number(unit?.details.find(({ label }) => label === "capacity")?.value)).toBeLessThan(20_000);
  });

  test("stays as long as something refers to it: a constant, a function (M-M11)", () => {
    const { debuggee, text } = stopped();
    text("(set! kept '(1 2 3))");
    for (let i = 0; i < 5; i++) text(`(car '(${i}))`);
    expect(text("kept")).toContain("(1 2 3)");
    const { figures } = debuggee.machine.manager.view();
    expect(figures.find(({ label }) => label === "compiler arena")?.value).toMatch(
      /^\d+ bytes in \d+ allocations, peak \d+ bytes$/,
    );
    text("(set! kept (list 'a '(4 5)))");
    for (let i = 0; i < 5; i++) text(`(car '(${i}))`);
    expect(text("(cadr kept)")).toContain("(4 5)");
    text("(set! kept (lambda (x) (list x '(6 7))))");
    for (let i = 0; i < 5; i++) text(`(car '(${i}))`);
    expect(text("(kept 5)")).toContain("(5 (6 7))");
    expect(unitOf(debuggee).length).toBeGreaterThan(1);
    expect(runMotion(debuggee.continue()).kind).toBe("finished");
  });

  test("stays as long as a variable of a frame has it, which the debugger has set", () => {
    const { debuggee, text } = stopped();
    const frame = debuggee.stack(0, 1).frames[0]?.frame ?? null;
    const local = () =>
      debuggee
        .scopes(frame)[0]
        ?.named()
        .find(({ name }) => name === "x");
    const slot = local()?.slot ?? null;
    if (slot === null) throw new RangeError("x is no variable");
    debuggee.assign(slot, "'(7 8 9)", frame);
    for (let i = 0; i < 5; i++) text(`(car '(${i}))`);
    expect(local()?.value).toContain("(7 8 9)");
  });

  test("leaves no trace when it only looks", () => {
    const { debuggee } = stopped();
    const before = debuggee.digest();
    debuggee.evaluate("(cons '(1 2) (list 3))", null, "peek");
    debuggee.evaluate("(with-arena (length (list 1 2 3)))", null, "peek");
    expect(debuggee.digest()).toBe(before);
  });
});

describe("the machine's VM arena", () => {
  const figureOf = ({ machine }: { machine: Machine }, label: string) =>
    machine.manager.view().figures.find((figure) => figure.label === label)?.value;
  const rowOf = ({ machine }: { machine: Machine }, section: string, label: string) =>
    machine.manager
      .view()
      .sections.find((found) => found.label === section)
      ?.rows(0, 100)
      .find((row) => row.label === label);

  test("has the code, names and constants of the image, and nothing of the program (M-F1, M-M1, M-M3)", () => {
    const small = runProgram("(print 1)", "arena");
    const [bytes = 0, count = 0] = (figureOf(small, "VM arena") ?? "").match(/\d+/g)?.map(Number) ?? [];
    expect(count).toBeGreaterThan(100);
    expect(bytes).toBeGreaterThan(5000);
    const program = runProgram("(define (f n) (if (= n 0) nil (cons n (f (- n 1))))) (f 500)", "arena");
    expect(Number((figureOf(program, "not freed") ?? "").match(/\d+/)?.[0])).toBeGreaterThanOrEqual(500);
    const [later = 0] = (figureOf(program, "VM arena") ?? "").match(/\d+/g)?.map(Number) ?? [];
    expect(Math.abs(later - bytes)).toBeLessThan(1500);
    const figure = (text: string) => Number(/\d+/.exec(figureOf(runProgram(text, "arena"), "VM arena") ?? "")?.[0]);
    const constant = (cells: number) => figure(`(define (f) '#(${Array(cells).fill(7).join(" ")})) (f)`);
    expect(constant(50) - constant(10)).toBe(4 * 40);
  });

  test("shares equal string literals, unless it is told not to (M-M2)", () => {
    const text = '(print (eq? "abc" "abc")) (define (f) "abc") (print (eq? (f) "abc"))';
    const shared = runProgram(text, "arena");
    expect(shared.output).toBe("#t\n#t\n");
    expect(figureOf(shared, "literals shared")).toBe("3");
    expect(runProgram(text, "arena", { literalPool: false }).output).toBe("nil\nnil\n");
  });

  test("refers to large constants where they lie, instead of copying them (M-M7)", () => {
    const items = Array.from({ length: 400 }, (_, i) => i).join(" ");
    const large = runProgram(`(define (f) '#(${items})) (print (eq? (f) (f)))`, "arena");
    expect(large.output).toBe("#t\n");
    const mapped = rowOf(large, "Allocators", "VM arena")?.details.find(({ label }) => label === "mapped")?.value;
    const without = rowOf(runProgram("(print 1)", "arena"), "Allocators", "VM arena");
    const before = without?.details.find(({ label }) => label === "mapped")?.value;
    expect(Number(mapped) - Number(before)).toBe(1600);
  });

  test("shows allocators, strategies, pools and what was never freed (M-F7, M-F8, M-M5, M-M11)", () => {
    const run = runProgram("(define p (list 1 2 3)) (define q (* 1.5 2)) (define r (* 1.5 3)) (free r)", "arena");
    expect(rowOf(run, "Strategies", "string literal")?.value).toBe("VM arena");
    expect(rowOf(run, "Strategies", "closure")?.value).toBe("innermost arena, else regular allocator");
    expect(rowOf(run, "Pools", "FLOATP")?.value).toMatch(/^\d+ free slots of 4 bytes$/);
    expect(rowOf(run, "Allocators", "regular allocator")?.value).toMatch(/^4 objects, \d\d bytes$/);
    expect(figureOf(run, "not freed")).toBe(rowOf(run, "Allocators", "regular allocator")?.value);
    const unfreed = run.machine.manager.view().sections.find(({ label }) => label === "Not freed");
    expect(unfreed?.size).toBe(4);
    expect(unfreed?.rows(1, 2).map(({ label }) => label.replace(/#.*/, ""))).toEqual(["{LISTP}", "{LISTP}"]);
    const none = runProgram("(define p (list 1 2 3))", "arena", { leakDetection: false });
    expect(none.machine.manager.view().sections.find(({ label }) => label === "Not freed")?.size).toBe(0);
  });

  test("arenas obey the options: size at the beginning, limit, growth (M-M9, M-M10, M-C9)", () => {
    const filled = "(with-arena (make-vector 100 0) (make-vector 2000 0) (make-vector 5000 0) (car 5))";
    const arena = (options: Record<string, number>) =>
      rowOf(runProgram(filled, "arena", options), "Arenas", "arena 1 (with-arena)")?.details.map(({ value }) =>
        Number(value),
      );
    const [bytes = 0, objects, capacity = 0, chunks] = arena({}) ?? [];
    expect([objects, chunks]).toEqual([6, 4]);
    expect(capacity).toBeGreaterThanOrEqual(bytes);
    expect((arena({ presizeBytes: 65536 }) ?? [])[2]).toBeGreaterThanOrEqual(65536);
    const many = "(with-arena (let loop ((i 0)) (if (< i 40) (begin (make-vector 100 0) (loop (+ i 1))) 0)) (car 5))";
    const chunksOf = (options: Record<string, number>) =>
      rowOf(runProgram(many, "arena", options), "Arenas", "arena 1 (with-arena)")?.details[3]?.value;
    const [doubled, equal, large] = [{}, { growth: 1 }, { chunkBytes: 32768 }].map((options) =>
      Number(chunksOf(options)),
    );
    expect(equal).toBeGreaterThan((doubled as number) + 3);
    expect(large).toBeLessThan(doubled as number);
    const { stop } = runProgram(filled, "arena", { limitBytes: 16384 });
    expect(stop).toMatchObject({
      ...{
        kind: "failed",
        message: expect.stringContaining("arena 1 (with-arena) has a limit of 16384 bytes, capacity"),
      },
      event: { kind: "storage.full" },
    });
  });
});
