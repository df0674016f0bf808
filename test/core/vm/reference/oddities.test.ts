/** The 18 oddities of the reference VM (instruction specification, section 7): each as docs/machine.md says that it is decided. */
import { describe, expect, test } from "vitest";
import type { HeapBinding, ManagerFactory, MemoryManager } from "../../../../core/managers/contract.ts";
import { STACK_BASE, T, TYPE_FLOATP } from "../../../../core/memory/layout.ts";
import type { Machine } from "../../../../core/vm/machine.ts";
import { quietPorts } from "../../../../core/vm/ports.ts";
import { ToyManager, toyFactory } from "../../../support/heap/toy-manager.ts";
import { HostCaller } from "../../../support/machine/host-call.ts";
import { hexBytes, small, type ToyProgram, toyMachine } from "../../../support/machine/toy-machine.ts";

/** What handlers of opcodes answer here, so that it shows on the stack where one was called. */
const PUNTED = small(0x1234);
const HANDLER = 510;
/** FIXP and FLOATP boxes, and other objects, at free places of the toy image. */
const DATA = 0x340000;

type Prepare = (machine: Machine) => void;

/** Runs `code` to its end; its evaluation stack above the two junk cells. `punts`: opcode -> arguments, operand bytes of its handler. */
function evaluate(
  code: string,
  program: Omit<ToyProgram, "code"> & {
    readonly punts?: { readonly [opcode: number]: readonly [number, number] };
  } = {},
  prepare: Prepare = () => {},
): { machine: Machine; stack: number[] } {
  const { punts = {}, ...rest } = program;
  const handlers = Object.fromEntries(
    Object.entries(punts).map(([opcode, [args, bytes]]) => [opcode, [HANDLER, args, bytes] as const]),
  );
  const machine = toyMachine({
    ...rest,
    handlers: { ...rest.handlers, ...handlers },
    functions: { ...rest.functions, [HANDLER]: { code: hexBytes("6E 12 34 10"), na: -1 } },
    code: [...hexBytes(code), 0x7d, 13, 0],
  });
  prepare(machine);
  const { csp: before } = machine.registers();
  expect(machine.run(1000)).toEqual({ kind: "finished", status: 0 });
  const { csp, tos } = machine.registers();
  const stack: number[] = [];
  for (let at = before + 2; at < csp; at += 2) stack.push(machine.memory.cell(at));
  if (csp > before) stack.push(tos);
  return { machine, stack };
}

/** GCONST of a pointer. */
const pointer = (p: number) => `6F ${[24, 16, 8, 0].map((shift) => ((p >>> shift) & 255).toString(16)).join(" ")}`;

/** Makes the pages at DATA boxes of a type, with these cells. */
const boxes =
  (entry: number, ...cells: number[]): Prepare =>
  ({ memory }) => {
    memory.setWord(0x180000 + (DATA >> 9), entry);
    for (const [i, cell] of cells.entries()) memory.setCell(DATA + 2 * i, cell >>> 0);
  };
const FLOAT_TWO = 0x40000000;
const fixps = (...cells: number[]) => boxes(0x3802, ...cells);
const floats = (...cells: number[]) => boxes(0x1800 | TYPE_FLOATP, ...cells);

describe("oddities of the reference VM", () => {
  test("1: integer opcodes leave every float to their handler", () => {
    for (const opcode of [0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xe4, 0xe5, 0xe6]) {
      const code = `${pointer(DATA)} 6B ${opcode.toString(16)}`;
      expect(evaluate(code, { punts: { [opcode]: [2, 0] } }, floats(FLOAT_TWO)).stack).toEqual([PUNTED]);
    }
    // UFIX of raw bits; 2^31 and NaN get past its test of the range, as in the emulator.
    const fix = (bits: string) => evaluate(`6F ${bits} ED 04`, { punts: { 237: [1, 1] } });
    expect(fix("40 00 00 00").stack.at(-1)).toBe(PUNTED);
    for (const bits of ["4F 00 00 00", "7F C0 00 00"]) {
      const { machine, stack } = fix(bits);
      expect(machine.memory.cell(stack[0] as number)).toBe(0x80000000);
    }
  });

  test("2: small negative elements of 32-bit arrays are what they are", () => {
    const { stack } = evaluate(`${pointer(DATA)} 6B B6`, {}, (machine) => {
      boxes(14, DATA + 16, 0x00160000, 2, 2)(machine);
      machine.memory.setCell(DATA + 18, 0xfffffffb);
    });
    expect(stack).toEqual([small(-5)]);
  });

  test("3: MISCN without arguments replaces the top of stack", () => {
    expect(evaluate("6C 05 6C 06 24 01 00 FE").stack).toEqual([small(5), 0]);
  });

  test("4: a frame of the common path has a pair of variables even for a function that has none", () => {
    const callee = { code: hexBytes("68 10"), na: 0, pv: -1 };
    const depths = ["08 00 00 01 F4", `6A 67 00 00 01 F4 0E`].map((call) => {
      const machine = toyMachine({ code: hexBytes(call), functions: { 500: callee } });
      while (machine.registers().func === 0x320000) machine.stepInstruction();
      const { csp, pvar } = machine.registers();
      return (csp - pvar) / 2;
    });
    expect(depths).toEqual([1, 3]);
  });

  test("5: a call writes flags, link and header of its frame, and leaves the rest of it as it was", () => {
    const machine = toyMachine({ code: hexBytes("08 00 00 01 F4"), functions: { 500: { code: hexBytes("68 10") } } });
    const { csp } = machine.registers();
    for (let at = csp; at < csp + 40; at += 2) machine.memory.setCell(at, 0x01234567);
    machine.stepInstruction();
    const fx = machine.registers().pvar - 10;
    expect([4, 6, 8].map((word) => machine.memory.cell(fx + word))).toEqual(Array(3).fill(0x01234567));
  });

  test("6: the first push of a function stores what was left on top", () => {
    const machine = toyMachine({
      code: hexBytes("6C 09 09 00 00 01 F4"),
      functions: { 500: { code: hexBytes("68 10"), na: 1 } },
    });
    for (let i = 0; i < 3; i++) machine.stepInstruction();
    expect(machine.memory.cell(machine.registers().csp - 2)).toBe(small(9));
  });

  test("7: results with the sign bit set go to the handler, with the real operands", () => {
    const second = { code: hexBytes("41 10"), na: -1 };
    // ADDBASE of NIL and -2: the handler gets both.
    const base = evaluate("68 6D FE D0", {
      functions: { [HANDLER + 1]: second },
      handlers: { 208: [HANDLER + 1, 2, 0] },
    });
    expect(base.stack).toEqual([small(-2)]);
    // An argument that looks like a bind mark.
    const { stack } = evaluate("6B 61", { args: [0x80000005], punts: { 97: [1, 0] } });
    expect(stack).toEqual([PUNTED]);
    // A stored value: nothing is stored.
    const array: Prepare = boxes(14, DATA + 16, 0x00260000, 2, 2);
    const stored = evaluate(`40 ${pointer(DATA)} 6B B7`, { args: [0x80000005], punts: { 183: [3, 0] } }, array);
    expect(stored.stack).toEqual([PUNTED]);
    expect(stored.machine.memory.cell(DATA + 18)).toBe(0);
    // An element, by a boxed index.
    const element = (index: string) =>
      evaluate(`${pointer(DATA)} ${index} B6`, { punts: { 182: [2, 0] } }, (machine) => {
        array(machine);
        machine.memory.setCell(DATA + 18, 0x80000005);
        machine.memory.setWord(0x180000 + 0x350000 / 512, 0x3802);
        machine.memory.setCell(0x350000, 1);
      }).stack;
    expect(element(pointer(0x350000))).toEqual([PUNTED]);
    expect(element("6B")).toEqual([0x80000005]);
  });

  test("8: byte indexes may be negative", () => {
    const { machine, stack } = evaluate(
      `${pointer(DATA + 2)} 6D FF C2 ${pointer(DATA + 2)} 6D FE 6C 07 C7`,
      {},
      fixps(0x11223344),
    );
    expect(stack).toEqual([small(0x44), small(7)]);
    expect(machine.memory.cell(DATA)).toBe(0x11220744);
  });

  test("9: the one division that overflows goes to the handler", () => {
    for (const opcode of [0xd7, 0xdb, 0xdc]) {
      const code = `${pointer(DATA)} 6D FF ${opcode.toString(16)}`;
      expect(evaluate(code, { punts: { [opcode]: [2, 0] } }, fixps(0x80000000)).stack).toEqual([PUNTED]);
    }
  });

  test("10: the two clocks count from different years, modulo 2^32", () => {
    const clock = { ...quietPorts().clock, now: () => 2 ** 32 * 1000 + 5_000_000 };
    const { machine } = evaluate(`${pointer(DATA)} 77`, { ports: { ...quietPorts(), clock } }, fixps(0));
    expect(machine.memory.cell(DATA)).toBe(5_000_000);
    const caller = new HostCaller({ clock });
    const milliseconds = caller.machine.memory.cell(caller.call(49, 0) & 0x0fffffff);
    const years = 2177452800;
    expect(milliseconds).toBe((((2 ** 32 + 5000) % 2 ** 32) + ((years * 1000) % 2 ** 32)) % 2 ** 32);
  });

  test("11: a binding is on the stack when the low byte of its segment says so", () => {
    const told: number[] = [];
    const assign = (address: number) => {
      told.length = 0;
      // The slot holds the binding with its halves exchanged.
      const slot = ((address & 0xffff) * 0x10000 + (address >>> 16)) >>> 0;
      return evaluate(
        "6C 05 63 00",
        { pv: 0, names: [600], entries: [0xc0000000], manager: telling((at) => told.push(at)) },
        (machine) => machine.memory.setCell(machine.registers().pvar, slot),
      );
    };
    expect(assign(0x345000).machine.memory.cell(0x345000)).toBe(small(5));
    expect(told).toEqual([0x345000]);
    // Segment 1 is the stack, segment 101h is taken for it: not counted.
    assign(0x1e000);
    expect(told).toEqual([]);
  });

  test("12: comparing structures is the handler's business", () => {
    for (const opcode of [0xf4, 0xcc]) {
      const code = `${pointer(DATA)} ${pointer(DATA + 4)} ${opcode.toString(16)}`;
      const { stack } = evaluate(code, { punts: { [opcode]: [2, 0] } }, boxes(5, 0x80000000, 0, 0x80000000, 0));
      expect(stack).toEqual([PUNTED]);
    }
    expect(evaluate(`${pointer(DATA)} ${pointer(DATA + 4)} 3A`, {}, boxes(5)).stack).toEqual([0]);
  });

  test("13: BLT copies from the highest word down", () => {
    const { machine } = evaluate(
      `${pointer(DATA + 2)} ${pointer(DATA)} 6C 04 C4`,
      {},
      fixps(0x00010002, 0x00030004, 0),
    );
    expect([0, 2, 4].map((at) => machine.memory.cell(DATA + at))).toEqual([0x00010002, 0x00010002, 0x00030004]);
    const over = evaluate(
      `${pointer(DATA)} ${pointer(DATA + 2)} 6C 04 C4`,
      {},
      fixps(0, 0x00010002, 0x00030004),
    ).machine;
    // Downwards, the upper words are gone when their turn comes.
    expect([0, 2, 4].map((at) => over.memory.cell(DATA + at))).toEqual([0x00030004, 0x00030004, 0x00030004]);
  });

  test("14: CAR of T is T, CDR of T is for the handler", () => {
    expect(evaluate("69 01").stack).toEqual([T]);
    expect(evaluate("69 02", { punts: { 2: [1, 0] } }).stack).toEqual([PUNTED]);
  });

  test("15: GVAR_ and RPLPTR.N keep the top bits of their cell, PUTBASEPTR.N and FVARX_ do not", () => {
    const { machine } = evaluate("6C 05 17 00 00 02 58", { values: { 600: 0x70000001 } });
    expect(machine.memory.cell(0x2c0000 + 6002)).toBe(0x70000000 + small(5));
    const replaced = evaluate(`${pointer(DATA)} 6C 05 14 00`, {}, fixps(0x70000001)).machine;
    expect(replaced.memory.cell(DATA)).toBe(0x70000000 + small(5));
    const put = evaluate(`${pointer(DATA)} 6C 05 CE 00`, {}, fixps(0x70000001)).machine;
    expect(put.memory.cell(DATA)).toBe(small(5));
    const free = { pv: 0, names: [600], entries: [0xc0000000], values: { 600: 0x70000001 } };
    expect(evaluate("6C 05 63 00", free).machine.memory.cell(0x2c0000 + 6002)).toBe(small(5));
  });

  test("16: ASET counts the old pointer down first, GVAR_ and RPLPTR.N the new one up", () => {
    const orders: string[] = [];
    const manager = telling((_, order) => orders.push(order));
    evaluate(`6C 05 ${pointer(DATA)} 6B B7`, { manager }, boxes(14, DATA + 16, 0x00260000, 2, 2));
    evaluate("6C 05 17 00 00 02 58", { manager });
    evaluate(`${pointer(DATA)} 6C 05 14 00`, { manager }, fixps(0));
    expect(orders).toEqual(["delete-first", "add-first", "add-first"]);
  });

  test("17: a slow RETURN across links leaves alink one frame too far in the dying frame", () => {
    const machine = toyMachine({
      pv: 0,
      code: hexBytes("6C 04 09 00 00 01 F4 7D 0D 00"),
      functions: { 500: { na: 1, pv: 0, code: hexBytes("40 10") } },
    });
    for (let i = 0; i < 3; i++) machine.stepInstruction();
    const { pvar } = machine.registers();
    const { memory } = machine;
    // Variables are looked up at the bottom of the stack, control goes to the caller.
    memory.setWord(pvar - 9, 11);
    memory.setWord(pvar - 2, pvar - 12 - STACK_BASE);
    memory.setWord(pvar - 1, 0x11c);
    machine.stepInstruction();
    expect(machine.registers()).toMatchObject({ pvar: 0x1011c, tos: small(4) });
    expect(memory.word(pvar - 9)).toBe(0x11c + 11);
  });

  test("18: the network is suspended and resumed with T, though there is none", () => {
    const caller = new HostCaller();
    expect([caller.call(56), caller.call(57), caller.call(58)]).toEqual([T, T, 0]);
  });
});

/** The toy manager, with an ear on its barrier. */
function telling(hear: (slot: number, order: string) => void): ManagerFactory {
  return {
    traits: toyFactory.traits,
    options: [],
    create(binding: HeapBinding) {
      const manager: MemoryManager = new ToyManager(binding, 0);
      manager.barrier = (slot, _old, _now, order) => hear(slot, order);
      return manager;
    },
  };
}
