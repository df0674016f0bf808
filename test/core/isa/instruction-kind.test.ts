import { expect, test } from "vitest";
import { InstructionKinds, instructionKind, isOfKind } from "../../../core/isa/instruction-kind.ts";

test.each([
  ["CONS", { opcode: 0x1a, subr: null }],
  [" opcode: cons ", { opcode: 0x1a, subr: null }],
  ["RPLACA", { opcode: 0x18, subr: null }],
  ["opcode:PRINT", null],
  ["PRINT", { opcode: 0x7d, subr: 227 }],
  ["make-vector", { opcode: 0x7d, subr: 234 }],
  ["subr:LISPFINISH", { opcode: 0x7d, subr: 13 }],
  ["subr:227", { opcode: 0x7d, subr: 227 }],
  ["subr:256", null],
  ["subr:CONS", null],
  ["227", null],
  ["nothing", null],
  ["", null],
])("%j names %j", (text, kind) => {
  expect(instructionKind(text)).toEqual(kind);
});

test("a host call is told from others by its number", () => {
  const print = { opcode: 0x7d, subr: 227 };
  const kinds = new InstructionKinds([print, { opcode: 0x1a, subr: null }]);
  const code = Uint8Array.of(0x7d, 227, 0x7d, 228, 0x1a, 9);
  expect([0, 2, 4].map((at) => kinds.has(code, at))).toEqual([true, false, true]);
  expect([0, 2, 4].map((at) => isOfKind(print, code.subarray(at)))).toEqual([true, false, false]);
});
