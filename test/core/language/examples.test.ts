import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { audit } from "../../../core/inspect/audit/audit.ts";
import { findLeaks } from "../../../core/inspect/graph/reach.ts";
import type { ImageView } from "../../../core/inspect/image-view.ts";
import { analyse } from "../../../core/language/analysis/analyse.ts";
import type { Machine } from "../../../core/vm/machine.ts";
import { runProgram } from "../../support/lisp/run-program.ts";

const folder = join(import.meta.dirname, "../../../examples");
const source = (name: string) => readFileSync(join(folder, name), "utf8");
const endOf = (machine: Machine): ImageView => ({
  memory: machine.memory,
  registers: null,
  manager: machine.manager,
  collection: null,
  code: machine.code,
});

/** What each program of the strategy table prints, and what its cycles leave under reference counting. Seeds, O.7. */
const STRATEGY_PROGRAMS = [
  ["o-a1", "24", 0],
  ["o-a2", "6", 0],
  ["o-a3", "8080", 0],
  ["o-a4", "6", 3],
  ["o-a5", "3", 3],
  ["o-a6", "7\n0", 0],
  ["o-a7", "30", 0],
  ["o-a8", "1\n2", 0],
  ["o-a9", "1", 0],
  ["o-a10", "7\n8", 0],
  ["o-a11", "10\n10", 0],
  ["o-a12", "8", 0],
] as const;

describe("the programs of the strategy table", () => {
  test.each(STRATEGY_PROGRAMS)("%s prints %j and leaves %i objects in cycles", (name, expected, cyclic) => {
    const { output, stop, machine } = runProgram(source(`asap/${name}.cons`));
    expect(stop).toEqual({ kind: "finished", status: 0 });
    expect(output).toBe(`${expected}\n`);
    const leaks = findLeaks(endOf(machine));
    expect({ lost: leaks.lost.length, cyclic: leaks.cyclic.length }).toEqual({ lost: 0, cyclic });
    expect(audit(endOf(machine)).problems).toEqual([]);
    expect(runProgram(source(`asap/${name}.cons`), "none").output).toBe(output);
  });
});

test.each([
  ["poke to protected memory", "(poke 100 1)", "bad-address"],
  ["peek outside", "(peek 65536)", "bad-address"],
  ["division by zero", "(/ 1 0)", "division-by-zero"],
])("L-A31: %s is an error of the program", (_, text, name) => {
  const { stop } = runProgram(text);
  expect(stop).toMatchObject({ kind: "failed", event: { kind: "lisp.error", name } });
});

test("L-A31: too few arguments are an error before the program runs", () => {
  const codes = analyse("(define (f a b) a) (f 1)").diagnostics.map((found) => found.code);
  expect(codes).toEqual(["argument-count"]);
});

test("the garbage program is collected while it runs, and leaves nothing", () => {
  const { output, stop, machine } = runProgram(source("garbage.cons"));
  expect(stop).toEqual({ kind: "finished", status: 0 });
  expect(output).toBe(
    '"Garbage, made to measure"\n20000\n5001\n#((1 2 3 4) (1 2 3 4) (1 2 3 4) (1 2 3 4) (1 2 3 4))\n3\n',
  );
  expect(machine.counters.collections).toBeGreaterThanOrEqual(2);
  const leaks = findLeaks(endOf(machine));
  expect([...leaks.lost, ...leaks.cyclic]).toEqual([]);
  expect(audit(endOf(machine)).problems).toEqual([]);
});

test("the Fibonacci program agrees with itself", () => {
  expect(runProgram(source("fibonacci.cons")).output).toBe("6765\n102334155\n(0 1 1 2 3 5 8 13 21 34 55 89)\n");
});

test("every example is without diagnostics", () => {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".cons"));
  expect(names.length).toBeGreaterThanOrEqual(15);
  for (const name of names) expect([name, analyse(source(name)).diagnostics]).toEqual([name, []]);
});
