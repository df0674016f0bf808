/**
 * Tagged words: what a word of the flat memory is, in its low three bits.
 *
 * ```
 * 000 object: the address itself, which must be a multiple of 8     001 integer, value << 3 | 1     010 function     011 character
 * 100 symbol                                                        101 boxed float                 111 special
 * ```
 * The other tags hold a number (index, code, address / 8) in the upper bits too. A word has 32 bits here, so an integer has 29, with its sign.
 */
export const TAG_OBJECT = 0;

const TAGS: ReadonlyMap<string, number> = new Map([
  ["object", TAG_OBJECT],
  ["integer", 1],
  ["function", 2],
  ["character", 3],
  ["symbol", 4],
  ["float", 5],
  ["special", 7],
]);
export const TAG_NAMES: readonly string[] = [...TAGS.keys()];
const TAG_BITS = 3;
const TAG_MASK = 7;
/** Integers that a tagged word holds. */
export const TAGGED_LEAST = -0x10000000;
export const TAGGED_MOST = 0x0fffffff;

/** @returns the tagged word, signed; null for a name that no tag has, an object address that is no multiple of 8, or a value with more than 29 bits */
export function tagWord(name: string, value: number): number | null {
  const tag = TAGS.get(name);
  if (tag === undefined) return null;
  if (tag === TAG_OBJECT) return (value & TAG_MASK) === 0 && value >= 0 ? value : null;
  if (value < TAGGED_LEAST || value > TAGGED_MOST) return null;
  return (value << TAG_BITS) | tag;
}
/** What a tagged word holds: of an object its address. */
export function untagWord(word: number): number {
  return (word & TAG_MASK) === TAG_OBJECT ? word : word >> TAG_BITS;
}
/** Name of the tag of a word; null for 110, which no tag is. */
export function tagOf(word: number): string | null {
  for (const [name, tag] of TAGS) if (tag === (word & TAG_MASK)) return name;
  return null;
}
