import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../../../core/debuggee/debuggee.ts";
import { viewOf } from "../../../../core/debuggee/view.ts";
import { audit } from "../../../../core/inspect/audit/audit.ts";
import { STACK_BASE } from "../../../../core/memory/layout.ts";
import { makeSlow } from "../../../../core/objects/code/frame-uses.ts";
import { debuggeeFor, runMotion, type Session } from "../../../support/lisp/debuggee.ts";

/** The text at which the machine stands, with its function. */
function where(debuggee: Debuggee): string {
  const { functionName, place } = debuggee.stack(0, 1).frames[0] ?? {};
  const text = debuggee.source.text.slice(place?.start ?? 0, place?.end ?? 0).split("\n")[0];
  return `${functionName}: ${text}`;
}
function stopAt(debuggee: Debuggee, line: number): void {
  debuggee.setBreakpoints(debuggee.placesOnLine(line - 1).map(({ pc }) => pc));
  expect(runMotion(debuggee.continue()).kind).toBe("breakpoint");
  debuggee.setBreakpoints([]);
}
function finish({ debuggee, output }: Session): string {
  expect(runMotion(debuggee.continue(), 1_000_000)).toMatchObject({ kind: "finished" });
  return output();
}
/** The only form that begins on a line, counted from 1. */
function formOn(debuggee: Debuggee, line: number, column = 0) {
  const found = debuggee.jumpTargets(line - 1).find((target) => target.place.column >= column);
  if (found === undefined) throw new Error(`no form on line ${line}`);
  return found;
}

describe("jumps within a function", () => {
  const text = `(define (f n)
  (display n)
  (let ((m (* n 10)))
    (display m)
    (display (list m (car (list 1 2)) (g m))))
  (display ".")
  n)
(define (g x) x)
(display (f 7))
`;

  test("forwards leaves forms out, backwards runs them again", () => {
    const session = debuggeeFor(text);
    stopAt(session.debuggee, 3);
    expect(session.debuggee.jump(formOn(session.debuggee, 6).place.pc)).toBeNull();
    expect(where(session.debuggee)).toBe('f: (display ".")');
    runMotion(session.debuggee.step("over", "form"));
    expect(session.output()).toBe("7.");
    expect(session.debuggee.jump(formOn(session.debuggee, 2).place.pc)).toBeNull();
    expect(finish(session)).toBe("7.770(70 1 70).7");
  });

  test("counts as a safepoint: moments grow, and a breakpoint at the place is not reported at once", () => {
    const { debuggee } = debuggeeFor(text);
    stopAt(debuggee, 6);
    const { block } = debuggee.machine.moment();
    const { pc } = formOn(debuggee, 2).place;
    debuggee.setBreakpoints([pc]);
    debuggee.jump(pc);
    expect(debuggee.machine.moment()).toMatchObject({ block: block + 1, pc });
    expect(runMotion(debuggee.continue()).kind).toBe("finished");
  });

  test("into a binding is refused with the name of the variable, within it is possible", () => {
    const { debuggee } = debuggeeFor(text);
    stopAt(debuggee, 2);
    expect(formOn(debuggee, 4).problem).toBe("m is bound around the form there, and has no value here");
    const digest = debuggee.digest();
    expect(debuggee.jump(formOn(debuggee, 4).place.pc)).toMatch(/^m is bound/);
    expect(debuggee.digest()).toBe(digest);
    stopAt(debuggee, 5);
    expect(formOn(debuggee, 4).problem).toBeNull();
    expect(formOn(debuggee, 2).problem).toBeNull();
  });

  test("to a form in the middle of another is refused; out of one drops what stands on the stack", () => {
    const session = debuggeeFor(text);
    const { debuggee } = session;
    stopAt(debuggee, 5);
    const inner = formOn(debuggee, 5, 36);
    expect(where(debuggee)).toBe("f: (display (list m (car (list 1 2)) (g m)))");
    expect(inner.problem).toMatch(/part of a larger one/);
    runMotion(debuggee.step("over", "form"));
    expect(where(debuggee)).toBe("f: (g m)");
    expect(debuggee.jump(formOn(debuggee, 6).place.pc)).toBeNull();
    expect(finish(session)).toBe("770.7");
  });

  test("to another function, and to no instruction, is refused", () => {
    const { debuggee } = debuggeeFor(text);
    stopAt(debuggee, 2);
    const elsewhere = debuggee.functionEntries("g")[0]?.pc ?? 0;
    expect(debuggee.jump(elsewhere)).toBe("it is not in f, which runs: control can only be sent within one function");
    expect(debuggee.jump((formOn(debuggee, 2).place.pc ?? 0) + 2)).toBe(
      "no instruction that control could reach begins there",
    );
  });

  test("after a failure lets the program go on", () => {
    const session = debuggeeFor('(define (f)\n  (car 7)\n  (display "after"))\n(f)\n');
    const stop = runMotion(session.debuggee.continue());
    expect(stop.kind).toBe("failed");
    const frames = session.debuggee.stack(0, 0).frames;
    expect(frames.map(({ functionName }) => functionName).slice(0, 2)).toEqual(["\\CAR.UFN", "f"]);
    expect(session.debuggee.jump(formOn(session.debuggee, 3).place.pc)).toBeNull();
    expect(finish(session)).toBe("after");
  });

  test("under a manager with a lifetime plan, in a collection, and at the end, is refused", () => {
    const planned = debuggeeFor(text, { manager: "asap" }).debuggee;
    stopAt(planned, 2);
    expect(formOn(planned, 6).problem).toMatch(/^under the memory manager asap/);
    const collecting = debuggeeFor("(define (f)\n  (gc)\n  (display 1))\n(f)").debuggee;
    collecting.arm(new Set(["gc.start"]));
    expect(runMotion(collecting.continue()).kind).toBe("event");
    expect(formOn(collecting, 3).problem).toMatch(/^a collection is under way/);
    const { debuggee } = debuggeeFor("(display 1)\n(display 2)");
    runMotion(debuggee.continue());
    expect(debuggee.jump(debuggee.machine.registers().pc)).toBe("the program has ended: restart it");
  });

  test("into and out of an arena is refused, within it is possible", () => {
    const arena = `(define (f)
  (display 1)
  (with-arena
    (display 2)
    (display 3))
  (display 4))
(f)
`;
    const { debuggee } = debuggeeFor(arena, { manager: "arena" });
    stopAt(debuggee, 5);
    expect(formOn(debuggee, 4).problem).toBeNull();
    expect(formOn(debuggee, 6).problem).toMatch(/^the one place is inside a \(with-arena/);
    expect(formOn(debuggee, 2).problem).toMatch(/^the one place is inside a \(with-arena/);
  });
});

describe("restarted frames", () => {
  const text = `(define (outer n)
  (let ((m (inner (list n n))))
    (display m)
    m))
(define (inner items)
  (let ((length 0))
    (while items
      (set! length (+ length 1))
      (set! items (cdr items)))
    (deep length)))
(define (deep x)
  (display x)
  (* x 2))
(display (outer 5))
`;
  function frameOf(debuggee: Debuggee, name: string): number {
    return debuggee.stack(0, 0).frames.find(({ functionName }) => functionName === name)?.frame ?? -1;
  }

  test("begin again with their arguments, and the frames above are gone", () => {
    const session = debuggeeFor(text);
    stopAt(session.debuggee, 12);
    expect(session.debuggee.restartFrame(frameOf(session.debuggee, "outer"))).toBeNull();
    expect(where(session.debuggee)).toBe("outer: (let ((m (inner (list n n))))");
    expect(session.debuggee.stack(0, 0).frames.map(({ functionName }) => functionName)).not.toContain("deep");
    stopAt(session.debuggee, 12);
    expect(finish(session)).toBe("244");
  });

  test("keep what an assignment has made of an argument: the values are those of now", () => {
    const session = debuggeeFor(text);
    stopAt(session.debuggee, 12);
    expect(session.debuggee.restartFrame(frameOf(session.debuggee, "inner"))).toBeNull();
    // The loop has used up the list by then.
    expect(finish(session)).toBe("000");
  });

  test("work for the innermost frame, after a failure, with a value that was corrected", () => {
    const session = debuggeeFor("(define (f x)\n  (display (car x)))\n(f 7)\n");
    expect(runMotion(session.debuggee.continue()).kind).toBe("failed");
    const frame = frameOf(session.debuggee, "f");
    expect(session.debuggee.evaluate("(set! x (list 3))", frame, "act").kind).toBe("value");
    expect(session.debuggee.restartFrame(frame)).toBeNull();
    expect(finish(session)).toBe("3");
  });

  test("leave boxes, rest lists and captured variables as they are", () => {
    const session = debuggeeFor(`(define (make n . more)
  (let ((add (lambda (k) (set! n (+ n k)) (list n more))))
    (display (add 1))
    (mark)
    add))
(define (mark) 'marked)
(define counter (make 10 'a 'b))
(define (use) (counter 5))
(display (use))
`);
    stopAt(session.debuggee, 6);
    expect(session.debuggee.restartFrame(frameOf(session.debuggee, "make"))).toBeNull();
    expect(where(session.debuggee)).toMatch(/^make: \(let/);
    expect(finish(session)).toBe("(11 (a b))(12 (a b))(17 (a b))");
    const again = debuggeeFor(session.debuggee.source.text);
    stopAt(again.debuggee, 8);
    runMotion(again.debuggee.step("in", "form"));
    expect(where(again.debuggee)).toMatch(/^(lambda|add|.*): \(set! n/);
    runMotion(again.debuggee.step("over", "form"));
    expect(again.debuggee.restartFrame(again.debuggee.stack(0, 1).frames[0]?.frame ?? 0)).toBeNull();
    expect(finish(again)).toBe("(11 (a b))(21 (a b))");
  });

  test.each(["refcount", "mark-sweep", "none", "malloc"])("leave counts and heap sound under %s", (manager) => {
    const session = debuggeeFor(text.replace("(display (outer 5))", "(display (outer 5)) (gc) (gc)"), { manager });
    for (let i = 0; i < 3; i++) {
      stopAt(session.debuggee, 12);
      session.debuggee.requestCollection();
      expect(session.debuggee.restartFrame(frameOf(session.debuggee, "outer"))).toBeNull();
    }
    stopAt(session.debuggee, 12);
    if (manager === "refcount") expect(audit(viewOf(session.debuggee.machine)).problems).toEqual([]);
    expect(finish(session)).toBe("244");
  });

  test("work where links of frames are stored apart, as after a move of the stack", () => {
    const session = debuggeeFor(text);
    const { machine } = session.debuggee;
    stopAt(session.debuggee, 12);
    for (const { frame } of session.debuggee.stack(0, 0).frames.slice(0, -2)) makeSlow(machine.memory, frame);
    expect(session.debuggee.restartFrame(frameOf(session.debuggee, "outer"))).toBeNull();
    expect(where(session.debuggee)).toBe("outer: (let ((m (inner (list n n))))");
    expect(finish(session)).toBe("244");
  });

  test("leave everything as it was when a frame cannot be returned to", () => {
    const session = debuggeeFor(text);
    const { memory } = session.debuggee.machine;
    stopAt(session.debuggee, 12);
    const inner = frameOf(session.debuggee, "inner");
    makeSlow(memory, frameOf(session.debuggee, "deep"));
    // A frame in the middle of a call is none to return to.
    memory.setWord(STACK_BASE + inner, memory.word(STACK_BASE + inner) | 0x400);
    const digest = session.debuggee.digest();
    expect(session.debuggee.restartFrame(frameOf(session.debuggee, "outer"))).toMatch(/in the middle of a call/);
    expect(session.debuggee.digest()).toBe(digest);
  });

  test("are refused where an arena would stay open, for the outermost frame, and for none", () => {
    const { debuggee } = debuggeeFor("(define (f)\n  (with-arena (g)))\n(define (g)\n  1)\n(f)\n", {
      manager: "arena",
    });
    stopAt(debuggee, 4);
    expect(debuggee.restartFrame(frameOf(debuggee, "f"))).toMatch(/^f is inside a \(with-arena/);
    expect(debuggee.restartFrame(frameOf(debuggee, "g"))).toBeNull();
    const outermost = debuggee.stack(0, 0).frames.at(-1)?.frame ?? 0;
    expect(debuggee.restartFrame(outermost)).toMatch(/restart the program instead$/);
    expect(debuggee.restartFrame(12)).toBe("the frame is not one of those that run");
  });
});

describe("steps into a chosen call", () => {
  const text = `(define (one x) (+ x 1))
(define (two x)
  (* x 2))
(define (three f x) (f x))
(define (start n)
  (display (two (one (two n))))
  (three two (one 4)))
(display (start 5))
`;
  const targets = (debuggee: Debuggee) => {
    const frame = debuggee.stack(0, 1).frames[0]?.frame ?? 0;
    return debuggee.callTargets(frame);
  };

  test("names the calls that the form is going to make, in their order", () => {
    const { debuggee } = debuggeeFor(text);
    stopAt(debuggee, 6);
    expect(targets(debuggee).map(({ functionName }) => functionName)).toEqual(["two", "one", "two"]);
    stopAt(debuggee, 7);
    expect(targets(debuggee).map(({ functionName }) => functionName)).toEqual(["one", "three"]);
    runMotion(debuggee.step("in", "form"));
    runMotion(debuggee.step("out", "form"));
    const caller = debuggee.stack(1, 1).frames[0]?.frame ?? 0;
    expect(debuggee.callTargets(caller)).toEqual([]);
  });

  test("runs the calls before it without a stop, and stops in the chosen one", () => {
    const { debuggee } = debuggeeFor(text);
    stopAt(debuggee, 6);
    const [, , last] = targets(debuggee);
    expect(runMotion(debuggee.stepInto(last ?? { pc: 0 }), 1).kind).toBe("step");
    expect(where(debuggee)).toBe("two: (* x 2)");
    const local = debuggee.evaluate("x", debuggee.stack(0, 1).frames[0]?.frame ?? 0, "peek");
    expect(local).toMatchObject({ kind: "value", node: { value: "11" } });
  });

  test("a function that only the run tells is a target too", () => {
    const { debuggee } = debuggeeFor(text);
    stopAt(debuggee, 4);
    const [target] = targets(debuggee);
    expect(target?.functionName).toBeNull();
    runMotion(debuggee.stepInto(target ?? { pc: 0 }));
    expect(where(debuggee)).toBe("two: (* x 2)");
  });

  test("ends behind the form when that leaves the call out", () => {
    const { debuggee } = debuggeeFor("(define (f) 1)\n(define (g n)\n  (if (> n 3) (f) 2)\n  (display n))\n(g 1)\n");
    stopAt(debuggee, 3);
    const [target] = targets(debuggee);
    expect(target?.functionName).toBe("f");
    runMotion(debuggee.stepInto(target ?? { pc: 0 }));
    expect(where(debuggee)).toBe("g: (display n)");
  });

  test("a breakpoint on the way stops it", () => {
    const { debuggee } = debuggeeFor(text);
    stopAt(debuggee, 6);
    const [, , last] = targets(debuggee);
    const motion = debuggee.stepInto(last ?? { pc: 0 });
    debuggee.setBreakpoints(debuggee.placesOnLine(2).map(({ pc }) => pc));
    expect(runMotion(motion).kind).toBe("breakpoint");
  });
});

describe("time and control", () => {
  const text = `(define items nil)
(define (f n)
  (set! items (cons n items))
  (set! items (cons 'more items))
  (display items)
  n)
(f 1)
(f 2)
`;

  test.each(["jump", "restart"] as const)(
    "a %s is undone by going back to before it, and was not done then",
    (kind) => {
      const session = debuggeeFor(text);
      const { debuggee } = session;
      debuggee.record(64);
      stopAt(debuggee, 5);
      const before = { moment: debuggee.moment(), digest: debuggee.digest() };
      const frame = debuggee.stack(0, 1).frames[0]?.frame ?? 0;
      const refused = kind === "jump" ? debuggee.jump(formOn(debuggee, 3).place.pc) : debuggee.restartFrame(frame);
      expect(refused).toBeNull();
      const after = { moment: debuggee.moment(), digest: debuggee.digest() };
      stopAt(debuggee, 5);
      const there = debuggee.goTo(after.moment);
      if (there === null) throw new Error("the moment is not recorded");
      runMotion(there);
      expect(debuggee.digest()).toBe(after.digest);
      const back = debuggee.goTo(before.moment);
      if (back === null) throw new Error("the moment is not recorded");
      runMotion(back);
      expect(debuggee.digest()).toBe(before.digest);
    },
  );
});
