/** The packages among the symbols, each with its tables of symbols. */
import type { Pointer } from "../../../base/units.ts";
import { eachPackageSymbol, PACKAGE_EXTERNAL, PACKAGE_INTERNAL } from "../../../objects/packages.ts";
import { type PackageRecord, packageRecords } from "../../image/packages.ts";
import type { ImageView } from "../../image-view.ts";
import type { InspectNode } from "../../node.ts";
import { gauge, makeNode } from "../../nodes.ts";

/** Makes the node of a list of symbols. */
type SymbolList = (view: ImageView, name: string, symbols: readonly Pointer[]) => InspectNode;

export function packagesNode(view: ImageView, list: SymbolList): InspectNode {
  const packages = packageRecords(view);
  return makeNode("packages", `${packages.length} packages`, {
    type: "group",
    namedCount: packages.length,
    named: () => packages.map((one) => packageNode(view, one, list)),
  });
}

function packageNode(view: ImageView, one: PackageRecord, list: SymbolList): InspectNode {
  const { name, nicknames, uses, external, internal, imported, shadowing, address } = one;
  const symbolsOf = (field: number): Pointer[] => {
    const found: Pointer[] = [];
    eachPackageSymbol(view.memory, view.memory.pointer(address + 2 * field), (symbol) => found.push(symbol));
    return found;
  };
  return makeNode(name, `${external} external and ${internal} internal symbols, ${imported} of them imported`, {
    type: "package",
    address,
    namedCount: 5,
    named: () => [
      gauge("nicknames", nicknames.join(" ")),
      gauge("uses", uses.join(" ")),
      gauge("shadowing", shadowing.join(" ")),
      list(view, "external", symbolsOf(PACKAGE_EXTERNAL)),
      list(view, "internal", symbolsOf(PACKAGE_INTERNAL)),
    ],
  });
}
