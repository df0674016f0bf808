/** Hash functions of MISCN: SXHASH and string hashes, 16 bits. Source: instruction specification, section 2.11. */
import {
  TYPE_BIGNUM,
  TYPE_COMPLEX,
  TYPE_FIXP,
  TYPE_FLOATP,
  TYPE_LISTP,
  TYPE_LITATOM,
  TYPE_NEW_ATOM,
  TYPE_ONED_ARRAY,
  TYPE_PATHNAME,
  TYPE_RATIO,
  TYPE_SMALLP,
} from "../../memory/layout.ts";
import { arrayHeader, ELEMENT_BIT } from "../../objects/arrays/arrays.ts";
import { isString, stringText } from "../../objects/arrays/strings.ts";
import { characterCodes, printNameCodes } from "../../objects/symbols.ts";
import { bytesOf, type Processor } from "../processor.ts";
import { carOf, cdrOf, isList } from "./memory/lists.ts";

/** Characters and list elements that count. */
const HASHED_ELEMENTS = 13;
/** Objects that one hash looks at: nested lists must not take forever. */
const HASHED_OBJECTS = 10_000;
/** Fields of a PATHNAME in words, in the order in which they are hashed. */
const PATHNAME_FIELDS = { host: 0, device: 2, type: 8, version: 10, directory: 4, name: 6 } as const;

function rotate7(h: number): number {
  return ((h << 7) | (h >> 9)) & 0xffff;
}

/** Hash of the pointer itself. */
function pointerHash(x: number): number {
  const low = x & 0xffff;
  return ((x >>> 16) ^ ((low & 0x1fff) << 3) ^ ((low >> 9) & 0x7f)) & 0xffff;
}

/** STRINGHASHBITS, and with `foldsCase` STRING-EQUAL-HASHBITS: a symbol hashes as the string of its name; other objects by their pointer. */
export function stringHash(m: Processor, x: number, foldsCase: boolean): number {
  const codes = nameCodes(m, x);
  if (codes === null) return pointerHash(x);
  let h = 0;
  for (const code of codes) {
    h = (h + ((h & 0x0fff) << 2)) & 0xffff;
    h = (h + (foldsCase ? code | 0x20 : code) + ((h & 0xff) << 8)) & 0xffff;
  }
  return h;
}

/** Character codes of a string, or of the name of a symbol; null for other objects. */
function nameCodes(m: Processor, x: number): readonly number[] | null {
  const pointer = x & 0x0fffffff;
  const type = m.typeNumber(x);
  if (type === TYPE_LITATOM || type === TYPE_NEW_ATOM) return printNameCodes(m.memory, pointer);
  const text = isString(m.memory, pointer) ? stringText(m.memory, pointer) : null;
  return text === null ? null : characterCodes(text);
}

/** SXHASH: equal structures have equal hashes. */
export function structureHash(m: Processor, x: number): number {
  return hashOf(m, x, { objects: HASHED_OBJECTS });
}

/** What a hash may still look at. */
interface Allowance {
  objects: number;
}

function hashOf(m: Processor, x: number, allowance: Allowance): number {
  if (allowance.objects-- <= 0) return 0;
  const at = bytesOf(x);
  switch (m.typeNumber(x)) {
    case TYPE_SMALLP:
      return x & 0xffff;
    case TYPE_FIXP:
      return m.cell(at) & 0xffff;
    case TYPE_FLOATP:
      return (m.cell(at) ^ (m.cell(at) >>> 16)) & 0xffff;
    case TYPE_RATIO:
    case TYPE_COMPLEX:
      return hashOf(m, m.cell(at), allowance) ^ hashOf(m, m.cell(at + 4), allowance);
    case TYPE_LISTP:
      return listHash(m, x, allowance);
    case TYPE_BIGNUM:
      return bignumHash(m, m.cell(at));
    case TYPE_PATHNAME:
      return pathnameHash(m, at, allowance);
    case TYPE_ONED_ARRAY:
      return arrayHash(m, x);
    default:
      return isString(m.memory, x & 0x0fffffff) ? arrayHash(m, x) : pointerHash(x);
  }
}

function listHash(m: Processor, list: number, allowance: Allowance): number {
  let h = 0;
  let rest = list;
  for (let i = 0; i < HASHED_ELEMENTS && isList(m, rest); i++) {
    h = rotate7(h ^ hashOf(m, carOf(m, rest), allowance));
    rest = cdrOf(m, rest);
  }
  return h;
}

function bignumHash(m: Processor, digits: number): number {
  if (!isList(m, digits)) return pointerHash(digits);
  const second = cdrOf(m, digits);
  const high = isList(m, second) ? carOf(m, second) & 0xffff : 0;
  return ((carOf(m, digits) & 0xffff) + (high << 12)) & 0xffff;
}

function pathnameHash(m: Processor, at: number, allowance: Allowance): number {
  const { host, device, ...others } = PATHNAME_FIELDS;
  const field = (word: number) => hashOf(m, m.cell(at + 2 * word), allowance);
  let h = rotate7(field(host) ^ field(device));
  for (const word of Object.values(others)) h = rotate7(h ^ field(word));
  return h;
}

function arrayHash(m: Processor, x: number): number {
  const pointer = x & 0x0fffffff;
  const text = stringText(m.memory, pointer, HASHED_ELEMENTS);
  if (text !== null) {
    let h = 0;
    for (let i = 0; i < text.length; i++) h = rotate7(h ^ text.charCodeAt(i));
    return h;
  }
  const header = arrayHeader(m.memory, pointer);
  if (header === null || header.elementType !== ELEMENT_BIT) return pointerHash(x);
  return m.memory.word(header.base + (header.offset >> 4));
}
