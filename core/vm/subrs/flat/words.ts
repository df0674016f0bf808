/** Memory operations on words of the flat memory: tagged words, bytes, strings. The same under every manager. */
import { MEMORY } from "../../../isa/memory-operations.ts";
import { byteAt, setByteAt, setStringAt, stringAt, stringWords } from "../../../managers/malloc/blocks/bytes.ts";
import { tagOf, tagWord, untagWord } from "../../../managers/malloc/blocks/tags.ts";
import { FLAT_CELLS, FLAT_PROTECTED_CELLS, FlatMemory } from "../../../memory/flat-memory.ts";
import { NIL } from "../../../memory/layout.ts";
import { symbolName } from "../../../objects/symbols.ts";
import { isSymbol } from "../../../objects/types.ts";
import { signal } from "../../faults.ts";
import { makeInteger, makeString } from "../../image/datum.ts";
import { internSymbol } from "../../image/install.ts";
import type { Processor } from "../../processor.ts";
import type { Arguments, Subr } from "../arguments.ts";
import { flatAddress } from "../memory/memory.ts";

const tag: Subr = (m, args) => {
  const name = args.pointer(0);
  const word = isSymbol(m.memory, name) ? tagWord(symbolName(m.memory, name), args.integer(1)) : null;
  return word === null ? signal(m.memory, "wrong-type", [args.pointer(1)]) : makeInteger(m, word);
};
const untag: Subr = (m, args) => makeInteger(m, untagWord(args.integer(0)));
const tagName: Subr = (m, args) => {
  const name = tagOf(args.integer(0));
  return name === null ? NIL : internSymbol(m, name);
};

/** The first of `words` flat cells from the address in the first argument on. @throws {LispFault} `bad-address` */
function range(m: Processor, args: Arguments, words: number, lowest: number): number {
  const address = flatAddress(m, args, 0, lowest);
  return address + words <= FLAT_CELLS ? address : signal(m.memory, "bad-address", [args.pointer(0)]);
}
function byteRange(m: Processor, args: Arguments, lowest: number): number {
  const index = args.integer(1);
  if (index < 0) signal(m.memory, "bad-index", [args.pointer(0), args.pointer(1)]);
  return range(m, args, Math.floor(index / 4) + 1, lowest);
}
const peekByte: Subr = (m, args) => {
  const address = byteRange(m, args, 0);
  return makeInteger(m, byteAt(new FlatMemory(m.memory), address, args.integer(1)));
};
const pokeByte: Subr = (m, args) => {
  const address = byteRange(m, args, FLAT_PROTECTED_CELLS);
  setByteAt(new FlatMemory(m.memory), address, args.integer(1), args.integer(2));
  return args.pointer(2);
};
const peekString: Subr = (m, args) => {
  const flat = new FlatMemory(m.memory);
  const length = flat.get(range(m, args, 1, 0));
  if (length < 0 || length > 4 * FLAT_CELLS) signal(m.memory, "bad-address", [args.pointer(0)]);
  return makeString(m, stringAt(flat, range(m, args, stringWords(length), 0)));
};
const pokeString: Subr = (m, args) => {
  const text = args.text(1);
  const words = stringWords(text.length);
  setStringAt(new FlatMemory(m.memory), range(m, args, words, FLAT_PROTECTED_CELLS), text);
  return makeInteger(m, words);
};

export const WORD_OPERATIONS: readonly (readonly [number: number, operation: Subr])[] = [
  [MEMORY.TAG, tag],
  [MEMORY.UNTAG, untag],
  [MEMORY.TAG_OF, tagName],
  [MEMORY.PEEK_BYTE, peekByte],
  [MEMORY.POKE_BYTE, pokeByte],
  [MEMORY.PEEK_STRING, peekString],
  [MEMORY.POKE_STRING, pokeString],
];
