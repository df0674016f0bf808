/** The host call RECORD: weak fields, and the hash of a key. The number of the operation is the last argument. */
import type { Pointer } from "../../base/units.ts";
import { RECORD } from "../../isa/record-types.ts";
import { TYPE_LISTP } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { arrayElement, arrayHeader } from "../../objects/arrays/arrays.ts";
import { isString, stringText } from "../../objects/arrays/strings.ts";
import { car, cdr } from "../../objects/cons.ts";
import { isCharacter, smallInteger } from "../../objects/immediates.ts";
import { numberValue } from "../../objects/numbers.ts";
import { symbolName } from "../../objects/symbols.ts";
import { isSymbol, typeNumber } from "../../objects/types.ts";
import type { Subr } from "./arguments.ts";

/** Parts of a structure that its hash depends on: enough to tell keys apart, and it ends on circular ones. */
const HASHED_PARTS = 24;
const HASH_MASK = 0xffff;

const storeWeak: Subr = (m, args) => {
  m.manager.weak.store(args.pointer(0), args.integer(2), args.pointer(1));
  return args.pointer(0);
};

const hash: Subr = (m, args) => smallInteger(hashOf(m.memory, args.pointer(0)));

const OPERATIONS: ReadonlyMap<number, Subr> = new Map([
  [RECORD.STORE_WEAK, storeWeak],
  [RECORD.HASH, hash],
]);

/** @throws {VmFault} `InvalidOpcode` for a number that no operation has */
export const recordOperation: Subr = (m, args) => {
  const number = args.number(args.count - 1) ?? -1;
  const operation = OPERATIONS.get(number);
  if (operation === undefined) return m.fault("InvalidOpcode", `record operation ${number} does not exist`);
  return operation(m, args);
};

/**
 * By contents, so that it is the same wherever the object lies. What is only the same as itself (records, functions) cannot be told apart this way:
 * all of one type have one hash.
 */
function hashOf(memory: VirtualMemory, key: Pointer): number {
  const pending: Pointer[] = [key];
  let sum = 0;
  for (let parts = 0; parts < HASHED_PARTS; parts++) {
    const part = pending.pop();
    if (part === undefined) break;
    sum = mix(sum, leafHash(memory, part));
    if (typeNumber(memory, part) === TYPE_LISTP) pending.push(cdr(memory, part), car(memory, part));
    else pushElements(memory, part, pending);
  }
  return (sum ^ (sum >>> 16)) & HASH_MASK;
}

function mix(sum: number, value: number): number {
  return Math.imul(sum ^ value, 0x01000193) ^ (sum >>> 13);
}

/** The first elements of a vector, the first of them on top. */
function pushElements(memory: VirtualMemory, part: Pointer, pending: Pointer[]): void {
  const header = isString(memory, part) ? null : arrayHeader(memory, part);
  if (header === null) return;
  for (let i = Math.min(header.length, HASHED_PARTS) - 1; i >= 0; i--) {
    const element = arrayElement(memory, header, i);
    if (element?.kind === "pointer") pending.push(element.pointer);
  }
}

function leafHash(memory: VirtualMemory, part: Pointer): number {
  if (isSymbol(memory, part)) return textHash(symbolName(memory, part), 1);
  if (isString(memory, part)) return textHash(stringText(memory, part) ?? "", 2);
  const number = numberValue(memory, part);
  if (number !== null) return Number.isInteger(number) ? number | 0 : textHash(String(number), 3);
  return isCharacter(part) ? part : typeNumber(memory, part);
}

function textHash(text: string, seed: number): number {
  let sum = seed;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return sum;
}
