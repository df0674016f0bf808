import { describe, expect, test } from "vitest";
import { debuggeeFor, runMotion, runProgram } from "../../support/lisp/debuggee.ts";

describe("a program that makes garbage", () => {
  // Drops one list and stores another between two safepoints: the countdown reaches 0 and is 1 again when the safepoint looks.
  test("is collected also when every store that drops an object keeps another", () => {
    const { stop, debuggee } = runProgram(
      `(define kept (list 1 2 3))
       (define (work n)
         (let ((scratch (list n n n)))
           (set-car! kept scratch)
           (length scratch)))
       (let loop ((i 0))
         (work i)
         (if (< i 200000) (loop (+ i 1))))`,
      { heapMB: 0.5 },
    );
    expect(stop.kind).toBe("finished");
    expect(debuggee.machine.manager.statistics().collections).toBeGreaterThan(10);
  });

  test("is collected before storage counts as full, also between two safepoints", () => {
    const { stop, output } = runProgram(
      `(define (work n)
         (make-vector 20000 0)
         (make-vector 20000 0)
         (make-vector 20000 0)
         (make-vector 20000 0)
         (make-vector 20000 0)
         n)
       (let loop ((i 0)) (work i) (if (< i 50) (loop (+ i 1))))
       (display "done")`,
      { heapMB: 0.25 },
    );
    expect([stop.kind, output]).toEqual(["finished", "done"]);
  });

  test("stops with storage full when everything is kept, with the machine at the instruction", () => {
    const { stop, debuggee } = runProgram("(define (grow l) (grow (cons 1 l)))\n(grow nil)", { heapMB: 0.25 });
    expect(stop).toMatchObject({ kind: "failed", event: { kind: "storage.full" } });
    expect(debuggee.stack(0, 1).frames[0]?.functionName).toBe("grow");
  });

  test("is not told apart by an evaluation that filled storage and was taken back", () => {
    const { debuggee } = debuggeeFor("(define x 1)\n(print x)", { heapMB: 0.25 });
    const before = debuggee.machine.saveState();
    const result = debuggee.evaluate("(let loop ((l nil)) (loop (cons 1 l)))", null, "peek");
    expect(result).toMatchObject({ kind: "failed", message: expect.stringContaining("storage full") });
    expect(debuggee.machine.saveState()).toEqual(before);
  });

  test("shows what an object looked like when its count fell to 0, also in the middle of a collection", () => {
    const { debuggee } = debuggeeFor("(define kept (list (list 1 2 3)))\n(set! kept nil)\n(gc)");
    debuggee.arm(new Set(["refcount.zero"]));
    const titles: string[] = [];
    for (let stop = debuggee.continue().run(1000); stop.kind === "event"; stop = debuggee.continue().run(1000)) {
      titles.push(debuggee.exceptionReport(stop).title);
    }
    expect(titles[0]).toContain("((1 2 3))");
    expect(titles[1]).toContain("(1 2 3)");
  });

  test("stops at its end for what a ring keeps alive, and only then", () => {
    const { debuggee } = debuggeeFor("(define (ring) (let ((a (cons 1 nil))) (set-cdr! a a) 0))\n(ring)");
    debuggee.arm(new Set(["leak"]));
    const stop = runMotion(debuggee.continue());
    expect(stop).toMatchObject({ kind: "event", event: { kind: "leak", objects: [expect.any(Number)] } });
    expect(debuggee.continue().run(1000)).toMatchObject({ kind: "finished" });
  });
});
