/**
 * What the linker reads of a checkout of the public repository Interlisp/medley: files by folder and name, and variables that its files set.
 * Source: linking specification, section 1.
 */
import { ImageError } from "../../base/errors.ts";
import { type Form, listItems } from "../../compiled/forms.ts";
import { readCompiledFile } from "../../compiled/read-compiled-file.ts";
import type { CompiledFile } from "../../compiled/types.ts";

export interface CheckoutFile {
  /** For messages. */
  readonly path: string;
  /** As it is spelled in the checkout. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Who reads the files is outside. */
export interface Checkout {
  /** For messages. */
  readonly path: string;
  /**
   * A file in one of the folders at the top, in any case of letters.
   *
   * @returns `null` when there is none
   */
  read(folder: string, name: string): CheckoutFile | null;
}

/** Folders that hold files of the system, in the order of search. */
export const SYSTEM_FOLDERS = ["sources", "library", "lispusers", "internal"];
const SOURCES = "sources";

/** A file of the checkout, and the folder in which it was found. */
export interface FoundFile {
  readonly folder: string;
  readonly name: string;
  readonly file: CompiledFile;
}

/**
 * The compiled file of that name, or its text when it is not compiled.
 *
 * @throws {ImageError} when there is neither, or it cannot be read
 */
export function systemFile(checkout: Checkout, name: string): FoundFile {
  for (const ending of [".LCOM", ""]) {
    for (const folder of SYSTEM_FOLDERS) {
      const found = checkout.read(folder, name + ending);
      if (found !== null) return { folder, name: found.name, file: readCompiledFile(found.path, found.bytes) };
    }
  }
  throw missing(checkout, `file ${name}`, `${name}.LCOM in one of ${SYSTEM_FOLDERS.join(", ")}`);
}

/** A source file of the system, of which the variables are wanted. @throws {ImageError} */
export function sourceFile(checkout: Checkout, name: string): CompiledFile {
  const found = checkout.read(SOURCES, name);
  if (found === null) throw missing(checkout, `file ${name}`, `${SOURCES}/${name}`);
  return readCompiledFile(found.path, found.bytes);
}

/**
 * The value that `(RPAQQ variable value)` in the file gives, wherever in a declaration it stands.
 *
 * @throws {ImageError} when there is none
 */
export function quotedValue(file: CompiledFile, variable: string): Form {
  const pending = file.items.flatMap((item) => (item.kind === "expression" ? [item.form] : [])).toReversed();
  for (let form = pending.pop(); form !== undefined; form = pending.pop()) {
    const [head, name, value] = listItems(form) ?? [];
    if (head?.kind !== "symbol") continue;
    if (head.name === "RPAQQ" && name?.kind === "symbol" && name.name === variable && value !== undefined) return value;
    if (head.name === "DECLARE:") pending.push(...(listItems(form) ?? []).toReversed());
  }
  throw unusable(file, `value of ${variable}`, "none", `(RPAQQ ${variable} …)`);
}

/** @throws {ImageError} when the value is no list */
export function quotedList(file: CompiledFile, variable: string): readonly Form[] {
  const items = listItems(quotedValue(file, variable));
  if (items === null) throw unusable(file, `value of ${variable}`, "no list", "a list");
  return items;
}

export function unusable(file: CompiledFile, what: string, found: string, expected: string): ImageError {
  return new ImageError({ file: file.name, offsetBytes: 0, what, found, expected });
}

function missing({ path }: Checkout, what: string, expected: string): ImageError {
  const advice = "Name the top folder of a checkout of the repository Interlisp/medley";
  return new ImageError({ file: path, offsetBytes: 0, what, found: "none", expected, advice });
}
