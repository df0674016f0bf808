/**
 * Word addresses of the core against memory references of the client: the only file that turns one into the other.
 * A memory reference is the byte address in the image, in hexadecimal: `0x5E0000`. Two bytes a word, image (big-endian) order.
 */
import type { ByteAddress, WordAddress, Words } from "#core";
import { errors } from "../errors.ts";

const BYTES_PER_WORD = 2;
/** First byte address that no image reaches: 256 MB. */
export const IMAGE_LIMIT_BYTES = 0x10000000;

export function memoryReference(address: WordAddress): string {
  return byteReference(address * BYTES_PER_WORD);
}

export function byteReference(address: ByteAddress): string {
  return `0x${address.toString(16).toUpperCase()}`;
}

/** @throws {RequestError} when the text is no address, or the address plus `offset` lies outside every image */
export function addressOf(reference: string, offset = 0): ByteAddress {
  const address = parseAddress(reference);
  if (address === null) throw errors.badMemoryReference(reference);
  const target = address + offset;
  if (target < 0 || target >= IMAGE_LIMIT_BYTES) throw errors.addressOutside(target, IMAGE_LIMIT_BYTES);
  return target;
}

/** Hexadecimal with `0x`, or decimal; null when the text is neither. */
export function parseAddress(text: string): number | null {
  const trimmed = text.trim();
  if (!/^(0[xX][0-9a-fA-F]{1,12}|[0-9]{1,15})$/.test(trimmed)) return null;
  return Number(trimmed);
}

/** The words that a range of bytes touches. */
export function wordsOf(address: ByteAddress, count: number): { address: WordAddress; lengthWords: Words } {
  const first = Math.floor(address / BYTES_PER_WORD);
  const end = Math.ceil((address + count) / BYTES_PER_WORD);
  return { address: first, lengthWords: end - first };
}

/** The bytes of a range of words. */
export function bytesOf(address: WordAddress, words: Words): { address: ByteAddress; count: number } {
  return { address: address * BYTES_PER_WORD, count: words * BYTES_PER_WORD };
}
