import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { audit } from "../../../core/inspect/audit.ts";
import { findLeaks } from "../../../core/inspect/graph/reach.ts";
import type { ImageView } from "../../../core/inspect/image-view.ts";
import { analyse } from "../../../core/language/analysis/analyse.ts";
import type { Machine } from "../../../core/vm/machine.ts";
import { runProgram } from "../../support/run-program.ts";

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

/** Published and completed figures of the allocator in Lisp. Seeds, L.8. */
const ALLOCATOR_LINES = [
  "L-A1 pointers: 20002 20012 20022 20032 20050 20068 20086 20112 20138 20164",
  "L-A1 rounded: 8 8 8 16 16 16 24 24 24 32",
  "L-A2: 7777 10 0 196 196 19804 0",
  "L-A3: 2 4 6 0 2 4 6 0 2 4",
  "L-A5: 20198 20304 20506 7777 13 0 810 810 19190 0",
  "L-A6: 7777 13 1 810 810 19190 0",
  "L-A7: 20812 7777 14 1 5812 5812 14188 0",
  "L-A4: 20008 20024 20040 20056 20080 20104 20128 20160 20192 20224 20256 30",
  "L-A13: 20002 8888 0 1 6",
  "L-A14: 39992 40000 8888 0",
  "L-A16: 8888 0 8888 0 8888 0",
  "L-A17: 20002 20010",
  "L-A20: 20002 20008 20014 20024 20034 20048 20066 20088 124",
  "L-A21: 20002 20020 20038 20056 20074 20092 20110 20144 192",
  "L-A22: 30000 16 30018 24 30044 32 16 30018 24 0 78 19922",
  "L-A24: 20002 20014 20036 20088 7777 4 0 188 188 9812 0 20190 7777 5 0 5190 5190 4810 0",
  "L-A26: 1 0 337 42 793 99 98761 12345",
  "L-A27: 55 6 1024 120 55",
  "L-A28: 1 1",
  "L-A29: 120",
  "L-A30: -4 0 -2",
  "L-A32: 15",
];

test("the allocator in Lisp gives the figures of its table", () => {
  const { output, machine } = runProgram(source("allocator.cons"));
  expect(
    output
      .trim()
      .split("\n")
      .map((line) => line.trim()),
  ).toEqual(ALLOCATOR_LINES);
  expect(findLeaks(endOf(machine)).lost).toEqual([]);
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
