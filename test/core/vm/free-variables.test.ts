/** Free variables looked up through frames that have a name table of their own, in the heap or on the stack, and through moved frames. */
import { describe, expect, test } from "vitest";
import { STACK_BASE } from "../../../core/memory/layout.ts";
import type { Machine } from "../../../core/vm/machine.ts";
import { hexBytes, small, type ToyProgram, toyMachine } from "../../support/machine/toy-machine.ts";

const NAME = 600;
const KIND_PVAR = 0x80000000;
const KIND_IVAR = 0;
const KIND_FVAR = 0xc0000000;
const HEAP_TABLE = 0x345000;

const reader = { code: hexBytes("50 50 D8 10"), names: [NAME], entries: [KIND_FVAR], pv: 0 };
/** Main binds nothing by its function's names; 21 is in its PVAR0. Calls 501, which reads the variable twice and adds. */
const main: ToyProgram = {
  pv: 0,
  code: hexBytes("6C 15 58 BF 08 00 00 01 F5 7D 0D 00"),
  functions: { 501: reader },
  values: { [NAME]: small(1000) },
};

/** Writes a name table with one entry where a function header would be. */
function writeTable(machine: Machine, at: number, name: number, entry: number): void {
  machine.memory.setWord(at + 6, 4);
  machine.memory.setCell(at + 8, name);
  machine.memory.setCell(at + 10, 0);
  machine.memory.setCell(at + 12, entry);
  machine.memory.setCell(at + 14, 0);
}
/** Gives the running frame a name table of its own. */
function useTable(machine: Machine, table: number): void {
  const fx = machine.registers().pvar - 10;
  machine.memory.setWord(fx, machine.memory.word(fx) | 0x0200);
  machine.memory.setCell(fx + 6, table);
}
function finish(machine: Machine): number {
  expect(machine.run(100)).toEqual({ kind: "finished", status: 0 });
  return machine.registers().tos;
}

describe("a frame with a name table of its own", () => {
  test("is asked instead of its function", () => {
    const machine = toyMachine(main);
    writeTable(machine, HEAP_TABLE, NAME, KIND_PVAR);
    useTable(machine, HEAP_TABLE);
    expect(finish(machine)).toBe(small(42));
  });

  test("hides the names of its function", () => {
    const machine = toyMachine({ ...main, names: [NAME], entries: [KIND_PVAR], nlocals: 1 });
    writeTable(machine, HEAP_TABLE, NAME + 1, KIND_PVAR);
    useTable(machine, HEAP_TABLE);
    expect(finish(machine)).toBe(small(2000));
  });

  test("may name an argument, and a free variable that it has found itself", () => {
    const machine = toyMachine({ ...main, args: [small(4)] });
    writeTable(machine, HEAP_TABLE, NAME, KIND_IVAR);
    useTable(machine, HEAP_TABLE);
    expect(finish(machine)).toBe(small(8));

    const resolved = toyMachine({ ...main, code: hexBytes("08 00 00 01 F5 7D 0D 00") });
    resolved.memory.setCell(HEAP_TABLE + 0x100, small(7));
    resolved.memory.setCell(resolved.registers().pvar, 0x51000034);
    writeTable(resolved, HEAP_TABLE, NAME, KIND_FVAR);
    useTable(resolved, HEAP_TABLE);
    expect(finish(resolved)).toBe(small(14));
  });

  test("may have it on the stack, and take it along when it moves", () => {
    // Names, entries and header words are temporaries of the frame: pushed after PVAR0 is set.
    const push = "6A ".repeat(9);
    const machine = toyMachine({ ...main, code: hexBytes(`6C 15 58 BF ${push} 08 00 00 01 F5 7D 0D 00`) });
    for (let i = 0; i < 12; i++) machine.stepInstruction();
    const { csp, pvar, func } = machine.registers();
    const table = csp - 16;
    writeTable(machine, table, NAME, KIND_PVAR);
    useTable(machine, table);
    // Another block behind the frame leaves no room for the call.
    const next = csp + 20;
    machine.memory.setCell(next, (0x80000000 | (next - STACK_BASE)) >>> 0);
    machine.memory.setCell(next + 2, (0xa0000000 | (0x18000 - next - 2)) >>> 0);
    machine.setRegisters({ ...machine.registers(), esp: next });
    while (machine.registers().func === func) expect(machine.stepInstruction().kind).toBe("step");
    const moved = STACK_BASE + machine.memory.word(machine.registers().pvar - 9);
    expect(moved).toBeGreaterThan(pvar);
    const own = machine.memory.pointer(moved - 4);
    expect(own - moved).toBe(table - pvar);
    expect((own - table) % 4).toBe(0);
    while (machine.registers().func !== func) machine.stepInstruction();
    expect(machine.registers().tos).toBe(small(42));
  });

  test("is passed by where its variable is unbound", () => {
    const machine = toyMachine({ ...main, code: hexBytes("08 00 00 01 F5 7D 0D 00") });
    writeTable(machine, HEAP_TABLE, NAME, KIND_PVAR);
    useTable(machine, HEAP_TABLE);
    expect(finish(machine)).toBe(small(2000));
  });
});

describe("STKSCAN and EVAL", () => {
  test("find what a free variable would", () => {
    const scanner = { code: hexBytes("67 00 00 02 58 2F 10"), na: 0 };
    const names = { names: [NAME], entries: [KIND_PVAR], nlocals: 1 };
    const bound = toyMachine({ ...main, ...names, functions: { 501: scanner } });
    const { pvar } = bound.registers();
    expect(finish(bound)).toBe(pvar);
    const evaluator = { code: hexBytes("67 00 00 02 58 2C 10"), na: 0 };
    expect(finish(toyMachine({ ...main, ...names, functions: { 501: evaluator } }))).toBe(small(21));
    expect(finish(toyMachine({ ...main, functions: { 501: evaluator } }))).toBe(small(1000));
  });

  test("stop at a chain of frames without end", () => {
    const machine = toyMachine(main);
    // The bottom frame links to itself.
    const { pvar } = machine.registers();
    machine.memory.setWord(pvar - 9, pvar - STACK_BASE);
    expect(machine.run(100)).toMatchObject({ kind: "failed", event: { kind: "memory.error" } });
  });
});
