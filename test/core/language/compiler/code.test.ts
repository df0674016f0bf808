import { describe, expect, test } from "vitest";
import type { CodeBlock } from "../../../../core/isa/code-block.ts";
import { compileProgram } from "../../../../core/language/compiler/compile-program.ts";
import { codeText } from "../../../support/machine/code-text.ts";

/** The program's own blocks by name; blocks without code of interest are left out. */
function blocksOf(source: string): CodeBlock[] {
  const { program, diagnostics } = compileProgram(source, "test.cons");
  expect(diagnostics.filter((found) => found.severity === "error")).toEqual([]);
  return program?.blocks.filter((block) => !block.isLibrary) ?? [];
}
function blockOf(source: string, name: string): CodeBlock {
  const block = blocksOf(source).find((candidate) => candidate.name === name);
  if (block === undefined) throw new Error(`no block ${name}`);
  return block;
}
/** Instructions without addresses. */
const code = (source: string, name: string) => codeText(blockOf(source, name)).map((line) => line.replace(/^\d+ /, ""));

describe("code", () => {
  test("calls a function of the file through its symbol", () => {
    expect(code("(define (fact n) (if (= n 0) 1 (* n (fact (- n 1)))))", "fact")).toEqual([
      "IVAR0",
      "'0",
      "=",
      "FJUMP1 -> 6",
      "'1",
      "RETURN",
      "IVAR0",
      "IVAR0",
      "'1",
      "DIFFERENCE",
      "FN1 fact",
      "TIMES2",
      "RETURN",
    ]);
  });

  test("makes a named let a loop in the same frame", () => {
    const source = "(define (sum l) (let loop ((r l) (t 0)) (if (null? r) t (loop (cdr r) (+ t (car r))))))";
    expect(code(source, "sum")).toEqual([
      "IVAR0",
      "'0",
      "PVAR_^1",
      "PVAR_^0",
      "PVAR0",
      "TJUMP1 -> 8",
      "PVAR1",
      "RETURN",
      "PVAR0",
      "CDR",
      "PVAR1",
      "PVAR0",
      "CAR",
      "PLUS2",
      "PVAR_^1",
      "PVAR_^0",
      "JUMPX -> 4",
    ]);
  });

  test("makes a self tail call a jump, and stores only what changes", () => {
    expect(code("(define (down n step) (if (< n 1) 'done (down (- n step) step)))", "down")).toEqual([
      "'1",
      "IVAR0",
      "GREATERP",
      "FJUMP5 -> 10",
      "ACONST done",
      "RETURN",
      "IVAR0",
      "IVAR1",
      "DIFFERENCE",
      "IVARX_ 0",
      "POP",
      "JUMPX -> 0",
    ]);
  });

  test("tests the condition of a while at its end", () => {
    expect(code("(define (w n) (let ((i 0)) (while (< i n) (set! i (+ i 1))) i))", "w")).toEqual([
      "'0",
      "PVAR_^0",
      "JUMP3 -> 7",
      "PVAR0",
      "'1",
      "PLUS2",
      "PVAR_^0",
      "IVAR0",
      "PVAR0",
      "GREATERP",
      "TJUMPX -> 3",
      "PVAR0",
      "RETURN",
    ]);
  });

  test("builds a closure as a code pointer and a hunk of copied variables, with counted stores", () => {
    expect(code("(define (adder k) (lambda (x) (+ x k)))", "adder")).toEqual([
      "SIC 13",
      "CREATECELL",
      "GCONST code 2",
      "RPLPTR.N 0",
      "SIC 31",
      "CREATECELL",
      "IVAR0",
      "RPLPTR.N 0",
      "RPLPTR.N 2",
      "RETURN",
    ]);
  });

  test("counts the arguments of a function that is a value", () => {
    const lines = code("(define (adder k) (lambda (x) (+ x k)))", "lambda");
    expect(lines.slice(0, 4)).toEqual(["MYARGCOUNT", "'1", "EQ", "TJUMP12 -> 17"]);
    expect(lines).toContain("SUBRCALL ERROR 4");
    expect(code("(define (f a) a) (f 1)", "f")).toEqual(["IVAR0", "RETURN"]);
    expect(code("(define (f a) a) (map f nil)", "f")).toContain("MYARGCOUNT");
  });

  test("passes the variables of a local function that never escapes as arguments, and allocates nothing", () => {
    const source = "(define (outer a) (define (add x) (+ x a)) (+ (add 1) (add 2)))";
    expect(code(source, "outer")).toEqual([
      "'1",
      "IVAR0",
      "SIC 2",
      "GCONST code 2",
      "'NIL",
      "ENVCALL",
      "SIC 2",
      "IVAR0",
      "SIC 2",
      "GCONST code 2",
      "'NIL",
      "ENVCALL",
      "PLUS2",
      "RETURN",
    ]);
    expect(code(source, "add")).toEqual(["IVAR0", "IVAR1", "PLUS2", "RETURN"]);
  });

  test("keeps a variable in a box only when a closure shares it and someone assigns it", () => {
    const source = (body: string) => `(define (f n) ${body})`;
    expect(code(source("(lambda () n)"), "f")).not.toContain("SWAP");
    expect(code(source("(set! n 1) n"), "f")).not.toContain("CREATECELL");
    const boxed = blockOf(source("(set! n (+ n 1)) (lambda () n)"), "f");
    expect(codeText(boxed).slice(0, 4)).toEqual(["0 IVAR0", "1 SIC 31", "3 CREATECELL", "4 SWAP"]);
    expect(boxed.variables).toMatchObject([{ name: "n", place: "argument", index: 0, boxed: true }]);
  });

  test("checks a global only where it may have no value", () => {
    expect(code("(define x 1) (define (f) x) (display (f))", "f")).toEqual(["GVAR x", "RETURN"]);
    expect(code("(define (f) x) (display (f)) (define x 1)", "f")).toEqual([
      "ACONST x",
      "SUBRCALL CHECK_BOUND 1",
      "RETURN",
    ]);
  });

  test("takes the short form of every constant and jump", () => {
    const lines = code('(define (f) (list 0 1 2 255 256 65535 65536 -1 -256 -257 1.5 \'a "s" nil #t))', "f");
    expect(lines.slice(0, 15)).toEqual([
      "'0",
      "'1",
      "SIC 2",
      "SIC 255",
      "SICX 256",
      "SICX 65535",
      "GCONST 65536",
      "SNIC -1",
      "SNIC -256",
      "GCONST -257",
      "GCONST 1.5",
      "ACONST a",
      'GCONST "s"',
      "'NIL",
      "'T",
    ]);
    const jumps = (count: number) =>
      code(`(define (f x) (if x (begin ${"(display x) ".repeat(count)}) 0))`, "f").filter((line) =>
        line.includes("JUMP"),
      );
    expect(jumps(1)).toEqual(["FJUMP4 -> 7"]);
    expect(jumps(10)).toEqual(["FJUMPX -> 53"]);
    expect(jumps(100)).toEqual(["TJUMP2 -> 5", "JUMPXX -> 505"]);
  });
});

describe("what the debugger needs", () => {
  const source = `(define (f a b)
  (let ((x (+ a 1))
        (y (g b)))
    (display x)
    (if (> x y)
        (g x)
        y)))
(define (g n) n)`;
  const block = blockOf(source, "f");

  test("a step is each form at which a person would stop", () => {
    const steps = block.source
      .filter((span) => span.isStep)
      .map((span) => source.slice(span.start, span.end).split("\n")[0]);
    expect(steps).toEqual(["(let ((x (+ a 1))", "(g b)", "(display x)", "(if (> x y)", "(g x)", "y"]);
  });

  test("spans ascend and cover the code from its start", () => {
    expect(block.source[0]?.pc).toBe(0);
    const pcs = block.source.map((span) => span.pc);
    expect(pcs).toEqual([...new Set(pcs)].sort((a, b) => a - b));
  });

  test("a variable has its place from its definition to the end of its scope", () => {
    const lines = codeText(block);
    const at = (text: string) => Number(lines.find((line) => line.endsWith(` ${text}`))?.split(" ")[0]);
    const ranges = block.variables.map(({ name, place, index, fromPc, toPc }) => [name, place, index, fromPc, toPc]);
    expect(ranges).toEqual([
      ["a", "argument", 0, 0, block.bytes.length],
      ["b", "argument", 1, 0, block.bytes.length],
      ["x", "local", 0, at("PVAR_^0") + 1, block.bytes.length],
      ["y", "local", 1, at("PVAR_^1") + 1, block.bytes.length],
    ]);
  });

  test("a captured variable says which cell of the environment it is", () => {
    const inner = blockOf("(define (f a b) (lambda () (list b a)))", "lambda");
    expect(inner.isClosure).toBe(true);
    expect(inner.variables.map(({ name, place, index }) => [name, place, index])).toEqual([
      ["a", "captured", 0],
      ["b", "captured", 1],
    ]);
  });

  test("slots are used again when a scope has ended", () => {
    expect(blockOf("(define (f) (let ((a 1)) (display a)) (let ((b 2)) (display b)))", "f").localCount).toBe(1);
  });
});

describe("programs as a whole", () => {
  test("a long top level is divided into entries", () => {
    const { program } = compileProgram(`(define x 0) ${"(set! x (+ x 1)) ".repeat(2000)}`, "test.cons");
    expect(program?.entries.length).toBeGreaterThan(2);
    for (const index of program?.entries ?? []) expect(program?.blocks[index]?.bytes.length).toBeLessThan(10_000);
  });

  test("only what is used of the library comes along", () => {
    const library = (source: string) => {
      const { program } = compileProgram(source, "test.cons");
      return program?.blocks.filter((block) => block.isLibrary).map((block) => block.name);
    };
    expect(library("(display (+ 1 2))")).toEqual([]);
    expect(library("(display (fold-right cons nil '(1)))")).toEqual(["cons", "fold-right", "reverse", "fold"]);
  });

  test("a function over 32 KB is refused", () => {
    const { program, diagnostics } = compileProgram(`(define (f x) ${"(display x) ".repeat(8000)})`, "test.cons");
    expect(program).toBeNull();
    expect(diagnostics.map((found) => found.code)).toEqual(["too-long"]);
  });

  test("more than 127 variables are refused", () => {
    const names = Array.from({ length: 130 }, (_, i) => `(v${i} ${i})`).join(" ");
    const { diagnostics } = compileProgram(`(define (f) (let (${names}) (list v0)))`, "test.cons");
    expect(diagnostics.filter((found) => found.severity === "error").map((found) => found.code)).toContain(
      "too-many-variables",
    );
  });

  test("a program with errors is not compiled", () => {
    expect(compileProgram("(display y)", "test.cons").program).toBeNull();
  });
});

describe("limits", () => {
  test.each([
    ["a function of the file", "(define (f . x) x)", "f"],
    ["a local function", "", "(lambda x x)"],
    ["a value", "(define f nil) (set! f list)", "f"],
    ["a primitive", "", "list"],
  ])("refuses more arguments than a call can count: %s", (_what, before, callee) => {
    const messages = (count: number) =>
      compileProgram(`${before} (${callee}${" 1".repeat(count)})`, "test.cons").diagnostics.map(
        ({ message }) => message,
      );
    expect(messages(250)).toEqual([]);
    expect(messages(251)).toEqual(["a call has at most 250 arguments, this one 251"]);
  });
});
