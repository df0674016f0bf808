import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Program } from "../../../../../core/isa/code-block.ts";
import { OPCODE_BY_NAME, OPCODES } from "../../../../../core/isa/opcodes.ts";
import { SUBR } from "../../../../../core/isa/subrs.ts";
import { compileProgram } from "../../../../../core/language/compiler/compile-program.ts";
import { debuggeeFor, runMotion } from "../../../../support/lisp/debuggee.ts";

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

/** Every place at which stepping by form stops, from the first form to the end. */
function steps(text: string, manager: string): string[] {
  const { debuggee } = debuggeeFor(text, { manager });
  const found: string[] = [];
  for (let stop = runMotion(debuggee.step("in", "form")); stop.kind === "step"; ) {
    const place = debuggee.stack(0, 0).frames[0]?.place;
    found.push(place === null || place === undefined ? "no source" : text.slice(place.start, place.end));
    stop = runMotion(debuggee.step("in", "form"));
  }
  return found;
}

describe("code for the lifetime plan", () => {
  test("is left out when nobody asks for it", () => {
    for (const text of EXAMPLES) expect(planCalls(compileProgram(text, "test.cons").program)).toEqual([]);
  });

  test("releases values in the programs that have some", () => {
    const released = EXAMPLES.map(
      (text) => planCalls(compileProgram(text, "test.cons", { usesPlan: true }).program).length,
    );
    expect(released.filter((count) => count > 0).length).toBe(EXAMPLES.length - 1);
  });

  test.each(EXAMPLES)("is no place to stop when a person steps by form: %#", (text) => {
    expect(steps(text, "asap")).toEqual(steps(text, "none"));
  });
});
