/**
 * Addresses in the notations of the field, inside an expression: `{LISTP}#57,12340`, `#57,12340` (segment and offset in octal), `{LISTP}#x2F14E0` and `0x2F14E0`, all in words.
 * The reader does not know them, so that each is replaced by a symbol of the same length before the text is read: positions stay what they are.
 */
import type { Pointer } from "../../base/units.ts";
import { parseAddress } from "../../objects/pointer-notation.ts";

const NOTATIONS =
  /"(?:[^"\\]|\\.)*"?|(?<![^\s()'"])(?:(?:\{[^{}\s"]*\})?#[0-7]{1,4},[0-7]{1,6}|\{[^{}\s"]*\}#[xX][0-9a-fA-F]{1,7}|0[xX][0-9a-fA-F]{1,7})(?![^\s()'"])/g;

export interface MaskedText {
  readonly text: string;
  /** By the symbol that stands for it. */
  readonly addresses: ReadonlyMap<string, Pointer>;
}

export function maskAddresses(text: string): MaskedText {
  const addresses = new Map<string, Pointer>();
  const masked = text.replace(NOTATIONS, (found) => {
    if (found.startsWith('"')) return found;
    const address = addressIn(found);
    if (address === null) return found;
    // Private use characters: no symbol that is typed has them. The shortest notation has three characters.
    const name = String.fromCharCode(0xe000 + (addresses.size >> 8), 0xe100 + (addresses.size & 0xff)).padEnd(
      found.length,
      "\ue200",
    );
    addresses.set(name, address);
    return name;
  });
  return { text: masked, addresses };
}

/** The word address that a notation writes; null when the text is none. */
export function addressIn(text: string): Pointer | null {
  return parseAddress(text);
}
