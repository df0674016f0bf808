/** Reads a compiled file, whichever of the two formats it has. Source: compiled files specification, introduction. */
import { ImageError } from "../base/errors.ts";
import { DFASL_MARK, readDfasl } from "./dfasl.ts";
import { readLcom } from "./lcom.ts";
import type { CompiledFile } from "./types.ts";

const NEWEST_VERSION = 8;
const OPEN = "(".charCodeAt(0);
/** Last of the bytes that count as white space in front of the first item. */
const SPACE = 32;

/** How LCOM files begin: with a header, or, when they are old, with the first of their expressions. */
const LCOM_STARTS = ["(DEFINE-FILE-INFO", "(FILECREATED"];

/** The file begins like a compiled one. Source files of the same system begin so too: they are expressions without code. */
export function looksCompiled(bytes: Uint8Array): boolean {
  // The version is two bytes; no other file begins like that by chance.
  if (bytes[0] === DFASL_MARK) return bytes[1] === 0 && (bytes[2] ?? 0) > 0 && (bytes[2] ?? 0) <= NEWEST_VERSION;
  const start = bytes.findIndex((byte) => byte > SPACE);
  return start >= 0 && LCOM_STARTS.some((text) => startsWith(bytes, start, text));
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/**
 * Everything in the file. Damage is listed in `problems`, beside what could be read.
 *
 * @throws {ImageError} when it is no compiled file at all
 */
export function readCompiledFile(name: string, bytes: Uint8Array): CompiledFile {
  const first = firstByte(bytes);
  if (first === DFASL_MARK && bytes[0] === DFASL_MARK) return readDfasl(name, bytes);
  if (first === OPEN) return readLcom(name, bytes);
  const found = first === null ? "nothing" : `byte ${first}`;
  throw new ImageError({
    file: name,
    offsetBytes: 0,
    what: "not a compiled file",
    found,
    expected: "( as in LCOM files, or byte 145 as in DFASL files",
  });
}

function firstByte(bytes: Uint8Array): number | null {
  return bytes.find((byte) => byte > SPACE) ?? null;
}
