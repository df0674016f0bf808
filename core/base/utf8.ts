/** UTF-8, in which Lisp passes names to the outside. The core has no decoder of its own: those belong to the outside. */

/** Bytes of a text. Lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    let code = character.codePointAt(0) as number;
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code >> 6), tail(code));
    else bytes.push(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code));
  }
  return bytes;
}

/** The text of bytes; where they are no UTF-8, each byte is one character (Latin-1). */
export function decodeUtf8(bytes: ArrayLike<number>): string {
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i] as number;
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    const lowest = [0, 0, 0x80, 0x800, 0x10000][length] as number;
    let code = length === 1 ? first : first & (0x7f >> length);
    for (let k = 1; k < length; k++) code = (code << 6) | ((bytes[i + k] ?? 0) & 0x3f);
    let isValid = first < 0x80 || (first >= 0xc0 && first < 0xf8 && code >= lowest && code < 0x110000);
    for (let k = 1; k < length; k++) isValid &&= ((bytes[i + k] ?? 0) & 0xc0) === 0x80;
    if (!isValid || (code >= 0xd800 && code <= 0xdfff)) return latin1(bytes);
    text += String.fromCodePoint(code);
    i += length;
  }
  return text;
}

function tail(code: number): number {
  return 0x80 | (code & 0x3f);
}
function latin1(bytes: ArrayLike<number>): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i] as number);
  return text;
}
