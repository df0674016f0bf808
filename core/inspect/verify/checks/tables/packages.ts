/** Package tables: each symbol stands where its name leads, with the right mark. Source: memory specification, section 12.5. */
import { hex } from "../../../../base/errors.ts";
import type { Pointer, WordAddress } from "../../../../base/units.ts";
import { isSmall, smallValue } from "../../../../objects/immediates.ts";
import {
  findInSymbolTable,
  PACKAGE_EXTERNAL,
  PACKAGE_INTERNAL,
  packageName,
  packages,
  tableSymbols,
} from "../../../../objects/packages.ts";
import { flagsCell, packageIndex, symbolName } from "../../../../objects/symbols.ts";
import { isSymbol } from "../../../../objects/types.ts";
import { eachSymbol } from "../../../counts/references.ts";
import type { Check, CheckContext } from "../../context.ts";
import type { Findings } from "../../finding.ts";

export const packagesCheck: Check = {
  name: "packages",
  title: "each symbol of a package stands where its name leads",
  run(context, findings) {
    const { memory } = context;
    const all = packages(memory);
    const members = new Map<number, Set<Pointer>>();
    let symbols = 0;
    for (const { index, address } of all) {
      const name = packageName(memory, address);
      const own = memory.pointer(address);
      if (!isSmall(own) || smallValue(own) !== index) {
        findings.error(address, `package ${name} does not know its index`, `${index}`, hex(own));
      }
      const held = new Set<Pointer>();
      members.set(index, held);
      for (const cell of [PACKAGE_EXTERNAL, PACKAGE_INTERNAL]) {
        symbols += checkTable(context, name, address + 2 * cell, held, findings);
      }
    }
    checkHomes(context, members, findings);
    findings.looked = `${symbols} symbols in ${all.length} packages`;
  },
};

/** A symbol is in the tables of the package that it calls its home. */
function checkHomes(
  { memory, map }: CheckContext,
  members: ReadonlyMap<number, ReadonlySet<Pointer>>,
  findings: Findings,
): void {
  if (members.size === 0) return;
  eachSymbol(memory, map, (symbol) => {
    const home = packageIndex(memory, symbol);
    const held = members.get(home);
    if (held === undefined || held.has(symbol)) return;
    const what = `symbol ${symbolName(memory, symbol)} (${hex(symbol)}) is not in its home package: nobody finds it by its name`;
    findings.error(flagsCell(symbol), what, `a place in package ${home}`, "none");
  });
}

/** Symbols in wrong places after which the rest of a table is not looked at: it is no table any more. */
const MISPLACED_LIMIT = 5000;

/** @returns how many symbols the table holds */
function checkTable(
  { memory, map }: CheckContext,
  packageText: string,
  cell: WordAddress,
  held: Set<Pointer>,
  findings: Findings,
): number {
  const table = memory.pointer(cell);
  let symbols = 0;
  let misplaced = 0;
  for (const { symbol, vector, slot, isFound } of tableSymbols(memory, table)) {
    symbols++;
    held.add(symbol);
    const isObject = isSymbol(memory, symbol) && (symbol <= 0xffff || map.isObject(symbol));
    if (isObject && isFound) continue;
    if (++misplaced > MISPLACED_LIMIT) break;
    const name = `slot ${slot} of a table of package ${packageText}`;
    if (!isObject) {
      findings.error(vector, `${name} holds no symbol`, "a symbol", hex(symbol));
      continue;
    }
    const text = symbolName(memory, symbol);
    const found = findInSymbolTable(memory, table, text);
    const what = `${name} holds the symbol ${text} (${hex(symbol)}), whose name does not lead there`;
    // A few symbols of INTERLISP are like that in every image that has run.
    if (found !== null) findings.note(vector, what, "one symbol of a name", `its name leads to ${hex(found)}`);
    else if (packageText === "INTERLISP" && text === "**")
      findings.note(vector, what, "a slot that its name leads to", "nothing");
    else findings.error(vector, what, "a slot that its name leads to", "its name leads to nothing");
  }
  return symbols;
}
