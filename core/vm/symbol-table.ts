/** Making symbols while a program runs. Source: memory specification, section 12.2. */
import type { Pointer } from "../base/units.ts";
import { BLOCK_UNBOXED } from "../managers/contract.ts";
import { NIL, OLD_ATOM_LIMIT, SMALL_POSITIVE } from "../memory/layout.ts";
import { findSymbol, PRINT_NAME_LIMIT, printNameBlock, valueCell, writeSymbol } from "../objects/symbols.ts";
import type { Processor } from "./processor.ts";

/** Variable that holds the number of the next symbol. */
const NEXT_SYMBOL = "\\AtomFrLst";

/**
 * The symbol of that name, made when it is new.
 *
 * @returns null when the name is too long, when the image has no room for another old symbol, or does not say where the next one goes
 * @throws {VmFault} `StorageFull`
 */
export function internSymbol(m: Processor, name: string): Pointer | null {
  if (name.length > PRINT_NAME_LIMIT) return null;
  const known = findSymbol(m.memory, name);
  if (known !== null) return known;
  const counter = findSymbol(m.memory, NEXT_SYMBOL);
  if (counter === null) return null;
  const number = m.memory.cell(valueCell(counter)) - SMALL_POSITIVE;
  if (number < 0 || number >= OLD_ATOM_LIMIT) return null;
  const { bytes } = printNameBlock(name);
  const block = m.manager.allocateBlock(Math.max(2, bytes.length / 4), BLOCK_UNBOXED);
  for (const [i, byte] of bytes.entries()) m.memory.setByte(2 * block + i, byte);
  // The field of a print name is not counted; the block is counted once, for good.
  m.manager.barrier(block, NIL, block, "add-first");
  writeSymbol(m.memory, number, name, block);
  m.memory.setCell(valueCell(counter), SMALL_POSITIVE + number + 1);
  return number;
}
