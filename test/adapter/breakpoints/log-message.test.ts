import { describe, expect, test } from "vitest";
import { parseLogMessage } from "../../../adapter/breakpoints/log-message.ts";

function parts(message: string): string[] {
  const parsed = parseLogMessage(message);
  if (!("parts" in parsed)) throw new Error(parsed.problem);
  return parsed.parts.map(({ kind, text }) => (kind === "text" ? text : `<${text}>`));
}

describe("log messages", () => {
  test("expressions stand in braces", () => {
    expect(parts("x is {x}, sum {(+ x 1)}.")).toEqual(["x is ", "<x>", ", sum ", "<(+ x 1)>", "."]);
  });
  test("braces of an expression count in pairs", () => {
    expect(parts('{(f "{}")}')).toEqual(['<(f "{}")>']);
  });
  test("a backslash keeps a brace as text", () => {
    expect(parts("\\{x\\} \\n")).toEqual(["{x} \\n"]);
  });
  test.each([
    ["{x", /character 1 is not closed/],
    ["ab{ }", /character 3 are empty/],
  ])("%j says what is wrong", (message, problem) => {
    expect(parseLogMessage(message)).toEqual({ problem: expect.stringMatching(problem) });
  });
});
