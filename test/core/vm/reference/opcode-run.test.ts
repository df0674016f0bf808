/** Short programs on a whole image, compared with the reference VM: registers and every cell that changed. */
import { expect, test } from "vitest";
import type { Cell, StackOffset, WordAddress } from "../../../../core/base/units.ts";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../../core/managers/contract.ts";
import { MISCSTATS_BASE, MISCSTATS_WORDS, STACK_BASE, STACK_WORDS } from "../../../../core/memory/layout.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import { Machine } from "../../../../core/vm/machine.ts";
import { quietPorts } from "../../../../core/vm/ports.ts";
import { digest } from "../../../../core/vm/state/digest.ts";
import { Excursion } from "../../../../core/vm/state/excursion.ts";
import { describeGolden } from "../../../support/golden/golden.ts";
import { isException } from "../../../support/golden/golden-exceptions.ts";
import { type OpcodeRun, opcodeRunMemory } from "../../../support/machine/opcode-run-image.ts";

interface Result {
  readonly end: string;
  readonly tos: Cell;
  /** Stack offset of the first free cell; TOS is below it. */
  readonly sp: StackOffset;
  readonly pvar: StackOffset;
  readonly ivar: StackOffset;
  readonly fn: WordAddress;
  readonly pc: number;
  readonly endstk: StackOffset;
  readonly diff?: readonly (readonly [WordAddress, Cell])[];
  readonly nonStackDiffCount?: number;
  readonly nonStackDiffDigest?: number;
}
interface OpcodeCases extends OpcodeRun {
  readonly cases: readonly { readonly name: string; readonly code: string; readonly result: Result }[];
}

function hexToBytes(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** The reference counter without the collection at the end of a program: the recording looks at the memory before it. */
const refcount: ManagerFactory = {
  ...(managerFactory("refcount") as ManagerFactory),
  create(binding, options) {
    const manager = (managerFactory("refcount") as ManagerFactory).create(binding, options);
    const begin = manager.beginCollection.bind(manager);
    manager.beginCollection = (cause) => (cause === "exit" ? null : begin(cause));
    return manager;
  },
};

/** FNV over numbers, lowest byte first. */
function fnv(numbers: Iterable<number>): number {
  let h = 0x811c9dc5;
  for (const number of numbers) {
    for (let shift = 0; shift < 32; shift += 8) h = Math.imul(h ^ ((number >>> shift) & 0xff), 0x01000193);
  }
  return h >>> 0;
}

describeGolden<OpcodeCases>(
  "opcode-run.json",
  (data) => {
    const memory = opcodeRunMemory(data);
    const original = opcodeRunMemory(data);
    const machine = new Machine({
      memory,
      ports: quietPorts(),
      manager: refcount,
      managerOptions: {},
      code: new CodeDirectory(),
    });
    machine.boot();
    const atRest = digest(machine);

    /** Cells that differ from the image, without dead stack, statistics, and the code of the case itself. */
    function differences(deadFrom: WordAddress, deadTo: WordAddress, codeWords: number): [WordAddress, Cell][] {
      const pages = machine.gate.journals.written();
      for (let page = STACK_BASE >> 8; page < (STACK_BASE + STACK_WORDS) >> 8; page++) pages.push(page);
      const isLeftOut = (address: WordAddress) =>
        (address >= deadFrom && address < deadTo) ||
        (address >= MISCSTATS_BASE && address < MISCSTATS_BASE + MISCSTATS_WORDS) ||
        (address >= data.mainCode && address < data.mainCode + codeWords);
      const found: [WordAddress, Cell][] = [];
      for (const page of pages.sort((a, b) => a - b)) {
        for (let address = page << 8; address < (page + 1) << 8; address += 2) {
          const cell = memory.cell(address);
          if (cell !== original.cell(address) && !isLeftOut(address)) found.push([address, cell]);
        }
      }
      return found;
    }

    test.each(data.cases)("$name", ({ name, code, result }) => {
      if (isException("opcode-run.json", name)) return;
      const bytes = hexToBytes(code);
      const excursion = Excursion.begin(machine);
      for (const [i, byte] of bytes.entries()) memory.setByte(2 * data.mainCode + i, byte);
      machine.boot();
      try {
        compare(result, bytes.length / 2 + 2);
      } finally {
        excursion.rollback();
      }
    });

    test("every run was undone without a trace", () => {
      expect(digest(machine)).toBe(atRest);
      expect(Buffer.compare(memory.bytes, original.bytes)).toBe(0);
    });

    function compare(result: Result, codeWords: number): void {
      const reason = machine.run(1_000_000);
      expect(reason).toMatchObject({ kind: "finished" });
      const { pc, func, pvar, ivar, csp, tos, esp } = machine.registers();
      expect({
        tos,
        sp: csp + 2 - STACK_BASE,
        pvar: pvar - STACK_BASE,
        ivar: ivar - STACK_BASE,
        fn: func,
        pc: pc - 2 * func,
        endstk: esp - STACK_BASE,
      }).toEqual({
        tos: result.tos,
        sp: result.sp,
        pvar: result.pvar,
        ivar: result.ivar,
        fn: result.fn,
        pc: result.pc,
        endstk: result.endstk,
      });
      const found = differences(csp + 2, esp, codeWords);
      if (result.diff !== undefined) {
        expect(found.map(show)).toEqual(result.diff.map(show));
        return;
      }
      const outside = found.filter(([address]) => address < STACK_BASE || address >= STACK_BASE + 0x10000);
      expect(outside.length).toBe(result.nonStackDiffCount);
      expect(fnv(outside.flat())).toBe(result.nonStackDiffDigest);
    }
  },
  "I-F20, I-M12",
);

function show([address, value]: readonly [number, number]): string {
  return `${address.toString(16)}: ${value.toString(16)}`;
}
