/** `code`: the compiled functions of an image, all or those that a pattern names. */
import { addressText, argumentsText, type CodeObject, definedSymbols, eachCode, mapHeap, patternTest } from "#core";
import { parse } from "../../command.ts";
import { grouped } from "../../text.ts";
import { moreLines, PAGE_OPTIONS, pageOf, singleArgument, tableLines } from "../image/layout.ts";
import { lazyAnswer, type Topic } from "../topic.ts";

export const codeTopic: Topic = {
  name: "code",
  synopsis: "code [PATTERN] [--from N] [--count N]",
  summary: "compiled functions: name, address, size, arguments, variables, which symbol they define",
  run({ image: { view }, args, progress }) {
    const { values, positionals } = parse(args, PAGE_OPTIONS);
    const page = pageOf(values);
    const accept = patternTest(singleArgument(positionals));
    progress("looking for code");
    const map = mapHeap(view);
    const defines = definedSymbols(view, map);
    const found: CodeObject[] = [];
    let total = 0;
    eachCode(map, (code) => {
      if (!accept(code.name)) return;
      if (total >= page.from && found.length < page.count) found.push(code);
      total++;
    });
    function* records() {
      for (const { pointer, kind, sizeWords, header, name } of found) {
        yield {
          name,
          address: addressText(pointer),
          kind,
          sizeWords,
          argumentType: header.argumentType,
          argumentCount: header.argumentCount,
          arguments: argumentsText(header),
          locals: header.localCount,
          isClosure: header.isClosure,
          defines: defines.get(pointer) ?? [],
        };
      }
    }
    function* rows(): Generator<readonly string[]> {
      for (const code of records()) {
        const symbols = code.defines.join(", ");
        yield [
          code.name === "" ? "(no name)" : code.name,
          code.address,
          code.isClosure ? `${code.kind}, closure` : code.kind,
          grouped(code.sizeWords ?? 0),
          code.arguments,
          String(code.locals),
          symbols === code.name ? "itself" : symbols,
        ];
      }
    }
    function* lines(): Generator<string> {
      if (total === 0) yield "no code";
      else yield* tableLines(["function", "address", "kind", "words", "arguments", "locals", "defines"], rows());
      yield* moreLines(page, total, "functions");
    }
    return lazyAnswer(lines, () => ({ total, from: page.from, code: records() }));
  },
};
