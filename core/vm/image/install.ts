/**
 * Installs code in a running image: allocated and counted like any object, with the symbols that it names.
 * Code that an image is born with is written by `build-image.ts`, in uncounted pages.
 */
import { VmFault } from "../../base/errors.ts";
import type { Pointer } from "../../base/units.ts";
import type { CodeBlock, Literal } from "../../isa/code-block.ts";
import { BLOCK_CODE, BLOCK_UNBOXED } from "../../managers/contract.ts";
import { NIL, OLD_ATOM_LIMIT } from "../../memory/layout.ts";
import { codeCells, writeCode } from "../../objects/code/code.ts";
import type { CodeDirectory, InstalledBlock } from "../../objects/code/code-directory.ts";
import { isSmall, smallInteger, smallValue } from "../../objects/immediates.ts";
import { findSymbol, nameCell, printNameBlock, valueCell, writeSymbol } from "../../objects/symbols.ts";
import { type Heap, makeDatum } from "./datum.ts";

/** System variable that holds the number of the next old symbol. */
export const ATOM_COUNTER = "\\AtomFrLst";

/**
 * The symbol of that name, made when it is new.
 *
 * @throws {VmFault} `StorageFull` when the symbol table is full
 */
export function internSymbol(heap: Heap, name: string): Pointer {
  const known = findSymbol(heap.memory, name);
  if (known !== null) return known;
  const counter = findSymbol(heap.memory, ATOM_COUNTER);
  const next = counter === null ? NIL : heap.memory.pointer(valueCell(counter));
  const number = isSmall(next) ? smallValue(next) : OLD_ATOM_LIMIT;
  if (counter === null || number >= OLD_ATOM_LIMIT) {
    throw new VmFault("StorageFull", `no room for symbol ${name}: the symbol table holds ${OLD_ATOM_LIMIT} symbols`);
  }
  const { bytes } = printNameBlock(name);
  const make = () => heap.manager.allocateBlock(bytes.length / 4, BLOCK_UNBOXED);
  const block = heap.manager.arenas?.outside(make) ?? make();
  for (const [i, byte] of bytes.entries()) heap.memory.setByte(2 * block + i, byte);
  writeSymbol(heap.memory, number, name, block);
  heap.manager.barrier(nameCell(number), NIL, block, "add-first");
  heap.memory.setCell(valueCell(counter), smallInteger(number + 1));
  return number;
}

/** Installs blocks that may refer to each other by index. The new blocks have no reference but those among themselves. */
export function installBlocks(
  heap: Heap,
  directory: CodeDirectory,
  blocks: readonly CodeBlock[],
  path: string | null,
): readonly InstalledBlock[] {
  const headers = blocks.map((block) => heap.manager.allocateBlock(codeCells(block), BLOCK_CODE, 2));
  const symbol = (name: string) => internSymbol(heap, name);
  return blocks.map((block, i) => {
    const header = headers[i] as Pointer;
    const resolve = (literal: Literal): Pointer => {
      const pointer =
        literal.kind === "symbol"
          ? symbol(literal.name)
          : literal.kind === "code"
            ? (headers[literal.index] as Pointer)
            : makeDatum(heap, literal.datum, symbol);
      if (pointer !== header) heap.manager.barrier(header, 0, pointer, "add-first");
      return pointer;
    };
    const installed = writeCode(heap.memory, header, block, path, resolve, symbol);
    directory.replace(installed);
    return installed;
  });
}
