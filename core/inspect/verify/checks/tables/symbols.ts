/** Symbols: each can be found by its name, and its cells lead to what they should. Source: memory specification, sections 12.1 to 12.5. */
import { hex } from "../../../../base/errors.ts";
import type { Pointer } from "../../../../base/units.ts";
import { ATOM_HASH_BASE, ATOM_HASH_WORDS, OLD_ATOM_LIMIT, TYPE_NEW_ATOM } from "../../../../memory/layout.ts";
import { isMapped } from "../../../../memory/translation.ts";
import type { VirtualMemory } from "../../../../memory/virtual-memory.ts";
import { blockData, CONTENT_UNBOXED, isCode } from "../../../../objects/arrays/blocks.ts";
import { functionHeader } from "../../../../objects/code/functions.ts";
import { packageName, packages } from "../../../../objects/packages.ts";
import {
  DEFINITION_COMPILED,
  DEFINITION_FAST,
  definitionCell,
  findSymbolByCodes,
  flagsCell,
  nameCell,
  packageIndex,
  printNameCodes,
  SYMBOL_FAT_NAME,
  symbolHash,
  symbolName,
} from "../../../../objects/symbols.ts";
import { eachSymbol } from "../../../counts/references.ts";
import type { Check, CheckContext } from "../../context.ts";
import type { Findings } from "../../finding.ts";

/**
 * Names that may lead elsewhere before no more are looked up: in a table without free slots each such name is compared with all others.
 * A sound image has none, or a few that package start-up left.
 */
const MISPLACED_LIMIT = 100;
/** The home of the symbols that the hash table still finds once there are packages. */
const HASHED_PACKAGE = "INTERLISP";

/** Looks symbols up by their names, as a machine does. */
class Lookups {
  private misplaced = 0;
  private readonly memory: VirtualMemory;
  private readonly findings: Findings;

  constructor(memory: VirtualMemory, findings: Findings) {
    this.memory = memory;
    this.findings = findings;
  }

  /** Tells `report` where the name of a symbol leads when that is not the symbol. */
  check(symbol: Pointer, codes: readonly number[], report: (leadsTo: Pointer | null) => void): void {
    if (this.misplaced > MISPLACED_LIMIT) return;
    const found = findSymbolByCodes(this.memory, codes);
    if (found === symbol) return;
    report(found);
    if (++this.misplaced <= MISPLACED_LIMIT) return;
    this.findings.note(
      ATOM_HASH_BASE,
      "no further names were looked up in the symbol hash table",
      `at most ${MISPLACED_LIMIT} names that lead elsewhere`,
      "more",
    );
  }
}

export const symbols: Check = {
  name: "symbols",
  title: "each symbol can be found by its name; print names, packages and definitions lead to what they should",
  run(context, findings) {
    const { memory, map } = context;
    const lookups = new Lookups(memory, findings);
    const hashed = checkHashTable(context, lookups, findings);
    const homes = new Set(packages(memory).map(({ index }) => index));
    let count = 0;
    eachSymbol(memory, map, (symbol) => {
      count++;
      checkPrintName(context, symbol, findings);
      checkDefinition(context, symbol, findings);
      const home = packageIndex(memory, symbol);
      if (home !== 0 && !homes.has(home)) {
        findings.error(
          flagsCell(symbol),
          `the home package of symbol ${nameOf(context, symbol)} does not exist`,
          "a package",
          `index ${home}`,
        );
      }
      // Symbols of packages are found by the tables of their package.
      if (homes.size === 0 && map.typeAt(symbol) !== TYPE_NEW_ATOM)
        checkFindable(context, symbol, hashed, lookups, findings);
    });
    findings.looked = `${count} symbols`;
  },
};

/** @returns the symbols that the table holds */
function checkHashTable({ memory }: CheckContext, lookups: Lookups, findings: Findings): ReadonlySet<Pointer> {
  const hashed = new Set<Pointer>();
  const interlisp = packages(memory).find(({ address }) => packageName(memory, address) === HASHED_PACKAGE)?.index ?? 0;
  for (let slot = 0; slot < ATOM_HASH_WORDS; slot++) {
    const entry = memory.word(ATOM_HASH_BASE + slot);
    if (entry === 0) continue;
    const symbol: Pointer = entry - 1;
    const at = ATOM_HASH_BASE + slot;
    if (symbol >= OLD_ATOM_LIMIT || memory.pointer(nameCell(symbol)) === 0) {
      findings.error(
        at,
        `slot ${slot} of the symbol hash table holds no symbol`,
        "number of a symbol, plus 1",
        `${entry}`,
      );
      continue;
    }
    if (hashed.has(symbol)) {
      findings.error(
        at,
        `symbol ${symbol} ${symbolName(memory, symbol)} is in the hash table twice`,
        "one slot",
        `slot ${slot} too`,
      );
    }
    hashed.add(symbol);
    // When packages begin, symbols of others than INTERLISP lose the prefix by which they were entered.
    if (packageIndex(memory, symbol) !== interlisp) continue;
    lookups.check(symbol, printNameCodes(memory, symbol), (found) => {
      const what = `symbol ${symbol} ${symbolName(memory, symbol)} is in slot ${slot} of the hash table, where its name does not lead`;
      const where = found === null ? "its name leads to nothing" : `its name leads to symbol ${found}`;
      findings.error(at, what, "a slot that its name leads to", where);
    });
  }
  return hashed;
}

function checkFindable(
  { memory }: CheckContext,
  symbol: Pointer,
  hashed: ReadonlySet<Pointer>,
  lookups: Lookups,
  findings: Findings,
): void {
  const codes = printNameCodes(memory, symbol);
  // Those in the table were looked up already; names of one character are fixed numbers.
  if (hashed.has(symbol) || (codes.length === 1 && (codes[0] as number) <= 0xff)) return;
  lookups.check(symbol, codes, (found) => {
    const what = `symbol ${symbol} ${symbolName(memory, symbol)} is not in the hash table: nobody finds it by its name`;
    const where = found === null ? "in no slot" : `its name leads to symbol ${found}`;
    findings.error(ATOM_HASH_BASE + symbolHash(codes), what, "a slot that its name leads to, from this one on", where);
  });
}

/** The print name is an unboxed block that is long enough. */
function checkPrintName({ memory, map }: CheckContext, symbol: Pointer, findings: Findings): void {
  const cell = nameCell(symbol);
  const block = memory.pointer(cell);
  const data = map.isObject(block) ? blockData(memory, block) : null;
  if (data === null || data.content !== CONTENT_UNBOXED) {
    const what = `the print name of symbol ${nameOf({ memory }, symbol)} is in no block`;
    findings.error(cell, what, "an unboxed block or hunk", hex(block));
    return;
  }
  if (!isMapped(memory, block, 2 * data.cells)) return;
  const length = memory.byte(2 * block);
  const isFat = (memory.cell(flagsCell(symbol)) & SYMBOL_FAT_NAME) !== 0;
  const needed = isFat ? 2 + 2 * length : 1 + length;
  if (needed <= 4 * data.cells) return;
  findings.error(
    block,
    `the print name of symbol ${symbol} is longer than its block`,
    `${4 * data.cells} bytes at most`,
    `${needed}`,
  );
}

/** A compiled definition is code, and says whether that has a name table. */
function checkDefinition(context: CheckContext, symbol: Pointer, findings: Findings): void {
  const { memory } = context;
  const cell = definitionCell(symbol);
  const definition = memory.cell(cell);
  if ((definition & DEFINITION_COMPILED) === 0) return;
  const code: Pointer = memory.pointer(cell);
  const header = isCode(memory, code) ? functionHeader(memory, code) : null;
  const name = nameOf(context, symbol);
  if (header === null) {
    findings.error(cell, `the definition of ${name} is no compiled code`, "a code block or code hunk", hex(code));
    return;
  }
  const isFast = (definition & DEFINITION_FAST) !== 0;
  if (isFast === (header.nameTableWords === 0)) return;
  const expected = isFast ? "no fast flag: its code has a name table" : "the fast flag: its code has no name table";
  findings.error(cell, `the fast flag of the definition of ${name} is wrong`, expected, hex(definition));
}

function nameOf({ memory }: Pick<CheckContext, "memory">, symbol: Pointer): string {
  return `${symbolName(memory, symbol)} (${hex(symbol)})`;
}
