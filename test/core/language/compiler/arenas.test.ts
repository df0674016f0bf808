import { describe, expect, test } from "vitest";
import { MANAGERS } from "../../../../core/managers/catalog.ts";
import { arenaRecorder } from "../../../support/heap/arena-recorder.ts";
import { outputOf } from "../../../support/lisp/run-program.ts";

/** What a program prints, and what it asks of its manager. */
function run(source: string): { readonly output: string; readonly log: readonly string[] } {
  const { factory, log } = arenaRecorder();
  return { output: outputOf(source, factory).trim(), log };
}

describe("with-arena", () => {
  test("opens an arena before its body and ends it behind, with the value of the last form", () => {
    expect(run("(print (with-arena (list 1) (+ 2 3)))")).toEqual({ output: "5", log: ["enter 1", "exit 1 5"] });
  });

  test("nests, and functions that are called return through their own arenas only", () => {
    const { output, log } = run(`
      (define (inner x) (with-arena (car (list x))))
      (print (with-arena (+ (inner 1) (inner 2))))`);
    expect(output).toBe("3");
    expect(log).toEqual(["enter 1", "enter 2", "exit 2 1", "enter 3", "exit 3 2", "exit 1 3"]);
  });

  test("ends where break leaves it, and only the arenas inside of the loop", () => {
    const { output, log } = run(`
      (with-arena
        (for (i 0 5)
          (with-arena (with-arena (if (= i 1) (break)) i))))
      (print 'done)`);
    expect(output).toBe("done");
    const turn = ["enter 2", "enter 3", "exit 3 0", "exit 2 0"];
    expect(log).toEqual(["enter 1", ...turn, "enter 4", "enter 5", "exit 5 nil", "exit 4 nil", "exit 1 nil"]);
  });

  test("makes no jump of a call in its last place", () => {
    const { output, log } = run("(define (f n) (if (= n 0) 'end (with-arena (f (- n 1))))) (print (f 2))");
    expect(output).toBe("end");
    expect(log).toEqual(["enter 1", "enter 2", "exit 2 end", "exit 1 end"]);
  });

  test("keeps a loop inside of it a loop", () => {
    const source = `
      (print (with-arena (let loop ((i 0)) (if (< i 100000) (loop (+ i 1)) i))))
      (define (f) (let again ((i 0)) (if (= i 3) i (with-arena (again (+ i 1))))))
      (print (f))`;
    const { output, log } = run(source);
    expect(output).toBe("100000\n3");
    expect(log.filter((line) => line.startsWith("exit"))).toHaveLength(4);
  });

  test("leaves nothing of its variables on the stack", () => {
    const { log } = run(`
      (define (f)
        (with-arena (let ((a (list 'inside)) (b 2)) (for (i 0 2) (let ((c (cons 'inside a))) (set! b (car c)))) b)))
      (f)
      (while #t (with-arena (let ((a (list 'inside))) (if a (break)))))`);
    expect(log).toEqual(["enter 1", "exit 1 inside", "enter 2", "exit 2 nil"]);
  });

  test("with a name is a region, and its name is no variable", () => {
    expect(run("(print (with-region scratch (arena (list 1)))) (print (arena 1))")).toEqual({
      output: "1\nnil",
      log: ["enter 1 scratch", "exit 1 1"],
    });
  });
});

describe("free", () => {
  test("hands the object to the manager, and answers nil", () => {
    expect(run("(print (free (list 1 2)))")).toEqual({ output: "nil", log: ["free (1 2)"] });
  });
});

test.each(MANAGERS.map(({ traits }) => traits.name))(
  "arenas and regions change nothing that is printed under %s",
  (manager) => {
    const source = `
    (define (squares n) (with-arena (let loop ((i 0) (sum 0)) (if (= i n) sum (loop (+ i 1) (+ sum (car (list (* i i)))))))))
    (print (squares 10))
    (define kept (list 1 2))
    (print (with-region outer (with-region inner (car kept))))
    (define half (let ((pair (cons 3 4))) (car pair)))
    (print (map (lambda (x) (with-arena (+ x half))) kept))`;
    expect(outputOf(source, manager)).toBe("285\n1\n(4 5)\n");
  },
);
