/** Host calls, as programs reach them. */
import { describe, expect, test } from "vitest";
import { SUBR } from "../../../../core/isa/subrs.ts";
import { isSubr } from "../../../../core/vm/subrs.ts";
import { lispMachine } from "../../../support/lisp/lisp-machine.ts";
import { small, toyMachine } from "../../../support/machine/toy-machine.ts";

/** What a program prints, or the message of its error. */
function run(source: string): string {
  const { machine, output } = lispMachine(source);
  const reason = machine.run(10_000_000);
  return reason.kind === "failed" ? `! ${reason.message}` : output();
}
const value = (expression: string) => run(`(print ${expression})`).replace(/\n$/, "");

describe("host calls", () => {
  test("every number of the table exists", () => {
    for (const [name, number] of Object.entries(SUBR)) expect(isSubr(number), name).toBe(true);
  });

  test.each([
    ['(string-append "ab" "" "cd")', '"abcd"'],
    ['(string-append "ä" "ω")', '"äω"'],
    ['(substring "hello" 1 3)', '"el"'],
    ['(string-length "hello")', "5"],
    ["(make-string 3 #\\x)", '"xxx"'],
    ["(number->string -12)", '"-12"'],
    ["(number->string 1.5)", '"1.5"'],
    ['(string->number "42")', "42"],
    ['(string->number "-2.5e1")', "-25.0"],
    ['(string->number "2147483648")', "nil"],
    ['(string->number "4x")', "nil"],
    ['(string=? "a" "a")', "#t"],
    ['(string<? "b" "a")', "nil"],
    ["(symbol->string 'foo)", '"foo"'],
    ['(string->symbol "new one")', "new one"],
    ['(eq? (string->symbol "fresh") (string->symbol "fresh"))', "#t"],
    ["(vector 1 2 (vector))", "#(1 2 #())"],
    ["(make-vector 3 'x)", "#(x x x)"],
    ["(vector-length (make-vector 1000 0))", "1000"],
    ['(equal? \'(1 (2 "x") 2.5) (list 1 (list 2 "x") 2.5))', "#t"],
    ["(equal? (vector 1 '(2)) (vector 1 '(2)))", "#t"],
    ["(equal? (vector 1 2) (vector 1 3))", "nil"],
    ["(equal? 1 1.0)", "nil"],
    ["(truncate -2.7)", "-2"],
    ["(truncate 100000.5)", "100000"],
    ["(begin (poke 16384 -5) (peek 16384))", "-5"],
    ["(peek 65535)", "0"],
    ["(poke 65535 123456789)", "123456789"],
    ["(refcount 5)", "nil"],
    ["(refcount (cons 1 2))", "0"],
    ["(region (cons 1 2))", "HEAP"],
    ["(region 'x)", "SEGMENT0"],
    ["(runtime)", "1000000"],
    ["(address-of nil)", "0"],
  ])("%s is %s", (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });

  test.each([
    ["(peek 65536)", /address 65536 is outside the flat memory/],
    ["(peek 1.5)", /address 1.5 is outside/],
    ["(poke 16383 1)", /write-protected/],
    ["(string-append 1 2)", /1 is of the wrong type/],
    ['(substring "abc" 2 1)', /index 2 does not fit "abc"/],
    ['(substring "abc" 0 4)', /index 4 does not fit "abc"/],
    ["(make-vector -1 0)", /a size of -1 is not possible/],
    ["(make-vector 1000000 0)", /a size of 1000000 is not possible/],
    ["(truncate 1e20)", /not-a-number|arithmetic on/],
    ["(vector-length 5)", /5 is of the wrong type/],
    ['(error "no such thing:" 42)', /no such thing/],
    ["(let ((x (list 1))) (set-cdr! x x) (equal? x (let ((y (list 1))) (set-cdr! y y) y)))", /too deep or circular/],
    ["(let ((x 3)) (x 4))", /3 is not a function/],
    ["(+ 1 'a)", /arithmetic on 1 and a/],
    ["(/ 1 0)", /division of 1 by zero/],
    ["(vector-ref (vector 1 2) 2)", /index 2 does not fit #\(1 2\)/],
  ])("%s is an error", (expression, message) => {
    expect(value(expression)).toMatch(message);
  });

  test("a variable that has no value yet is an error", () => {
    expect(run("(define (early) late) (print (early)) (define late 1)")).toMatch(/variable late has no value/);
  });

  test("print, write, display and newline", () => {
    expect(run(`(write "a\\n") (display "a") (newline) (print '(1 "b" #\\c))`)).toBe('"a\\n"a\n(1 "b" #\\c)\n');
  });

  test("what host calls make is freed when nothing holds it", () => {
    const source = `
      (define (churn n)
        (if (= n 0) nil
            (begin (string-append "abc" "def") (vector 1 2 (list 3)) (lambda () n) (number->string 1.5) (churn (- n 1)))))
      (churn 20) (gc) (gc)
      (define before (address-of (cons 1 2)))
      (churn 20) (gc) (gc)`;
    const { machine } = lispMachine(source);
    machine.run(10_000_000);
    const { allocatedObjects, freedObjects } = machine.manager.statistics();
    const small = lispMachine(source.replaceAll("(churn 20)", "(churn 0)")).machine;
    small.run(10_000_000);
    const idle = small.manager.statistics();
    expect(allocatedObjects - idle.allocatedObjects).toBeGreaterThan(200);
    expect(freedObjects - idle.freedObjects).toBe(allocatedObjects - idle.allocatedObjects);
  });

  test("a call that leaves the top alone", () => {
    const machine = toyMachine({ code: [0x6c, 7, 0x7d, 20, 1, 0x7d, 13, 0] });
    machine.run(10);
    expect(machine.registers().tos).toBe(small(7));
  });

  test("the status of the end is the argument", () => {
    expect(toyMachine({ code: [0x6c, 3, 0x7d, SUBR.EXIT, 1] }).run(10)).toEqual({ kind: "finished", status: 3 });
  });
});
