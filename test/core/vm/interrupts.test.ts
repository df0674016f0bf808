/** Interrupts and context switches, on the image of opcode-run.json with functions put into it. */
import { describe, expect, test } from "vitest";
import { managerFactory } from "../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../core/managers/contract.ts";
import { IFPAGE, interfaceWord } from "../../../core/memory/interface-page.ts";
import { STACK_BASE, T } from "../../../core/memory/layout.ts";
import { CodeDirectory } from "../../../core/objects/code/code-directory.ts";
import { definitionCell, findSymbol, valueCell } from "../../../core/objects/symbols.ts";
import { Machine } from "../../../core/vm/machine.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { walkFrames } from "../../../core/vm/stack/frames.ts";
import { digest } from "../../../core/vm/state/digest.ts";
import { describeGolden } from "../../support/golden/golden.ts";
import { type OpcodeRun, opcodeRunMemory } from "../../support/machine/opcode-run-image.ts";
import { hexBytes, small, type ToyFunction, writeFunction } from "../../support/machine/toy-machine.ts";

const FIRST_FUNCTION = 0x2f1000;
const STATE_CELL = 0x2f8000;
const NEWG = 303;

interface Setup {
  /** The main function, in hex. */
  readonly main: string;
  /** Compiled functions by the name of their symbol. */
  readonly functions?: { readonly [name: string]: ToyFunction };
  readonly periodicInterrupt?: number;
  readonly stress?: number;
}

/** Counts a variable up: GVAR NEWG, '1, IPLUS2, GVAR_ NEWG. */
const COUNT = "60 00 00 01 2F 6B D8 17 00 00 01 2F";
const handler = (more = ""): ToyFunction => ({ na: 0, code: hexBytes(`${COUNT} ${more} 10`) });

describeGolden<OpcodeRun>("opcode-run.json", (data) => {
  const symbol = (machine: Machine, name: string) => findSymbol(machine.memory, name) as number;
  const value = (machine: Machine, name: string) => machine.memory.cell(valueCell(symbol(machine, name)));
  const setValue = (machine: Machine, name: string, cell: number) =>
    machine.memory.setCell(valueCell(symbol(machine, name)), cell);
  const counted = (machine: Machine) => machine.memory.cell(valueCell(NEWG)) - small(0);
  const header = (machine: Machine, name: string) => machine.memory.pointer(definitionCell(symbol(machine, name)));

  function prepared({ main, functions = {}, periodicInterrupt, stress = 0 }: Setup): Machine {
    const memory = opcodeRunMemory(data);
    for (const [i, byte] of hexBytes(main).entries()) memory.setByte(2 * data.mainCode + i, byte);
    const machine = new Machine({
      memory,
      ports: quietPorts(),
      manager: managerFactory("refcount") as ManagerFactory,
      managerOptions: { stress },
      code: new CodeDirectory(),
      periodicInterrupt: periodicInterrupt ?? null,
    });
    let at = FIRST_FUNCTION;
    for (const [name, fn] of Object.entries(functions)) {
      writeFunction(memory, at, fn);
      memory.setCell(definitionCell(symbol(machine, name)), (0x80000000 | at) >>> 0);
      at += 0x100;
    }
    memory.setCell(valueCell(NEWG), small(0));
    setValue(machine, "\\INTERRUPTSTATE", STATE_CELL);
    machine.boot();
    return machine;
  }

  // Pushes 3 and 4, then CAUSE-INTERRUPT, whose value is dropped; JUMP0, and the sum.
  const causing = "6C 03 6C 04 7D 92 00 BF 80 FE D8 7D 0D 00";

  describe("an interrupt that the program asks for", () => {
    test("calls \\INTERRUPTFRAME at the next safepoint and goes on where it was", () => {
      const machine = prepared({ main: causing, functions: { "\\INTERRUPTFRAME": handler() } });
      const { memory } = machine;
      memory.setCell(STATE_CELL, 0x05020000);
      for (let i = 0; i < 4; i++) expect(machine.stepInstruction()).toEqual({ kind: "step" });
      expect(value(machine, "\\PENDINGINTERRUPT")).toBe(T);
      const before = machine.moment();
      expect(machine.stepInstruction()).toEqual({ kind: "step" });
      // The jump, and the interrupt behind it.
      expect(machine.moment().block).toBe(before.block + 2);
      const frames = walkFrames(memory, machine.registers());
      expect(frames.map((frame) => frame.header)).toEqual([header(machine, "\\INTERRUPTFRAME"), data.mainFn]);
      expect(frames[1]?.pc).toBe(2 * data.mainCode + 10);
      expect(value(machine, "\\PENDINGINTERRUPT")).toBe(0);
      expect(memory.cell(STATE_CELL)).toBe(0x05070000);
      expect(machine.run(100)).toEqual({ kind: "finished", status: 0 });
      expect(counted(machine)).toBe(1);
      expect(machine.registers().tos).toBe(small(7));
    });

    test("waits when there is no function for it, and costs nothing", () => {
      const machine = prepared({ main: causing });
      expect(machine.run(100)).toEqual({ kind: "finished", status: 0 });
      expect(value(machine, "\\PENDINGINTERRUPT")).toBe(T);
    });

    test("to a function outside the image stops the machine", () => {
      for (const name of ["\\INTERRUPTFRAME", "\\DORECLAIM"]) {
        const machine = prepared({ main: causing });
        machine.memory.setCell(definitionCell(symbol(machine, name)), 0x8fffff00);
        if (name === "\\DORECLAIM") {
          setValue(machine, "\\RECLAIM.COUNTDOWN", small(1));
          machine.manager.counts?.operate(1, 0x320008);
        }
        expect(machine.run(100)).toMatchObject({ kind: "failed", event: { kind: "memory.error" } });
      }
    });

    test("without an interrupt state does without it", () => {
      const machine = prepared({ main: causing, functions: { "\\INTERRUPTFRAME": handler() } });
      setValue(machine, "\\INTERRUPTSTATE", 0x0ffffff0);
      machine.boot();
      expect(machine.run(100)).toEqual({ kind: "finished", status: 0 });
      expect(counted(machine)).toBe(1);
    });

    test("waits until no system context runs", () => {
      // A loop of 50 turns behind the request.
      const loop = "7D 92 00 BF 6C 32 58 48 6B D9 58 6A F1 B3 FA 7D 0D 00";
      const machine = prepared({ main: loop, functions: { "\\INTERRUPTFRAME": handler() } });
      const base = machine.memory.word(interfaceWord(IFPAGE.stackBase));
      machine.memory.setWord(interfaceWord(IFPAGE.stackBase), 0x4000);
      expect(machine.run(20)).toEqual({ kind: "slice" });
      expect(counted(machine)).toBe(0);
      expect(machine.run(10)).toEqual({ kind: "slice" });
      machine.memory.setWord(interfaceWord(IFPAGE.stackBase), base);
      expect(machine.run(1)).toEqual({ kind: "slice" });
      expect(walkFrames(machine.memory, machine.registers()).length).toBe(2);
      expect(machine.run(100)).toEqual({ kind: "finished", status: 0 });
      expect(counted(machine)).toBe(1);
    });

    test("comes after a collection that is due, on top of its function", () => {
      const collect = handler("7D 5C 00 BF");
      const machine = prepared({ main: causing, functions: { "\\INTERRUPTFRAME": handler(), "\\DORECLAIM": collect } });
      machine.stepInstruction();
      machine.stepInstruction();
      // The next table entry asks for the collection.
      setValue(machine, "\\RECLAIM.COUNTDOWN", small(1));
      machine.manager.counts?.operate(1, 0x320008);
      machine.run(1);
      const names = walkFrames(machine.memory, machine.registers()).map((frame) => frame.header);
      expect(names).toEqual([header(machine, "\\DORECLAIM"), data.mainFn]);
      expect(value(machine, "\\RECLAIM.COUNTDOWN")).toBe(0);
      expect(value(machine, "\\PENDINGINTERRUPT")).toBe(T);
      expect(machine.run(100)).toEqual({ kind: "finished", status: 0 });
      expect(counted(machine)).toBe(2);
      expect(machine.registers().tos).toBe(small(7));
    });

    test("is not called inside a function that a debugger calls", () => {
      const machine = prepared({ main: causing, functions: { "\\INTERRUPTFRAME": handler(), FOO: handler("B0 02") } });
      for (let i = 0; i < 3; i++) machine.stepInstruction();
      expect(machine.invoke(header(machine, "FOO"), [], 100).kind).toBe("value");
      expect(counted(machine)).toBe(1);
      expect(machine.run(100)).toEqual({ kind: "finished", status: 0 });
      expect(counted(machine)).toBe(2);
    });
  });

  describe("stress, where the image has a collector of its own", () => {
    // 10 turns of a loop, 9 jumps: a pair is made and stored, so that its entry is gone again before the safepoint.
    const loop = "6C 0A 58 68 68 1A 17 00 00 01 30 BF 48 6B D9 58 6A F1 B3 F1 7D 0D 00";
    // Counts, makes a pair while the countdown is off, and turns it on again: GVAR_ RECLAIM.COUNTDOWN.
    const countdownOf = (machine: Machine) => symbol(machine, "\\RECLAIM.COUNTDOWN");
    const collector = (index: number): ToyFunction =>
      handler(
        `68 68 1A BF 6C 64 17 00 00 ${[index >> 8, index & 255].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")} BF`,
      );
    const index = countdownOf(prepared({ main: "10" }));

    test("calls it whatever the countdown is", () => {
      const functions = { "\\DORECLAIM": collector(index) };
      for (const [stress, calls] of [
        [0, 0],
        [5, 1],
        [1, 9],
      ] as const) {
        const machine = prepared({ main: loop, functions, stress });
        setValue(machine, "\\RECLAIM.COUNTDOWN", small(1000));
        expect([stress, machine.run(10_000)]).toEqual([stress, { kind: "finished", status: 0 }]);
        expect([stress, counted(machine)]).toEqual([stress, calls]);
      }
    });
  });

  describe("the clock of safepoints", () => {
    // 400 turns, one safepoint each.
    const loop = "6E 01 90 58 48 6B D9 58 6A F1 B3 FA 7D 0D 00";

    test("calls the periodic function when its period is over", () => {
      const functions = { "\\PERIODIC.INTERRUPTFRAME": handler() };
      const machine = prepared({ main: loop, functions, periodicInterrupt: 5 });
      setValue(machine, "\\PERIODIC.INTERRUPT", T);
      // The first 60 requests pass; then, with no frequency, every one calls.
      expect(machine.run(300)).toEqual({ kind: "slice" });
      expect(counted(machine)).toBe(0);
      expect(machine.run(5)).toEqual({ kind: "slice" });
      expect(walkFrames(machine.memory, machine.registers())[0]?.header).toBe(
        header(machine, "\\PERIODIC.INTERRUPTFRAME"),
      );
      expect(machine.run(10_000)).toEqual({ kind: "finished", status: 0 });
      expect(counted(machine)).toBeGreaterThan(15);
    });

    test("takes the frequency in 60ths of a second of 10 ms requests", () => {
      const functions = { "\\PERIODIC.INTERRUPTFRAME": handler() };
      const machine = prepared({ main: loop, functions, periodicInterrupt: 1 });
      setValue(machine, "\\PERIODIC.INTERRUPT", T);
      setValue(machine, "\\PERIODIC.INTERRUPT.FREQUENCY", small(60));
      expect(machine.run(10_000)).toEqual({ kind: "finished", status: 0 });
      // 60 requests, then one call every 99 + 1: floor(60 * 16666 / 10000) = 99.
      expect(counted(machine)).toBe(4);
    });

    test("finds what nobody requested, and is off unless asked for", () => {
      const functions = { "\\INTERRUPTFRAME": handler() };
      for (const [interval, calls] of [
        [7, 1],
        [undefined, 0],
      ] as const) {
        const setup = { main: loop, functions };
        const machine = prepared(interval === undefined ? setup : { ...setup, periodicInterrupt: interval });
        setValue(machine, "\\PENDINGINTERRUPT", T);
        expect(machine.run(10_000)).toEqual({ kind: "finished", status: 0 });
        expect(counted(machine)).toBe(calls);
      }
    });

    test("ticks the same however the run is cut, stepped or watched", () => {
      const ways: ((machine: Machine) => void)[] = [
        (machine) => machine.run(10_000),
        (machine) => {
          while (machine.run(3).kind === "slice");
        },
        (machine) => {
          while (machine.stepInstruction().kind === "step");
        },
        (machine) => {
          machine.setBreakpoints([2 * FIRST_FUNCTION]);
          machine.run(10_000);
        },
        (machine) => {
          machine.run(150);
          machine.invoke(header(machine, "FOO"), [], 100);
          machine.memory.setCell(valueCell(NEWG), machine.memory.cell(valueCell(NEWG)) - 1);
          machine.run(10_000);
        },
      ];
      const digests = ways.map((way) => {
        const functions = { "\\PERIODIC.INTERRUPTFRAME": handler(), FOO: handler("B0 02") };
        const machine = prepared({ main: loop, functions, periodicInterrupt: 4 });
        setValue(machine, "\\PERIODIC.INTERRUPT", T);
        way(machine);
        return [counted(machine), machine.moment().block, digest(machine)];
      });
      expect(new Set(digests.map(String)).size).toBe(1);
    });
  });

  test("starting forgets pending input, and the character", () => {
    const machine = prepared({ main: causing });
    machine.memory.setCell(STATE_CELL, 0xff33_0041);
    machine.boot();
    expect(machine.memory.cell(STATE_CELL)).toBe(0x1e33_0000);
  });

  describe("a stack that grows past its guard", () => {
    test("calls \\INTERRUPTFRAME once, and goes on to the last address", () => {
      // SUMTO recurses; the main frame's stack is made the last one.
      const machine = prepared({
        main: "6E 08 00 09 00 00 01 47 7D 0D 00",
        functions: { "\\INTERRUPTFRAME": handler() },
      });
      const { memory } = machine;
      memory.setWord(interfaceWord(IFPAGE.endOfStack), 0x5efe);
      memory.setCell(STACK_BASE + 0x22e, 0xa0000000 | (0x5efe - 0x22e));
      memory.setCell(STACK_BASE + 0x5efe, 0xe0000002);
      setValue(machine, "\\GuardStackAddr", small(0x6000));
      setValue(machine, "\\LastStackAddr", small(0x7ffe));
      machine.boot();
      const reason = machine.run(100_000);
      expect(reason).toMatchObject({ kind: "failed", event: { kind: "stack.overflow" } });
      expect(counted(machine)).toBe(1);
      expect(value(machine, "\\STACKOVERFLOW")).toBe(T);
      expect(memory.cell(STATE_CELL)).toBe(0x0404_0000);
      expect(memory.word(interfaceWord(IFPAGE.endOfStack))).toBe(0x7ffe);
      expect(walkFrames(memory, machine.registers()).length).toBeGreaterThan(1000);
    });
  });

  describe("CONTEXTSWITCH", () => {
    const contexts = [
      ["current", IFPAGE.currentFx],
      ["reset", IFPAGE.resetFx],
      ["stack overflow", IFPAGE.stackOverflowFx],
      ["keyboard", IFPAGE.keyboardFx],
      ["hard return", IFPAGE.hardReturnFx],
      ["GC", IFPAGE.gcFx],
      ["fault", IFPAGE.faultFx],
      ["misc", IFPAGE.miscFx],
      ["teleraid", IFPAGE.teleraidFx],
    ] as const;

    test.each(contexts)("goes to the %s context and back, as often as it is asked", (_, word) => {
      const k = word.toString(16).padStart(2, "0");
      // Twice: a number, the context's number, and what comes back instead of it.
      const machine = prepared({ main: `6C 07 6C ${k} 7E BF 6C 08 6C ${k} 7E BF 7D 0D 00` });
      const { memory } = machine;
      // The other context counts, comes back, and begins again.
      writeFunction(memory, FIRST_FUNCTION, { na: 0, pv: -1, code: hexBytes(`${COUNT} BF 6C ${k} 7E BF B0 EF`) });
      const other = 0x6002;
      memory.setCell(STACK_BASE + other + 2, FIRST_FUNCTION);
      memory.setWord(STACK_BASE + other + 5, memory.word(FIRST_FUNCTION + 3));
      memory.setWord(interfaceWord(word), other);
      const main = machine.registers();
      for (let i = 0; i < 3; i++) machine.stepInstruction();
      expect(machine.registers()).toMatchObject({ func: FIRST_FUNCTION, pvar: STACK_BASE + other + 10, esp: 0x17e00 });
      expect(memory.word(interfaceWord(word))).toBe(main.pvar - STACK_BASE - 10);
      for (let i = 0; i < 7; i++) machine.stepInstruction();
      // Back, with the raw number as top of stack, over what stood below it.
      expect(machine.registers()).toMatchObject({ func: data.mainFn, tos: word, esp: main.esp });
      expect(memory.cell(machine.registers().csp - 2)).toBe(small(7));
      expect(machine.run(100)).toEqual({ kind: "finished", status: 0 });
      expect(counted(machine)).toBe(2);
      expect(memory.word(interfaceWord(word))).toBe(other);
      const { tos, pvar, esp } = machine.registers();
      expect({ tos, pvar, esp }).toEqual({ tos: small(8), pvar: main.pvar, esp: main.esp });
    });

    test("is not possible in a function that a debugger calls", () => {
      const machine = prepared({ main: "6C 07 7D 0D 00", functions: { FOO: handler("BF 6C 03 7E") } });
      const before = machine.memory.word(interfaceWord(IFPAGE.keyboardFx));
      const result = machine.invoke(header(machine, "FOO"), [], 100);
      expect(result).toMatchObject({ kind: "stop", reason: { kind: "failed" } });
      expect(machine.memory.word(interfaceWord(IFPAGE.keyboardFx))).toBe(before);
      expect(machine.run(10)).toEqual({ kind: "finished", status: 0 });
    });

    test("to a word that names no frame is an error of the image", () => {
      const machine = prepared({ main: "6C 07 6C 05 7E 7D 0D 00" });
      machine.memory.setWord(interfaceWord(IFPAGE.gcFx), 0x4002);
      expect(machine.run(10)).toMatchObject({ kind: "failed", event: { kind: "memory.error" } });
      const inCall = prepared({ main: "6C 07 6C 03 7E 7D 0D 00" });
      inCall.memory.setWord(STACK_BASE + 0x6002, 0xc400);
      expect(inCall.run(10)).toMatchObject({ kind: "failed", event: { kind: "memory.error" } });
    });
  });
});
