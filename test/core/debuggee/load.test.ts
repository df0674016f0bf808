import { describe, expect, test } from "vitest";
import { Debuggee } from "../../../core/debuggee/debuggee.ts";
import { quietPorts } from "../../../core/vm/ports.ts";

function errorsOf(text: string, heapMB = 4): readonly string[] {
  const settings = { manager: "refcount", managerOptions: {}, heapMB, args: [], ports: quietPorts() };
  const { debuggee, diagnostics } = Debuggee.load({ path: "test.cons", text }, settings);
  expect(debuggee === null).toBe(diagnostics.some(({ severity }) => severity === "error"));
  return diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
}

describe("a program that does not fit is refused before it runs", () => {
  test("more symbols than the symbol table holds", () => {
    const names = Array.from({ length: 12_500 }, (_, i) => `s${i}`);
    expect(errorsOf(`(print '(${names.join(" ")}))`)).toEqual([
      expect.stringMatching(/^the program does not fit into the machine: no room for symbol s\d+: .* 12287 symbols$/),
    ]);
  });

  test("constants that are larger than the heap", () => {
    const text = `(print '(${"1 ".repeat(100_000)}))`;
    expect(errorsOf(text, 0.125)).toEqual([expect.stringMatching(/does not fit into the machine: storage full/)]);
    expect(errorsOf(text)).toEqual([]);
  });

  test("a string that is longer than a block", () => {
    expect(errorsOf(`(print "${"a".repeat(300_000)}")`)).toEqual([expect.stringMatching(/does not fit .* one block/)]);
  });
});
