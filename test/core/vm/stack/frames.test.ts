import { describe, expect, test } from "vitest";
import { noSites } from "../../../../core/managers/contract.ts";
import { STACK_BASE } from "../../../../core/memory/layout.ts";
import { OWN_NAME_TABLE } from "../../../../core/objects/code/frame-uses.ts";
import { eachStackPointer, walkFrames } from "../../../../core/vm/stack/frames.ts";
import { ToyManager } from "../../../support/heap/toy-manager.ts";
import { FIRST_FRAME, hexBytes, small, toyMachine } from "../../../support/machine/toy-machine.ts";

/** Words from the beginning of a frame with two variables to its first temporary. */
const TEMPORARY = 18;
/** Right behind that. */
const TABLE = STACK_BASE + FIRST_FRAME + TEMPORARY + 2;

describe("stack frames", () => {
  // Main calls 500 with 3 and 4; 500 calls 501 with its first argument.
  const program = {
    pv: 0,
    code: hexBytes("6C 03 6C 04 0A 00 00 01 F4 7D 0D 00"),
    functions: {
      500: { na: 2, pv: 0, code: hexBytes("40 09 00 00 01 F5 10") },
      501: { na: 1, pv: -1, code: hexBytes("40 10") },
    },
  };

  test("are found from the innermost outwards, with return addresses and arguments", () => {
    const machine = toyMachine(program);
    for (let i = 0; i < 5; i++) machine.stepInstruction();
    const { memory } = machine;
    const registers = machine.registers();
    const frames = walkFrames(memory, registers);
    expect(frames.map(({ header }) => header)).toEqual([0x322400, 0x322000, 0x320000]);
    expect(frames.map(({ argumentCells }) => argumentCells)).toEqual([1, 2, 0]);
    expect(frames[0]).toMatchObject({ pc: registers.pc, pvar: registers.pvar, ivar: registers.ivar });
    expect(memory.cell(frames[1]?.ivar ?? 0)).toBe(small(3));
    expect(frames[1]?.pc).toBe(2 * 0x322000 + 24 + 6);
    expect(frames[2]).toMatchObject({ frame: 0x112, pc: 2 * 0x320000 + 24 + 9 });
  });

  test("include a call from outside and what it was called from", () => {
    const machine = toyMachine(program);
    for (let i = 0; i < 3; i++) machine.stepInstruction();
    machine.memory.setByte(2 * 0x322400 + 24, 0x2a);
    const result = machine.invoke(0x322400, [small(1)], 100);
    expect(result).toMatchObject({ kind: "stop", reason: { kind: "failed" } });
    expect(walkFrames(machine.memory, machine.registers()).length).toBe(2);
  });

  test("give a collection every pointer they hold, and no more (I-M7)", () => {
    const created: ToyManager[] = [];
    const manager = {
      traits: new ToyManager(
        {
          memory: toyMachine(program).memory,
          eachStackPointer() {},
          eachRoot() {},
          requestSafepoint() {},
          sites: noSites,
        },
        0,
      ).traits,
      options: [],
      create(binding: ConstructorParameters<typeof ToyManager>[0]) {
        const made = new ToyManager(binding, 0);
        created.push(made);
        return made;
      },
    };
    const machine = toyMachine({ ...program, manager });
    for (let i = 0; i < 5; i++) machine.stepInstruction();
    const before = machine.memory.bytes.slice(2 * STACK_BASE, 2 * machine.registers().csp);
    const manager0 = created[0] as ToyManager;
    manager0.collect("request");
    // Frame headers; arguments of 500 and 501; the temporaries below the arguments are junk cells, which the scan skips.
    expect(manager0.marked).toEqual([0x320000, small(3), small(4), 0x322000, small(3), 0x322400]);
    const after = machine.memory.bytes.slice(2 * STACK_BASE, 2 * machine.registers().csp);
    const changed = [...before.keys()].filter((i) => before[i] !== after[i]);
    // Only the word of the running frame that says where its stack ends.
    const link = 2 * (machine.registers().pvar - STACK_BASE) - 12;
    expect(changed.every((i) => i === link || i === link + 1)).toBe(true);
  });

  test.each([
    ["of its function", 0, 0x320000, [0x320000, small(1), small(2), small(3)]],
    ["in the heap", OWN_NAME_TABLE, 0x330000, [0x320000, small(1), small(2), 0x330000, small(3)]],
    // The table itself is no pointer: eight words, and two for each of its names.
    ["on the stack", OWN_NAME_TABLE, TABLE, [0x320000, small(1), small(2), 0x340000, small(3), small(4)]],
  ])("have variables, temporaries and a name table %s (I-M7)", (_where, flag, table, expected) => {
    const { memory } = toyMachine({ pv: 0, nlocals: 2, code: [] });
    const frame = STACK_BASE + FIRST_FRAME;
    memory.setCell(0x320000 + 4, 0x340000);
    memory.setWord(frame, memory.word(frame) | flag);
    memory.setPointer(frame + 6, table);
    for (const [i, word] of [10, 12, TEMPORARY].entries()) memory.setCell(frame + word, small(i + 1));
    let top = frame + TEMPORARY + 2;
    if (table === TABLE) {
      memory.setWord(table + 6, 2);
      memory.setCell(table + 12, small(4));
      top = table + 14;
    }
    const found: number[] = [];
    eachStackPointer(memory, frame + 10, top, STACK_BASE + 0x8000, (pointer) => found.push(pointer));
    expect(found).toEqual(expected);
  });
});
