/** `regions`: the map of the memory, how full each region is, and how much of it the file holds. */
import { addressText, regionUsages } from "#core";
import { grouped } from "../../text.ts";
import { lazyAnswer, type Topic } from "../topic.ts";
import { noArguments, tableLines } from "./layout.ts";

const PAGE_WORDS = 256;

export const regionsTopic: Topic = {
  name: "regions",
  synopsis: "regions",
  summary: "the map of the memory: range, words used and free, pages in the file",
  run({ image: { view }, args }) {
    noArguments(args);
    const rows = regionUsages(view).map(({ region, usedWords, freeWords, detail }) => {
      const end = Math.min(region.start + region.words, view.memory.sizeWords);
      return {
        name: region.name,
        start: region.start,
        end,
        usedWords,
        freeWords,
        pagesInFile: presentPages(view.memory.pageFlags, region.start, end),
        purpose: region.purpose,
        detail,
      };
    });
    return lazyAnswer(
      () =>
        tableLines(
          ["region", "range", "used", "free", "in file", "purpose"],
          rows.map((row) => [
            row.name,
            `${addressText(row.start)}…${addressText(row.end - 1).slice(1)}`,
            row.usedWords === null ? "" : grouped(row.usedWords),
            row.freeWords === null ? "" : grouped(row.freeWords),
            grouped(row.pagesInFile),
            row.detail === "" ? row.purpose : `${row.purpose}: ${row.detail}`,
          ]),
        ),
      () => rows.map((row) => ({ ...row, start: addressText(row.start), end: addressText(row.end) })),
    );
  },
};

/** Pages that the file holds; the others are zero. */
function presentPages(pageFlags: Uint8Array, start: number, end: number): number {
  let present = 0;
  for (let page = start / PAGE_WORDS; page < end / PAGE_WORDS; page++) if (pageFlags[Math.floor(page)] === 0) present++;
  return present;
}
