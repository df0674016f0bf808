/** Package tables: each symbol stands where its name leads, with the right mark. Source: memory specification, section 12.5. */
import { hex } from "../../../base/errors.ts";
import type { Pointer, WordAddress } from "../../../base/units.ts";
import { type ArrayHeader, arrayElement, arrayHeader } from "../../../objects/arrays/arrays.ts";
import { isSmall, smallValue } from "../../../objects/immediates.ts";
import {
  findInSymbolTable,
  PACKAGE_EXTERNAL,
  PACKAGE_INTERNAL,
  packageName,
  packages,
  symbolVectors,
} from "../../../objects/packages.ts";
import { symbolName } from "../../../objects/symbols.ts";
import { isSymbol } from "../../../objects/types.ts";
import type { Check, CheckContext } from "../context.ts";
import type { Findings } from "../finding.ts";

export const packagesCheck: Check = {
  name: "packages",
  title: "each symbol of a package stands where its name leads",
  run(context, findings) {
    const { memory } = context;
    const all = packages(memory);
    let symbols = 0;
    for (const { index, address } of all) {
      const name = packageName(memory, address);
      const own = memory.pointer(address);
      if (!isSmall(own) || smallValue(own) !== index) {
        findings.error(address, `package ${name} does not know its index`, `${index}`, hex(own));
      }
      for (const cell of [PACKAGE_EXTERNAL, PACKAGE_INTERNAL])
        symbols += checkTable(context, name, address + 2 * cell, findings);
    }
    findings.looked = `${symbols} symbols in ${all.length} packages`;
  },
};

/** @returns how many symbols the table holds */
function checkTable({ memory, map }: CheckContext, packageText: string, cell: WordAddress, findings: Findings): number {
  const table = memory.pointer(cell);
  let symbols = 0;
  for (const vector of symbolVectors(memory, table)) {
    const header = arrayHeader(memory, vector);
    for (let slot = 0; slot < (header?.totalSize ?? 0); slot++) {
      const symbol = elementSymbol(memory, header, slot);
      if (symbol === null) continue;
      symbols++;
      const name = `slot ${slot} of a table of package ${packageText}`;
      if (!isSymbol(memory, symbol) || (symbol > 0xffff && !map.isObject(symbol))) {
        findings.error(vector, `${name} holds no symbol`, "a symbol", hex(symbol));
        continue;
      }
      const found = findInSymbolTable(memory, table, symbolName(memory, symbol));
      if (found === symbol) continue;
      const what = `${name} holds the symbol ${symbolName(memory, symbol)} (${hex(symbol)}), whose name does not lead there`;
      // One symbol of every image that has run is like that.
      findings.note(
        vector,
        what,
        "a slot that its name leads to",
        found === null ? "its name leads to nothing" : hex(found),
      );
    }
  }
  return symbols;
}

function elementSymbol(memory: CheckContext["memory"], header: ArrayHeader | null, slot: number): Pointer | null {
  const element = header === null ? null : arrayElement(memory, header, slot);
  if (element?.kind !== "pointer" || element.pointer === 0) return null;
  return isSmall(element.pointer) ? smallValue(element.pointer) : element.pointer;
}
