import { expect, test } from "vitest";
import { analyse } from "../../../../core/language/analysis/analyse.ts";

const messages = (text: string) => analyse(text).diagnostics.map((problem) => problem.message);

test("the same unknown name gets the same suggestion every time", () => {
  expect(messages("(disply 1) (disply 2)")).toEqual(
    Array(2).fill("function disply is not defined: did you mean display?"),
  );
});

test("a text full of unknown names gets suggestions for the first ones only, in reasonable time", () => {
  const definitions = Array.from({ length: 3000 }, (_, i) => `(define (name${i} x) (nome${i} x))`).join("\n");
  const found = messages(definitions);
  expect(found).toHaveLength(3000);
  expect(found.filter((message) => message.includes("did you mean"))).toHaveLength(50);
});
