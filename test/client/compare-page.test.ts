import { describe, expect, test } from "vitest";
import { comparePage } from "../../client/views/compare-page-html.ts";
import type { ComparedManager, Comparison } from "../../core/wire/index.ts";

const links = {
  travel: (manager: string, step: number) => `command:travel?${manager}+${step}`,
  again: "command:again",
};

function row(manager: string, more: Partial<ComparedManager> = {}): ComparedManager {
  return {
    manager,
    ending: "finished",
    failed: false,
    steps: 200,
    allocations: 1234,
    frees: 5,
    liveObjects: 7,
    liveBytes: 28,
    peakBytes: 64,
    collections: 2,
    totalPauseMs: 1.5,
    longestPauseMs: 1,
    countOperations: 90,
    leaks: 0,
    errors: [],
    output: "",
    curve: [
      { step: 0, bytes: 0 },
      { step: 100, bytes: 64 },
      { step: 150, bytes: 28 },
    ],
    ...more,
  };
}

function pageOf(comparison: Partial<Comparison>): string {
  const whole = {
    program: "p.cons",
    managers: [row("refcount"), row("none")],
    steps: [],
    differences: [],
    incomparable: [],
  };
  return comparePage("p.cons", { kind: "done", comparison: { ...whole, ...comparison } }, links);
}

describe("the page of a comparison", () => {
  test("has a line in the plot and in the table for each manager, and runs no script", () => {
    const page = pageOf({});
    expect(page.match(/class="line"/g)).toHaveLength(4);
    expect(page).toContain("<td>1,234</td>");
    expect(page).not.toContain("<script");
    expect(page).toContain("At every step the same objects are alive");
  });

  test("a click on a line goes to that step under that manager", () => {
    const page = pageOf({});
    expect(page).toContain('href="command:travel?none+100"');
    // A program begins with step 1.
    expect(page).toContain('href="command:travel?refcount+1"');
    expect(page).not.toContain("+0");
  });

  test("shows where two managers part, with ways there", () => {
    const place = { line: 4, column: 2, text: "(gc)" };
    const object = { type: "LISTP", bytes: 8, step: 3, place: { line: 1, column: 0, text: "(cons 1 2)" } };
    const page = pageOf({
      differences: [{ first: "refcount", second: "none", step: 120, place, aliveIn: "none", object }],
      incomparable: ["malloc"],
    });
    expect(page).toContain('href="command:travel?refcount+120"');
    expect(page).toMatch(/120, line 5 <code>\(gc\)<\/code>/);
    expect(page).toContain("alive under none, gone under refcount");
    expect(page).toContain("Under malloc the program allocates otherwise");
  });

  test("takes nothing of a program for markup", () => {
    const evil = `<b onclick="x">&`;
    const object = { type: evil, bytes: 8, step: 3, place: { line: 1, column: 0, text: evil } };
    const page = pageOf({
      managers: [row("refcount", { failed: true, ending: evil, errors: [evil] })],
      differences: [{ first: "a", second: "b", step: 1, place: null, aliveIn: "a", object }],
    });
    expect(page).not.toContain("<b on");
    expect(page).toContain("&lt;b onclick=&quot;x&quot;&gt;&amp;");
  });

  test("says that it runs, and why it could not", () => {
    expect(comparePage("p", { kind: "running" }, links)).toContain("The program runs under each");
    expect(comparePage("p", { kind: "failed", message: "line 3: <oops" }, links)).toContain("line 3: &lt;oops");
  });
});
