import { expect, test } from "vitest";
import type { Position, SelectionRange } from "vscode-languageserver";
import { OpenProgram } from "../../../support/lisp/language-service.ts";

function steps(text: string): string[] {
  const program = new OpenProgram(text);
  const positions: Position[] = [program.document.positionAt(program.cursor)];
  const found: string[] = [];
  const [first] = program.askWith<SelectionRange[]>("selectionRange", { positions });
  for (let range = first; range !== undefined; range = range.parent as SelectionRange) {
    found.push(program.textOf(range.range));
  }
  return found;
}

test.each([
  ["(f (g ab‸c))", ["abc", "g abc", "(g abc)", "f (g abc)", "(f (g abc))"]],
  ["(f 'ab‸c)", ["abc", "'abc", "f 'abc", "(f 'abc)"]],
  ['(f "one t‸wo")', ["two", "one two", '"one two"', 'f "one two"', '(f "one two")']],
  ["(f ; a wo‸rd\n  1)", ["word", "; a word", "f ; a word\n  1", "(f ; a word\n  1)"]],
  ["(f #(1 ‸2) 3", ["2", "1 2", "#(1 2)", "f #(1 2) 3", "(f #(1 2) 3"]],
  ["(f)\n‸\n(g)", ["(f)\n\n(g)"]],
  ["‸", [""]],
])("selection grows around the cursor in %j", (text, expected) => {
  expect(steps(text)).toEqual(expected);
});

test("asks for a list of positions", () => {
  expect(() => new OpenProgram("1").askWith("selectionRange", { positions: 5 })).toThrow(
    "positions: expected a list of positions, found 5",
  );
});
