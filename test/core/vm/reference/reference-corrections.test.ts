/** Where published accounts of the machine are wrong: what it really does. */
import { describe, expect, test } from "vitest";
import { OPCODE_BY_NAME } from "../../../../core/isa/opcodes.ts";
import { FPTOVP_BASE } from "../../../../core/memory/layout.ts";
import { walkFrames } from "../../../../core/vm/stack/frames.ts";
import { debuggeeFor, runMotion } from "../../../support/lisp/debuggee.ts";
import { hexBytes, toyMachine } from "../../../support/machine/toy-machine.ts";

const PROGRAM = `(define (f n) (if (= n 0) nil (cons n (f (- n 1)))))
(define kept (f 20))
(f 50)
(gc)
(display kept)`;

describe("what is often told otherwise", () => {
  test("the page table is not looked at while a program runs (I-C2)", () => {
    const { debuggee, output } = debuggeeFor(PROGRAM);
    const { memory } = debuggee.machine;
    for (let entry = 0; entry < 2000; entry++) memory.setCell(FPTOVP_BASE + 2 * entry, 0xffff0000);
    expect(runMotion(debuggee.continue()).kind).toBe("finished");
    expect(output()).toMatch(/^\(20 19 /);
  });

  test("counting and scanning have these opcodes (I-C6)", () => {
    const codes = ["GCREF", "RECLAIMCELL", "GCSCAN1", "GCSCAN2"].map((name) => OPCODE_BY_NAME.get(name)?.code);
    expect(codes).toEqual([0x15, 0x7a, 0x7b, 0x7c]);
  });

  test("RECLAIMCELL goes to its Lisp handler; a collection by hand is the debugger's command (I-C7)", () => {
    expect(OPCODE_BY_NAME.get("RECLAIMCELL")?.ufn).not.toBe(null);
    const machine = toyMachine({
      code: hexBytes("6C 05 7A 10"),
      functions: { 500: { na: 1, code: hexBytes("40 10") } },
      handlers: { 122: [500, 1, 0] },
    });
    for (let i = 0; i < 2; i++) machine.stepInstruction();
    expect(walkFrames(machine.memory, machine.registers()).map(({ header }) => header)).toEqual([0x322000, 0x320000]);
    // A program that asks for none itself.
    const { debuggee } = debuggeeFor(PROGRAM.replace("(gc)", ""));
    debuggee.arm(new Set(["gc.start"]));
    debuggee.requestCollection();
    expect(runMotion(debuggee.continue())).toMatchObject({ event: { kind: "gc.start", report: { cause: "request" } } });
  });
});
