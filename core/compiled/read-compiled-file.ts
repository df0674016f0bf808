/** Reads a compiled file, whichever of the two formats it has. Source: compiled files specification, introduction. */
import { ImageError } from "../base/errors.ts";
import { DFASL_MARK, readDfasl } from "./dfasl.ts";
import { readLcom } from "./lcom.ts";
import type { CompiledFile } from "./types.ts";

const OPEN = "(".charCodeAt(0);
/** Last of the bytes that count as white space in front of the first item. */
const SPACE = 32;

/** The file begins like a compiled one. What begins with `(` may also be the source text of a program. */
export function looksCompiled(bytes: Uint8Array): boolean {
  const first = firstByte(bytes);
  return first === DFASL_MARK || first === OPEN;
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
