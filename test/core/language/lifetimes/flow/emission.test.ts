import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Program } from "../../../../../core/isa/code-block.ts";
import { OPCODE_BY_NAME, OPCODES } from "../../../../../core/isa/opcodes.ts";
import { SUBR } from "../../../../../core/isa/subrs.ts";
import { compileProgram } from "../../../../../core/language/compiler/compile-program.ts";

const FOLDER = "examples/asap";
const EXAMPLES = readdirSync(FOLDER).map((name) => readFileSync(`${FOLDER}/${name}`, "utf8"));

/** Host calls of the plan in all code of a program: offset, and whether a step stands there. */
function planCalls(program: Program | null): { pc: number; isStep: boolean }[] {
  const call = OPCODE_BY_NAME.get("SUBRCALL")?.code;
  return (program?.blocks ?? []).flatMap(({ bytes, source }) => {
    const found: { pc: number; isStep: boolean }[] = [];
    for (let pc = 0; pc < bytes.length; pc += 1 + (OPCODES[bytes[pc] as number]?.operandBytes ?? 0)) {
      if (bytes[pc] !== call || bytes[pc + 1] !== SUBR.PLAN) continue;
      const span = source.findLast((place) => place.pc <= pc);
      found.push({ pc, isStep: span?.isStep ?? false });
    }
    return found;
  });
}

describe("code for the lifetime plan", () => {
  test("is left out when nobody asks for it", () => {
    for (const text of EXAMPLES) expect(planCalls(compileProgram(text, "test.cons").program)).toEqual([]);
  });
});
