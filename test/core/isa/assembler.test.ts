import { describe, expect, test } from "vitest";
import { Assembler, type JumpKind } from "../../../core/isa/assembler.ts";
import { decodeInstruction, disassemble } from "../../../core/isa/disassembler.ts";
import { OPCODES } from "../../../core/isa/opcodes.ts";

describe("assembler", () => {
  test("every opcode comes back from the disassembler with its operands", () => {
    for (const opcode of OPCODES) {
      if (opcode.code === 0) continue;
      const operands = opcode.operands.map((operand, i) => 2 ** (8 * operand.bytes - 1) - 3 - i);
      const assembler = new Assembler();
      assembler.emit(opcode.name, ...operands);
      const { bytes } = assembler.finish();
      const instruction = decodeInstruction(bytes, 0);
      expect(instruction.opcode.name).toBe(opcode.name);
      expect(instruction.operands).toEqual(operands);
      expect(instruction.length).toBe(bytes.length);
    }
  });

  test("a literal is a fixup at its four operand bytes", () => {
    const assembler = new Assembler();
    assembler.emit("SIC", 3);
    assembler.emitLiteral("FN1", { kind: "symbol", name: "f" });
    assembler.emitLiteral("FNX", { kind: "symbol", name: "g" }, 7);
    const { bytes, fixups } = assembler.finish();
    expect([...bytes]).toEqual([0x6c, 3, 0x09, 0, 0, 0, 0, 0x0d, 7, 0, 0, 0, 0]);
    expect(fixups).toEqual([
      { offset: 3, literal: { kind: "symbol", name: "f" } },
      { offset: 9, literal: { kind: "symbol", name: "g" } },
    ]);
  });

  test.each([
    [2, 1],
    [17, 1],
    [19, 2],
    [120, 2],
    [127, 2],
    [300, 3],
    [-3, 2],
    [-200, 3],
  ])("a jump over %i bytes takes %i", (distance, length) => {
    const assembler = new Assembler();
    const target = assembler.newLabel();
    const fill = (n: number) => {
      for (let i = 0; i < n; i++) assembler.emit("NOP");
    };
    if (distance < 0) assembler.place(target);
    if (distance < 0) fill(-distance);
    assembler.jump("JUMP", target);
    if (distance > 0) fill(distance - length);
    if (distance > 0) assembler.place(target);
    const code = assembler.finish();
    expect(code.bytes.length).toBe(length + (distance < 0 ? -distance : distance - length));
    const at = distance < 0 ? -distance : 0;
    expect(decodeInstruction(code.bytes, at).target).toBe(code.offsetOf(target));
  });

  test.each(["FJUMP", "TJUMP", "NFJUMP", "NTJUMP"] as JumpKind[])(
    "a far %s goes over an unconditional jump",
    (kind) => {
      const assembler = new Assembler();
      const far = assembler.newLabel();
      assembler.jump(kind, far);
      const next = assembler.here();
      for (let i = 0; i < 200; i++) assembler.emit("NOP");
      assembler.place(far);
      const { bytes, offsetOf } = assembler.finish();
      const [test, skip, jump] = disassemble(bytes, 0, 7);
      expect(test?.opcode.name).toBe(`${kind}X`);
      expect(test?.target).toBe(jump?.address);
      expect(skip?.target).toBe(offsetOf(next));
      expect(jump?.target).toBe(offsetOf(far));
    },
  );

  test("wrong use is an error", () => {
    const assembler = new Assembler();
    expect(() => assembler.emit("FROB")).toThrow(/no opcode is called FROB/);
    expect(() => assembler.emit("SIC", 256)).toThrow(/does not fit in 1 bytes/);
    expect(() => assembler.emit("SIC")).toThrow(/takes 1 operands, got 0/);
    assembler.jump("JUMP", assembler.newLabel());
    expect(() => assembler.finish()).toThrow(/never placed/);
  });
});

describe("disassembler", () => {
  test("operands are shown as people read them", () => {
    const text = (bytes: number[], names = {}) => decodeInstruction(Uint8Array.from(bytes), 0, names).text;
    expect(text([0x4f, 14])).toBe("PVARX 7");
    expect(text([0x6d, 0])).toBe("SNIC -256");
    expect(text([0x08, 0, 0, 1, 0xf4])).toBe("FN0 #500");
    expect(text([0x08, 0, 0, 1, 0xf4], { atom: () => "CAR" })).toBe("FN0 CAR");
    expect(text([0x7d, 13, 0])).toBe("SUBRCALL LISPFINISH 0");
    expect(text([0x90])).toBe("FJUMP0 -> 2");
    expect(text([0x49], { local: (i: number) => `local${i}` })).toBe("PVAR1 local1");
  });
});
