/** `summary` of a compiled file: what it is, what it holds, what is wrong with it. */
import { type CompiledFile, type CompiledProblem, formText } from "#core";
import { grouped } from "../text.ts";
import { counted, factLines, noArguments } from "../topics/image/layout.ts";
import { lazyAnswer } from "../topics/topic.ts";
import type { CompiledTopic } from "./topic.ts";

const HEADS_SHOWN = 12;
const FORM_CHARACTERS = 100;

export const summaryTopic: CompiledTopic = {
  name: "summary",
  synopsis: "summary",
  summary: "what the file holds and what is wrong with it",
  run(file, args) {
    noArguments(args);
    return lazyAnswer(
      () => lines(file),
      () => ({
        file: file.name,
        kind: file.kind,
        sizeBytes: file.sizeBytes,
        header: headerFacts(file),
        ...figures(file),
        problems: file.problems,
      }),
      file.problems.length > 0 ? 1 : 0,
    );
  },
};

function figures(file: CompiledFile) {
  const of = (kind: CompiledFile["items"][number]["kind"]) => file.items.filter((item) => item.kind === kind).length;
  return {
    functions: file.functions.length,
    definitions: of("definition"),
    innerFunctions: file.kind === "LCOM" ? 0 : file.functions.length - of("definition") - of("call"),
    calls: of("call"),
    expressions: of("expression"),
    codeBytes: file.functions.reduce((sum, { code }) => sum + code.length, 0),
    heads: heads(file),
  };
}

/** First symbols of the expressions and how often each occurs, the most frequent first. */
function heads(file: CompiledFile): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const item of file.items) {
    if (item.kind !== "expression") continue;
    const head =
      item.form.kind === "list" && item.form.items[0]?.kind === "symbol" ? formText(item.form.items[0]) : "(…)";
    counts.set(head, (counts.get(head) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

function headerFacts({ header }: CompiledFile) {
  const { packageForm, ...facts } = header;
  return { ...facts, packageForm: packageForm === null ? null : formText(packageForm) };
}

function* lines(file: CompiledFile): Generator<string> {
  const { header } = file;
  const found = figures(file);
  const facts: (readonly [string, string | readonly string[]])[] = [
    ["file", `${file.name}, ${grouped(file.sizeBytes)} bytes`],
    ["format", `${file.kind}, version ${header.version}`],
  ];
  if (header.readTable !== null)
    facts.push(["read table", `${header.readTable}, base ${header.base}, ${header.encoding}`]);
  if (header.package !== null) facts.push(["package", header.package]);
  if (header.packageForm !== null) facts.push(["made by", formText(header.packageForm, FORM_CHARACTERS)]);
  if (header.text.length > 0) facts.push(["text", header.text]);
  const inner = found.innerFunctions > 0 ? `, ${grouped(found.innerFunctions)} inner ones` : "";
  const calls = found.calls > 0 ? `, ${counted(found.calls, "top-level form")}` : "";
  facts.push([
    "functions",
    `${counted(found.definitions, "definition")}${inner}${calls}: ${counted(found.codeBytes, "byte")} of code`,
  ]);
  const [obsolete] = file.functions.map((each) => each.obsolete).filter((why) => why !== null);
  if (obsolete !== undefined) facts.push(["refused", obsolete]);
  const shown = Object.entries(found.heads);
  const list = shown.slice(0, HEADS_SHOWN).map(([head, count]) => `${head} ${count}`);
  if (shown.length > HEADS_SHOWN) list.push("…");
  facts.push(["expressions", found.expressions === 0 ? "none" : `${grouped(found.expressions)}: ${list.join(", ")}`]);
  yield* factLines(facts);
  yield "";
  yield* problemLines(file.problems);
}

function* problemLines(problems: readonly CompiledProblem[]): Generator<string> {
  if (problems.length === 0) {
    yield "nothing wrong found: read to its end, every fixup and jump fits the code";
    return;
  }
  yield `${counted(problems.length, "thing")} wrong:`;
  for (const { where, offsetBytes, what, found, expected } of problems) {
    yield `  byte ${offsetBytes}, ${where}: ${what}: found ${found}, expected ${expected}`;
  }
}
