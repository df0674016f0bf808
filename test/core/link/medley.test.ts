/** The boot image of a checkout, with a small checkout of our own. */
import { describe, expect, test } from "vitest";
import { audit } from "../../../core/inspect/audit/audit.ts";
import { openImage } from "../../../core/inspect/open-image.ts";
import { verify } from "../../../core/inspect/verify/verify.ts";
import type { LinkedImage } from "../../../core/link/linked-image.ts";
import { linkBootImage } from "../../../core/link/medley/boot-image.ts";
import type { Checkout } from "../../../core/link/medley/checkout.ts";
import { SYSTEM_VARIABLE_NAMES } from "../../../core/managers/storage/system-variables.ts";
import { FULL_WRITE, printValue } from "../../../core/objects/printer.ts";
import { characterCodes, findSymbol, valueCell } from "../../../core/objects/symbols.ts";
import { lcomFile } from "../../support/images/compiled-files.ts";
import { bytesOf, FIRST_OF, imageFile, printedBy, printing } from "../../support/images/linked.ts";

const HEADER = '(DEFINE-FILE-INFO :PACKAGE "INTERLISP" :READTABLE "INTERLISP" :BASE 10)';
const text = (...lines: string[]) => Uint8Array.from(characterCodes([HEADER, ...lines, "STOP"].join("\r")));
const variable = (name: string) => `(RPAQQ ${name.replace("?", "%?")} NIL)`;

/** Folder and name in capitals -> contents. */
const FILES: Readonly<Record<string, Uint8Array>> = {
  "sources/FILESETS": text(
    '(FILECREATED "26-Apr-2026 11:53:54" {DSK}<lisp>FILESETS.;1)',
    "(RPAQQ 0LISPSET (FIRST))",
    "(RPAQQ 1LISPSET (SECOND THIRD))",
    "(RPAQQ 2LISPSET (MORE))",
    "(RPAQQ OTHERSET (SECOND))",
    "(RPAQQ MAKEINITTYPES ((SMALL SMALLINIT (OTHERSET) 2LISPSET) (NIL INIT (0 1) 2LISPSET 1600)))",
  ),
  "sources/LLPARAMS": text(
    "(DECLARE%: EVAL@COMPILE (RPAQQ INITCONSTANTS ((* comment) (\\ARRAYSPACE (46 0) T) (\\RECLAIMMIN 3000) (CDRCODING 1))))",
  ),
  "sources/FIRST.LCOM": lcomFile({
    header: HEADER,
    items: [
      '(FILECREATED "1-Jan-90" {DSK}<lisp>FIRST.;1)',
      ...SYSTEM_VARIABLE_NAMES.map(variable),
      "(RPAQQ \\LASTVMEMFILEPAGE 0)",
      "(RPAQQ CDRCODING 0)",
      printing("\\RESETSTACK"),
      "(INITIALIZE FIRST)",
    ],
  }),
  "library/SECOND.LCOM": lcomFile({ header: HEADER, items: [FIRST_OF, "(INITIALIZE SECOND)"] }),
  "sources/THIRD": text("(RPAQQ CHARACTERS (111 107))"),
};
const checkout = (files = FILES): Checkout => ({
  path: "checkout",
  read(folder, name) {
    const bytes = files[`${folder}/${name}`];
    return bytes === undefined ? null : { path: `checkout/${folder}/${name}`, name, bytes };
  },
});
const link = (root = "/lisp", files = FILES): LinkedImage =>
  linkBootImage({ checkout: checkout(files), root, progress: () => {} });

describe("a boot image", () => {
  const linked = link();
  const { view } = openImage(imageFile(linked));
  const value = (name: string): string => {
    const symbol = findSymbol(view.memory, name);
    return symbol === null ? "no symbol" : printValue(view.memory, view.memory.pointer(valueCell(symbol)), FULL_WRITE);
  };
  test("is made of the files that the lists of the checkout name, and begins with its own function", () => {
    expect(linked.functions.map(({ file }) => file)).toEqual([
      "checkout/sources/FIRST.LCOM",
      "checkout/library/SECOND.LCOM",
    ]);
    expect(printedBy(linked)).toBe("ok");
  });
  test("has nothing that the inspector finds wrong, but for the disk blocks that nobody refers to", () => {
    expect(verify(view).findings.filter(({ severity }) => severity !== "note")).toEqual([]);
    expect(audit(view).problems).toEqual([]);
  });
  test("evaluates what is left of the files in their order, and loads the rest of the system last", () => {
    expect(value("BOOTFILES")).toBe("(MAKEINIT.EXPRESSIONS SECOND.EXPRESSIONS FIRST.EXPRESSIONS)");
    expect(value("FIRST.EXPRESSIONS")).toBe("((INITIALIZE FIRST))");
    expect(value("MAKEINIT.EXPRESSIONS")).toMatch(/^\(\(MAPC \(CL::QUOTE \(MORE\)\) \(FUNCTION \(LAMBDA \(FILE\) /);
  });
  test("knows where the checkout is, and which files it was made of", () => {
    expect(value("LOADUPDIRECTORIES")).toBe(
      '("{DSK}/lisp/sources/" "{DSK}/lisp/library/" "{DSK}/lisp/lispusers/" "{DSK}/lisp/internal/")',
    );
    expect(value("LOADEDFILELST")).toContain("{DSK}/lisp/library/SECOND.LCOM");
    expect(value("BOOTLOADEDFILES")).toBe("(FIRST)");
  });
  test("is dated as its lists are, not with the day of linking", () => {
    expect(value("MAKEINITDATES")).toBe('("26-Apr-2026 11:53:54" "26-Apr-2026 11:53:54")');
  });
  test("has the constants of the system, whatever files say", () => {
    expect(value("CDRCODING")).toBe("1");
    expect(view.memory.cell(valueCell(findSymbol(view.memory, "\\ARRAYSPACE") as number))).toBe(46 << 16);
  });
  test("has the same bytes each time, and others for a checkout elsewhere", () => {
    expect(Buffer.compare(bytesOf(link()), bytesOf(linked))).toBe(0);
    expect(Buffer.compare(bytesOf(link("/elsewhere")), bytesOf(linked))).not.toBe(0);
  });
  test("tells its progress by files", () => {
    const told: string[] = [];
    linkBootImage({
      checkout: checkout(),
      root: "/lisp",
      progress: (name, done, total) => told.push(`${name} ${done}/${total}`),
    });
    expect(told).toEqual(["FIRST 0/3", "SECOND 1/3", "THIRD 2/3"]);
  });
});

describe("a checkout that is none", () => {
  const without = (...names: string[]) =>
    Object.fromEntries(Object.entries(FILES).filter(([name]) => !names.includes(name)));
  test.each([
    ["sources/FILESETS", "checkout: byte 0: file FILESETS: found none, expected sources/FILESETS. Name the top folder"],
    ["sources/LLPARAMS", "checkout: byte 0: file LLPARAMS: found none, expected sources/LLPARAMS"],
    [
      "library/SECOND.LCOM",
      "file SECOND: found none, expected SECOND.LCOM in one of sources, library, lispusers, internal",
    ],
  ])("is refused without %s", (name, message) => {
    expect(() => link("/lisp", without(name))).toThrow(message);
  });
  test.each([
    ["(RPAQQ MAKEINITTYPES ((NIL INIT 5 X)))", "row of NIL in MAKEINITTYPES: found another form, expected (NIL name"],
    ["(RPAQQ MAKEINITTYPES 5)", "value of MAKEINITTYPES: found no list, expected a list"],
    ["(RPAQQ MAKEINITTYPES ((NIL INIT (7) 2LISPSET)))", "value of 7LISPSET: found none, expected (RPAQQ 7LISPSET …)"],
  ])("is refused with %s", (form, message) => {
    expect(() => link("/lisp", { ...FILES, "sources/FILESETS": text(form) })).toThrow(message);
  });
});
