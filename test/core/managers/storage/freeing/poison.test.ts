import { describe, expect, test } from "vitest";
import { managerFactory } from "../../../../../core/managers/catalog.ts";
import type { ManagerOptions } from "../../../../../core/managers/contract.ts";
import { HTMAIN_BASE } from "../../../../../core/memory/layout.ts";
import type { EventKind } from "../../../../../core/vm/events.ts";
import { digest } from "../../../../../core/vm/state/digest.ts";
import { debuggeeFor, runMotion, runProgram } from "../../../../support/lisp/debuggee.ts";

const POISON = { poison: true };
const GARBAGE = `(define kept (list 1 2 3))
(define (waste n) (while (> n 0) (list n (make-vector 3 n) "x" (+ n 100000.5)) (set! n (- n 1))) 'done)
(waste 80)
(gc)
(waste 80)
(print kept)
`;

describe.each(["refcount", "mark-sweep"])("poisoned storage under %s", (manager) => {
  test("a sound program does what it does without, and keeps its heap in order", () => {
    const options = { stress: 40 };
    const plain = runProgram(GARBAGE, { manager, managerOptions: options });
    const { debuggee } = debuggeeFor(GARBAGE, { manager, managerOptions: { ...options, ...POISON } });
    debuggee.lookouts.verify(40);
    debuggee.arm(new Set<EventKind>(["verify", "memory.error"]));
    expect(runMotion(debuggee.continue()).kind).toBe("finished");
    const figures = ({ machine }: typeof debuggee) => machine.manager.statistics().freedObjects;
    expect(figures(debuggee)).toBe(figures(plain.debuggee));
    expect(debuggee.machine.manager.usage()).toEqual(plain.debuggee.machine.manager.usage());
  });

  test("what was freed is no object for questions about the heap", () => {
    const { debuggee } = debuggeeFor(`${GARBAGE}(gc)\n(print 1)\n`, { manager, managerOptions: POISON });
    debuggee.arm(new Set<EventKind>(["leak"]));
    expect(runMotion(debuggee.continue()).kind).toBe("finished");
  });

  test("a look at a value leaves no trace in it", () => {
    const { debuggee } = debuggeeFor(GARBAGE, { manager, managerOptions: POISON });
    debuggee.setBreakpoints(debuggee.placesOnLine(4).map(({ pc }) => pc));
    runMotion(debuggee.continue());
    const before = digest(debuggee.machine);
    debuggee.evaluate("(begin (waste 50) (gc))", null, "peek");
    expect(digest(debuggee.machine)).toBe(before);
  });
});

describe("a use of poisoned storage", () => {
  // A count that is wrong lets the collector free what the program still has.
  const early = `(define box (vector nil))
(define (put) (vector-set! box 0 (list 1 2 3)) 'put)
(put)
(gc)
(print (car (vector-ref box 0)))
`;

  function freedEarly(managerOptions: ManagerOptions) {
    const { debuggee, output } = debuggeeFor(early, { managerOptions });
    debuggee.setBreakpoints(debuggee.placesOnLine(3).map(({ pc }) => pc));
    runMotion(debuggee.continue());
    const found = debuggee.evaluate("(vector-ref box 0)", null, "peek");
    if (found.kind !== "value" || found.value === null) throw new Error("no list");
    const object = found.value;
    debuggee.machine.memory.setCell(HTMAIN_BASE + (object & 0xfffe), (object >>> 15) & 0x1ffe);
    debuggee.setBreakpoints([]);
    return { stop: runMotion(debuggee.continue()), output, object };
  }

  test("stops with what it was and which collection freed it; without poison it goes unseen", () => {
    const { stop, object } = freedEarly(POISON);
    expect(stop).toMatchObject({ kind: "failed", event: { kind: "memory.error", object } });
    expect(stop.kind === "failed" && stop.message).toMatch(
      /^use after free: \{LISTP\}#\d+,\d+ was freed by collection 1, and is used at .*test\.cons:5$/,
    );
    expect(freedEarly({}).stop.kind).toBe("finished");
  });

  test("a store into it is found when the next collection begins", () => {
    const { debuggee } = debuggeeFor(GARBAGE, { managerOptions: POISON });
    debuggee.setBreakpoints(debuggee.placesOnLine(5).map(({ pc }) => pc));
    runMotion(debuggee.continue());
    const { manager, memory } = debuggee.machine;
    const waiting: number[] = [];
    manager.poisoned?.eachSpare((start) => waiting.push(start));
    expect(waiting.length).toBeGreaterThan(100);
    memory.setCell((waiting[0] ?? 0) + 2 * (memory.cell(waiting[0] ?? 0) >>> 19 === 0x1555 ? 1 : 0), 5);
    debuggee.setBreakpoints([]);
    debuggee.arm(new Set<EventKind>(["memory.error"]));
    expect(runMotion(debuggee.continue())).toMatchObject({
      event: { kind: "memory.error", message: expect.stringContaining("was stored into after it was freed") },
    });
  });
});

test("managers that collect and have no quarantine offer poison", () => {
  const offers = (name: string) => managerFactory(name)?.options.some((option) => option.name === "poison");
  expect(["refcount", "mark-sweep", "malloc", "asap", "arena", "none"].map(offers)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
