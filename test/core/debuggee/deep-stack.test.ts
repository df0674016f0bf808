/** What questions cost on a deep stack, in words that are read: it is walked once a stop, and not at all for the innermost frame. */
import { expect, test, vi } from "vitest";
import { debuggeeFor, runMotion } from "../../support/lisp/debuggee.ts";

const DEPTH = 3700;
const PROGRAM = `(define depth ${DEPTH})
(define (down)
  (if (= depth 0)
      (car '(1))
      (begin (set! depth (- depth 1)) (down) 1)))
(print (down))
`;

function deep() {
  const { debuggee } = debuggeeFor(PROGRAM);
  debuggee.setBreakpoints(debuggee.placesOnLine(3).map(({ pc }) => pc));
  expect(runMotion(debuggee.continue()).kind).toBe("breakpoint");
  const words = vi.spyOn(debuggee.machine.memory, "word");
  /** Words that the work reads. */
  const reads = (work: () => unknown): number => {
    words.mockClear();
    work();
    return words.mock.calls.length;
  };
  return { debuggee, reads };
}

test("a stack is walked for the first page, and for none behind it until something moves", () => {
  const { debuggee, reads } = deep();
  const first = reads(() => debuggee.stack(0, 20));
  expect(first).toBeGreaterThan(DEPTH);
  const { frames, total } = debuggee.stack(2000, 20);
  expect(total).toBeGreaterThan(DEPTH);
  expect(frames).toHaveLength(20);
  expect(reads(() => debuggee.stack(2000, 20))).toBeLessThan(first / 10);
  const frame = frames[0]?.frame ?? 0;
  debuggee.scopes(frame);
  expect(reads(() => debuggee.scopes(frame))).toBeLessThan(first / 10);
  for (let watch = 0; watch < 1000; watch++) debuggee.evaluate("depth", frame, "peek");
  expect(reads(() => debuggee.evaluate("depth", frame, "peek"))).toBeLessThan(first / 10);

  runMotion(debuggee.step("in", "instruction"));
  expect(reads(() => debuggee.stack(2000, 20))).toBeGreaterThan(DEPTH);
});

test("a question about the innermost frame reads no other", () => {
  const { debuggee, reads } = deep();
  expect(reads(() => debuggee.condition("(= depth 0)", null, new Map()))).toBeLessThan(DEPTH / 10);
  expect(reads(() => debuggee.scopes(null))).toBeLessThan(DEPTH / 10);
});
