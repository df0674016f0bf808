/** When an arena fits, from facts and from a text (M-F12). */
import { describe, expect, test } from "vitest";
import { analyse } from "../../../../../core/language/analysis/analyse.ts";
import {
  type ArenaFacts,
  adviceText,
  arenaAdvice,
  arenaFactsOf,
} from "../../../../../core/language/queries/advice/arena-advice.ts";
import { hover } from "../../../../../core/language/queries/names/hover.ts";

const facts: ArenaFacts = { lifetime: "one-end", pieces: 1000, isHotPath: false, cleanupPlaces: 0, isProven: false };
const reasons = (changes: Partial<ArenaFacts>) => {
  const { verdict, reasons: found } = arenaAdvice({ ...facts, ...changes });
  return [verdict, ...found.map(({ id }) => id)];
};

/** Facts of the first arena in a text. */
function factsIn(text: string): ArenaFacts {
  const start = text.indexOf("(with-");
  let depth = 0;
  let end = start;
  do {
    if (text[end] === "(") depth++;
    if (text[end] === ")") depth--;
    end++;
  } while (depth > 0);
  return arenaFactsOf(analyse(text), { start, end });
}

describe("advice about arenas (M-F12)", () => {
  test("known lifetime, bulk, hot path and complicated cleanup speak for one", () => {
    expect(reasons({})).toEqual(["fits", "known-lifetime", "bulk"]);
    expect(reasons({ isHotPath: true, cleanupPlaces: 5 })).toEqual([
      "fits",
      "known-lifetime",
      "bulk",
      "hot-path",
      "cleanup",
    ]);
  });

  test("mixed lifetimes, few pieces, the unpredictable and stable old code speak against one", () => {
    expect(reasons({ lifetime: "mixed" })).toEqual(["does not fit", "bulk", "mixed-lifetimes"]);
    expect(reasons({ lifetime: "unpredictable", pieces: 2 })).toEqual(["does not fit", "few-pieces", "unpredictable"]);
    expect(reasons({ pieces: 2 })).toEqual(["is a matter of taste", "known-lifetime", "few-pieces"]);
    expect(reasons({ pieces: 2, isProven: true })).toEqual(["does not fit", "known-lifetime", "few-pieces", "proven"]);
  });

  test("says it in a sentence, with what speaks for the other side", () => {
    expect(adviceText(arenaAdvice(facts))).toBe(
      "An arena fits here: everything that it makes can go at one place; it makes many objects, which go at once.",
    );
    expect(adviceText(arenaAdvice({ ...facts, lifetime: "mixed" }))).toBe(
      "An arena does not fit here: some of its objects have to outlive the others: in an arena all go together. On the other hand it makes many objects, which go at once.",
    );
  });
});

describe("facts from a text", () => {
  test("a loop or a recursion makes many, also in a function that is called", () => {
    expect(factsIn("(with-arena (car (list 1 2)))")).toMatchObject({
      lifetime: "one-end",
      pieces: 1,
      isHotPath: false,
    });
    expect(factsIn("(with-arena (for (i 0 10) (cons i nil)) 0)").pieces).toBe(Number.POSITIVE_INFINITY);
    const text = "(define (down n) (if (= n 0) nil (cons n (down (- n 1))))) (print (with-arena (length (down 5))))";
    expect(factsIn(text).pieces).toBe(Number.POSITIVE_INFINITY);
  });

  test("an assignment to something outside mixes lifetimes, one inside does not", () => {
    expect(factsIn("(define kept nil) (with-arena (set! kept (list 1)) 0)").lifetime).toBe("mixed");
    expect(factsIn("(with-arena (let ((n 0)) (set! n (list 1)) 0))").lifetime).toBe("one-end");
  });

  test("a loop around it makes it hot, and frees are counted", () => {
    expect(factsIn("(while #t (with-arena (free (list 1)) (free (list 2)) 0))")).toMatchObject({
      ...{ isHotPath: true, cleanupPlaces: 2 },
    });
  });

  test("is shown where an arena is opened, also in broken text", () => {
    const text = "(define (f) (with-arena (for (i 0 9) (list i)) 0";
    const shown = hover(analyse(text), text.indexOf("with-arena") + 2)?.text ?? "";
    expect(shown).toContain("An arena fits here: everything that it makes can go at one place");
  });
});
