/** `interface`: the page of words that an image and its emulator agree on. */
import { addressText, interfaceRows } from "#core";
import { lazyAnswer, type Topic } from "../topic.ts";
import { counted, noArguments, tableLines } from "./layout.ts";

export const interfaceTopic: Topic = {
  name: "interface",
  synopsis: "interface",
  summary: "the interface page field by field: value, meaning, and what cannot be right",
  run({ image: { view }, args }) {
    noArguments(args);
    const rows = interfaceRows(view);
    const wrong = rows.filter(({ problem }) => problem !== null).length;
    function* lines(): Generator<string> {
      yield* tableLines(
        ["word", "field", "value", "meaning"],
        rows.map(({ field, value, reading, problem }) => [
          String(field.word),
          field.name,
          reading === "" ? shown(value) : `${shown(value)}, ${reading}`,
          problem === null ? field.meaning : `${field.meaning}; WRONG: ${problem}`,
        ]),
      );
      if (wrong > 0) yield `\n${counted(wrong, "field")} cannot be right`;
    }
    return lazyAnswer(lines, () =>
      rows.map(({ field, address, value, reading, problem }) => ({
        name: field.name,
        word: field.word,
        widthWords: field.widthWords,
        address: addressText(address),
        value,
        reading,
        meaning: field.meaning,
        problem,
      })),
    );
  },
};

/** A number as the field writes it where octal is what people know. */
function shown(value: number): string {
  return value < 8 ? String(value) : `${value} (octal ${value.toString(8)})`;
}
