/** `diff`: an image compared with a later one. */
import {
  addressText,
  type Change,
  compareImages,
  type ImageDiff,
  isSame,
  type ObjectChanges,
  type Sample,
} from "#core";
import { parse, UsageError, wholeNumberOption } from "../../command.ts";
import { grouped } from "../../text.ts";
import { lazyAnswer, type Topic } from "../topic.ts";
import { clipped, counted, tableLines } from "./layout.ts";

/** Findings of each kind that are listed, and the most that can be asked for. */
const SHOWN = 10;
const MOST_SHOWN = 100_000;
const VALUE_WIDTH = 60;

export const diffTopic: Topic = {
  name: "diff",
  synopsis: "diff OTHER [--count N]",
  summary: "what another image has that this one has not: fields, symbols, objects, counts, pages; 1 when they differ",
  run({ image, args, progress, open }) {
    const { values, positionals } = parse(args, { count: { type: "string" } });
    const [path, ...others] = positionals;
    if (path === undefined || others.length > 0) throw new UsageError("expected the name of one other image");
    const most = wholeNumberOption("count", values.count, { least: 0, most: MOST_SHOWN, otherwise: SHOWN });
    const other = open(path);
    progress("comparing");
    const diff = compareImages(image.view, other.view, most);
    return lazyAnswer(
      () => lines(diff),
      () => json(diff),
      isSame(diff) ? 0 : 1,
    );
  },
};

function* lines(diff: ImageDiff): Generator<string> {
  if (isSame(diff)) {
    yield "the images are the same";
    return;
  }
  yield* changeTable("interface page", diff.fields);
  yield* changeTable("words in use", diff.regions);
  yield* changeTable("live objects", diff.types);
  const { added, removed, values, definitions, properties } = diff.symbols;
  yield* names("symbols added", added);
  yield* names("symbols removed", removed);
  yield* changeList("values changed", values);
  yield* changeList("definitions changed", definitions);
  yield* changeList("property lists changed", properties);
  yield* objects("objects added", diff.objects.added);
  yield* objects("objects gone", diff.objects.gone);
  yield* objects("objects changed", diff.objects.changed);
  yield* changeList("counts changed", diff.counts);
  yield `${counted(diff.pages.total, "page")} changed:`;
  yield* tableLines(
    ["  region", "pages"],
    [...diff.pages.byRegion].map(([region, pages]) => [`  ${region}`, grouped(pages)]),
  );
}

function* changeTable(title: string, changes: readonly Change<number | null>[]): Generator<string> {
  if (changes.length === 0) return;
  yield `${title}:`;
  yield* tableLines(
    ["  name", "before", "after"],
    changes.map(({ name, before, after }) => [`  ${name}`, numberText(before), numberText(after)]),
  );
  yield "";
}

function numberText(value: number | null): string {
  return value === null ? "" : grouped(value);
}

function* names(title: string, { total, first }: Sample<string>): Generator<string> {
  if (total === 0) return;
  yield `${title}: ${grouped(total)}`;
  for (const name of first) yield `  ${clipped(name, VALUE_WIDTH)}`;
  yield* rest(total, first.length);
}

function* changeList(title: string, { total, first }: Sample<Change<string | number>>): Generator<string> {
  if (total === 0) return;
  yield `${title}: ${grouped(total)}`;
  for (const { name, before, after } of first) {
    yield `  ${clipped(name, VALUE_WIDTH)}: ${clipped(String(before), VALUE_WIDTH)} → ${clipped(String(after), VALUE_WIDTH)}`;
  }
  yield* rest(total, first.length);
}

function* objects(title: string, { total, first, byType }: ObjectChanges): Generator<string> {
  if (total === 0) return;
  const types = [...byType].sort(([, a], [, b]) => b - a).map(([type, number]) => `${grouped(number)} ${type}`);
  yield `${title}: ${grouped(total)} (${types.slice(0, SHOWN).join(", ")}${types.length > SHOWN ? ", …" : ""})`;
  for (const { before, after } of first) {
    const both = before !== null && after !== null;
    yield both
      ? `  ${clipped(before, VALUE_WIDTH)} → ${clipped(after, VALUE_WIDTH)}`
      : `  ${clipped(before ?? after ?? "", VALUE_WIDTH)}`;
  }
  yield* rest(total, first.length);
}

function* rest(total: number, shown: number): Generator<string> {
  if (total > shown) yield `  and ${grouped(total - shown)} more`;
  yield "";
}

function json(diff: ImageDiff): unknown {
  const { objects: found, pages } = diff;
  const plain = ({ total, first, byType }: ObjectChanges) => ({
    total,
    byType: Object.fromEntries(byType),
    first: first.map((change) => ({ ...change, pointer: addressText(change.pointer) })),
  });
  return {
    ...diff,
    isSame: isSame(diff),
    pages: { total: pages.total, byRegion: Object.fromEntries(pages.byRegion) },
    objects: { added: plain(found.added), gone: plain(found.gone), changed: plain(found.changed) },
  };
}
