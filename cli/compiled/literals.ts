/** `literals`: the constants in the code of a compiled file. */
import { formText, functionName, octalOffset, patternTest } from "#core";
import { parse } from "../command.ts";
import { clipped, moreLines, PAGE_OPTIONS, pageOf, singleArgument, tableLines } from "../topics/image/layout.ts";
import { lazyAnswer } from "../topics/topic.ts";
import type { CompiledTopic } from "./topic.ts";

/** Characters of a literal in a table, in JSON, and that a pattern is compared with. */
const SHOWN = 100;
const MOST = 100_000;

export const literalsTopic: CompiledTopic = {
  name: "literals",
  synopsis: "literals [PATTERN] [--from N] [--count N]",
  summary: "constants in the code: strings, lists, numbers …; PATTERN picks them by their text",
  run(file, args) {
    const { values, positionals } = parse(args, PAGE_OPTIONS);
    const page = pageOf(values);
    const pattern = singleArgument(positionals);
    const accept = patternTest(pattern);
    const all = file.functions
      .flatMap((each) => each.fixups.map((fixup) => ({ each, fixup })))
      .filter(({ fixup }) => fixup.group === "literal" && (pattern === null || accept(formText(fixup.value, MOST))));
    const shown = all.slice(page.from, page.from + page.count);
    function* rows(): Generator<readonly string[]> {
      for (const { each, fixup } of shown) {
        yield [
          functionName(each),
          octalOffset(fixup.offset),
          fixup.value.kind,
          clipped(formText(fixup.value, SHOWN), SHOWN),
        ];
      }
    }
    function* lines(): Generator<string> {
      if (all.length === 0) yield "no literals";
      else yield* tableLines(["function", "offset", "kind", "literal"], rows());
      yield* moreLines(page, all.length, "literals");
    }
    return lazyAnswer(lines, () => ({
      total: all.length,
      from: page.from,
      literals: shown.map(({ each, fixup }) => ({
        function: functionName(each),
        offset: fixup.offset,
        kind: fixup.value.kind,
        text: formText(fixup.value, MOST),
      })),
    }));
  },
};
