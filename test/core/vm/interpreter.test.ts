/** The `switch` of the interpreter against the opcode table: labels, names, and how far each simple opcode moves PC. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { OPCODES } from "../../../core/isa/opcodes.ts";

const text = readFileSync(resolve(import.meta.dirname, "../../../core/vm/interpreter.ts"), "utf8");

/** Opcode number -> name in the comment behind its label. */
function labels(): Map<number, string> {
  const found = new Map<number, string>();
  for (const match of text.matchAll(/case (0x[0-9a-f]{2}): ?\{?\s*\/\/ (\S+)/g)) {
    const code = Number(match[1]);
    expect(found.has(code), `label ${match[1]} twice`).toBe(false);
    found.set(code, match[2] as string);
  }
  return found;
}

/** The labels in front of each body, with the body. */
function bodies(): { codes: number[]; body: string }[] {
  const result: { codes: number[]; body: string }[] = [];
  let codes: number[] = [];
  for (const part of text.split(/(?=case 0x[0-9a-f]{2}:)/).slice(1)) {
    codes.push(Number(part.slice(5, 9)));
    const body = part.replace(/^case 0x..: ?\{?\s*\/\/ \S+/, "").replace(/\/\/.*/g, "");
    if (body.trim() === "") continue;
    result.push({ codes, body });
    codes = [];
  }
  return result;
}

describe("interpreter switch", () => {
  test("there is one label for every opcode, with its name", () => {
    const found = labels();
    for (const opcode of OPCODES) expect(found.get(opcode.code), `opcode ${opcode.code}`).toBe(opcode.name);
    expect(found.size).toBe(256);
  });

  test("an opcode that goes on by itself moves PC over its operands", () => {
    let checked = 0;
    for (const { codes, body } of bodies()) {
      for (const step of body.matchAll(/pc \+= (\d+);/g)) {
        for (const code of codes) {
          expect(Number(step[1]), OPCODES[code]?.name).toBe(1 + (OPCODES[code]?.operandBytes ?? 0));
          checked++;
        }
      }
    }
    expect(checked).toBeGreaterThan(80);
  });

  test("an opcode that the reference VM leaves to its handler goes there", () => {
    for (const { codes, body } of bodies()) {
      const isHandlerOnly = /^\s*punt\(m, pc, csp, tos\);/.test(body);
      for (const code of codes) {
        if (isHandlerOnly) expect(OPCODES[code]?.isNative, OPCODES[code]?.name).toBe(false);
      }
    }
  });
});
