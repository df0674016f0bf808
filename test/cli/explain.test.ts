import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { traceText } from "../../cli/commands/explain.ts";
import { analyse } from "../../core/language/analysis/analyse.ts";
import { lifetimeFacts } from "../../core/language/queries/lifetimes/facts.ts";
import { lifetimeTrace } from "../../core/language/queries/lifetimes/trace.ts";

const explained = (text: string) => traceText(lifetimeTrace(lifetimeFacts(analyse(text))));
const example = (name: string) => explained(readFileSync(`examples/asap/${name}.cons`, "utf8"));
/** The row of a variable or form, its columns parted by one bar. */
const row = (lines: readonly string[], start: string) =>
  lines
    .find((line) => line.trim().startsWith(`${start} `))
    ?.trim()
    .replace(/ {2,}/g, " | ");

describe("trace of the decisions (O-M11)", () => {
  test("each variable with class, shape, strategy, owner, end and reason (O-F2)", () => {
    expect(row(example("o-a2"), "xs")).toBe(
      "xs | none | tree | owned | owner | line 12 (car (cdr xs)) freed: last use of xs",
    );
    expect(row(example("o-a5"), "r")).toContain("handle released: last use of r | in the call of make-ring (line 10)");
    expect(row(example("o-a1"), "base")).toBe("base | none | scalar | scalar");
  });
  test("what each function does with its arguments, and what it allocates (O-F12)", () => {
    const lines = example("o-a2");
    expect(lines[0]).toBe("list3, line 4: a captured, b captured, c captured; result fresh, tree, owned");
    expect(row(lines, "4  (cons c nil)")).toBe("4 | (cons c nil) | return | tree | owned | part of it (line 4)");
  });
  test("counts that were left out, with the reason (O-F6)", () => {
    const lines = example("o-a12");
    const why = "what it is stored in ends before its owner, or together with it";
    expect(lines.slice(-3)).toEqual(["counts left out", `  line 8: ${why}`, `  line 8: ${why}`]);
  });
  test("types with what is weak in them, and what their fields own (O-A35)", () => {
    const lines = explained(`(define-type node value next prev)
(define (link a b) (set-node-next! a b) (set-node-prev! b a) (set-node-value! a (list 1 2)) a)
(link (make-node 1 nil nil) (make-node 2 nil nil))`);
    expect(lines).toContain("type node, line 1: at most cyclic; weak: prev");
    expect(lines).toContain("  line 2 b: node next shares it with its owner");
    expect(lines).toContain("  line 2 a: node prev is weak");
    expect(lines).toContain("  line 2 (list 1 2): node value owns it");
  });
  test("a program without objects is explained in nothing but its scalars", () => {
    expect(explained("(display 1)")).toEqual([]);
  });
});
