/** Runs a topic of `conspect inspect` in this process, on an image that is opened already. */
import { findTopic } from "../../../cli/topics/index.ts";
import type { OpenImage } from "../../../core/inspect/open-image.ts";

export interface TopicResult {
  readonly text: string;
  readonly lines: readonly string[];
  readonly json: unknown;
  readonly exitCode: number;
}

/** @param others images that the arguments may name */
export function runTopic(
  image: OpenImage,
  [name = "summary", ...args]: readonly string[],
  others: Readonly<Record<string, OpenImage>> = {},
): TopicResult {
  const run = () =>
    findTopic(name).run({
      image,
      args,
      progress() {},
      open(path) {
        const other = others[path];
        if (other === undefined) throw new RangeError(`no image ${path} in this test`);
        return other;
      },
    });
  const { lines, exitCode } = run();
  const shown = [...lines];
  return { lines: shown, text: shown.join("\n"), json: JSON.parse(JSON.stringify(plain(run().json))), exitCode };
}

/** Iterables become arrays, as on the command line. */
function plain(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, plain);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
