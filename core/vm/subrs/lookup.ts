/** Host calls that are there because Lisp would be too slow: symbols by name, checksums. Source: instruction specification, section 2.12. */
import { NIL, SEGMENT_MASK, SMALL_POSITIVE } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import { findInSymbolTable } from "../../objects/packages.ts";
import { PRINT_NAME_LIMIT } from "../../objects/symbols.ts";
import type { Subr } from "./arguments.ts";
import { storeNumber } from "./text/native-strings.ts";

/** What WITH-SYMBOL leaves in its result box. */
const FOUND = 3;
const NOT_FOUND = -1;

/** WITH-SYMBOL (characters, offset, length, fat, table, box): the symbol with a name in the symbol table of a package. */
export const withSymbol: Subr = (m, args) => {
  const offset = args.pointer(1) & 0xffff;
  const length = args.pointer(2) & 0xffff;
  const width = args.pointer(3) === NIL ? 1 : 2;
  const first = 2 * args.pointer(0) + width * offset;
  let symbol: number | null = null;
  if (length <= PRINT_NAME_LIMIT && isMapped(m.memory, first >> 1, ((width * length) >> 1) + 1)) {
    let name = "";
    for (let i = 0; i < length; i++) {
      const at = first + width * i;
      name += String.fromCharCode(width === 1 ? m.memory.byte(at) : m.memory.view.getUint16(at));
    }
    symbol = findInSymbolTable(m.memory, args.pointer(4), name);
  }
  storeNumber(m, args.pointer(5), symbol === null ? NOT_FOUND : FOUND);
  return symbol ?? NIL;
};

/** CHECK-SUM (address, words, initial): one's-complement sum, rotated to the left after each word. */
export const checkSum: Subr = (m, args) => {
  const count = args.pointer(1);
  const words = (count & SEGMENT_MASK) === SMALL_POSITIVE ? count & 0xffff : 0;
  let sum = args.pointer(2) & 0xffff;
  for (let i = 0; i < words; i++) {
    sum += m.memory.word(args.pointer(0) + i);
    if (sum > 0xffff) sum = (sum & 0xffff) + 1;
    sum = ((sum << 1) & 0xffff) | (sum >> 15);
  }
  return SMALL_POSITIVE | (sum === 0xffff ? 0 : sum);
};
