import { describe, expect, test } from "vitest";
import { runProgram } from "../../support/debuggee.ts";

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
});
