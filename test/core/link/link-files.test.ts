/** Compiled files of our own, linked to images that boot. */
import { describe, expect, test } from "vitest";
import { ImageError } from "../../../core/base/errors.ts";
import { readCompiledFile } from "../../../core/compiled/read-compiled-file.ts";
import { audit } from "../../../core/inspect/audit/audit.ts";
import { type OpenImage, openImage } from "../../../core/inspect/open-image.ts";
import { verify } from "../../../core/inspect/verify/verify.ts";
import { linkFiles } from "../../../core/link/link-files.ts";
import { type LinkedImage, symbolMap } from "../../../core/link/linked-image.ts";
import { LinkProblem } from "../../../core/link/problem.ts";
import { FULL_WRITE, printValue } from "../../../core/objects/printer.ts";
import { findSymbol, propertyListCell, valueCell } from "../../../core/objects/symbols.ts";
import { dfaslFile, type FunctionSpec, lcomFile, literal } from "../../support/images/compiled-files.ts";
import { bytesOf, FIRST_OF, imageFile, printedBy, printing } from "../../support/images/linked.ts";

const HEADER = '(DEFINE-FILE-INFO :PACKAGE "INTERLISP" :READTABLE "INTERLISP" :BASE 10)';

function link(items: readonly (string | FunctionSpec)[], start = "START"): LinkedImage {
  const file = readCompiledFile("sources/TINY.LCOM", lcomFile({ header: HEADER, items }));
  return linkFiles([{ name: "TINY", file }], start);
}
const PROGRAM = [printing("START"), FIRST_OF, "(RPAQQ CHARACTERS (72 105 33))"];

describe("compiled files that are linked", () => {
  test("boot and print", () => {
    expect(printedBy(link(PROGRAM))).toBe("Hi!");
  });
  test("make the same bytes each time", () => {
    expect(Buffer.compare(bytesOf(link(PROGRAM)), bytesOf(link(PROGRAM)))).toBe(0);
  });
  test("make an image in which nothing is wrong", () => {
    const { view } = openImage(imageFile(link(PROGRAM)));
    expect(verify(view).findings).toEqual([]);
  });
});

/** The value of a variable, as the inspector prints it. */
function valueText({ view }: OpenImage, name: string): string {
  const symbol = findSymbol(view.memory, name);
  return symbol === null ? "no symbol" : printValue(view.memory, view.memory.pointer(valueCell(symbol)), FULL_WRITE);
}
function propertiesText({ view }: OpenImage, name: string): string {
  const symbol = findSymbol(view.memory, name) as number;
  return printValue(view.memory, view.memory.pointer(propertyListCell(symbol)), FULL_WRITE);
}
const opened = (items: readonly (string | FunctionSpec)[]) =>
  openImage(imageFile(link([printing("START"), FIRST_OF, ...items])));

describe("expressions of linked files", () => {
  const image = opened([
    '(RPAQQ NUMBERS (1 -2 70000 2.5 "text" #\\a))',
    "(RPAQ COPY NUMBERS)",
    "(RPAQ? QUOTED 'X)",
    "(RPAQ LATER (PLUS 1 2))",
    "(SETTOPVAL 'TOP ':KEY)",
    "(RPAQQ LOADED #.(CONS NIL NIL))",
    "(ADDTOVAR LIST2 A B)",
    "(ADDTOVAR LIST2 B C)",
    "(PUTPROPS GREETING FRENCH bonjour GERMAN ignored)",
    "(PUTPROPS GREETING FRENCH salut)",
    "(DECLARE%: DONTCOPY (RPAQQ INSIDE T) (CALL-ME))",
    "(RPAQQ TINYCOMS ((FNS START) (VARS * TINYVARS)))",
    "(RPAQQ TINYVARS (NUMBERS))",
    '(FILECREATED "1-Jan-90" {DSK}<lisp>TINY.;3)',
    "(RPAQQ CL:CAR 5)",
  ]);
  test("that store constants are done", () => {
    expect(valueText(image, "NUMBERS")).toBe('(1 -2 70000 2.5 "text" #\\a)');
    expect(valueText(image, "COPY")).toBe(valueText(image, "NUMBERS"));
    expect(valueText(image, "QUOTED")).toBe("X");
    expect(valueText(image, "TOP")).toBe(":KEY");
    expect(valueText(image, "LOADED")).toBe("(nil)");
    expect(valueText(image, "LIST2")).toBe("(C A B)");
    expect(valueText(image, "INSIDE")).toBe("#t");
    expect(propertiesText(image, "GREETING")).toBe("(FRENCH salut)");
  });
  test("that need an evaluator are left to the image", () => {
    expect(valueText(image, "LATER")).toBe("#<unbound>");
    expect(valueText(image, "TINY.EXPRESSIONS")).toBe("((SETTOPVAL (CL::QUOTE LATER) (PLUS 1 2)) (CALL-ME))");
    expect(valueText(image, "BOOTFILES")).toBe("(TINY.EXPRESSIONS)");
  });
  test("that list what the file holds are not kept", () => {
    expect(valueText(image, "TINYCOMS")).toBe("no symbol");
    expect(valueText(image, "TINYVARS")).toBe("no symbol");
  });
  test("tell when the file was made", () => {
    expect(valueText(image, "BOOTLOADEDFILES")).toBe("(TINY)");
    expect(propertiesText(image, "TINY")).toBe('(FILEDATES (("1-Jan-90" . {DSK}<lisp>TINY.;3)))');
  });
  test("give symbols of packages flat names, and keywords themselves as values", () => {
    expect(valueText(image, "CL::CAR")).toBe("5");
    expect(valueText(image, ":KEY")).toBe(":KEY");
  });
  test("make each object once for each place that refers to it", () => {
    const { memory } = image.view;
    const value = (name: string) => memory.pointer(valueCell(findSymbol(memory, name) as number));
    expect(value("COPY")).not.toBe(value("NUMBERS"));
    expect(audit(image.view).problems).toEqual([]);
  });
});

describe("what cannot be linked", () => {
  const refused = (work: () => unknown): Error => {
    try {
      work();
    } catch (problem) {
      if (problem instanceof ImageError || problem instanceof LinkProblem) return problem;
      throw problem;
    }
    throw new Error("it was linked");
  };
  test("is named with its file, its place and its expression", () => {
    const { message } = refused(() => link([...PROGRAM, "(RPAQQ BIG (1 12345678901))"]));
    expect(message).toMatch(/^sources\/TINY\.LCOM: byte \d+: \(RPAQQ BIG \(1 12345678901\)\): /);
    expect(message).toContain("the object 12345678901: found more than 32 bits");
  });
  test("in a function is named with the function", () => {
    const bitmap: FunctionSpec = {
      name: "SHOW-ICON",
      code(a) {
        a.emitLiteral("GCONST", literal("#*(8 1)@@@@"));
        a.emit("RETURN");
      },
    };
    const { message } = refused(() => link([...PROGRAM, bitmap]));
    expect(message).toMatch(
      /^sources\/TINY\.LCOM: byte \d+: function SHOW-ICON: the object .*: found a bitmap, expected /,
    );
  });
  test("are files that call functions while they are loaded", () => {
    const file = readCompiledFile("x.dfasl", dfaslFile([]));
    expect(refused(() => linkFiles([{ name: "X", file }], "START")).message).toContain("found DFASL, expected LCOM");
  });
  test("are damaged files", () => {
    const bytes = lcomFile({ header: HEADER, items: PROGRAM }).subarray(0, 150);
    const file = readCompiledFile("cut.lcom", bytes);
    expect(refused(() => linkFiles([{ name: "CUT", file }], "START")).message).toMatch(/^cut\.lcom: byte \d+: /);
  });
  test("is an image without the function that it is to begin with", () => {
    expect(refused(() => link(PROGRAM, "BEGIN")).message).toContain(
      "the function BEGIN, with which the image is to start: found 2 others (START, FIRST-OF …)",
    );
  });
  test("are symbols of packages that no image begins with", () => {
    const { message } = refused(() => link([...PROGRAM, "(RPAQQ X FOO:BAR)"]));
    expect(message).toMatch(/\(RPAQQ X FOO::BAR\): symbol BAR: found package FOO, expected /);
  });
});

test("a map tells where symbols and functions are", () => {
  const map = symbolMap(link(PROGRAM));
  const entry = (name: string, kind: string) => map.find((each) => each.name === name && each.kind === kind);
  expect(entry("START", "code")).toMatchObject({ address: 0x2e3c04, file: "sources/TINY.LCOM" });
  expect(entry("CL::T", "symbol")).toMatchObject({ address: 0x2c0000 + 10 * 76, words: 10 });
  expect(map.map(({ address }) => address)).toEqual(map.map(({ address }) => address).toSorted((a, b) => a - b));
});
test("a function that is defined again has its last definition", () => {
  const other: FunctionSpec = {
    ...FIRST_OF,
    code(a) {
      a.emit("SIC", "?".charCodeAt(0));
      a.emit("RETURN");
    },
  };
  expect(printedBy(link([...PROGRAM, other]))).toBe("???");
});
