/** Which files a Medley boot image is made of: the lists in the file FILESETS of the checkout. Source: linking specification, section 1c and 1e. */
import { type Form, listItems } from "../../compiled/forms.ts";
import type { CompiledFile } from "../../compiled/types.ts";
import { type Checkout, quotedList, sourceFile, unusable } from "./checkout.ts";

const FILE_SETS = "FILESETS";
/** Rows `(kind name sets after size)`; the row of the ordinary boot image has the kind NIL. */
const IMAGE_TYPES = "MAKEINITTYPES";

export interface FileSets {
  /** In the order of linking; a file may come twice. */
  readonly files: readonly string[];
  /** What the booted image loads before anything else. */
  readonly after: readonly Form[];
  /** When the lists were written. */
  readonly date: string;
}

/** @throws {ImageError} when the checkout has no such lists */
export function fileSets(checkout: Checkout): FileSets {
  const file = sourceFile(checkout, FILE_SETS);
  const rows = quotedList(file, IMAGE_TYPES).map((row) => listItems(row) ?? []);
  const row = rows.find(([kind]) => kind?.kind === "symbol" && kind.name === "NIL");
  const sets = listItems(row?.[2] ?? { kind: "vector", items: [] });
  const after = row?.[3];
  if (sets === null || after?.kind !== "symbol") {
    throw unusable(file, `row of NIL in ${IMAGE_TYPES}`, "another form", "(NIL name (sets …) set-after size)");
  }
  const files = sets.flatMap((set) => quotedList(file, setName(file, set)).map((each) => fileName(file, each)));
  return { files, after: quotedList(file, after.name), date: dateOf(file) };
}

/** A set goes by its number, or its name. */
function setName(file: CompiledFile, set: Form): string {
  if (set.kind === "integer") return `${set.value}LISPSET`;
  return fileName(file, set);
}

function fileName(file: CompiledFile, form: Form): string {
  if (form.kind === "symbol") return form.name;
  throw unusable(file, "name in a list of files", `a ${form.kind}`, "a symbol");
}

function dateOf(file: CompiledFile): string {
  for (const item of file.items) {
    const [head, date] = item.kind === "expression" ? (listItems(item.form) ?? []) : [];
    if (head?.kind === "symbol" && head.name === "FILECREATED" && date?.kind === "string") return date.text;
  }
  throw unusable(file, "date of the file", "none", "(FILECREATED date …)");
}
