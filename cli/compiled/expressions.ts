/** `expressions`: what a compiled file wants evaluated when it is loaded, in order, with the definitions between. */
import { type CompiledFile, formText, functionName, patternTest } from "#core";
import { parse } from "../command.ts";
import { moreLines, PAGE_OPTIONS, pageOf, singleArgument, visible } from "../topics/image/layout.ts";
import { lazyAnswer } from "../topics/topic.ts";
import type { CompiledTopic } from "./topic.ts";

/** Characters of an expression on a line, in JSON, and that a pattern is compared with. */
const SHOWN = 200;
const MOST = 100_000;

export const expressionsTopic: CompiledTopic = {
  name: "expressions",
  synopsis: "expressions [PATTERN] [--from N] [--count N]",
  summary: "expressions and top-level forms in the order of the file; PATTERN picks them by their text",
  run(file, args) {
    const { values, positionals } = parse(args, PAGE_OPTIONS);
    const page = pageOf(values);
    const pattern = singleArgument(positionals);
    const accept = patternTest(pattern);
    const all = file.items.filter(
      (item) => item.kind !== "definition" && (pattern === null || accept(itemText(item, MOST))),
    );
    const shown = all.slice(page.from, page.from + page.count);
    function* lines(): Generator<string> {
      if (all.length === 0) yield "no expressions";
      for (const item of shown) yield `${String(item.startByte).padStart(7)}  ${visible(itemText(item, SHOWN))}`;
      yield* moreLines(page, all.length, "expressions");
    }
    return lazyAnswer(lines, () => ({
      total: all.length,
      from: page.from,
      expressions: shown.map((item) => ({ kind: item.kind, startByte: item.startByte, text: itemText(item, MOST) })),
    }));
  },
};

function itemText(item: CompiledFile["items"][number], limit: number): string {
  return item.kind === "expression" ? formText(item.form, limit) : `call ${functionName(item.function)}`;
}
