/** String hashes of MISCN: what hashes as its characters, and what by its address. */
import { describe, expect, test } from "vitest";
import { findSymbol, valueCell } from "../../../../core/objects/symbols.ts";
import { stringHash } from "../../../../core/vm/ops/hashing.ts";
import { Processor } from "../../../../core/vm/processor.ts";
import { lispMachine } from "../../../support/lisp/lisp-machine.ts";

const { machine } = lispMachine(`
  (define lower 'interlisp) (define upper 'INTERLISP) (define text "INTERLISP") (define other "INTERLISQ")
  (define one (cons 1 2)) (define two (cons 1 2))`);
machine.run(10_000_000);
const processor = new Processor(machine.memory, machine.ports, machine.manager);

function hash(variable: string, foldsCase: boolean): number {
  const symbol = findSymbol(machine.memory, variable);
  expect(symbol, variable).not.toBeNull();
  return stringHash(processor, machine.memory.cell(valueCell(symbol ?? 0)), foldsCase);
}

describe("string hashes", () => {
  test("a symbol hashes as the string of its name, so that one finds the other in a table", () => {
    expect(hash("upper", false)).toBe(hash("text", false));
    expect(hash("text", false)).not.toBe(hash("other", false));
  });

  test("the case of letters counts only for the hash that does not fold it", () => {
    expect(hash("lower", true)).toBe(hash("text", true));
    expect(hash("lower", false)).not.toBe(hash("text", false));
  });

  test("objects without characters hash by where they lie", () => {
    expect(hash("one", false)).not.toBe(hash("two", false));
    expect(hash("one", false)).toBe(hash("one", true));
  });
});
