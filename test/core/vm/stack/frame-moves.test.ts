/** Frames that are copied and moved: examples 20 and 21 of the instruction specification, and what surrounds them. */
import { describe, expect, test } from "vitest";
import { IFPAGE, interfaceWord } from "../../../../core/memory/interface-page.ts";
import { STACK_BASE } from "../../../../core/memory/layout.ts";
import type { Machine } from "../../../../core/vm/machine.ts";
import { walkFrames } from "../../../../core/vm/stack/frames.ts";
import { hexBytes, small, type ToyProgram, toyMachine } from "../../../support/machine/toy-machine.ts";

const cells = (machine: Machine, ...offsets: number[]) =>
  offsets.map((offset) => machine.memory.cell(STACK_BASE + offset).toString(16));
const setCell = (machine: Machine, offset: number, value: number) =>
  machine.memory.setCell(STACK_BASE + offset, value >>> 0);
const step = (machine: Machine, times: number) => {
  for (let i = 0; i < times; i++) expect(machine.stepInstruction()).toEqual({ kind: "step" });
};

/** The caller of the examples: pushes 3 and 4, calls 500 with the 4, ends. */
const caller: ToyProgram = {
  pv: 0,
  code: hexBytes("6C 03 6C 04 09 00 00 01 F4 7D 0D 00"),
  functions: { 500: { na: 1, pv: 0, code: hexBytes("40 10") } },
};

describe("RETURN from a slow frame", () => {
  /** The machine before the RETURN of 500, whose caller stands on a frame of its own at 0102h. */
  function beforeReturn(endOfStack = 0x4000): Machine {
    const machine = toyMachine({ ...caller, endOfStack });
    setCell(machine, 0x100, 0x80000100);
    setCell(machine, 0x102, 0xc000000b);
    setCell(machine, 0x104, 0x320000);
    setCell(machine, 0x106, 0x01100018);
    setCell(machine, 0x112, 0xc000010c);
    machine.memory.setWord(interfaceWord(IFPAGE.stackBase), 0x100);
    step(machine, 4);
    expect(machine.registers()).toMatchObject({ pvar: 0x10134, ivar: 0x10126, csp: 0x1013c, tos: small(4) });
    return machine;
  }
  function makeSlow(machine: Machine): void {
    machine.memory.setWord(STACK_BASE + 0x12b, 0x11d);
    setCell(machine, 0x132, 0x0128011c);
  }

  test("20: copies a caller that others use", () => {
    const machine = beforeReturn();
    makeSlow(machine);
    setCell(machine, 0x112, 0xc001010c);
    step(machine, 1);
    expect(cells(machine, 0x110, 0x112, 0x11a, 0x126, 0x13c)).toEqual([
      "80010110",
      "c000010d",
      "110010c",
      "a0000036",
      "a0000020",
    ]);
    expect(cells(machine, 0x15c, 0x15e, 0x162, 0x166, 0x172)).toEqual([
      "82000110",
      "c000010d",
      "1720021",
      "110010c",
      "a0003e8e",
    ]);
    // Two junk cells and the 3 below the result.
    expect(cells(machine, 0x16c, 0x16e, 0x170)).toEqual(cells(machine, 0x120, 0x122, 0x124));
    expect(cells(machine, 0x102, 0x170)).toEqual(["c001000b", "e0003"]);
    expect(machine.registers()).toMatchObject({
      tos: small(4),
      ivar: 0x10110,
      pvar: 0x10168,
      csp: 0x10172,
      esp: 0x14000,
    });
    expect(machine.run(10)).toEqual({ kind: "finished", status: 0 });
  });

  test("goes on in the caller itself when nobody shares anything", () => {
    const machine = beforeReturn();
    makeSlow(machine);
    step(machine, 1);
    expect(machine.registers()).toMatchObject({
      tos: small(4),
      ivar: 0x10110,
      pvar: 0x1011c,
      csp: 0x10126,
      esp: 0x14000,
    });
    expect(cells(machine, 0x126)).toEqual(["a0003eda"]);
  });

  test("keeps arguments that another frame uses, and copies the caller below them", () => {
    const machine = beforeReturn();
    makeSlow(machine);
    setCell(machine, 0x128, 0x80010126);
    // The cell before the returning frame is the basic frame itself: it is not residual, so its arguments go.
    step(machine, 1);
    expect(machine.registers()).toMatchObject({ pvar: 0x10168, ivar: 0x10110, tos: small(4) });
    expect(cells(machine, 0x110, 0x112)).toEqual(["80000110", "a0000014"]);
  });

  test("releases the access link when control goes elsewhere", () => {
    const machine = beforeReturn();
    makeSlow(machine);
    // Variables are looked up in the caller, which one other frame uses; control goes to the frame below it.
    setCell(machine, 0x112, 0xc001010c);
    machine.memory.setWord(STACK_BASE + 0x133, 0x10c);
    step(machine, 1);
    // The frame below was followed by the caller, not by free stack: it was copied.
    const { pvar, tos } = machine.registers();
    expect(tos).toBe(small(4));
    expect(cells(machine, 0x112)).toEqual(["c000010c"]);
    expect(pvar).toBeGreaterThan(0x1013c);
    expect(walkFrames(machine.memory, machine.registers()).map(({ header }) => header)).toEqual([0x320000]);
  });

  test("throws the value away when the caller waits with its own", () => {
    const machine = beforeReturn();
    makeSlow(machine);
    setCell(machine, 0x112, 0xc100010c);
    step(machine, 1);
    expect(machine.registers()).toMatchObject({ tos: small(3), csp: 0x10124, pvar: 0x1011c });
    expect(cells(machine, 0x112)).toEqual(["c000010c"]);
  });

  test("to a frame in the middle of a call is an error of the image", () => {
    const machine = beforeReturn();
    makeSlow(machine);
    setCell(machine, 0x112, 0xc400010c);
    expect(machine.run(10)).toMatchObject({ kind: "failed", event: { kind: "memory.error" } });
  });

  test("that needs a copy stops when the stack has no room for it", () => {
    const machine = beforeReturn(0x300);
    makeSlow(machine);
    setCell(machine, 0x112, 0xc001010c);
    const before = machine.registers();
    expect(machine.run(10)).toMatchObject({ kind: "failed", event: { kind: "stack.overflow" } });
    expect(machine.registers()).toEqual(before);
  });

  test("makes room for a caller that has less than its function asks for", () => {
    const machine = beforeReturn();
    // The returning frame stands elsewhere; behind the caller 16 words are free, then another block.
    setCell(machine, 0x2000, 0x80002000);
    setCell(machine, 0x2002, 0xc000011d);
    setCell(machine, 0x2004, 0x322000);
    setCell(machine, 0x200a, 0x2000011c);
    setCell(machine, 0x126, 0xa0000010);
    setCell(machine, 0x136, 0x80000136);
    setCell(machine, 0x138, 0xa0000000 | (0x2000 - 0x138));
    const at = (offset: number) => STACK_BASE + offset;
    machine.setRegisters({ ...machine.registers(), pvar: at(0x200c), ivar: at(0x2000), csp: at(0x2020) });
    step(machine, 1);
    // The caller has moved behind 32 free words, with everything up to the end of the freed frame behind it.
    expect(machine.registers()).toMatchObject({ pvar: at(0x164), csp: at(0x16e), esp: at(0x4000), tos: small(4) });
    expect(cells(machine, 0x158, 0x16c)).toEqual(["82000110", "e0003"]);
    expect(machine.run(10)).toEqual({ kind: "finished", status: 0 });
  });

  test("through damaged links is an error, not a crash", () => {
    for (const [offset, word] of [
      [0x133, 0xfff1],
      [0x132, 0x0002],
      [0x133, 0],
    ] as const) {
      const machine = beforeReturn();
      makeSlow(machine);
      machine.memory.setWord(STACK_BASE + offset, word);
      expect(machine.run(10)).toMatchObject({ kind: "failed", event: { kind: "memory.error" } });
    }
  });
});

describe("a call without room", () => {
  /** Another block starts at 0160h, and free stack behind it. */
  function crowded(program: ToyProgram = caller, behind = 0x8000): Machine {
    const machine = toyMachine({ ...program, endOfStack: behind });
    const next = 0x112 + 10 + 4 + 2;
    setCell(machine, next, 0xa0000000 | (0x160 - next));
    setCell(machine, 0x160, 0x80000160);
    setCell(machine, 0x162, 0xa0000000 | (behind - 0x162));
    machine.boot();
    return machine;
  }

  test("21: moves the frame to where there is room, and is executed again", () => {
    const machine = crowded();
    step(machine, 2);
    expect(machine.registers()).toMatchObject({ pc: 2 * 0x320000 + 28, esp: 0x10160, csp: 0x10126 });
    step(machine, 1);
    // In the callee, called from the moved frame.
    expect(cells(machine, 0x112, 0x162, 0x182, 0x126)).toEqual(["a0000016", "a0000020", "82000110", "e0004"]);
    const [callee, moved] = walkFrames(machine.memory, machine.registers());
    expect(callee).toMatchObject({ header: 0x322000 });
    expect(moved).toMatchObject({ frame: 0x184, pvar: 0x1018e, ivar: 0x10110, argumentCells: 0 });
    expect(machine.run(10)).toEqual({ kind: "finished", status: 0 });
    expect(machine.registers()).toMatchObject({ pvar: 0x1018e, ivar: 0x10110, tos: small(4) });
  });

  test("stops when there is no room anywhere, with the stack as it was", () => {
    const machine = crowded(caller, 0x300);
    step(machine, 2);
    const before = machine.registers();
    const reason = machine.run(10);
    expect(reason).toMatchObject({ kind: "failed", event: { kind: "stack.overflow" } });
    expect(reason).toMatchObject({ message: "the stack is full: a call needs 64 words, 58 are left" });
    expect(machine.registers()).toEqual(before);
    expect(walkFrames(machine.memory, machine.registers()).length).toBe(1);
  });

  test("finds blocks that do not tile the stack, and says so", () => {
    const machine = crowded();
    setCell(machine, 0x162, 0xa0000000);
    expect(machine.run(10)).toMatchObject({ kind: "failed", event: { kind: "memory.error" } });
    // A frame that ends where it begins.
    const second = crowded();
    setCell(second, 0x160, 0xc0000000);
    setCell(second, 0x164, 0x01600000);
    expect(second.run(10)).toMatchObject({ kind: "failed", event: { kind: "memory.error" } });
  });

  test("keeps the alignment of a name table in the stack, which moves along", () => {
    const machine = crowded();
    step(machine, 2);
    // The frame is at 2 modulo 4, with its basic frame at 0; the free block at 0162h is at 2.
    setCell(machine, 0x112, 0xc200000b);
    setCell(machine, 0x118, 0x00010124);
    step(machine, 1);
    const moved = 0x162 + 34 + 2;
    expect(cells(machine, moved + 6)).toEqual([(0x10124 + moved - 0x112).toString(16)]);
    expect(machine.memory.word(STACK_BASE + moved) & 0x0200).toBe(0x0200);
  });

  test("grows in place over blocks that have become free", () => {
    const machine = crowded();
    step(machine, 2);
    setCell(machine, 0x160, 0xa0000002);
    step(machine, 1);
    expect(machine.registers()).toMatchObject({ esp: 0x18000, pvar: 0x10134 });
  });

  test("from a debugger leaves the stopped frame where it is and takes nothing for good", () => {
    const machine = crowded();
    step(machine, 2);
    const before = machine.registers();
    const stack = () => machine.memory.bytes.slice(2 * machine.registers().esp, 2 * (STACK_BASE + 0x8010));
    const above = stack();
    expect(machine.invoke(0x322000, [small(9)], 100)).toEqual({ kind: "value", value: small(9) });
    expect(machine.registers()).toEqual(before);
    // Headers of free blocks are as before; what free blocks hold does not matter.
    expect(cells(machine, 0x160, 0x162)).toEqual(["80000160", "a0007e9e"]);
    expect(stack().length).toBe(above.length);
    expect(machine.run(10)).toEqual({ kind: "finished", status: 0 });
  });

  test("of a function that a debugger called moves that, and its return is still seen", () => {
    // 500 calls 501, which asks for more than the free run in which 500 found room.
    const machine = crowded({
      ...caller,
      functions: {
        500: { na: 1, pv: 0, code: hexBytes("40 09 00 00 01 F5 10") },
        501: { na: 1, pv: 0, code: hexBytes("40 10") },
      },
    });
    machine.memory.setWord(0x322400, 1500);
    setCell(machine, 0x162, 0xa0000384);
    setCell(machine, 0x162 + 0x384, 0x80000000 | (0x162 + 0x384));
    setCell(machine, 0x164 + 0x384, 0xa0000000 | (0x8000 - 0x164 - 0x384));
    step(machine, 2);
    const before = machine.registers();
    expect(machine.invoke(0x322000, [small(9)], 100)).toEqual({ kind: "value", value: small(9) });
    expect(machine.registers()).toEqual(before);
    expect(cells(machine, 0x162, 0x164 + 0x384)).toEqual(["a0000384", "a0007b18"]);
  });
});
