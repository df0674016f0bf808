import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MAIKO_SUBRS, type MaikoSubr } from "../../core/isa/maiko-subrs.ts";
import { FIRST_OWN_SUBR, SUBR } from "../../core/isa/subrs.ts";
import { ABSENT, HOST_CALLS } from "../../core/vm/subrs/table.ts";
import { VISIBLE_VARIABLES } from "../../host/environment.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/machine.md"), "utf8");
const names = Object.keys(MAIKO_SUBRS) as MaikoSubr[];

describe("docs/machine.md", () => {
  test("has a row for every host call that is answered, with its numbers", () => {
    const rows = [...page.matchAll(/^\| (\d+) \| (\d+) \| (\S+) \| \S/gm)].map(([, number, octal, name]) => {
      expect(Number.parseInt(octal as string, 8)).toBe(Number(number));
      return `${number} ${name}`;
    });
    const answered = names.filter((name) => HOST_CALLS[name] !== ABSENT);
    expect(rows).toEqual(answered.map((name) => `${MAIKO_SUBRS[name]} ${name}`));
  });

  test("names every host call that is not", () => {
    const listed = /stops the machine with its number and name: (.*)\.$/m.exec(page)?.[1];
    const absent = names.filter((name) => HOST_CALLS[name] === ABSENT);
    expect(listed?.split(", ")).toEqual(absent.map((name) => `${MAIKO_SUBRS[name]} ${name}`));
  });

  test("knows which numbers are our own, and which variables are seen", () => {
    const own = Object.values(SUBR) as number[];
    expect(page).toContain(`${FIRST_OWN_SUBR} to ${Math.max(...own)} are Conspect's own`);
    expect(page).toContain(`| ${VISIBLE_VARIABLES.join(", ")}; or`);
  });
});
