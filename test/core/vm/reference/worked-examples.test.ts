/** The worked examples of section 4 of the instruction specification. */
import { describe, expect, test } from "vitest";
import { STACK_BASE } from "../../../../core/memory/layout.ts";
import { definitionCell, printNameBlock, writeSymbol } from "../../../../core/objects/symbols.ts";
import type { Machine } from "../../../../core/vm/machine.ts";
import { walkFrames } from "../../../../core/vm/stack/frames.ts";
import { lispMachine } from "../../../support/lisp/lisp-machine.ts";
import { hexBytes, small, type ToyProgram, toyMachine } from "../../../support/machine/toy-machine.ts";

/** Executes `code` to its end; the evaluation stack below TOS (without the two junk cells) and TOS. */
function evaluate(program: Omit<ToyProgram, "code"> & { code: string }): { machine: Machine; stack: number[] } {
  const bytes = hexBytes(program.code);
  const machine = toyMachine({ ...program, code: [...bytes, 0x7d, 13, 0] });
  const before = machine.registers().csp;
  expect(machine.run(100_000)).toEqual({ kind: "finished", status: 0 });
  const { csp, tos } = machine.registers();
  const stack: number[] = [];
  for (let at = before + 2; at < csp; at += 2) stack.push(machine.memory.cell(at));
  if (csp > before) stack.push(tos);
  return { machine, stack };
}

function trace(code: string, expected: number[], program: Omit<ToyProgram, "code"> = {}): Machine {
  const { machine, stack } = evaluate({ ...program, code });
  expect(stack.map((cell) => cell.toString(16))).toEqual(expected.map((cell) => cell.toString(16)));
  return machine;
}

describe("worked examples", () => {
  test("1: integer add", () => {
    trace("40 41 D8", [small(12)], { args: [small(5), small(7)] });
  });
  test("2: overflow into a boxed integer", () => {
    const { machine, stack } = evaluate({ code: "6E FF FF 6B D4" });
    expect(machine.memory.cell(stack[0] as number)).toBe(0x10000);
  });
  test("3: small negative numbers", () => {
    trace("6A 6B D9 6D 00 64 D4", [0xfffff, 0xffe00]);
  });
  test("4: COPY.N, STORE.N, POP.N", () => {
    trace("6C 01 6C 02 6C 03 3D 02 3C 04 C0 00", [small(2), small(2), small(3)]);
  });
  test("5: BIND and UNBIND", () => {
    const machine = trace("6C 09 6C 01 6C 02 11 12 02 49 4A 12", [small(9), 0], { pv: 1 });
    const { pvar } = machine.registers();
    expect([0, 2, 4].map((offset) => machine.memory.cell(pvar + offset))).toEqual(Array(3).fill(0xffffffff));
  });
  test("5: DUNBIND", () => {
    trace("6C 09 6C 01 6C 02 11 12 02 13", [small(9)], { pv: 1 });
  });
  test("6: UNWIND keeping the value", () => {
    trace("6C 09 6C 08 11 10 00 6C 07 07 04 01", [small(7)], { pv: 0 });
  });
  test("6: UNWIND dropping it", () => {
    trace("6C 09 6C 08 11 10 00 6C 07 07 05 00", [small(9)], { pv: 0 });
  });
  test("7: conditional jumps", () => {
    trace("6A 6B F0 92 6C 01 82 6C 02 FE", [small(2)]);
  });
  test("8: keeping jumps", () => {
    trace("6C 05 68 B5 03 FE FE", [small(5)]);
    trace("6C 05 69 B4 03 FE FE", [small(5)]);
    trace("6C 05 69 B5 03 68 FE", [small(5), 0x4c]);
  });
  test("9: a loop", () => {
    trace("6C 03 58 | 48 6B D9 58 6A F1 B3 FA | 48", [small(3), 0, small(0)].slice(0, 1).concat([small(0)]), { pv: 0 });
  });
});

describe("calls", () => {
  const callee = { code: hexBytes("40 41 58 D8 10"), na: 2, pv: 0 };
  const offset = (machine: Machine, at: number) => machine.memory.cell(STACK_BASE + at).toString(16);

  test("10: the frame in memory", () => {
    const machine = toyMachine({ code: hexBytes("6C 03 6C 04 0A 00 00 01 F4"), pv: 0, functions: { 500: callee } });
    for (let i = 0; i < 3; i++) expect(machine.stepInstruction().kind).toBe("step");
    expect(machine.registers()).toMatchObject({
      pvar: 0x10134,
      ivar: 0x10124,
      csp: 0x1013a,
      tos: small(4),
    });
    expect(offset(machine, 0x116)).toBe("1240021");
    expect([0x124, 0x126, 0x128, 0x12a].map((at) => offset(machine, at))).toEqual([
      "e0003",
      "e0004",
      "80000124",
      "c000011c",
    ]);
    expect([0x134, 0x136].map((at) => offset(machine, at))).toEqual(["ffffffff", "ffffffff"]);
    for (let i = 0; i < 5; i++) machine.stepInstruction();
    expect(machine.registers()).toMatchObject({ csp: 0x10124, pvar: 0x1011c, ivar: 0x10110, tos: small(7) });
  });
  test("11: missing arguments are NIL, surplus ones are dropped", () => {
    trace("6C 03 6C 04 6C 05 0B 00 00 01 F4", [small(7)], { functions: { 500: callee } });
    trace("6C 04 09 00 00 01 F4", [small(4)], { functions: { 500: { ...callee, code: hexBytes("40 10") } } });
  });

  const reader = { code: hexBytes("50 50 D8 10"), names: [600], entries: [0xc0000000], pv: 0 };
  test("12: a free variable finds the global value", () => {
    trace("08 00 00 01 F5", [small(2000)], { functions: { 501: reader }, values: { 600: small(1000) } });
  });
  test("13: a free variable finds what the caller binds", () => {
    const names = { names: [600], entries: [0x80000000], nlocals: 1, pv: 0 };
    trace("6C 15 11 01 00 08 00 00 01 F5 12", [small(42)], { ...names, functions: { 501: reader } });
  });
  test("14: a handler takes the operands as arguments", () => {
    const handler = { code: hexBytes("40 10"), na: 2 };
    trace("68 67 00 00 02 00 D8", [0], { functions: { 510: handler }, handlers: { 216: [510, 2, 0] } });
  });
  test("14: a handler gets the operand bytes as a number", () => {
    const handler = { code: hexBytes("40 10"), na: 1 };
    trace("6B ED 04", [small(1), small(4)], { functions: { 510: handler }, handlers: { 237: [510, 1, 1] } });
  });
  test("15: the interpreter gets the arguments and the function", () => {
    const interpreter = { code: hexBytes("6C 03 61 10"), na: -1 };
    trace("6C 05 6C 06 0A 00 00 01 F8", [0x1f8], { functions: { 256: interpreter } });
    trace("6C 05 6C 06 0A 00 00 01 F8", [small(3)], { functions: { 256: { code: hexBytes("65 10"), na: -1 } } });
  });
  test("16: ENVCALL passes an environment in PVAR0", () => {
    const code = { code: hexBytes("48 40 D8 10"), na: 1, pv: 0 };
    trace("6C 05 6B 6F 00 32 20 00 6C 64 2D", [small(105)], { functions: { 500: code } });
  });
});

describe("interrupts", () => {
  test("19: a collection that is due calls the image's collector behind a jump", () => {
    const collector = { code: hexBytes("68 7D 5C 01 68 10"), na: 0 };
    const machine = toyMachine({
      pv: 0,
      // A boxed integer makes the collection due; then as in the example.
      code: hexBytes("6C 02 1F BF 6C 03 6C 04 80 FE D8 7D 0D 00"),
      functions: { 510: collector },
      managerOptions: { stress: 1 },
    });
    const { memory } = machine;
    const name = printNameBlock("\\DORECLAIM").bytes;
    for (const [i, byte] of name.entries()) memory.setByte(2 * 0x330000 + i, byte);
    const definition = memory.cell(definitionCell(510));
    writeSymbol(memory, 510, "\\DORECLAIM", 0x330000);
    memory.setCell(definitionCell(510), definition);

    for (let i = 0; i < 6; i++) expect(machine.stepInstruction().kind).toBe("step");
    const { csp } = machine.registers();
    expect(machine.stepInstruction().kind).toBe("step");
    const frames = walkFrames(memory, machine.registers());
    expect(frames.map(({ header }) => header)).toEqual([memory.pointer(definitionCell(510)), 0x320000]);
    expect(memory.cell(csp)).toBe(small(4));
    const cells = (...offsets: number[]) => offsets.map((at) => memory.cell(STACK_BASE + at).toString(16));
    // TOS; where the caller's stack ends, and its PC, behind the jump here; the new frame with its slow links.
    expect(cells(0x126, 0x116, 0x128, 0x12a, 0x132)).toEqual(["e0004", "1280022", "80000128", "c000011d", "128011c"]);

    expect(machine.run(100)).toEqual({ kind: "finished", status: 0 });
    expect(machine.registers()).toMatchObject({ tos: small(7), esp: 0x18000 });
    expect(machine.counters.collections).toBe(2);
  });
});

// 20 and 21, frames that are copied and moved: stack/frame-moves.test.ts.

describe("memory", () => {
  test("17: fields", () => {
    trace("6F 00 31 00 00 6C 05 CF 02 43 64 CA 02 43 FD C8 02", [small(5), 0xe0500]);
  });
  test("18: list cells on a fresh page", () => {
    const { machine } = lispMachine("(define x 1)");
    const { memory, manager } = machine;
    // The rest of the pages in use is taken first: 14 is the last cell of a page.
    let last = manager.cons(1, 0);
    while ((last & 0xff) !== 14) last = manager.cons(1, 0);
    const pair = manager.cons(small(1), manager.cons(small(2), 0));
    expect(pair & 0xff).toBe(0xf6);
    const [first, second] = [memory.cell(pair), memory.cell(pair + 2)].map((content) => content.toString(16));
    expect([first, second]).toEqual(["900e0001", "800e0002"]);
  });
});
