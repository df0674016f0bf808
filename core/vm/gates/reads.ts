/**
 * Which cells an instruction is about to read, told from its opcode and its operands. Seen are:
 *
 * - variables: arguments, locals, free and global variables; the definition of a function that is called
 * - CAR and CDR, and searches of lists, cell by cell as they go
 * - memory through a base pointer: GETBASE.N, GETBASEPTR.N, GETBASEBYTE, GETBITS.N.FD, BLT
 * - elements of arrays and strings, with the header of the array
 * - the boxes of numbers that arithmetic and comparison open
 * - what a host call is given, with all that hangs on it (`reads-of-calls.ts`)
 *
 * Not seen: what an instruction reads of a cell only to write it, the evaluation stack, code, tables of types, and what opcodes for bitmaps and streams read.
 */
import type { ByteAddress } from "../../base/units.ts";
import { OPCODES, type Opcode } from "../../isa/opcodes.ts";
import { TYPE_FIXP, TYPE_FLOATP } from "../../memory/layout.ts";
import { atomBytes } from "../ops/calls.ts";
import { elementPlace, place1, place2 } from "../ops/memory/arrays.ts";
import { carOf, cdrOf, isList } from "../ops/memory/lists.ts";
import { integerValue, isInteger } from "../ops/numbers/numbers.ts";
import { bindingOf, slotAddress, valueCell } from "../ops/variables.ts";
import { bytesOf, type Processor } from "../processor.ts";
import { readsOfCall } from "./reads-of-calls.ts";

/** Called for each range that is read. */
export type ReadVisitor = (start: ByteAddress, bytes: number) => void;
type Reader = (m: Processor, visit: ReadVisitor, opcode: Opcode) => void;

const CELL = 4;
const DEFINITION = 8;
const ONE_DIMENSION_BYTES = 16;
const TWO_DIMENSIONS_BYTES = 20;

/** Visits what the instruction at PC will read. Changes nothing. */
export function eachRead(m: Processor, visit: ReadVisitor): void {
  const number = m.memory.bytes[m.pc] as number;
  READERS[number]?.(m, visit, OPCODES[number] as Opcode);
}

const above = (m: Processor, depth: number) => (depth === 0 ? m.tos : m.cell(m.csp - CELL * depth));
const operandByte = (m: Processor, i = 1) => m.memory.bytes[m.pc + i] as number;
/** Index of a variable: in the opcode, or twice that in its operand. */
const indexOf = (m: Processor, { implicit }: Opcode) => implicit ?? operandByte(m) / 2;

/** The cell of a pair that holds its car, and whatever leads to it. */
function readCar(m: Processor, pair: number, visit: ReadVisitor): void {
  visit(bytesOf(pair), CELL);
  const cell = m.cell(bytesOf(pair));
  if (cell >>> 28 === 0) visit(bytesOf(cell), CELL);
}
function readCdr(m: Processor, pair: number, visit: ReadVisitor): void {
  readCar(m, pair, visit);
  const first = m.cell(bytesOf(pair));
  const holder = first >>> 28 === 0 ? bytesOf(first) : bytesOf(pair);
  const code = m.cell(holder) >>> 28;
  if (code > 0 && code < 8) visit(holder + CELL * code, CELL);
}
/** Walks along a list for as long as `isWanted` says so of its elements. */
function walk(m: Processor, list: number, visit: ReadVisitor, isWanted: (element: number) => boolean): void {
  let rest = list;
  for (let steps = 0; steps < m.memory.sizeWords && isList(m, rest); steps++) {
    readCar(m, rest, visit);
    if (!isWanted(carOf(m, rest))) return;
    readCdr(m, rest, visit);
    rest = cdrOf(m, rest);
  }
}

const variable =
  (base: (m: Processor) => ByteAddress): Reader =>
  (m, visit, opcode) =>
    visit(base(m) + CELL * indexOf(m, opcode), CELL);
const freeVariable: Reader = (m, visit, opcode) => {
  const slot = m.pvar + CELL * indexOf(m, opcode);
  const content = m.cell(slot);
  if ((content & 0x10000) === 0) visit(2 * slotAddress(content), CELL);
  else visit(2 * bindingOf(m, slot), CELL);
};
const definitionOf = (symbol: (m: Processor) => number): Reader => {
  return (m, visit) => visit(atomBytes(symbol(m)) + DEFINITION, CELL);
};

const throughBase =
  (bytes: number): Reader =>
  (m, visit) =>
    visit(bytesOf(m.tos) + 2 * operandByte(m), bytes);
const byteThroughBase: Reader = (m, visit) => {
  if (isInteger(m, m.tos)) visit(bytesOf(above(m, 1)) + integerValue(m, m.tos), 1);
  numbers(m, visit);
};
const blockOfWords: Reader = (m, visit) => visit(bytesOf(above(m, 1)), 2 * (m.tos & 0xffff));

function element(m: Processor, visit: ReadVisitor, array: number, place: number, headerBytes: number): void {
  if (place < 0) return;
  const header = bytesOf(array);
  visit(header, headerBytes);
  const found = elementPlace(m, header, place);
  if (found !== null) visit(found.start, found.bytes);
}

/** The boxes of the two uppermost operands, where they are boxed. */
const numbers = (m: Processor, visit: ReadVisitor): void => {
  for (const operand of [above(m, 0), above(m, 1)]) {
    const type = m.typeNumber(operand);
    if (type === TYPE_FIXP || type === TYPE_FLOATP) visit(bytesOf(operand), CELL);
  }
};

const BY_NAME: { readonly [name: string]: Reader } = {
  CAR: (m, visit) => isList(m, m.tos) && readCar(m, m.tos, visit),
  CDR: (m, visit) => isList(m, m.tos) && readCdr(m, m.tos, visit),
  GVAR: (m, visit) => visit(valueCell(m.cell(m.pc + 1)), CELL),
  ARG0: (m, visit) => {
    numbers(m, visit);
    if (isInteger(m, m.tos)) visit(m.ivar + CELL * (integerValue(m, m.tos) - 1), CELL);
  },
  "GETBASE.N": throughBase(2),
  "GETBITS.N.FD": throughBase(2),
  "GETBASEPTR.N": throughBase(CELL),
  GETBASEBYTE: byteThroughBase,
  BLT: blockOfWords,
  AREF1: (m, visit) => {
    numbers(m, visit);
    element(m, visit, above(m, 1), place1(m, above(m, 1), m.tos), ONE_DIMENSION_BYTES);
  },
  AREF2: (m, visit) => {
    numbers(m, visit);
    element(m, visit, above(m, 2), place2(m, above(m, 2), above(m, 1), m.tos), TWO_DIMENSIONS_BYTES);
  },
  ASSOC: (m, visit) => findPair(m, visit),
  CMLASSOC: (m, visit) => findPair(m, visit),
  FMEMB: (m, visit) => walk(m, m.tos, visit, (found) => found !== above(m, 1)),
  CMLMEMBER: (m, visit) => walk(m, m.tos, visit, (found) => found !== above(m, 1)),
  LISTGET: (m, visit) => findValue(m, visit),
  APPLYFN: (m, visit) => {
    if ((m.tos & 0x0fff0000) === 0) visit(atomBytes(m.tos) + DEFINITION, CELL);
    else visit(bytesOf(m.tos), 2 * CELL);
  },
  SUBRCALL: readsOfCall,
};

function findPair(m: Processor, visit: ReadVisitor): void {
  const key = above(m, 1);
  walk(m, m.tos, visit, (found) => {
    if (!isList(m, found)) return true;
    readCar(m, found, visit);
    return carOf(m, found) !== key;
  });
}
/** A property list: keys and values by turns. */
function findValue(m: Processor, visit: ReadVisitor): void {
  let isKey = false;
  let isFound = false;
  walk(m, above(m, 1), visit, (item) => {
    isKey = !isKey;
    if (isKey) isFound = item === m.tos;
    return isKey || !isFound;
  });
}

const ARITHMETIC: ReadonlySet<string> = new Set(["integer", "float", "logic", "compare"]);

function readerOf({ name, family }: Opcode): Reader | null {
  const known = BY_NAME[name];
  if (known !== undefined) return known;
  if (/^IVAR[0-6X]$/.test(name)) return variable((m) => m.ivar);
  if (/^PVAR[0-6X]$/.test(name)) return variable((m) => m.pvar);
  if (/^FVAR[0-6X]$/.test(name)) return freeVariable;
  if (/^FN[0-4]$/.test(name)) return definitionOf((m) => m.cell(m.pc + 1));
  if (name === "FNX") return definitionOf((m) => m.cell(m.pc + 2));
  return ARITHMETIC.has(family) && name !== "EQ" ? (m, visit) => numbers(m, visit) : null;
}
const READERS: readonly (Reader | null)[] = OPCODES.map(readerOf);
