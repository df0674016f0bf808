import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../../../core/debuggee/debuggee.ts";
import { findSymbol, valueCell } from "../../../../core/objects/symbols.ts";
import type { StopReason } from "../../../../core/vm/events.ts";
import type { Watch, WatchHit } from "../../../../core/vm/gates/watch.ts";
import { debuggeeFor, runMotion } from "../../../support/lisp/debuggee.ts";
import { watchWords } from "../../../support/lisp/watches.ts";

/** The instruction that a stop is about. */
function instructionOf(debuggee: Debuggee, stop: StopReason): string {
  const site = stop.kind === "watch" ? stop.site : 0;
  return debuggee.disassemble(site, 0, 1)[0]?.text.split(" ")[0] ?? "";
}
/** All that happens to some watches until the program ends, one line a stop: instruction and accesses. */
function storyOf(debuggee: Debuggee, watches: readonly Watch[]): string[] {
  const lines: string[] = [];
  debuggee.watch(watches);
  for (let stop = runMotion(debuggee.continue()); stop.kind === "watch"; stop = runMotion(debuggee.continue())) {
    lines.push(`${instructionOf(debuggee, stop)}: ${stop.hits.map(({ access }) => access).join("+")}`);
  }
  return lines;
}
/** The hits until the program ends. */
function hitsOf(debuggee: Debuggee, watches: readonly Watch[]): WatchHit[] {
  const hits: WatchHit[] = [];
  debuggee.watch(watches);
  for (let stop = runMotion(debuggee.continue()); stop.kind === "watch"; stop = runMotion(debuggee.continue())) {
    hits.push(...stop.hits);
  }
  return hits;
}
const small = (n: number) => 0xe0000 | n;
const cellOf = ({ machine }: Debuggee, name: string) => valueCell(findSymbol(machine.memory, name) as number);
/** Runs up to a line, counted from 1. */
function upTo(text: string, line: number, settings = {}): Debuggee {
  const { debuggee } = debuggeeFor(text, settings);
  debuggee.setBreakpoints(debuggee.placesOnLine(line - 1).map(({ pc }) => pc));
  expect(runMotion(debuggee.continue()).kind).toBe("breakpoint");
  debuggee.setBreakpoints([]);
  return debuggee;
}
const heldBy = (debuggee: Debuggee, name: string) => debuggee.machine.memory.pointer(cellOf(debuggee, name));

describe("writes", () => {
  test("tell the value before and after, and whether it is another one", () => {
    const debuggee = upTo("(define x 1)\n(set! x 1)\n(set! x 2)\n", 2);
    expect(hitsOf(debuggee, [watchWords(cellOf(debuggee, "x"))])).toMatchObject([
      { access: "write", old: small(1), now: small(1), isChange: false },
      { access: "write", old: small(1), now: small(2), isChange: true },
    ]);
  });

  test("several watches that one instruction touches are one stop", () => {
    const debuggee = upTo("(define x 1)\n(set! x 5)\n", 2);
    const watch = watchWords(cellOf(debuggee, "x"));
    const lower = { ...watch, start: watch.start + 3, bytes: 1 };
    const upper = { ...watch, start: watch.start, bytes: 1 };
    debuggee.watch([watch, lower, upper]);
    const stop = runMotion(debuggee.continue());
    expect(
      stop.kind === "watch" && stop.hits.map(({ watch: one, isChange }) => [one === lower, one.kind, isChange]),
    ).toEqual([
      [false, "data", true],
      [true, "data", true],
      [false, "data", false],
    ]);
    expect(runMotion(debuggee.continue())).toMatchObject({ kind: "finished" });
  });

  test("a range that is long is compared where it is written", () => {
    const debuggee = upTo("(define v (make-vector 100 0))\n(vector-set! v 50 0)\n(vector-set! v 51 7)\n", 2);
    const base = debuggee.machine.memory.pointer(heldBy(debuggee, "v"));
    const hits = hitsOf(debuggee, [watchWords(base, 200)]);
    expect(hits.map(({ isChange, old }) => [isChange, old])).toEqual([
      [false, null],
      [true, null],
    ]);
  });

  test("a variable whose function has returned is told of, once", () => {
    const text = "(define (f n)\n  (set! n (+ n 1))\n  n)\n(f 1)\n(f 2)\n";
    const debuggee = upTo(text, 2);
    const [frame] = debuggee.stack(0, 1).frames;
    const n = debuggee
      .scopes(null)[0]
      ?.named()
      .find(({ name }) => name === "n");
    if (n?.slot?.kind !== "stack") throw new Error("n is not on the stack");
    const watch = watchWords(n.slot.address, 2, { frame: frame?.frame ?? null });
    const [write, gone] = hitsOf(debuggee, [watch]);
    expect(write).toMatchObject({ access: "write", now: small(2) });
    expect(gone).toMatchObject({ access: "gone" });
  });
});

describe("reads", () => {
  const reading = (text: string, line: number, name: string, lengthWords = 2, at = 0): string[] => {
    const debuggee = upTo(text, line);
    return storyOf(debuggee, [watchWords(at === 0 ? cellOf(debuggee, name) : at, lengthWords, { access: "read" })]);
  };

  test("of a global variable, of its function, and not what is only written", () => {
    expect(reading("(define x 1)\n(define (f) x)\n(print (f))\n(set! x 2)\n", 3, "x")).toEqual(["GVAR: read"]);
  });

  test("of an argument and a local of a frame", () => {
    const debuggee = upTo("(define (f a)\n  (let ((b 3))\n    (display a)\n    (display b)))\n(f 1)\n", 3);
    const watches = ["a", "b"].map((name) => {
      const node = debuggee
        .scopes(null)[0]
        ?.named()
        .find((one) => one.name === name);
      if (node?.slot?.kind !== "stack") throw new Error(`${name} is not on the stack`);
      return watchWords(node.slot.address, 2, { access: "read" });
    });
    expect(storyOf(debuggee, watches)).toEqual(["IVAR0: read", "PVAR0: read"]);
  });

  test("of the halves of a pair, by CAR, CDR and a search", () => {
    const debuggee = upTo("(define p '(1 2 3))\n(display (car p))\n(display (cdr p))\n(display (memq 2 p))\n", 2);
    const pair = heldBy(debuggee, "p");
    const story = storyOf(debuggee, [watchWords(pair, 2, { access: "read" })]);
    expect(story.slice(0, 2)).toEqual(["CAR: read", "CDR: read"]);
    expect(story.length).toBeGreaterThan(2);
  });

  test("of one element of a vector, and of a field", () => {
    const text =
      "(define-type point x y)\n(define v (vector 1 2 3))\n(define q (make-point 4 5))\n(display (vector-ref v 1))\n(display (vector-ref v 2))\n(display (point-x q))\n(display (point-y q))\n";
    const debuggee = upTo(text, 4);
    const { memory } = debuggee.machine;
    const element = memory.pointer(heldBy(debuggee, "v")) + 4;
    const field = heldBy(debuggee, "q") + 2;
    const watches = [element, field].map((address) => watchWords(address, 2, { access: "read" }));
    expect(storyOf(debuggee, watches)).toEqual(["AREF1: read", "GETBASEPTR.N: read"]);
  });

  test("of what a host call is given, however deep, and not where it looks at no contents", () => {
    const debuggee = upTo("(define p '(1 (2 3)))\n(address-of p)\n(print p)\n", 2);
    const { memory } = debuggee.machine;
    const inner = memory.pointer(heldBy(debuggee, "p")) & 0x0fffffff;
    expect(inner).toBe(small(1));
    const watches = [watchWords(heldBy(debuggee, "p"), 2, { access: "read" })];
    expect(storyOf(debuggee, watches)).toEqual(["SUBRCALL: read"]);
  });

  test("and writes of one watch for both", () => {
    const debuggee = upTo("(define x 1)\n(set! x (+ x 1))\n", 2);
    const story = storyOf(debuggee, [watchWords(cellOf(debuggee, "x"), 2, { access: "readWrite" })]);
    expect(story).toEqual(["GVAR: read", "GVAR_: write"]);
  });
});

describe("reference counts", () => {
  const text = "(define p (cons 1 2))\n(define q (list p p))\n(set! q nil)\n(gc)\n(set! p nil)\n(gc)\n";

  test("every change is told with both values, also those that a collection makes", () => {
    const debuggee = upTo(text, 2);
    const object = heldBy(debuggee, "p");
    const changes = hitsOf(debuggee, [{ kind: "count", object }]).map(({ old, now }) => [old, now]);
    expect(changes.length).toBeGreaterThanOrEqual(4);
    for (const [old, now] of changes) expect(old).not.toBe(now);
    for (const [i, [old]] of changes.slice(1).entries()) expect(old).toBe(changes[i]?.[1]);
    expect(Math.max(...changes.map(([, now]) => now ?? 0))).toBe(3);
  });

  test("under a manager that keeps none nothing is told", () => {
    const debuggee = upTo(text, 2, { manager: "mark-sweep" });
    expect(hitsOf(debuggee, [{ kind: "count", object: heldBy(debuggee, "p") }])).toEqual([]);
  });
});

describe("the life of an object", () => {
  test.each(["refcount", "mark-sweep"])("its end, and that its cells are used again (%s)", (manager) => {
    const text =
      "(define p (cons 1 2))\n(set! p nil)\n(gc)\n(define (fill n) (when (> n 0) (cons n n) (fill (- n 1))))\n(fill 300)\n";
    const debuggee = upTo(text, 2, { manager });
    const watch: Watch = { kind: "life", start: 2 * heldBy(debuggee, "p"), bytes: 4 };
    const accesses = hitsOf(debuggee, [watch]).map(({ access }) => access);
    expect(accesses.slice(0, 2)).toEqual(["free", "reuse"]);
  });
});

test("watches do not count in evaluations, and are back behind them", () => {
  const debuggee = upTo("(define x 1)\n(set! x 2)\n", 2);
  debuggee.watch([watchWords(cellOf(debuggee, "x"), 2, { access: "readWrite" })]);
  expect(debuggee.evaluate("(set! x (+ x 5))", null, "act")).toMatchObject({ kind: "value" });
  expect(runMotion(debuggee.continue())).toMatchObject({ kind: "watch", hits: [{ access: "write", old: small(6) }] });
});

test("an instruction step sees them too", () => {
  const debuggee = upTo("(define x 1)\n(set! x 2)\n", 2);
  debuggee.watch([watchWords(cellOf(debuggee, "x"), 2, { access: "read" }), watchWords(cellOf(debuggee, "x"))]);
  let stop = runMotion(debuggee.step("in", "instruction"));
  for (let steps = 0; stop.kind === "step" && steps < 10; steps++) stop = runMotion(debuggee.step("in", "instruction"));
  expect(stop).toMatchObject({ kind: "watch", hits: [{ access: "write" }] });
});
