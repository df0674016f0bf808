/** The packages of an image. Source: memory specification, section 12.5. */
import type { Pointer, WordAddress } from "../../base/units.ts";
import { listItems } from "../../objects/cons.ts";
import {
  eachPackageSymbol,
  PACKAGE_EXTERNAL,
  PACKAGE_INTERNAL,
  PACKAGE_NICKNAMES,
  PACKAGE_SHADOWING,
  PACKAGE_USED_BY,
  PACKAGE_USES,
  packageName,
  packages,
} from "../../objects/packages.ts";
import { PREVIEW, printValue } from "../../objects/printer.ts";
import { packageIndex } from "../../objects/symbols.ts";
import type { ImageView } from "../image-view.ts";
import { readSafely } from "../nodes.ts";

export interface PackageRecord {
  readonly index: number;
  readonly address: WordAddress;
  readonly name: string;
  readonly nicknames: readonly string[];
  readonly uses: readonly string[];
  readonly usedBy: readonly string[];
  readonly external: number;
  readonly internal: number;
  /** Symbols in its tables whose home is another package. */
  readonly imported: number;
  readonly shadowing: readonly string[];
}

/** Longest list of names or packages that is read. */
const LIST_LIMIT = 256;

export function packageRecords(view: ImageView): PackageRecord[] {
  return packages(view.memory).map(({ index, address }) => packageRecord(view, index, address));
}

function packageRecord({ memory }: ImageView, index: number, address: WordAddress): PackageRecord {
  const cell = (field: number): Pointer => memory.pointer(address + 2 * field);
  const items = (field: number) => listItems(memory, cell(field), LIST_LIMIT).items;
  const text = (value: Pointer) =>
    readSafely(
      () => printValue(memory, value, { ...PREVIEW, style: "display" }),
      (message) => `(${message})`,
    );
  const counts = { external: 0, internal: 0, imported: 0 };
  const tally = (table: Pointer, key: "external" | "internal") =>
    eachPackageSymbol(memory, table, (symbol) => {
      counts[key]++;
      if (packageIndex(memory, symbol) !== index) counts.imported++;
    });
  tally(cell(PACKAGE_EXTERNAL), "external");
  tally(cell(PACKAGE_INTERNAL), "internal");
  return {
    index,
    address,
    name: packageName(memory, address),
    nicknames: items(PACKAGE_NICKNAMES).map(text),
    uses: items(PACKAGE_USES).map((other) => packageName(memory, other)),
    usedBy: items(PACKAGE_USED_BY).map((other) => packageName(memory, other)),
    ...counts,
    shadowing: items(PACKAGE_SHADOWING).map(text),
  };
}
