/** `symbols`: the symbols of an image, all or those that a pattern names. */
import { addressText, duplicateSymbols, findSymbols, mapHeap, packageNames, patternTest, symbolFacts } from "#core";
import { parse } from "../../command.ts";
import { clipped, counted, moreLines, PAGE_OPTIONS, pageOf, singleArgument, tableLines } from "../image/layout.ts";
import { lazyAnswer, type Topic } from "../topic.ts";

export const symbolsTopic: Topic = {
  name: "symbols",
  synopsis: "symbols [PATTERN] [--duplicates] [--from N] [--count N]",
  summary: "symbols with package, value, definition, properties; --duplicates: those that share a name",
  run({ image: { view }, args, progress }) {
    const { values, positionals } = parse(args, { ...PAGE_OPTIONS, duplicates: { type: "boolean" } });
    const page = pageOf(values);
    progress("looking for symbols");
    const names = packageNames(view.memory);
    const matching = findSymbols(view, mapHeap(view), names, patternTest(singleArgument(positionals)));
    const symbols = values.duplicates === true ? duplicateSymbols(view, matching) : matching;
    function* records() {
      for (const symbol of symbols.slice(page.from, page.from + page.count)) {
        const facts = symbolFacts(view, names, symbol);
        yield { ...facts, symbol: addressText(symbol), address: addressText(facts.address) };
      }
    }
    function* rows(): Generator<readonly string[]> {
      for (const { name, package: home, address, value, definition, propertyList, flags } of records()) {
        yield [
          home === null ? name : `${home}:${name}`,
          address,
          flags.join(", "),
          clipped(value ?? "(unbound)"),
          clipped(definition ?? ""),
          clipped(propertyList ?? ""),
        ];
      }
    }
    function* lines(): Generator<string> {
      if (symbols.length === 0) yield "no symbols";
      else yield* tableLines(["symbol", "record", "kind", "value", "definition", "properties"], rows());
      yield* moreLines(page, symbols.length, "symbols");
      if (values.duplicates === true)
        yield `${counted(symbols.length, "symbol")} share their name and package with another one`;
    }
    return lazyAnswer(lines, () => ({ total: symbols.length, from: page.from, symbols: records() }));
  },
};
