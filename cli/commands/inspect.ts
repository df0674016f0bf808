/** `conspect inspect`: answers one question about a file. What can be asked of an image is in `cli/topics/`. */
import { ImageError, type ImageFile, looksCompiled, openImage, readCompiledFile } from "#core";
import { FileError, openImageFile } from "#host";
import { type Command, InputError, UsageError } from "../command.ts";
import { compiledTopics, findCompiledTopic } from "../compiled/topics.ts";
import { jsonPieces } from "../json.ts";
import { writeNow } from "../output.ts";
import { Progress } from "../progress.ts";
import { findTopic, topics } from "../topics/index.ts";
import type { TopicAnswer } from "../topics/topic.ts";

/** What a file can be. The first kind that recognises the content takes it. */
interface FileKind {
  recognises(file: ImageFile): boolean;
  answer(file: ImageFile, args: readonly string[], progress: Progress): TopicAnswer;
}

/** Takes every file: what is no image is refused with what was found in it and what was expected. */
const imageKind: FileKind = {
  recognises: () => true,
  answer(file, [name = "summary", ...args], progress) {
    const topic = findTopic(name);
    const open = (opened: ImageFile) =>
      openImage(opened, (done, total) => progress.say(`reading ${opened.name}: ${Math.floor((100 * done) / total)} %`));
    const image = open(file);
    try {
      return topic.run({
        image,
        args,
        progress: (text) => progress.say(text),
        open: (path) => usable(() => whileOpen(path, open)),
      });
    } catch (error) {
      if (error instanceof UsageError) throw new UsageError(`${error.message}\nTopic: ${topic.synopsis}`);
      throw error;
    }
  },
};

/** Bytes at the start of a file that say whether it is a compiled one. */
const START_BYTES = 256;

const MOST_COMPILED_BYTES = 64 * 1024 * 1024;

const compiledKind: FileKind = {
  recognises: (file) => looksCompiled(bytesOf(file, START_BYTES)),
  answer(file, [name = "summary", ...args]) {
    const topic = findCompiledTopic(name);
    if (file.sizeBytes > MOST_COMPILED_BYTES) {
      throw new InputError(
        `${file.name} has ${file.sizeBytes} bytes: of a compiled file at most ${MOST_COMPILED_BYTES} are read`,
      );
    }
    try {
      return topic.run(readCompiledFile(file.name, bytesOf(file, file.sizeBytes)), args);
    } catch (error) {
      if (error instanceof UsageError) throw new UsageError(`${error.message}\nTopic: ${topic.synopsis}`);
      throw error;
    }
  },
};

function bytesOf(file: ImageFile, count: number): Uint8Array {
  const bytes = new Uint8Array(Math.min(count, file.sizeBytes));
  return bytes.subarray(0, file.read(0, bytes));
}

const KINDS: readonly FileKind[] = [compiledKind, imageKind];
/** Characters that go out at once. */
const CHUNK = 1 << 16;

export const inspectCommand: Command = {
  name: "inspect",
  synopsis: "inspect FILE [TOPIC [ARGUMENTS]] [--json]",
  summary: "answer a question about a saved image or a compiled file: what is in it, what is wrong with it",
  details: `\nTopics of an image, summary when none is named:\n${topicList(topics)}\n\nTopics of a compiled file (LCOM, DFASL):\n${topicList(compiledTopics)}\n`,
  async run(args) {
    const isJson = args.includes("--json");
    const [path, ...rest] = args.filter((argument) => argument !== "--json");
    if (path === undefined || path.startsWith("-"))
      throw new UsageError("expected the name of an image or compiled file");
    const progress = new Progress();
    return usable(() => {
      try {
        return whileOpen(path, (file) => {
          const kind = KINDS.find((candidate) => candidate.recognises(file)) ?? imageKind;
          const answer = kind.answer(file, rest, progress);
          write(isJson ? jsonText(answer.json) : text(answer.lines), progress);
          return answer.exitCode;
        });
      } finally {
        progress.end();
      }
    });
  },
};

function whileOpen<T>(path: string, work: (file: ImageFile) => T): T {
  const file = openImageFile(path);
  try {
    return work(file);
  } finally {
    file.close();
  }
}

function topicList(listed: readonly { readonly synopsis: string; readonly summary: string }[]): string {
  const width = Math.max(...listed.map(({ synopsis }) => synopsis.length));
  return listed.map(({ synopsis, summary }) => `  ${synopsis.padEnd(width)}  ${summary}`).join("\n");
}

/** Errors of files and images become errors of the command's input. */
function usable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FileError || error instanceof ImageError) throw new InputError(error.message);
    throw error;
  }
}

function* text(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}
function* jsonText(value: unknown): Generator<string> {
  yield* jsonPieces(value);
  yield "\n";
}

function write(pieces: Iterable<string>, progress: Progress): void {
  let waiting = "";
  const flush = () => {
    progress.end();
    writeNow(waiting);
    waiting = "";
  };
  for (const piece of pieces) {
    waiting += piece;
    if (waiting.length >= CHUNK) flush();
  }
  flush();
}
