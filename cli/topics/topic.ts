/**
 * What a topic of `conspect inspect` is: one question about an image, answered as lines of text and as JSON. One file a topic.
 * The questions themselves are in `core/inspect`; a topic only lays out the answer.
 */
import type { OpenImage } from "#core";

export interface TopicContext {
  readonly image: OpenImage;
  /** What stands behind the topic's name on the command line, without `--json`. */
  readonly args: readonly string[];
  /** Says what is going on, for whoever waits at a terminal. */
  progress(text: string): void;
  /** Opens another image, for comparisons. @throws {InputError} */
  open(path: string): OpenImage;
}

/**
 * Only one of `lines` and `json` is asked for: make both when they are asked for (`lazyAnswer`), not before.
 * An iterable anywhere in `json` is written as an array while it is walked, so that a long list is never in memory as a whole.
 */
export interface TopicAnswer {
  readonly lines: Iterable<string>;
  readonly json: unknown;
  /** 1: a check found something. */
  readonly exitCode: 0 | 1;
}

export interface Topic {
  readonly name: string;
  /** `frames [CONTEXT] [--count N]`: name and arguments. */
  readonly synopsis: string;
  readonly summary: string;
  /** @throws {UsageError} for arguments that it does not take */
  run(context: TopicContext): TopicAnswer;
}

/** An answer whose two forms are made when they are asked for. */
export function lazyAnswer(
  lines: () => Iterable<string>,
  json: () => unknown,
  exitCode: TopicAnswer["exitCode"] = 0,
): TopicAnswer {
  return {
    lines: { [Symbol.iterator]: () => lines()[Symbol.iterator]() },
    get json() {
      return json();
    },
    exitCode,
  };
}
