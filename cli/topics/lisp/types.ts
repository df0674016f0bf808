/** `types`: the objects of an image by type, or the objects of one type. */
import { addressText, census, instancesOf, mapHeap, nearestName, type TypeCensus, valueText } from "#core";
import { parse, UsageError } from "../../command.ts";
import { grouped } from "../../text.ts";
import { counted, moreLines, PAGE_OPTIONS, pageOf, percent, singleArgument, tableLines } from "../image/layout.ts";
import { lazyAnswer, type Topic } from "../topic.ts";

export const typesTopic: Topic = {
  name: "types",
  synopsis: "types [NAME] [--from N] [--count N]",
  summary: "objects by type: live, words, free; with a type's name its objects",
  run({ image: { view }, args, progress }) {
    const { values, positionals } = parse(args, PAGE_OPTIONS);
    const page = pageOf(values);
    const wanted = singleArgument(positionals);
    progress("counting objects");
    const map = mapHeap(view);
    const rows = census(map);
    const words = rows.reduce((sum, row) => sum + row.liveWords, 0);
    const json = (row: TypeCensus) => ({ ...row, wordsShare: words === 0 ? 0 : row.liveWords / words });
    if (wanted !== null) {
      const row = rowNamed(rows, wanted);
      const objects = instancesOf(map, row, page.from, page.count);
      function* lines(): Generator<string> {
        yield `${row.name}: ${grouped(row.live)} live, ${grouped(row.liveWords)} words, ${grouped(row.free)} free`;
        for (const object of objects) yield `  ${valueText(view, object)}`;
        yield* moreLines(page, row.live, "objects");
      }
      return lazyAnswer(lines, () => ({
        ...json(row),
        from: page.from,
        objects: objects.map((object) => ({ address: addressText(object), value: valueText(view, object) })),
      }));
    }
    function* lines(): Generator<string> {
      const cells = rows.map((row) => [
        row.blockKind === null ? String(row.type) : "0",
        row.name,
        grouped(row.live),
        grouped(row.liveWords),
        percent(row.liveWords, words),
        grouped(row.free),
        grouped(row.freeWords),
      ]);
      yield* tableLines(["type", "name", "live", "words", "share", "free", "free words"], cells);
      yield `${counted(map.objects, "live object")}, ${grouped(words)} words`;
    }
    return lazyAnswer(lines, () => ({ objects: map.objects, words, problems: map.problems, types: rows.map(json) }));
  },
};

/** @throws {UsageError} when there is no such type, or none of its objects */
function rowNamed(rows: readonly TypeCensus[], wanted: string): TypeCensus {
  const matches = ({ name, type, blockKind }: TypeCensus) =>
    name.toLowerCase() === wanted.toLowerCase() || (blockKind === null && String(type) === wanted);
  const row = rows.find(matches);
  if (row !== undefined) return row;
  const names = rows.map(({ name }) => name);
  const near = nearestName(wanted, names) ?? nearestName(wanted.toUpperCase(), names);
  throw new UsageError(`the image has no objects of a type ${wanted}${near === null ? "" : `; did you mean ${near}?`}`);
}
