/**
 * Bytes in words of the flat memory: four a word, the lowest first. A string is a word with its length, then its characters, one byte each, the last word
 * filled with zeros. (The published machine has eight in a word of 64 bits; order and length word are the same.)
 */
import type { FlatMemory } from "../../../memory/flat-memory.ts";

export const BYTES_A_WORD = 4;
const BYTE_BITS = 8;

export function byteAt(flat: FlatMemory, address: number, index: number): number {
  return (flat.get(address + Math.floor(index / BYTES_A_WORD)) >>> (BYTE_BITS * (index % BYTES_A_WORD))) & 0xff;
}
export function setByteAt(flat: FlatMemory, address: number, index: number, value: number): void {
  const cell = address + Math.floor(index / BYTES_A_WORD);
  const shift = BYTE_BITS * (index % BYTES_A_WORD);
  flat.set(cell, (flat.get(cell) & ~(0xff << shift)) | ((value & 0xff) << shift));
}

/** Words that a string of that many characters takes, with its length word. */
export function stringWords(characters: number): number {
  return 1 + Math.ceil(characters / BYTES_A_WORD);
}
/** Writes a string; characters above 255 lose their upper bits. */
export function setStringAt(flat: FlatMemory, address: number, text: string): void {
  flat.set(address, text.length);
  for (let word = 1; word < stringWords(text.length); word++) flat.set(address + word, 0);
  for (let i = 0; i < text.length; i++) setByteAt(flat, address + 1, i, text.charCodeAt(i));
}
export function stringAt(flat: FlatMemory, address: number): string {
  const length = flat.get(address);
  let text = "";
  for (let i = 0; i < length; i++) text += String.fromCharCode(byteAt(flat, address + 1, i));
  return text;
}
