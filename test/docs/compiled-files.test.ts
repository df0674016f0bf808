import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { compiledTopics, findCompiledTopic } from "../../cli/compiled/topics.ts";
import { readCompiledFile } from "../../core/compiled/read-compiled-file.ts";
import { loadCompiled } from "../../core/debuggee/compiled-debuggee.ts";
import { quietPorts } from "../../core/vm/ports.ts";
import { exampleCompiled } from "../support/images/example-compiled.ts";

const root = resolve(import.meta.dirname, "../..");
const page = readFileSync(resolve(root, "docs/compiled-files.md"), "utf8");
const example = resolve(root, "examples/lists.lcom");
if (process.env.CONSPECT_UPDATE_EXAMPLES === "1") writeFileSync(example, exampleCompiled());

/** Commands of the page on the example, with the output that stands below each. */
const commands = [...page.matchAll(/\$ conspect (inspect|run) lists\.lcom(.*)\n([\s\S]*?)(?=\n```|\n\$ )/g)].map(
  ([, command, rest, output]) => ({
    command: command as string,
    args: [...(rest as string).matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ""),
    output: (output as string).trimEnd(),
  }),
);

function inspect([name = "summary", ...args]: readonly string[]): string {
  const file = readCompiledFile("lists.lcom", exampleCompiled());
  return [...findCompiledTopic(name).run(file, args).lines].join("\n").trimEnd();
}

function run([, name = "", ...args]: readonly string[]): string {
  let output = "";
  const ports = { ...quietPorts(), console: { write: (text: string) => (output += text) } };
  const source = { files: [{ name: "lists.lcom", bytes: exampleCompiled() }], function: name, arguments: args };
  const settings = { manager: "refcount", managerOptions: {}, heapMB: 8, args: [], ports };
  const loaded = loadCompiled(source, settings);
  if (loaded.kind === "problems") return loaded.problems.join("\n");
  loaded.debuggee.start();
  const stop = loaded.debuggee.continue().run(1_000_000);
  return stop.kind === "finished" ? output.trimEnd() : loaded.debuggee.exceptionReport(stop).text.trimEnd();
}

test("the example is what the page was written for (CONSPECT_UPDATE_EXAMPLES=1 writes it)", () => {
  expect(Uint8Array.from(readFileSync(example))).toEqual(exampleCompiled());
});

describe("docs/compiled-files.md", () => {
  test.each(commands)("shows what `conspect $command lists.lcom $args` prints", ({ command, args, output }) => {
    expect(command === "run" ? run(args) : inspect(args)).toBe(output);
  });

  test("has commands to check, and describes every topic", () => {
    expect(commands).toHaveLength(6);
    for (const { synopsis } of compiledTopics) {
      expect(page).toContain(`| \`${synopsis.replace(/ \[--from.*/, "")}\` |`);
    }
  });
});
