/**
 * The boot image of Medley ("init image"), from the compiled files of a checkout: what the system's own MAKEINIT makes, without a system.
 * Source: linking specification, sections 1 and 2.
 */
import type { Pointer } from "../../base/units.ts";
import { type Form, INTERLISP, listForm, listItems, NIL_FORM, symbolForm } from "../../compiled/forms.ts";
import { FormReader } from "../../compiled/reader/form-reader.ts";
import { INTERLISP_TABLE } from "../../compiled/reader/read-tables.ts";
import { streamOfText } from "../../compiled/reader/text-stream.ts";
import { formText } from "../../compiled/show/form-text.ts";
import { BOOT_FILES, expressionsOf } from "../contents/expressions.ts";
import { linkName } from "../contents/link-name.ts";
import type { LinkProgress } from "../link-files.ts";
import type { LinkedImage } from "../linked-image.ts";
import { Linker } from "../linker.ts";
import { errorAt } from "../problem.ts";
import { writeResetFrame } from "../space/first-frame.ts";
import { type Checkout, quotedList, SYSTEM_FOLDERS, sourceFile, systemFile } from "./checkout.ts";
import { reserveDisk } from "./disk-blocks.ts";
import { type FileSets, fileSets } from "./file-sets.ts";

/** It lays out the stack and evaluates what the files left. */
const START = "\\RESETSTACK";
const PARAMETERS = "LLPARAMS";
const CONSTANTS = "INITCONSTANTS";
const FONT_FOLDERS = ["fonts/medleydisplayfonts", "fonts/displayfonts"];
/** What the image loads first, once it can load files. */
const AFTER = "MAKEINIT";

export interface BootImageOptions {
  readonly checkout: Checkout;
  /** Folder in which the booted machine finds the checkout, with `/` between its parts and none at its end. */
  readonly root: string;
  readonly progress: LinkProgress;
}

/**
 * @throws {ImageError} for a checkout without the files, and for a file that cannot be linked
 * @throws {LinkProblem} when the files do not define what the image starts with
 */
export function linkBootImage({ checkout, root, progress }: BootImageOptions): LinkedImage {
  const sets = fileSets(checkout);
  const linker = new Linker();
  const { values } = linker;
  const date: Form = { kind: "string", text: sets.date };
  values.set("MAKEINITDATES", listForm([date, date]));
  setConstants(linker, checkout);
  for (const [i, name] of sets.files.entries()) {
    progress(name, i, sets.files.length);
    const found = systemFile(checkout, name);
    values.addTo("LOADEDFILELST", [symbolForm(`{DSK}${root}/${found.folder}/${found.name}`)]);
    linker.addFile({ name, file: found.file });
  }
  setDirectories(linker, root);
  setLoading(linker, sets);
  linker.startWith(START, writeResetFrame);
  reserveDisk(linker);
  return linker.finish();
}

/** `(name value …)` each; a list of two numbers is a pointer, as segment and word in it. */
function setConstants(linker: Linker, checkout: Checkout): void {
  const file = sourceFile(checkout, PARAMETERS);
  for (const row of quotedList(file, CONSTANTS)) {
    const [name, value] = listItems(row) ?? [];
    // `(* comment)`
    if (name?.kind !== "symbol" || name.name === "*" || value === undefined) continue;
    try {
      linker.setConstant(linkName(name), pointerOf(value) ?? value);
    } catch (problem) {
      throw errorAt({ file: file.name, offsetBytes: 0, where: `${name.name} in ${CONSTANTS}` }, problem);
    }
  }
}

function pointerOf(form: Form): Pointer | null {
  const [high, low] = form.kind === "list" ? form.items : [];
  return high?.kind === "integer" && low?.kind === "integer" ? Number(high.value) * 0x10000 + Number(low.value) : null;
}

function setDirectories({ values }: Linker, root: string): void {
  const folders = (names: readonly string[]): Form =>
    listForm(names.map((name) => ({ kind: "string", text: `{DSK}${root}/${name}/` })));
  values.set("DIRECTORIES", folders(SYSTEM_FOLDERS));
  values.set("LOADUPDIRECTORIES", folders(SYSTEM_FOLDERS));
  values.set("DISPLAYFONTDIRECTORIES", folders(FONT_FOLDERS));
}

/** As MAKEINIT writes it; files are found along directories, because what knows more about them is loaded only by this. */
const LOADING = `((MAPC 'FILES (FUNCTION (LAMBDA (FILE)
  (OR (SOME LOADUPDIRECTORIES
        (FUNCTION (LAMBDA (DIR FL)
          (COND ((SETQ FL (INFILEP (PACKFILENAME.STRING 'DIRECTORY DIR 'NAME FILE 'EXTENSION 'LCOM)))
                 (LOAD FL 'SYSLOAD)
                 T)))))
      (PRINT (CONS FILE '(not found)) T))))))`;

function setLoading({ values }: Linker, { after }: FileSets): void {
  const environment = { table: INTERLISP_TABLE, package: INTERLISP, base: 10, nicknames: new Map<string, string>() };
  const text = LOADING.replace("FILES", `(${after.map((each) => formText(each)).join(" ")})`);
  const expressions = new FormReader(streamOfText(AFTER, text), environment).read();
  const list = expressionsOf(AFTER);
  values.set(linkName(list), expressions ?? NIL_FORM);
  values.addTo(BOOT_FILES, [list]);
}
