/** An image as the linker leaves it, and what is where in it. */
import type { WordAddress, Words } from "../base/units.ts";
import { functionName } from "../compiled/show/function-facts.ts";
import { writeSysout } from "../memory/sysout/write-sysout.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { symbolRecord } from "../objects/symbols.ts";
import type { LinkedFunction } from "./contents/code-area.ts";

export interface LinkedImage {
  readonly memory: VirtualMemory;
  /** Pages of the file, holes included. */
  readonly pages: number;
  /** Print names by number. */
  readonly symbols: readonly string[];
  /** In the order of their addresses. A function that a later file defines again is there twice. */
  readonly functions: readonly (LinkedFunction & { readonly file: string })[];
  /** Expressions that the image evaluates when it boots. */
  readonly deferred: number;
}

/** The bytes of the file, from its start to its end. */
export function imagePieces({ memory }: LinkedImage): Iterable<Uint8Array> {
  return writeSysout(memory);
}

/** Something with an address. */
export interface MapEntry {
  readonly kind: "symbol" | "code";
  /** First word: of the record of a symbol, of the header of a function. */
  readonly address: WordAddress;
  readonly words: Words;
  readonly name: string;
  /** File that it came from; empty for symbols, which many name. */
  readonly file: string;
}

const SYMBOL_WORDS = 10;
/** Header and trailer of a block. */
const BLOCK_OVERHEAD_WORDS = 4;

/** What is where, by ascending addresses. */
export function symbolMap({ symbols, functions }: LinkedImage): readonly MapEntry[] {
  return [
    ...symbols.map((name, number): MapEntry => {
      return { kind: "symbol", address: symbolRecord(number), words: SYMBOL_WORDS, name, file: "" };
    }),
    ...functions.map(({ header, words, function: each, file }): MapEntry => {
      return { kind: "code", address: header, words: words - BLOCK_OVERHEAD_WORDS, name: functionName(each), file };
    }),
  ];
}
