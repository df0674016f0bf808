/** What functions do with their arguments, and when a value has one owner or several. */
import { describe, expect, test } from "vitest";
import { STRATEGY_NAMES } from "../../../../../core/isa/plan.ts";
import { analyse } from "../../../../../core/language/analysis/analyse.ts";
import { lifetimesOf } from "../../../../../core/language/analysis/lifetimes/lifetimes.ts";

const LIST3 = "(define (list3 a b c) (cons a (cons b (cons c nil))))";

function summaryOf(text: string, name: string): string {
  const analysis = analyse(text);
  const lambda = analysis.bindings.find((binding) => binding.name === name)?.lambda;
  const summary = lambda === null || lambda === undefined ? undefined : lifetimesOf(analysis).functions.get(lambda);
  return `${summary?.parameters.join(" ")}: ${summary?.result}`;
}

/** Strategy, then `owner` or what it borrows from, of a variable. */
function variable(text: string, name: string): string {
  const analysis = analyse(text);
  expect(analysis.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const binding = analysis.bindings.findLast((one) => one.name === name);
  const fact = binding === undefined ? undefined : lifetimesOf(analysis).variables.get(binding);
  if (fact === undefined) return "none";
  const owners = fact.isOwner ? "owner" : `borrows ${fact.owners.map((owner) => owner.name).join(" ")}`.trim();
  return `${STRATEGY_NAMES[fact.strategy]} ${owners}`;
}

describe("summaries of functions (O-A36, O-F12)", () => {
  test("O-A36: identity passes its argument through", () => {
    expect(summaryOf(`${LIST3} (define (identity x) x) (display (identity (list3 1 2 3)))`, "identity")).toBe(
      "passed-through: passed-through",
    );
  });
  test("O-A36: a function that only prints its parameter borrows it", () => {
    expect(summaryOf(`${LIST3} (define (show x) (display x)) (show (list3 1 2 3))`, "show")).toBe("borrowed: borrowed");
  });
  test("O-A36: a function that frees its parameter consumes it", () => {
    expect(summaryOf("(define (drop x) (free x)) (drop (cons 1 2))", "drop")).toBe("consumed: none");
  });
  test("O-A36: a pair of two parameters captures both and is new", () => {
    expect(summaryOf(`${LIST3} (define (pair a b) (cons a b)) (pair (list3 1 2 3) (list3 4 5 6))`, "pair")).toBe(
      "captured captured: fresh",
    );
  });
  test("a function that nobody calls is described all the same", () => {
    expect(summaryOf("(define (pair a b) (cons a b))", "pair")).toBe("captured captured: fresh");
    expect(summaryOf("(define (last l) (if (null? (cdr l)) l (last (cdr l))))", "last")).toBe("borrowed: borrowed");
  });
  test("what recursion builds is owned by one", () => {
    const text =
      "(define (numbers n) (if (= n 0) nil (cons n (numbers (- n 1))))) (define (f) (let ((l (numbers 3))) (car l))) (f)";
    expect(variable(text, "l")).toBe("owned owner");
  });
  test("of two functions that call each other, each may be handed what the other is handed", () => {
    const text = `
      (define (a x n) (if (= n 0) (car x) (b x (- n 1))))
      (define (b y n) (if (= n 0) (car y) (a y (- n 1))))
      (define (start)
        (let ((part (list 1)))
          (let ((both (cons part part))) (display (a both 3)) (display (car part))))
        (let ((alone (list 1))) (display (b alone 3))))
      (start)`;
    expect([variable(text, "x"), variable(text, "y")]).toEqual(["counted borrows", "counted borrows"]);
  });
});

describe("owners and borrowers (O-C4)", () => {
  const inFunction = (body: string) => `${LIST3} (define g nil) (define (use x) (car x)) (define (f n) ${body}) (f 1)`;
  test.each([
    [
      "a variable that reads a part borrows it",
      "(let ((x (list (list3 n 2 3)))) (let ((y (car x))) (display (car y)) (car y)))",
      "y",
      "owned borrows x",
    ],
    [
      "a second name for a value that goes on being used borrows it",
      "(let ((x (list3 n 2 3))) (let ((y x)) (display y) (car x)))",
      "y",
      "owned borrows x",
    ],
    [
      "a second name for a value that is not used any more takes it over",
      "(let ((x (list3 n 2 3))) (let ((y x)) (car y)))",
      "y",
      "owned owner",
    ],
    [
      "a value that is stored and not used any more moves",
      "(let ((x (list3 n 2 3))) (let ((y (list x x))) (car (car y))))",
      "x",
      "counted owner",
    ],
    [
      "stored once, it stays a tree",
      "(let ((x (list3 n 2 3)) (y nil)) (set! y (cons x g)) (display y) 0)",
      "x",
      "owned owner",
    ],
    [
      "used behind the store, it has two owners",
      "(let ((x (list3 n 2 3)) (y nil)) (set! y (cons x (list3 1 2 3))) (use y) (use x))",
      "y",
      "counted owner",
    ],
    [
      "stored in a loop from outside of it, it has many",
      "(let ((x (list3 n 2 3)) (y nil)) (for (i 0 3) (set! y (cons x y))) (use y))",
      "x",
      "counted owner",
    ],
    [
      "a list that is walked down by assignment is counted",
      "(let ((x (list3 n 2 3))) (while x (set! x (cdr x))) 0)",
      "x",
      "counted owner",
    ],
    [
      "what outlives the scope of its owner is counted",
      "(let ((y nil)) (let ((x (list (list3 n 2 3)))) (set! y (car x)) (display x)) (car y))",
      "y",
      "counted owner",
    ],
    [
      "what is handed to unknown code stays to the end",
      "(let ((x (list3 n 2 3))) (apply use (list x)) 0)",
      "x",
      "program borrows",
    ],
    [
      "what a global variable is assigned stays to the end",
      "(let ((x (list3 n 2 3))) (set! g x) 0)",
      "x",
      "program borrows",
    ],
    [
      "a loop only borrows the list that it walks",
      "(let ((x (list3 n 2 3))) (let loop ((r x)) (if (null? r) 0 (loop (cdr r)))))",
      "r",
      "owned borrows x",
    ],
    [
      "a value that only one branch returns is owned",
      "(let ((x (list3 n 2 3))) (if (= n 1) x nil))",
      "x",
      "owned owner",
    ],
    [
      "a variable that may hold an old and a new value counts",
      "(let ((x (list3 n 2 3))) (let ((y (if (= n 1) x (list3 1 2 3)))) (display y) (car x)))",
      "y",
      "counted owner",
    ],
    ["a pair that never leaves is on the stack", "(let ((x (cons n 2))) (car x))", "x", "stack borrows"],
    ["a pair made in a loop is not", "(for (i 0 n) (let ((x (cons i 2))) (display (car x))))", "x", "owned owner"],
    [
      "a continue does not lose a value that the next turn needs",
      "(let ((x (list3 n 2 3)) (y nil)) (for (i 0 3) (if (= i 1) (continue)) (set! y (cons x y))) (use y))",
      "x",
      "counted owner",
    ],
  ])("%s", (_, body, name, expected) => {
    expect(variable(inFunction(body), name)).toBe(expected);
  });

  test("a ring of objects of several functions stays to the end of the program", () => {
    const text = `${LIST3} (define (f) (let ((x (list3 1 2 3))) (set-cdr! (cdr (cdr x)) x) (car x))) (f)`;
    expect(variable(text, "x")).toBe("program borrows");
  });
  test("a function object on its way to a library function keeps what it captures", () => {
    const text = `${LIST3} (define (f k) (map (lambda (x) (cons x k)) (list3 1 2 3))) (display (f (cons 1 2)))`;
    expect(variable(text, "k")).toBe("program borrows");
  });
  test("elements that a handed function only reads are not let go", () => {
    const text =
      "(define (f) (let ((l (list (cons 1 2) (cons 3 4)))) (for-each (lambda (p) (display (car p))) l) (length l))) (f)";
    expect(variable(text, "l")).toBe("stack borrows");
  });
  test("what a caller shares below something counted is made counted where it is made", () => {
    const mix = "(define (mix a) (let ((r (cons a (list3 1 2 3)))) (display a) r))";
    const isConverted = (body: string) => {
      const analysis = analyse(`${LIST3} ${mix} (define (main) (let ((t (mix (list3 7 8 9)))) ${body})) (main)`);
      const call = [...lifetimesOf(analysis).calls.values()].find(({ expression: { range } }) => {
        return analysis.text.slice(range.start, range.end) === "(list3 1 2 3)";
      });
      return call?.isConverted;
    };
    expect(isConverted("(car (cdr t))")).toBe(false);
    expect(isConverted("(cons 0 (cdr t))")).toBe(true);
  });

  test("a part that leaves together with its owner has an owner of its own", () => {
    const text = `${LIST3} (define (f n) (let ((x (list (list3 n 2 3)))) (car x))) (display (f 1))`;
    expect(variable(text, "x")).toBe("counted owner");
    expect(summaryOf(text, "f")).toBe("captured: fresh");
  });
  test("a value does not move while a part of it is looked at later", () => {
    const body = (last: string) =>
      `${LIST3} (define (f n) (let ((x (list3 n 2 3))) (let ((y (cdr x))) (let ((z (list 0 x))) (display z) ${last})))) (f 1)`;
    expect(variable(body("0"), "x")).toBe("owned owner");
    expect(variable(body("(car y)"), "x")).toBe("counted owner");
  });
  test("a parameter that is kept on one way only is counted", () => {
    const text = (other: string) =>
      `${LIST3} (define (keep x c) (if c (cons 1 x) ${other})) (define (main) (let ((p (list3 1 2 3))) (keep p 1))) (main)`;
    expect(variable(text("nil"), "x")).toBe("counted owner");
    expect(variable(text("(cons 2 x)"), "x")).toBe("owned owner");
  });
  test("what a function returns ends in one way, whichever branch it comes from", () => {
    const either = "(define (either c) (if c (list3 1 2 3) (let ((s (cons 1 2))) (cons s s))))";
    expect(variable(`${LIST3} ${either} (define (main) (let ((t (either 1))) (car t) 0)) (main)`, "t")).toBe(
      "counted owner",
    );
    const analysis = analyse(`${LIST3} ${either} (either 1)`);
    const made = [...lifetimesOf(analysis).calls.values()].find(
      (call) => call.expression.kind === "call" && call.expression.items.length === 3,
    );
    expect(made?.isConverted).toBe(true);
  });
  test("what the next turn of a loop gets has an owner of its own", () => {
    const loop =
      "(let loop ((i 3) (r nil)) (let ((x (list3 1 i 3))) (display r) (if (= i 0) 0 (loop (- i 1) (cdr x)))))";
    expect(variable(`${LIST3} (define (f) ${loop}) (f)`, "x")).toBe("counted owner");
  });
  test("a continue keeps what the text behind it would have replaced", () => {
    const loop = (skip: string) => `(for (i 0 n) (set! y (list x 1)) ${skip} (set! x (list3 1 2 3)))`;
    const text = (skip: string) =>
      `${LIST3} (define (f n) (let ((x (list3 n 2 3)) (y nil)) ${loop(skip)} (display y) 0)) (f 3)`;
    expect(variable(text("(if (= i 1) (continue))"), "x")).toBe("counted owner");
    expect(variable(text("(display i)"), "x")).toBe("owned owner");
  });
  test("what a function that is a value keeps of its argument stays to the end", () => {
    const made = (body: string) => {
      const analysis = analyse(`(define (get) (lambda (p) ${body})) ((get) (cons 1 2))`);
      const fact = [...lifetimesOf(analysis).allocations.values()].find(({ expression: { range } }) => {
        return analysis.text.slice(range.start, range.end) === "(cons 1 2)";
      });
      return STRATEGY_NAMES[fact?.strategy ?? 0];
    };
    expect(made("(free p)")).toBe("program");
    expect(made("(display (car p))")).toBe("owned");
  });
});
