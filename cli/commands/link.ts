/** `conspect link`: makes a boot image of compiled files. */
import { basename } from "node:path";
import {
  hex,
  ImageError,
  imagePieces,
  type LinkedImage,
  LinkProblem,
  type LinkProgress,
  linkBootImage,
  linkFiles,
  readCompiledFile,
  renderTable,
  symbolMap,
} from "#core";
import { FileError, openCheckout, saveImage } from "#host";
import { type Command, EXIT_DONE, InputError, parse, UsageError } from "../command.ts";
import { readBytes } from "../compiled/files.ts";
import { writeNow } from "../output.ts";
import { Progress } from "../progress.ts";
import { grouped } from "../text.ts";

const PAGE_BYTES = 512;

export const linkCommand: Command = {
  name: "link",
  synopsis: "link --medley DIR [--as DIR] -o IMAGE [--map FILE] | link FILE... --start FUNCTION -o IMAGE [--map FILE]",
  summary: "make a boot image of the compiled files of a Medley checkout, or of other ones",
  details: [
    "",
    "  --medley DIR      a checkout of the repository Interlisp/medley; its own lists say which files are linked",
    "  --as DIR          where the booted machine finds that checkout; default: where it is now",
    "  --start FUNCTION  for other files (LCOM): the function that the image begins with, called without arguments",
    "  -o, --output      the image file to write",
    "  --map FILE        also write what is where in the image: symbols and functions with their addresses",
    "",
    "Files are taken in the order given; a later definition replaces an earlier one. What only stores constants is done while linking;",
    "every other expression is left to the image, in the variables FILE.EXPRESSIONS that BOOTFILES lists, the last file first.",
    "",
  ].join("\n"),
  async run(args) {
    const { values, positionals } = parse(args, {
      medley: { type: "string" },
      as: { type: "string" },
      start: { type: "string" },
      output: { type: "string", short: "o" },
      map: { type: "string" },
    });
    const { output, map } = values;
    if (output === undefined) throw new UsageError("expected -o and the name of the image to write");
    const work = values.medley === undefined ? fromFiles(positionals, values) : fromCheckout(positionals, values);
    const progress = new Progress();
    const image = usable(progress, () =>
      work((name, done, total) => progress.say(`linking ${name}: ${done} of ${total} files`)),
    );
    usable(progress, () => save(image, output, map, progress));
    writeNow(`${summary(image, output)}\n`);
    return EXIT_DONE;
  },
};

interface Source {
  readonly medley?: string;
  readonly as?: string;
  readonly start?: string;
}
type LinkWork = (progress: LinkProgress) => LinkedImage;

/** @throws {UsageError} */
function fromCheckout(positionals: readonly string[], { medley = "", as, start }: Source): LinkWork {
  if (positionals.length > 0)
    throw new UsageError(`--medley: the checkout says which files are linked, not ${positionals[0]}`);
  if (start !== undefined)
    throw new UsageError("--start: the image of a checkout begins with the system's own function");
  return (progress) => {
    const checkout = openCheckout(medley);
    return linkBootImage({ checkout, root: as?.replace(/\/+$/, "") ?? checkout.root, progress });
  };
}

/** @throws {UsageError} */
function fromFiles(positionals: readonly string[], { as, start }: Source): LinkWork {
  if (positionals.length === 0) throw new UsageError("expected --medley DIR, or the names of compiled files");
  if (as !== undefined) throw new UsageError("--as goes with --medley only");
  if (start === undefined) throw new UsageError("expected --start and the function that the image begins with");
  return (progress) => {
    const files = positionals.map((path) => ({ name: rootName(path), file: readCompiledFile(path, readBytes(path)) }));
    return linkFiles(files, start, progress);
  };
}

/** `sources/LLFAULT.LCOM` -> `LLFAULT`. */
function rootName(path: string): string {
  return basename(path)
    .replace(/\.[^.]*$/, "")
    .toUpperCase();
}

/** What is wrong with files becomes an error of the command's input. */
function usable<T>(progress: Progress, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof LinkProblem) {
      throw new InputError(error.advice === null ? error.message : `${error.message}. ${error.advice}`);
    }
    if (error instanceof ImageError || error instanceof FileError) throw new InputError(error.message);
    throw error;
  } finally {
    progress.end();
  }
}

function save(image: LinkedImage, output: string, map: string | undefined, progress: Progress): void {
  saveImage(output, imagePieces(image), (done) => progress.say(`writing ${output}: ${grouped(done)} bytes`));
  if (map !== undefined) saveImage(map, [Buffer.from(`${mapLines(image).join("\n")}\n`, "utf8")]);
}

function mapLines(image: LinkedImage): readonly string[] {
  const rows = symbolMap(image).map(({ kind, address, words, name, file }) => [
    hex(address),
    String(words),
    kind,
    // Names hold any character; a line of the map is a line.
    name.replace(/[^\x21-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`),
    file,
  ]);
  return renderTable(["address", "words", "kind", "name", "file"], rows);
}

function summary({ pages, functions, symbols, deferred }: LinkedImage, output: string): string {
  const bytes = functions.reduce((sum, { function: each }) => sum + each.code.length, 0);
  return [
    `${output}: ${grouped(pages)} pages, ${grouped(pages * PAGE_BYTES)} bytes`,
    `${grouped(functions.length)} functions with ${grouped(bytes)} bytes of code, ${grouped(symbols.length)} symbols`,
    `${grouped(deferred)} expressions are left to the image`,
  ].join("\n");
}
