/**
 * Characters of a file that mixes text and binary parts. A character is its code in the machine: character set * 256 + byte.
 * Source: compiled files specification, section 2.1.
 */
import { ImageError } from "../../base/errors.ts";

export type Encoding = "MCCS" | "UTF-8" | "XCCS";

/** What `peek` and `next` answer at the end. */
export const END = -1;
/** Line ends in text become this code, whatever the file has. */
export const EOL = 13;
const LF = 10;
/** Characters of the file that an error quotes: a damaged name may be a megabyte long. */
const SHOWN_CHARACTERS = 60;
/** Introduces a shift to another character set. */
const SHIFT = 255;

/** Characters that have another code in the machine than in the file; the rest of Unicode keeps its code. */
const FROM_UNICODE: ReadonlyMap<number, number> = new Map([
  [0x2190, 0x5f],
  [0x2191, 0x5e],
  [0x5f, 0xac],
  [0x5e, 0xad],
]);
const FROM_XCCS: ReadonlyMap<number, number> = new Map([
  [0x24, 0xa4],
  [0xa4, 0x24],
  [0x5e, 0xad],
  [0xad, 0x5e],
  [0x5f, 0xac],
  [0xac, 0x5f],
]);

/** Text of the file as messages quote it. */
export function clipped(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

export class TextStream {
  readonly file: string;
  readonly bytes: Uint8Array;
  encoding: Encoding = "MCCS";
  /** Next byte to read. */
  at = 0;
  private characterSet = 0;
  private isTwoByte = false;

  constructor(file: string, bytes: Uint8Array) {
    this.file = file;
    this.bytes = bytes;
  }

  /** The next character, left where it is. */
  peek(): number {
    const { at, characterSet, isTwoByte } = this;
    const code = this.next();
    this.at = at;
    this.characterSet = characterSet;
    this.isTwoByte = isTwoByte;
    return code;
  }

  next(): number {
    const code = this.nextLiteral();
    return code === LF ? EOL : code;
  }

  /** As `next`, but a line feed stays one: what follows an escape character. */
  nextLiteral(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) return END;
    if (this.encoding === "UTF-8") return byte < 0x80 ? this.ascii(byte) : this.unicode(byte);
    if (byte === SHIFT || this.isTwoByte || this.characterSet !== 0) return this.shifted();
    this.at++;
    return this.encoding === "XCCS" ? (FROM_XCCS.get(byte) ?? byte) : byte;
  }

  /** Binary bytes from here, which are never subject to any coding. The stream is behind them afterwards, in character set 0. */
  take(count: number, what: string): Uint8Array {
    if (this.at + count > this.bytes.length) {
      throw this.error(what, `${this.bytes.length - this.at} bytes before the end of the file`, `${count} bytes`);
    }
    const taken = this.bytes.subarray(this.at, this.at + count);
    this.at += count;
    this.resetCharacterSet();
    return taken;
  }

  /** One binary byte. */
  takeByte(what: string): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw this.error(what, "the end of the file", "a byte");
    this.at++;
    return byte;
  }

  resetCharacterSet(): void {
    this.characterSet = 0;
    this.isTwoByte = false;
  }

  /** An error at this place of the file, or at `offsetBytes`. */
  error(what: string, found: string, expected: string, offsetBytes: number = this.at): ImageError {
    const problem = { what: clipped(what), found: found === "" ? "nothing" : clipped(found), expected };
    return new ImageError({ file: this.file, offsetBytes, ...problem });
  }

  private ascii(byte: number): number {
    this.at++;
    return byte === 0x5e || byte === 0x5f ? (FROM_UNICODE.get(byte) as number) : byte;
  }

  private unicode(first: number): number {
    const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    let code = first & (0xff >> (length + 1));
    for (let i = 1; i < length; i++) {
      const byte = this.bytes[this.at + i] ?? 0;
      if ((byte & 0xc0) !== 0x80 || first < 0xc2 || first > 0xf4) {
        throw this.error("malformed UTF-8", `byte ${first} followed by ${byte}`, "a UTF-8 sequence");
      }
      code = (code << 6) | (byte & 0x3f);
    }
    this.at += length;
    // The machine's codes have 16 bits.
    return FROM_UNICODE.get(code) ?? (code > 0xffff ? 0xfffd : code);
  }

  /** `255 s`: set s from here on; `255 255 0`: two bytes a character from here on. */
  private shifted(): number {
    const { bytes } = this;
    while (bytes[this.at] === SHIFT) {
      this.isTwoByte = bytes[this.at + 1] === SHIFT;
      this.characterSet = this.isTwoByte ? 0 : (bytes[this.at + 1] ?? 0);
      this.at += this.isTwoByte ? 3 : 2;
    }
    if (this.isTwoByte) this.characterSet = bytes[this.at++] ?? 0;
    const byte = bytes[this.at++];
    if (byte === undefined) return END;
    const code = this.characterSet * 256 + byte;
    if (this.isTwoByte) this.characterSet = 0;
    return this.encoding === "XCCS" ? (FROM_XCCS.get(code) ?? code) : code;
  }
}

/** A stream of the characters of a text: each UTF-16 unit is a character code of the machine. */
export function streamOfText(name: string, text: string): TextStream {
  const codes = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  const isThin = codes.every((code) => code < SHIFT);
  const bytes = isThin ? codes : [SHIFT, SHIFT, 0, ...codes.flatMap((code) => [code >> 8, code & 0xff])];
  return new TextStream(name, Uint8Array.from(bytes));
}
