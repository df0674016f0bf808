/** What is read off a stopped program is what the machine would have answered. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ConditionNames,
  conditionForm,
  quickCondition,
} from "../../../../core/debuggee/evaluation/quick-condition.ts";
import type { EventFields } from "../../../../core/debuggee/event-fields.ts";
import { debuggeeFor, runMotion } from "../../../support/lisp/debuggee.ts";
import { randomRuns, timeLimit } from "../../../support/random-runs.ts";

const NOTHING: ConditionNames = { variable: () => null, symbol: () => null, isOwn: () => false };
const RUNS = randomRuns(300);

/** A program that stands in a frame with variables of several kinds. */
function stopped() {
  const { debuggee } = debuggeeFor(`(define limit 10) (define big 100000) (define (own a b) 7)
(define (f i word pair nothing) (print i) (+ i 1))
(f 5 'red (cons 1 2) nil)`);
  const [place] = debuggee.placesOnLine(2);
  debuggee.setBreakpoints(place === undefined ? [] : [place.pc], []);
  runMotion(debuggee.continue());
  return debuggee;
}
const FIELDS: EventFields = new Map<string, number | string>([
  ["bytes", 64],
  ["address", 0x300000],
  ["type", "LISTP"],
  ["origin", "never-seen-before"],
]);
const ATOMS = [
  ..."bytes address type origin i word pair nothing limit big unknown 1 5 64 -3 70000 300000000 nil #t".split(" "),
  ..."'red 'LISTP 'never-seen-before 'other".split(" "),
];
const CONDITION = fc.letrec<{ form: string }>((tie) => ({
  form: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(...ATOMS),
    fc
      .tuple(
        fc.constantFrom("=", "<", ">", "<=", ">=", "eq?", "+", "-", "and", "or", "own", "*"),
        tie("form"),
        tie("form"),
      )
      .map(([name, a, b]) => `(${name} ${a} ${b})`),
    fc.tuple(fc.constantFrom("not", "null?", "and", "car"), tie("form")).map(([name, a]) => `(${name} ${a})`),
  ),
})).form;

describe("a condition that is read off", () => {
  test(
    "has the machine's answer, or none",
    () => {
      const debuggee = stopped();
      let read = 0;
      fc.assert(
        fc.property(CONDITION, (text) => {
          // A form that is not read off, with the same value.
          const asked = debuggee.evaluate(`(begin ${text})`, null, "peek", FIELDS);
          const answer = debuggee.condition(text, null, FIELDS);
          if (answer.kind !== "failed") read++;
          const expected = asked.kind === "value" ? (asked.node.value === "nil" ? "false" : "true") : "failed";
          expect(answer.kind, text).toBe(expected);
        }),
        { numRuns: RUNS },
      );
      expect(read).toBeGreaterThan(RUNS / 10);
    },
    timeLimit(RUNS),
  );

  test("compares fields without asking anybody", () => {
    const names: ConditionNames = { ...NOTHING, variable: (name) => FIELDS.get(name) ?? null };
    const answer = (text: string) => {
      const form = conditionForm(text);
      return form === null ? "no form" : quickCondition(form, names);
    };
    expect(answer("(> bytes 63)")).toBe(true);
    expect(answer("(and (eq? type 'LISTP) (< bytes 64))")).toBe(false);
    expect(answer("(eq? type 'FLOATP)")).toBe(false);
    expect(answer("(> bytes limit)")).toBeNull();
    expect(answer("(> bytes 1.5)")).toBeNull();
    expect(answer("(< bytes 1) 2")).toBe("no form");
  });

  test("leaves to the machine what the program has named itself", () => {
    const form = conditionForm("(< 1 2)");
    expect(form && quickCondition(form, { ...NOTHING, isOwn: (name) => name === "<" })).toBeNull();
  });
});
