import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { FILTERS } from "../../adapter/breakpoints/filters/filters.ts";
import { requests } from "../../adapter/requests/index.ts";

const text = readFileSync(resolve(import.meta.dirname, "../../docs/dap.md"), "utf8");

test("docs/dap.md names every request", () => {
  expect(requests.map(({ command }) => command).filter((command) => !text.includes(`\`${command}\``))).toEqual([]);
});

test("docs/dap.md lists every exception filter with the fields of its conditions", () => {
  for (const { filter, fields } of FILTERS) {
    const row = text
      .slice(text.indexOf("### Exception filters"))
      .split("\n")
      .find((line) => line.startsWith(`| \`${filter}\` |`));
    expect(row, filter).toBeDefined();
    expect(row?.split("|")[3]?.match(/`[a-z]+`/g) ?? []).toEqual(fields.map((field) => `\`${field}\``));
  }
});
