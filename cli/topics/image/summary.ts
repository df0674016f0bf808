/** `summary`: what is in an image and what is wrong with it, on one screen. */
import { filePageFigures, type ImageSummary, type OpenImage, summarize, tableLoad } from "#core";
import { grouped } from "../../text.ts";
import { lazyAnswer, type Topic } from "../topic.ts";
import { counted, factLines, noArguments, percent, tableLines } from "./layout.ts";

const TYPES_SHOWN = 10;
const PROBLEMS_SHOWN = 10;

export const summaryTopic: Topic = {
  name: "summary",
  synopsis: "summary",
  summary: "what is in the image and what is wrong with it",
  run({ image, args, progress }) {
    noArguments(args);
    progress("looking at every object");
    const summary = summarize(image.view);
    return lazyAnswer(
      () => lines(image, summary),
      () => json(image, summary),
    );
  },
};

function* lines(image: OpenImage, summary: ImageSummary): Generator<string> {
  yield* factLines([...fileFacts(image, summary), ...contentFacts(summary), ...collectorFacts(summary)]);
  yield "";
  const shown = summary.types.slice(0, TYPES_SHOWN);
  yield* tableLines(
    ["type", "live", "words", "free"],
    shown.map(({ name, live, liveWords, free }) => [name, grouped(live), grouped(liveWords), grouped(free)]),
  );
  if (summary.types.length > TYPES_SHOWN) yield `and ${summary.types.length - TYPES_SHOWN} more types`;
  yield "";
  yield* wrong(image, summary);
  yield "";
  yield `ask next: ${questions(image, summary).join(", ")}`;
}

/** Topics that this image gives a reason to ask for, the most pressing first. */
function questions({ damage }: OpenImage, { problems, counts, stack, collector }: ImageSummary): string[] {
  const isDamaged = damage.total + problems.length + counts.problems.length > 0;
  return [
    "verify",
    ...(isDamaged ? [] : ["audit"]),
    ...(collector.state === "on" && counts.problems.length === 0 ? [] : ["refcounts"]),
    "frames",
    ...(stack.problem === null ? [] : ["interface"]),
    "regions",
    "symbols",
  ];
}

type Facts = (readonly [string, string | readonly string[]])[];

function fileFacts({ name, sizeBytes, pages }: OpenImage, { versions, systemName, systemDate }: ImageSummary): Facts {
  const { inFile, mapped, unused, duplicates } = filePageFigures(pages);
  const facts: Facts = [
    ["file", `${name}, ${grouped(sizeBytes)} bytes`],
    [
      "pages",
      `${grouped(inFile)} in the file: ${grouped(mapped)} of the memory, ${grouped(unused)} unused, ${grouped(duplicates)} listed twice`,
    ],
    [
      "version",
      `lversion ${versions.lversion}, needs an emulator of version ${versions.minbversion}, microcode ${versions.minrversion}`,
    ],
  ];
  const made = [systemName, systemDate].filter((text) => text !== null).join(", ");
  return made === "" ? facts : [...facts, ["system", made]];
}

function contentFacts({ storage, symbols, packages, strings, code, stack }: ImageSummary): Facts {
  const free = storage.freePages === null ? "" : `, ${counted(storage.freePages, "page")} free between them`;
  const innermost = stack.innermost === null ? "" : `, innermost ${stack.innermost}`;
  return [
    [
      "storage",
      [
        `${storage.memoryMB} MB of memory: ${grouped(storage.arrayWords)} words of array space, ${counted(storage.typedPages, "typed page")}${free}`,
        storage.state,
      ],
    ],
    [
      "symbols",
      `${grouped(symbols.old + symbols.new)} in ${counted(packages, "package")}: ${grouped(symbols.withFunction)} with compiled code, ${grouped(symbols.withValue)} with a value, ${grouped(symbols.withProperties)} with properties`,
    ],
    [
      "strings",
      `${grouped(strings.count)} with ${grouped(strings.characters)} characters, ${grouped(strings.fat)} of them fat`,
    ],
    [
      "code",
      `${counted(code.blocks + code.permanent + code.hunks, "function")}, ${grouped(code.words)} words: ${counted(code.blocks, "block")}, ${grouped(code.permanent)} born with the image, ${counted(code.hunks, "hunk")}`,
    ],
    [
      "stack",
      `${counted(stack.depth, "frame")} deep${innermost}; ${counted(stack.contexts, "other context")}, ${counted(stack.suspended, "suspended chain")}`,
    ],
  ];
}

function collectorFacts({ collector, counts }: ImageSummary): Facts {
  const load = tableLoad(counts);
  return [
    ["collector", `${collector.state}: ${collector.explanation}`],
    [
      "counts",
      `${counted(counts.entries, "entry", "entries")}, ${grouped(counts.zeroEntries)} with count 0; main table ${percent(load.mainUsed, load.mainCells)} full, collision table ${percent(load.pairsInUse, load.pairsInAll)}`,
    ],
  ];
}

/** Damage of the file, then what does not fit together inside. */
function* wrong({ damage }: OpenImage, { problems, counts, stack }: ImageSummary): Generator<string> {
  const inside = [...(stack.problem === null ? [] : [`stack: ${stack.problem}`]), ...counts.problems, ...problems];
  const total = damage.total + inside.length;
  if (total === 0) {
    yield "nothing wrong found at a glance";
    return;
  }
  yield `${counted(total, "thing")} wrong:`;
  const ofFile = damage.items.map(({ where, offsetBytes, what, found, expected }) => {
    const place = offsetBytes === null ? where : `${where}, byte ${offsetBytes}`;
    return `${place}: ${what}: found ${found}, expected ${expected}`;
  });
  const all = [...ofFile, ...inside];
  for (const text of all.slice(0, PROBLEMS_SHOWN)) yield `  ${text}`;
  if (total > PROBLEMS_SHOWN)
    yield `  and ${grouped(total - Math.min(PROBLEMS_SHOWN, all.length))} more; \`verify\` lists them`;
}

function json({ name, sizeBytes, header, pages, damage }: OpenImage, summary: ImageSummary): unknown {
  const { chainLengths, bigCounts, ...counts } = summary.counts;
  return {
    file: name,
    sizeBytes,
    header,
    pages: filePageFigures(pages),
    ...summary,
    counts: {
      ...counts,
      ...tableLoad(summary.counts),
      chainLengths: Object.fromEntries(chainLengths),
      bigCounts: bigCounts.length,
    },
    damage: { total: damage.total, items: damage.items },
  };
}
