/** The built-in allocator as a program sees it, the same under every manager. */
import { describe, expect, test } from "vitest";
import { MANAGERS, managerFactory } from "../../../core/managers/catalog.ts";
import { outputOf, runProgram } from "../../support/lisp/run-program.ts";

const lines = (text: string, manager = "malloc") => outputOf(text, manager).trim().split(/\s+/);
const each = (sizes: string) => `(for-each (lambda (n) (print (malloc n))) '(${sizes}))`;
const SIZES = "1 7 8 9 15 16 17 23 24 25";

function failure(text: string, managerOptions = {}): string {
  const { stop } = runProgram(text, "malloc", managerOptions);
  return stop.kind === "failed" ? `${stop.event?.kind ?? "none"}: ${stop.message}` : stop.kind;
}

describe.each(MANAGERS.map(({ traits }) => traits.name))("the flat heap under %s", (manager) => {
  test("L-A1 L-A2 L-A5 to L-A9: pointers and statistics (L-F1, L-F6, L-M7, L-M12)", () => {
    const text = `${each(SIZES)} (print-stats) ${each("100 200 300")} (free 20304) (print-stats)
      (print (get-total-freed)) (print-free-list) (print (peek 20302)) ${each("5000 50 150")} (free 20304) (print-free-list)
      (print (get-fragmentation)) (print (get-used-memory)) (print (get-free-memory)) (print (get-heap-size))`;
    expect(lines(text, manager).map(Number)).toEqual([
      ...[20002, 20012, 20022, 20032, 20050, 20068, 20086, 20112, 20138, 20164, 7777, 10, 0, 196, 196, 19804, 0],
      ...[20198, 20304, 20506, 7777, 13, 1, 810, 608, 19392, 33, 202, 9000, 20302, 200, 200],
      ...[20812, 20304, 25814, 9000, 20302, 200, 3, 5764, 14236, 20000],
    ]);
  });
});

test("range, rounding and policy are arguments of init-allocator (L-F7, L-M2, L-M5, L-M6)", () => {
  expect(lines(`(print (init-allocator 20000 40000 8 8 'aligned)) ${each("1 9")}`)).toEqual([
    "20000",
    "20008",
    "20024",
  ]);
  const holes = `${each("64 8 16 8 32 8")} (free 20002) (free 20078) (free 20106) (print (malloc 12))`;
  const last = (start: string) => lines(`${start} ${holes}`).at(-1);
  expect(last("(init-allocator)")).toBe("20106");
  expect(last("(init-allocator 20000 40000 8 8 'best-fit)")).toBe("20078");
  expect(last("(init-allocator 20000 40000 8 8 'no-split 'trim 'no-coalesce)")).toBe("20106");
});

test("the manager's options say how it begins", () => {
  const text = `${each("1 9")} (print (get-heap-size))`;
  const options = { start: 30000, end: 50000, alignment: 16, minimum: 16 };
  expect(runProgram(text, "malloc", options).output).toBe("30002\n30020\n20000\n");
});

test("whatever the manager's options allow makes a heap", () => {
  const bounds = new Map(
    (managerFactory("malloc")?.options ?? []).flatMap((option) =>
      option.kind === "integer" ? [[option.name, option]] : [],
    ),
  );
  const names = ["start", "end", "alignment", "minimum"];
  for (let choice = 0; choice < 1 << names.length; choice++) {
    const options = Object.fromEntries(
      names.map((name, i) => [
        name,
        (choice >> i) & 1 ? (bounds.get(name)?.most ?? 0) : (bounds.get(name)?.least ?? 0),
      ]),
    );
    expect(Number(runProgram("(print (malloc 1))", "malloc", options).output)).toBeGreaterThan(0);
  }
});

test("L-A12: compact-heap answers old and new addresses, and rewrites the cells that it is given (L-M4)", () => {
  const text = `${each("10 20 30 40")} (free 20002) (free 20046) (poke 17000 20080)
    (print (get-fragmentation)) (print (compact-heap 17000)) (print (peek 17000)) (print (get-fragmentation))`;
  expect(outputOf(text, "malloc")).toContain("76\n((20020 . 20002) (20080 . 20028))\n20028\n0\n");
});

test("joining can wait until the program asks (L-M3)", () => {
  const text = `(init-allocator 20000 40000 8 8 'no-coalesce) ${each("8 8 8")} (free 20002) (free 20012) (print-free-list)
    (print (coalesce)) (print-free-list)`;
  expect(lines(text).slice(3).map(Number)).toEqual([9000, 20010, 8, 20000, 8, 1, 9000, 20000, 18]);
});

test("gc-mark-and-sweep keeps what stands in a variable, a list, another block or a flat cell (L-M8)", () => {
  const text = `(define kept (malloc 8)) (define listed (list (malloc 8)))
    (define (lose) (ptr-store (malloc 8) 0 (malloc 8)) 0) (lose)
    (ptr-store kept 3 (malloc 8)) (poke 60000 (malloc 8))
    (print (gc-mark-and-sweep)) (print (get-used-memory)) (poke 60000 0) (print (gc-mark-and-sweep)) (print (gc-mark-and-sweep 60000))`;
  expect(lines(text).map(Number)).toEqual([2, 40, 1, 3]);
});

test("gc-mark-and-sweep looks at the stack and at the flat cells on both sides, or only where it is told to (L-M8)", () => {
  expect(lines("(define (f) (let ((p (malloc 8))) (print (gc-mark-and-sweep)) (free p))) (f)")).toEqual(["0"]);
  expect(lines("(poke 17000 (malloc 8)) (poke 60000 (malloc 8)) (malloc 8) (print (gc-mark-and-sweep))")).toEqual([
    "1",
  ]);
  const told =
    "(define p (malloc 8)) (poke 60000 (malloc 8)) (print (gc-mark-and-sweep 60000)) (free (peek 60000)) (free p)";
  expect(lines(told)[0]).toBe("1");
  expect(failure(told)).toBe("memory.error: double free: the block at 20002 is free already");
});

test("L-A13 L-A14 L-A16 L-A17: full and empty requests (L-F5)", () => {
  expect(lines(each("19992 1"))).toEqual(["20002", "0"]);
  expect(lines("(define last 0) (for (i 0 2000) (set! last (malloc 8))) (print last) (print (malloc 8))")).toEqual([
    "39992",
    "0",
  ]);
  expect(lines(each("19993 19998 20000 0"))).toEqual(["0", "0", "0", "20002"]);
});

test("L-A18 L-A19 L-A25: wrong calls stop the program with what is wrong", () => {
  expect(failure("(malloc -5)")).toBe("memory.error: malloc: a size of -5 words is not possible: the heap has 20000");
  expect(failure("(malloc 20001)")).toContain("a size of 20001 words");
  expect(failure("(free 0) (define p (malloc 8)) (free p) (free p)")).toBe(
    "memory.error: double free: the block at 20002 is free already",
  );
  expect(failure("(malloc 8) (free 20003)")).toContain("20003 is not an address that malloc answered");
  expect(failure("(init-allocator 16384 65536)")).toContain("overlaps the variables");
  expect(failure("(init-allocator 20000 40000 8 8 'worst-fit)")).toContain("worst-fit is of the wrong type");
  expect(failure("(define p (malloc 8)) (poke (- p 2) 100) (free p)")).toContain(
    "header of the block at 20000 was overwritten",
  );
});

test("a block is read and written by pointer and index, within its bounds (L-M11)", () => {
  const text = `(define p (malloc 8)) (print (mem-write p 5)) (print (mem-read p)) (print (ptr-store p 7 9)) (print (ptr-deref p 7)) (print (peek (+ p 7)))`;
  expect(lines(text)).toEqual(["5", "5", "9", "9", "9"]);
  expect(failure("(define p (malloc 8)) (ptr-deref p 8)")).toContain("index 8 does not fit 20002");
  expect(failure("(define p (malloc 8)) (free p) (ptr-deref p 0)")).toContain("is free already");
});

test("L-A26: tagged words (L-M14)", () => {
  const text = `(for-each (lambda (n) (print (tag 'integer n)) (print (untag (tag 'integer n)))) '(0 42 99 12345))
    (print (tag-of (tag 'character 65))) (print (untag (tag 'object 20008)))`;
  expect(lines(text)).toEqual(["1", "0", "337", "42", "793", "99", "98761", "12345", "character", "20008"]);
  expect(failure("(tag 'object 20002)")).toContain("20002 is of the wrong type");
});

test("bytes lie four a word, the lowest first, and strings have a length word (L-M14, L-F8)", () => {
  const text = `(define p (malloc 8)) (print (poke-string p "hello")) (print (peek p)) (print (peek (+ p 1))) (print (peek (+ p 2)))
    (print (peek-string p)) (print (peek-byte (+ p 1) 4)) (poke-byte (+ p 1) 0 74) (print (peek-string p))`;
  expect(lines(text)).toEqual(["3", "5", "1819043176", "111", '"hello"', "111", '"Jello"']);
  for (const wrong of [
    "(peek-byte 65535 4)",
    "(peek-byte 20000 -1)",
    '(poke-string 65535 "ab")',
    "(poke-byte 100 0 1)",
    "(peek-string 70000)",
  ]) {
    expect(failure(wrong)).toMatch(/^lisp\.error/);
  }
});

test("a program that defines malloc and free itself uses its own", () => {
  expect(lines("(define (malloc n) (+ n 1)) (define (free p) 'mine) (print (malloc 5)) (print (free 7))")).toEqual([
    "6",
    "mine",
  ]);
});

test("L-C8: functions see global variables, and addresses step by 1", () => {
  const text =
    "(define base 20000) (define (put i x) (poke (+ base i) x)) (put 0 7) (put 1 8) (print (list (peek 20000) (peek 20001)))";
  expect(outputOf(text)).toBe("(7 8)\n");
});
