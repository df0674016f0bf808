/**
 * A set of the numbers below a limit, one bit each, that can say how many members come before one: so that members can be numbered without a table
 * of them. 1.5 bits a number with the ranks.
 */
const BITS = 32;

export class RankedBits {
  /** Bit i & 31 of word i >> 5 stands for number i. */
  readonly words: Int32Array;
  /** Members before the first number of each word; null until `rank` was called. */
  private ranks: Int32Array | null = null;

  constructor(limit: number) {
    this.words = new Int32Array((limit + BITS - 1) >> 5);
  }

  get bytes(): number {
    return this.words.byteLength + (this.ranks?.byteLength ?? 0);
  }

  has(i: number): boolean {
    return (((this.words[i >> 5] as number) >>> (i & 31)) & 1) !== 0;
  }
  add(i: number): void {
    this.words[i >> 5] = (this.words[i >> 5] as number) | (1 << (i & 31));
  }
  remove(i: number): void {
    this.words[i >> 5] = (this.words[i >> 5] as number) & ~(1 << (i & 31));
  }

  /** Prepares `numberOf`. Members must not change afterwards. @returns how many there are */
  rank(): number {
    const { words } = this;
    const ranks = new Int32Array(words.length);
    let total = 0;
    for (let i = 0; i < words.length; i++) {
      ranks[i] = total;
      const word = words[i] as number;
      if (word !== 0) total += bitCount(word);
    }
    this.ranks = ranks;
    return total;
  }

  /** Position of a member among the members, from 0; -1 for a number that is none. `rank` must have been called. */
  numberOf(i: number): number {
    const at = i >> 5;
    const word = this.words[at] as number;
    const bit = i & 31;
    if (((word >>> bit) & 1) === 0 || this.ranks === null) return -1;
    return (this.ranks[at] as number) + bitCount(word & ((1 << bit) - 1));
  }

  /** Members from `start` up to `end` (exclusive); both are multiples of 32. */
  countBetween(start: number, end: number): number {
    let found = 0;
    for (let at = start >> 5; at < end >> 5; at++) found += bitCount(this.words[at] as number);
    return found;
  }

  /** The first member from `i` on; -1 when there is none below `end`. */
  next(i: number, end: number): number {
    const { words } = this;
    let at = i >> 5;
    let word = (words[at] as number) & (-1 << (i & 31));
    const last = Math.min(words.length, (end + BITS - 1) >> 5);
    while (word === 0) {
      at++;
      if (at >= last) return -1;
      word = words[at] as number;
    }
    const found = (at << 5) + lowestBit(word);
    return found < end ? found : -1;
  }
}

/** Ones of a 32-bit word. */
function bitCount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Position of the lowest one of a word that is not 0. */
function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
