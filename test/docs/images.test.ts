import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { topics } from "../../cli/topics/index.ts";
import { openImage } from "../../core/inspect/open-image.ts";
import { exampleFile, exampleImage } from "../support/images/example-image.ts";
import { runTopic } from "../support/protocol/topics.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/images.md"), "utf8");
/** The commands of the page with the output that it shows. */
const examples = [...page.matchAll(/```text\n\$ conspect inspect (\S+)(.*)\n([\s\S]*?)```/g)].map(
  ([, file, rest, output]) => ({
    file: file as string,
    args: (rest as string).trim().replaceAll("'", "").split(/\s+/).filter(Boolean),
    output: (output as string).trimEnd().split("\n"),
  }),
);
const images: Readonly<Record<string, () => ReturnType<typeof exampleImage>>> = {
  "garbage.sysout": exampleImage,
  "before.sysout": () => openImage(exampleFile("before.sysout", "make-counter")),
};

/** A line without what moves when the library grows: numbers and the width of columns. */
function shape(line: string): string {
  return line
    .replace(/\b[\da-f]{2}\b/g, "0")
    .replace(/[\d,]+(\.\d+)?/g, "0")
    .replace(/ +/g, " ")
    .trimEnd();
}

/** The first line that is not where the page has it; null when all are. `…` stands for any number of lines. */
function difference(shown: readonly string[], actual: readonly string[]): string | null {
  let at = 0;
  let maySkip = false;
  for (const line of shown) {
    if (line === "…") {
      maySkip = true;
      continue;
    }
    const found = actual.findIndex((other, i) => i >= at && shape(other) === shape(line));
    if (found < 0 || (!maySkip && found !== at)) return `shown: ${line}\nactual: ${actual[at] ?? "(end)"}`;
    at = found + 1;
    maySkip = false;
  }
  return at === actual.length || maySkip ? null : `not shown: ${actual[at]}`;
}

describe("docs/images.md", () => {
  test.each(examples)("shows what $file $args answers", ({ file, args, output }) => {
    const image = (images[file] ?? exampleImage)();
    const { lines } = runTopic(image, args, { "garbage.sysout": exampleImage() });
    expect(difference(output, lines.join("\n").split("\n"))).toBeNull();
  });

  test("has an example of every topic", () => {
    const shown = new Set(examples.map(({ args: [topic = "summary"] }) => topic));
    expect(topics.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
  });

  test("names options that the topic takes", () => {
    for (const { args } of examples) {
      const synopsis = topics.find(({ name }) => name === args[0])?.synopsis ?? "summary";
      for (const option of args.filter((argument) => argument.startsWith("--"))) expect(synopsis).toContain(option);
    }
  });
});
