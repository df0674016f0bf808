import { expect, test } from "vitest";
import { runProgram } from "../../../support/lisp/debuggee.ts";

const failure = (text: string) => {
  const { stop } = runProgram(text, { manager: "malloc" });
  return stop.kind === "failed" ? stop.message : stop.kind;
};

test("a use after free and a second free name file and line of the free and of the use", () => {
  const text = "(define p (cons 1 2))\n(define (drop x)\n  (free x))\n(drop p)\n";
  expect(failure(`${text}(print (car p))`)).toMatch(
    /was freed at drop, test\.cons:3, and is used at top level, test\.cons:5$/,
  );
  expect(failure(`${text}\n(free p)`)).toMatch(/first freed at drop, test\.cons:3, again at top level, test\.cons:6$/);
});
