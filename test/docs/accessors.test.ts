import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { accessorNames, findAccessor } from "../../core/debuggee/image/expressions/accessors.ts";

const text = readFileSync(resolve(import.meta.dirname, "../../docs/debugging.md"), "utf8");
const section = text.slice(text.indexOf("### Ask about it"), text.indexOf("### Change it"));
const named = [...section.matchAll(/`\(?([^\s`)]+)[^`]*`/g)].map((match) => match[1] ?? "");

test("docs/debugging.md names every function of the evaluator of images, and no other", () => {
  const missing = accessorNames().filter(({ name }) => !named.includes(name) && !/^c[ad]{2,4}r$/.test(name));
  expect(missing).toEqual([]);
  const rows = section.split("\n").filter((line) => /^\| (lists|vectors|symbols|tests|numbers|memory)/.test(line));
  const listed = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ""));
  expect(listed.filter((name) => findAccessor(name) === null)).toEqual([]);
});
