/** Symbols of an image by the beginning of their name, for completion. */
import type { Pointer } from "../../../base/units.ts";
import { ATOM_WORDS, MDS_UNIT_WORDS, NIL, NOBIND, OLD_ATOM_LIMIT, TYPE_NEW_ATOM } from "../../../memory/layout.ts";
import { isMapped } from "../../../memory/translation.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { definitionCell, nameCell, symbolName, valueCell } from "../../../objects/symbols.ts";
import { unitsOfType } from "../../../objects/types.ts";

export interface NamedSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: "variable" | "function";
}

/** Symbols with a value or definition whose name begins like `prefix`, in either case; at most `limit`. */
export function symbolsWithPrefix(memory: VirtualMemory, prefix: string, limit: number): readonly NamedSymbol[] {
  const lower = prefix.toLowerCase();
  const found: NamedSymbol[] = [];
  eachName(memory, (symbol) => {
    const name = symbolName(memory, symbol);
    if (!name.toLowerCase().startsWith(lower)) return true;
    const hasValue = memory.pointer(valueCell(symbol)) !== NOBIND;
    const isFunction = memory.pointer(definitionCell(symbol)) !== NIL;
    if (hasValue) found.push({ name, detail: "variable of the image", kind: "variable" });
    else if (isFunction) found.push({ name, detail: "function of the image", kind: "function" });
    return found.length < limit;
  });
  return found;
}

/** Records with a print name: numbered symbols, then those that are objects. A record on a free list has none. */
function eachName(memory: VirtualMemory, visit: (symbol: Pointer) => boolean): void {
  const hasName = (symbol: Pointer) =>
    isMapped(memory, nameCell(symbol), ATOM_WORDS) && memory.pointer(nameCell(symbol)) !== 0;
  for (let symbol = 0; symbol < OLD_ATOM_LIMIT; symbol++) if (hasName(symbol) && !visit(symbol)) return;
  for (const unit of unitsOfType(memory, TYPE_NEW_ATOM)) {
    for (let offset = 0; offset + ATOM_WORDS <= MDS_UNIT_WORDS; offset += ATOM_WORDS) {
      if (hasName(unit + offset) && !visit(unit + offset)) return;
    }
  }
}
