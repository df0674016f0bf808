import { describe, expect, test } from "vitest";
import { instructionKind } from "../../../../core/isa/instruction-kind.ts";
import { debuggeeFor, runMotion } from "../../../support/lisp/debuggee.ts";

const PROGRAM = `(define (pair a b) (cons (+ a 1) (list b)))
(define (twice f) (lambda (x) (f (f x))))

(print (pair 1 2)) (print 3)
`;
const started = () => debuggeeFor(PROGRAM).debuggee;
const texts = (places: readonly { start: number; end: number }[]) =>
  places.map(({ start, end }) => PROGRAM.slice(start, end));

describe("where breakpoints can be", () => {
  test("every form that starts in the range is a place, once, in the order of the text", () => {
    const debuggee = started();
    const all = debuggee.placesBetween({ line: 0, column: 0 }, { line: 0, column: 99 });
    expect(texts(all)).toContain("(cons (+ a 1) (list b))");
    expect(texts(all)).toContain("(+ a 1)");
    const starts = all.map(({ start }) => start);
    expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
    const two = debuggee.placesBetween({ line: 3, column: 0 }, { line: 3, column: 99 });
    expect(texts(two).filter((text) => text.startsWith("(print"))).toEqual(["(print (pair 1 2))", "(print 3)"]);
    expect(debuggee.placesBetween({ line: 2, column: 0 }, { line: 2, column: 99 })).toEqual([]);
  });

  test("a column binds at the form that starts there, or at the last one before it", () => {
    const debuggee = started();
    const column = PROGRAM.indexOf("(+ a 1)");
    expect(texts(debuggee.placesOnLine(0, column))).toEqual(["(+ a 1)"]);
    expect(texts(debuggee.placesOnLine(3, PROGRAM.split("\n")[3]?.indexOf("(print 3") ?? 0))).toEqual(["(print 3)"]);
    expect(texts(debuggee.placesOnLine(3, 0))).toEqual(["(print (pair 1 2))"]);
    // No form starts on line 2.
    expect(texts(debuggee.placesOnLine(2, 5))).toEqual(texts(debuggee.placesOnLine(3)));
  });
});

describe("breakpoints on kinds of instructions", () => {
  const kind = (name: string) => [instructionKind(name) ?? { opcode: -1, subr: null }];
  const opcodeAt = (debuggee: ReturnType<typeof started>) =>
    debuggee.disassemble(debuggee.machine.registers().pc, 0, 1)[0]?.text;

  test("every instruction with the opcode stops, in whatever function, and nothing else", () => {
    const debuggee = started();
    debuggee.setBreakpoints([], kind("CONS"));
    const stops: (string | undefined)[] = [];
    for (let stop = runMotion(debuggee.continue()); stop.kind === "breakpoint"; stop = runMotion(debuggee.continue())) {
      stops.push(opcodeAt(debuggee));
      expect(stop.pc).toBe(debuggee.machine.registers().pc);
    }
    expect(stops).toEqual(["CONS", "CONS"]);
  });

  test("a host call stops by its number", () => {
    const debuggee = started();
    debuggee.setBreakpoints([], kind("subr:PRINT"));
    expect(runMotion(debuggee.continue()).kind).toBe("breakpoint");
    expect(opcodeAt(debuggee)).toMatch(/^SUBRCALL PRINT/);
  });

  test("they stop a step on its way, and not an evaluation", () => {
    const debuggee = started();
    debuggee.setBreakpoints([], kind("CONS"));
    expect(runMotion(debuggee.step("over", "line"))).toMatchObject({ kind: "breakpoint" });
    expect(debuggee.evaluate("(cons 1 2)", null, "act")).toMatchObject({ kind: "value" });
  });

  test("they are found among breakpoints at addresses, the nearest first", () => {
    const debuggee = started();
    const [entry] = debuggee.functionEntries("pair");
    debuggee.setBreakpoints([entry?.pc ?? 0], kind("CONS"));
    expect(runMotion(debuggee.continue())).toMatchObject({ kind: "breakpoint", pc: entry?.pc });
    runMotion(debuggee.continue());
    expect(opcodeAt(debuggee)).toBe("CONS");
  });
});
