import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BUILTINS, SPECIAL_FORMS } from "#core";
import { LISP_ERRORS } from "../../core/isa/subrs.ts";
import { runProgram } from "../support/lisp/debuggee.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/language.md"), "utf8");

/** Table rows of the page that stand below a heading, up to the next one of the same rank. */
function rowsBelow(heading: string): string[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading));
  expect(section, heading).toBeDefined();
  return (section ?? "").split("\n").filter((line) => /^\| `/.test(line));
}

/** Text as code in Markdown, whatever backquotes are in it. */
function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** Programs of the page, with the text that follows as their output where there is one. */
const examples = [...page.matchAll(/```lisp\n([\s\S]*?)```(?:\n+```text\n([\s\S]*?)```)?/g)].map(
  ([, program, output]) => ({ program: program as string, output: output ?? null }),
);

describe("docs/language.md", () => {
  test("lists every special form as the language has it", () => {
    const expected = [...SPECIAL_FORMS.values()].map(
      ({ name, syntax, doc }) => `| ${code(name)} | ${code(syntax)} | ${doc} |`,
    );
    expect(rowsBelow("Special forms").sort()).toEqual(expected.sort());
  });

  test("lists every primitive as the language has it", () => {
    const expected = [...BUILTINS.values()].map(({ name, parameters, result, doc }) => {
      return `| ${code(`(${[name, ...parameters].join(" ")})`)} | ${result} | ${doc} |`;
    });
    expect(rowsBelow("Primitives").sort()).toEqual(expected.sort());
  });

  test("lists every error that a running program can make", () => {
    const names = rowsBelow("Errors").map((row) => /^\| `([^`]+)`/.exec(row)?.[1]);
    expect(names).toEqual(LISP_ERRORS.map((error) => error.name));
  });

  test.each(examples)("has an example that prints what the page says: $program", ({ program, output }) => {
    const run = runProgram(program);
    expect(run.stop.kind).toBe("finished");
    expect(run.output.trim()).toBe((output ?? "").trim());
  });
});
