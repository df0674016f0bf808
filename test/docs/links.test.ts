import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { compareCommand } from "../../cli/commands/compare.ts";
import { dapCommand } from "../../cli/commands/dap.ts";
import { demoCommand } from "../../cli/commands/demo.ts";
import { inspectCommand } from "../../cli/commands/inspect.ts";
import { linkCommand } from "../../cli/commands/link.ts";
import { lspCommand } from "../../cli/commands/lsp.ts";
import { runCommand } from "../../cli/commands/run.ts";

const root = resolve(import.meta.dirname, "../..");
const COMMANDS = [compareCommand, dapCommand, demoCommand, inspectCommand, linkCommand, lspCommand, runCommand];
const scripts: Record<string, string> = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts;

function markdownIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(node_modules|dist|out|\..*)$/.test(entry.name) ? [] : markdownIn(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

/** The name by which a link reaches a heading. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}
function anchorsOf(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading as string));
}

/** What a relative link is missing; null when it leads somewhere. */
function problemOf(page: string, link: string): string | null {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : resolve(dirname(page), path);
  if (!existsSync(target)) return `${link}: no such file`;
  if (anchor === undefined || anchorsOf(target).includes(anchor)) return null;
  return `${link}: no such heading`;
}

const pages = markdownIn(root).map((page) => ({
  page,
  name: relative(root, page),
  text: readFileSync(page, "utf8"),
}));

describe("documents", () => {
  test.each(pages)("$name links to files and headings that exist", ({ page, text }) => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link as string);
    const inside = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(inside.map((link) => problemOf(page, link)).filter((problem) => problem !== null)).toEqual([]);
  });

  test.each(pages)("$name names scripts that exist", ({ text }) => {
    const named = [...text.matchAll(/\bnpm (run ([\w:-]+)|test|ci)\b/g)].map(([, short, name]) => name ?? short);
    expect(named.filter((name) => name !== "ci" && !((name as string) in scripts))).toEqual([]);
  });

  test.each(pages)("$name names commands, options and programs that exist", ({ text }) => {
    for (const [line, name, rest = ""] of text.matchAll(/\bdist\/conspect\.cjs ([\w-]+)([^`#\n]*)/g)) {
      const synopsis = COMMANDS.find((command) => command.name === name)?.synopsis;
      expect(synopsis, line).toBeDefined();
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(synopsis, line).toContain(option);
      for (const [program] of rest.matchAll(/\bexamples\/[\w./-]+/g))
        expect(existsSync(join(root, program))).toBe(true);
    }
  });

  test.each(pages)("$name names files that exist", ({ text }) => {
    const named = [...text.matchAll(/`((?:core|adapter|server|client|cli|test|examples|docs)\/[\w./-]+)`/g)];
    expect(named.map(([, path]) => path as string).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test("are found at all", () => {
    const names = pages.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["README.md", "ARCHITECTURE.md", "docs/debugging.md"]));
  });
});
