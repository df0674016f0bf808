/** The opcodes of reference counting: what they ask the count table, and what they leave on the stack. */
import { describe, expect, test } from "vitest";
import type { Pointer } from "../../../../core/base/units.ts";
import type { ManagerFactory, ReferenceCounts } from "../../../../core/managers/contract.ts";
import { toyFactory } from "../../../support/heap/toy-manager.ts";
import { hexBytes, small, toyMachine } from "../../../support/machine/toy-machine.ts";

const OBJECT: Pointer = 0x400000;
const NIL = 0;

/** What is on the stack after one opcode with TOS, and what the table was asked. */
function ended(opcode: string, tos: number, answers: Partial<ReferenceCounts>) {
  const asked: string[] = [];
  const counts: ReferenceCounts = {
    operate: (operation, pointer) => {
      asked.push(`operate ${operation} ${pointer.toString(16)}`);
      return answers.operate?.(operation, pointer) ?? NIL;
    },
    nextCandidate: (probe) => {
      asked.push(`candidate below ${probe}`);
      return answers.nextCandidate?.(probe) ?? -1;
    },
    nextStackMark: (probe) => {
      asked.push(`mark below ${probe}`);
      return answers.nextStackMark?.(probe) ?? -1;
    },
    countOf: () => null,
    disable() {},
  };
  const manager: ManagerFactory = {
    ...toyFactory,
    create: (binding, options) => Object.assign(toyFactory.create(binding, options), { counts }),
  };
  const machine = toyMachine({ na: 1, args: [tos], code: hexBytes(`40 ${opcode} 10`), manager });
  machine.stepInstruction();
  const { pc } = machine.registers();
  machine.stepInstruction();
  const registers = machine.registers();
  return { tos: registers.tos, bytes: registers.pc - pc, asked };
}

describe("opcodes of reference counting (I-F15)", () => {
  test.each([0, 1])("GCREF %d does one count operation and leaves what the table answers", (operation) => {
    const opcode = `15 0${operation}`;
    const asked = [`operate ${operation} 400000`];
    expect(ended(opcode, OBJECT, { operate: () => NIL })).toEqual({ tos: NIL, bytes: 2, asked });
    // Only a deletion that made a new entry with count 0.
    expect(ended(opcode, OBJECT, { operate: (_, pointer) => pointer })).toEqual({ tos: OBJECT, bytes: 2, asked });
  });

  test.each([
    ["GCSCAN1", "7B", "candidate", "nextCandidate"],
    ["GCSCAN2", "7C", "mark", "nextStackMark"],
  ] as const)(
    "%s leaves the next lower index, and NIL where there is none (I-M4, I-M5)",
    (_name, opcode, what, question) => {
      const asked = [`${what} below 700`];
      expect(ended(opcode, small(700), { [question]: () => 512 })).toEqual({ tos: small(512), bytes: 1, asked });
      expect(ended(opcode, small(700), { [question]: () => 0 })).toEqual({ tos: small(0), bytes: 1, asked });
      expect(ended(opcode, small(700), {})).toEqual({ tos: NIL, bytes: 1, asked });
    },
  );
});
