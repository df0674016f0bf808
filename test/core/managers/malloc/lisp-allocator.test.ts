/**
 * The allocator as a Lisp program, run on the machine through peek and poke: the published one, whose `free` only counts, and the complete one, which must
 * give what the built-in allocator gives. Seeds, L.8.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findLeaks } from "../../../../core/inspect/graph/reach.ts";
import { MANAGERS } from "../../../../core/managers/catalog.ts";
import { outputOf, runProgram } from "../../../support/lisp/run-program.ts";

const source = (name: string) => readFileSync(join(import.meta.dirname, "../../../../examples", name), "utf8");

/** What a program printed under each of its titles, in one line. */
function sections(output: string): ReadonlyMap<string, string> {
  const parts = output.split(/^(L-A\d+(?: L-A\d+| pointers| rounded)?|mark and sweep):?\s/m).slice(1);
  return new Map(
    parts.flatMap((title, i) =>
      i % 2 === 0 ? [[title, (parts[i + 1] ?? "").trim().split(/\s+/).join(" ")] as const] : [],
    ),
  );
}

describe("the published allocator prints", () => {
  const { output, machine } = runProgram(source("allocator.cons"));
  const printed = sections(output);
  const rows = [
    ["L-A1 pointers", "20002 20012 20022 20032 20050 20068 20086 20112 20138 20164"],
    ["L-A1 rounded", "8 8 8 16 16 16 24 24 24 32"],
    ["L-A2", "7777 10 0 196 196 19804 0"],
    ["L-A3", "2 4 6 0 2 4 6 0 2 4"],
    ["L-A4", "20008 20024 20040 20056 20080 20104 20128 20160 20192 20224 20256 30"],
    ["L-A5", "20198 20304 20506 7777 13 0 810 810 19190 0"],
    ["L-A6", "7777 13 1 810 810 19190 0"],
    ["L-A7", "20812 7777 14 1 5812 5812 14188 0"],
    ["L-A13", "20002 8888 0 1 6"],
    ["L-A14", "39992 40000 8888 0"],
    ["L-A16", "8888 0 8888 0 8888 0"],
    ["L-A17", "20002 20010"],
    ["L-A19", "0 2 10"],
    ["L-A20", "20002 20008 20014 20024 20034 20048 20066 20088 124"],
    ["L-A21", "20002 20020 20038 20056 20074 20092 20110 20144 192"],
    ["L-A22", "30000 16 30018 24 30044 32 16 30018 24 0 78 19922"],
    ["L-A23", "16384 16394 16414"],
    ["L-A24", "20002 20014 20036 20088 7777 4 0 188 188 9812 0 20190 7777 5 0 5190 5190 4810 0"],
    ["L-A26", "1 0 337 42 793 99 98761 12345"],
    ["L-A27", "55 6 1024 120 55"],
    ["L-A28", "1 1"],
    ["L-A29", "120"],
    ["L-A30", "-4 0 -2"],
    ["L-A32", "15"],
  ] as const;

  test.each(rows)("%s: %s", (title, expected) => {
    expect(printed.get(title)).toBe(expected);
  });
  test("8888 for each request that does not fit (L-F5)", () => {
    expect(output.match(/\b8888 0\b/g)).toHaveLength(5);
  });
  test("nothing else, and loses nothing", () => {
    expect([...printed.keys()].sort()).toEqual(rows.map(([title]) => title as string).sort());
    expect(
      findLeaks({
        memory: machine.memory,
        registers: null,
        manager: machine.manager,
        collection: null,
        code: machine.code,
      }).lost,
    ).toEqual([]);
  });
  test.each(MANAGERS.map(({ traits }) => traits.name))("the same under %s (L-F1)", (manager) => {
    expect(outputOf(source("allocator.cons"), manager)).toBe(output);
  });
});

describe("the complete allocator in Lisp", () => {
  const [definitions = "", run = ""] = source("allocator-complete.cons").split(/^;;; The run$/m);
  const { output } = runProgram(source("allocator-complete.cons"), "malloc");
  const printed = sections(output);
  const stats = (numbers: string) => `7777 ${numbers}`;
  const rows = [
    [
      "L-A1 L-A2",
      `20002 20012 20022 20032 20050 20068 20086 20112 20138 20164 ${stats("10 0 196 196 19804 0")}`,
      "(L-F2, L-F3, L-F6)",
    ],
    ["L-A4", "20008 20024 20040 20056 20080 20104 20128 20160 20192 20224 30", "(L-F7, L-C1, L-C3)"],
    ["L-A5", `20198 20304 20506 ${stats("13 0 810 810 19190 0")}`, ""],
    ["L-A6", `${stats("13 1 810 608 19392 33")} 202 9000 20302 200`, "(L-M1, L-M12, L-C4)"],
    ["L-A7", `20812 ${stats("14 1 5812 5610 14390 3")}`, ""],
    ["L-A8", "20304 9000 20360 142 25814", "(L-M1, L-M6, L-M10)"],
    ["L-A9", "9000 20302 200 3", "(L-M3)"],
    ["L-A10", "20002 20012 20022 20032 20042 9000 20010 8 9000 20030 8 20010 8 9000 20010 28 20012 28", "(L-M3, L-M9)"],
    [
      "L-A11",
      ["20106 9000 20122 14 20076 16 20000 64", "20078 9000 20104 32 20000 64"]
        .map((end) => `20002 20068 20078 20096 20106 20140 9000 20104 32 20076 16 20000 64 ${end}`)
        .join(" "),
      "(L-M2, L-M5, L-C10)",
    ],
    ["L-A12", "20002 20020 20046 20080 76 ((20020 . 20002) (20080 . 20028)) 20028 0 20070", "(L-M4, L-M9)"],
    ["L-A13", "20002 0 6", "(L-F5)"],
    ["L-A14", "39992 0", ""],
    ["L-A15", "29992 0", ""],
    ["L-A16", "0 0 0", ""],
    ["L-A17", "20002 10", ""],
    ["L-A19", stats("1 0 10 10 19990 0"), ""],
    ["L-A20", `20002 20008 20014 20024 20034 20048 20066 20088 ${stats("8 0 124 124 19876 0")}`, "(L-F7)"],
    ["L-A21", `20002 20020 20038 20056 20074 20092 20110 20144 ${stats("8 0 192 192 19808 0")}`, "(L-F7)"],
    [
      "L-A22",
      "30002 30020 30046 9000 30000 42 34 129 30002 30020 30046 16 30018 24 0 1 9000 30000 42",
      "(L-M3, L-M7, L-C5, L-C6)",
    ],
    ["L-A24", `20002 20014 20036 20088 ${stats("4 0 188 188 9812 0")} 20190 ${stats("5 0 5190 5190 4810 0")}`, ""],
    ["mark and sweep", `20002 20012 20022 20032 2 9000 20030 8 20010 8 ${stats("4 2 40 20 19980 100")}`, "(L-M8)"],
  ] as const;

  test.each(rows)("%s: %s %s", (title, expected) => {
    expect(printed.get(title)).toBe(expected);
  });
  test("prints nothing else, and what the built-in allocator prints in its place (L-F1, L-M7)", () => {
    expect([...printed.keys()].sort()).toEqual(rows.map(([title]) => title as string).sort());
    expect(outputOf(run, "malloc")).toBe(output);
  });
  test.each([
    ["L-A18: a negative size", "(malloc -5)", "a size is not possible: -5"],
    ["L-A18: a size above the heap", "(malloc 20001)", "a size is not possible: 20001"],
    ["L-A19: a second free", "(define p (malloc 8)) (free p) (free p)", "double free: 20002"],
    ["L-A19: an unknown address", "(malloc 8) (free 20003)", "not an address that malloc answered: 20003"],
    [
      "L-A25: a range over variables and stack",
      "(init-allocator 16384 65536)",
      "overlaps variables or stack 16384 65536",
    ],
  ])("%s stops it", (_, form, message) => {
    const { stop } = runProgram(`${definitions} ${form}`, "malloc");
    expect(stop).toMatchObject({ kind: "failed", message: expect.stringContaining(message) });
  });
  test.each(MANAGERS.map(({ traits }) => traits.name))("prints the same under %s", (manager) => {
    expect(outputOf(source("allocator-complete.cons"), manager)).toBe(output);
  });
});

test.each(MANAGERS.map(({ traits }) => traits.name))(
  "L-F8: objects, arrays, strings and pairs live in flat memory under %s",
  (manager) => {
    const lines = ["7", "81", '"hello, world"', "6", "68", "0", "9000", "20000", "66"];
    expect(outputOf(source("flat-objects.cons"), manager)).toBe(`${lines.join("\n")}\n`);
  },
);

test("L-F8: safe allocation stops the program where malloc answers NULL", () => {
  const { stop } = runProgram(`${source("flat-objects.cons")} (safe-malloc 20000)`, "malloc");
  expect(stop).toMatchObject({ kind: "failed", message: expect.stringContaining("no room for words: 20000") });
});
