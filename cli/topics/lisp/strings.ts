/** `strings`: the strings of an image, all or those whose text a pattern names. */
import { addressText, eachString, mapHeap, patternTest, type StringRecord, sharedBases, stringText } from "#core";
import { parse } from "../../command.ts";
import { clipped, moreLines, PAGE_OPTIONS, pageOf, singleArgument, tableLines } from "../image/layout.ts";
import { lazyAnswer, type Topic } from "../topic.ts";

/** Characters of a string that a pattern is compared with, and that are shown. */
const SEARCHED = 100_000;
const SHOWN = 100;

export const stringsTopic: Topic = {
  name: "strings",
  synopsis: "strings [PATTERN] [--from N] [--count N]",
  summary: "strings: address, length, thin or fat, where the characters are and who shares them",
  run({ image: { view }, args, progress }) {
    const { values, positionals } = parse(args, PAGE_OPTIONS);
    const page = pageOf(values);
    const pattern = singleArgument(positionals);
    const accept = patternTest(pattern);
    const { memory } = view;
    progress("looking for strings");
    const map = mapHeap(view);
    const found: StringRecord[] = [];
    let total = 0;
    eachString(map, (string) => {
      if (pattern !== null && !accept(stringText(memory, string.pointer, SEARCHED) ?? "")) return;
      if (total >= page.from && found.length < page.count) found.push(string);
      total++;
    });
    function* records() {
      const shared = sharedBases(
        map,
        found.map(({ base }) => base),
      );
      for (const { pointer, length, isFat, isReadOnly, base, offset } of found) {
        const sharedBy = (shared.get(base) ?? 1) - 1;
        const text = stringText(memory, pointer, SHOWN) ?? "";
        yield {
          address: addressText(pointer),
          length,
          isFat,
          isReadOnly,
          base: addressText(base),
          offset,
          sharedBy,
          text,
        };
      }
    }
    function* rows(): Generator<readonly string[]> {
      for (const { address, length, isFat, isReadOnly, base, offset, sharedBy, text } of records()) {
        yield [
          address,
          String(length),
          `${isFat ? "fat" : "thin"}${isReadOnly ? ", read-only" : ""}`,
          offset === 0 ? base : `${base} + ${offset}`,
          sharedBy === 0 ? "" : String(sharedBy),
          clipped(JSON.stringify(text), SHOWN),
        ];
      }
    }
    function* lines(): Generator<string> {
      if (total === 0) yield "no strings";
      else yield* tableLines(["address", "length", "kind", "characters at", "shared with", "text"], rows());
      yield* moreLines(page, total, "strings");
    }
    return lazyAnswer(lines, () => ({ total, from: page.from, strings: records() }));
  },
};
