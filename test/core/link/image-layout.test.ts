/** What machines look for at fixed places, and rules of placement that no program notices until much later. */
import { describe, expect, test } from "vitest";
import { readCompiledFile } from "../../../core/compiled/read-compiled-file.ts";
import { OPCODES } from "../../../core/isa/opcodes.ts";
import { linkFiles } from "../../../core/link/link-files.ts";
import type { LinkedImage } from "../../../core/link/linked-image.ts";
import {
  ARRAY_BASE,
  HTCOLL_BASE,
  HTCOLL_WORDS,
  HTMAIN_BASE,
  HTMAIN_WORDS,
  NOBIND,
  UFN_TABLE_BASE,
} from "../../../core/memory/layout.ts";
import { typeDescriptor } from "../../../core/objects/dtd.ts";
import { findSymbol, symbolName, valueCell } from "../../../core/objects/symbols.ts";
import { builtinType, typeEntry } from "../../../core/objects/types.ts";
import { type FunctionSpec, lcomFile } from "../../support/images/compiled-files.ts";
import { bytesOf, FIRST_OF, printing } from "../../support/images/linked.ts";

const HEADER = '(DEFINE-FILE-INFO :PACKAGE "INTERLISP" :READTABLE "INTERLISP" :BASE 10)';
const CODE_BASE = 0x2e3c00;

function link(...items: (string | FunctionSpec)[]): LinkedImage {
  const program = [printing("START"), FIRST_OF, "(RPAQQ CHARACTERS NIL)", ...items];
  const file = readCompiledFile("TINY.LCOM", lcomFile({ header: HEADER, items: program }));
  return linkFiles([{ name: "TINY", file }], "START");
}
/** A function of `bytes` instructions with `names` local variables. */
const long = (name: string, bytes: number, names: number): FunctionSpec => ({
  name,
  locals: names,
  names: Array.from({ length: names }, (_, i) => ["P", names - 1 - i, `V${i}`] as const),
  code(a) {
    for (let i = 0; i < bytes - 2; i++) a.emit("NOP");
    a.emit("'NIL");
    a.emit("RETURN");
  },
});

describe("a linked image", () => {
  const image = link();
  const { memory } = image;
  const variable = (name: string) => memory.pointer(valueCell(findSymbol(memory, name) as number));
  test("has the symbols whose numbers machines know", () => {
    const names = ["CL::NIL", "NOBIND", "\u0000", "\u0001"];
    expect(image.symbols.slice(0, names.length)).toEqual(names);
    expect(symbolName(memory, 76)).toBe("CL::T");
    expect(symbolName(memory, 247)).toBe("ÿ");
    expect(image.symbols.slice(248, 267)).toEqual([
      ..."\\EVALFORM \\GC.HANDLEOVERFLOW \\DTEST.UFN \\OVERFLOWMAKENUMBER \\MAKENUMBER \\SETGLOBAL.UFN".split(" "),
      ..."\\SETFVAR.UFN \\GCMAPTABLE \\INTERPRETER SMALLP FIXP FLOATP LITATOM LISTP ARRAYP STRINGP STACKP".split(" "),
      ..."CHARACTER VMEMPAGEP".split(" "),
    ]);
    expect(variable("\\OneCharAtomBase")).toBe(2);
  });
  test("has unbound records for the symbols that come next", () => {
    expect(memory.cell(valueCell(image.symbols.length))).toBe(NOBIND);
  });
  test("names the handler of each opcode", () => {
    for (const { code, ufn } of OPCODES) {
      const entry = memory.cell(UFN_TABLE_BASE + 2 * code);
      const name = symbolName(memory, entry >>> 16).replace(/^CL::/, "");
      expect(name).toBe(ufn === null ? "\\UNKNOWN.UFN" : ufn.functionName.replace(/^CL::?/, ""));
      expect(entry & 0xffff).toBe(ufn === null ? 0 : (ufn.extraBytes << 8) | ufn.args);
    }
  });
  test("declares the types that the system does not declare itself", () => {
    expect(typeDescriptor(memory, 14)).toMatchObject({ sizeWords: 8, entry: 0x000e });
    expect(typeDescriptor(memory, 12)).toMatchObject({ sizeWords: 0, entry: 0x800c });
    expect(typeDescriptor(memory, 21)).toMatchObject({ sizeWords: 10, entry: 0xc815, supertype: 4 });
    expect(typeDescriptor(memory, 31)).toMatchObject({ isHunk: true, hunkContent: 1 });
  });
  test("knows the hunk type for each small request", () => {
    const kinds = [
      ["\\UNBOXEDHUNK.TYPENUM.TABLE", 44],
      ["\\PTRHUNK.TYPENUM.TABLE", 31],
      ["\\CODEHUNK.TYPENUM.TABLE", 64],
    ] as const;
    for (const [name, first] of kinds) {
      for (let cells = 0; cells <= 64; cells++) {
        const type = memory.byte(2 * variable(name) + cells);
        expect(builtinType(type)?.words ?? 0).toBeGreaterThanOrEqual(2 * cells);
        if (type > first) expect(builtinType(type - 1)?.words ?? 0).toBeLessThan(2 * cells);
      }
    }
  });
  test("names the functions that take care of what dies", () => {
    const finalizers = variable("\\FINALIZATION.FUNCTIONS");
    const finalizer = (type: number) => symbolName(memory, memory.pointer(finalizers + 2 * type));
    expect([0, 8, 10, 64].map(finalizer)).toEqual([
      "\\RECLAIMARRAYBLOCK",
      "\\RECLAIMSTACKP",
      "RELEASINGVMEMPAGE",
      "\\RECLAIMCODEBLOCK",
    ]);
    expect(typeDescriptor(memory, 8).isFinalizable).toBe(true);
    expect(typeDescriptor(memory, 9).isFinalizable).toBe(false);
  });
  test("never counts its code, and counts its blocks", () => {
    expect(typeEntry(memory, CODE_BASE)).toBe(0x8000);
    expect(typeEntry(memory, ARRAY_BASE)).toBe(0);
  });
  test("has the count tables in its file, and as many pages as it says", () => {
    const bytes = bytesOf(image);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const table = (view.getUint16(512 + 2 * 59) - 1) * 512 + 4;
    expect(view.getUint32(512 + 2 * 82)).toBe(bytes.length / 512);
    const pages = new Set(Array.from({ length: bytes.length / 512 }, (_, i) => view.getUint32(table + 4 * i)));
    const isThere = (start: number, words: number) =>
      Array.from({ length: words / 256 }, (_, i) => start / 256 + i).every((page) => pages.has(page));
    expect(isThere(HTMAIN_BASE, HTMAIN_WORDS)).toBe(true);
    expect(isThere(HTCOLL_BASE, HTCOLL_WORDS)).toBe(true);
  });
});

describe("code", () => {
  test("stands on quads, with header and names in one page and no block across a segment", () => {
    const sizes = [3, 700, 12, 5, 333, 60_000, 60_000, 41, 60_000, 2, 60_000, 90];
    const { functions } = link(...sizes.map((bytes, i) => long(`F${i}`, bytes, (7 * i) % 60)));
    expect(functions).toHaveLength(2 + sizes.length);
    for (const { header, words, startPc } of functions) {
      expect(header % 4).toBe(0);
      expect(header >> 8).toBe((header + startPc / 2 - 1) >> 8);
      expect(header >> 16).toBe((header + words - 5) >> 16);
    }
  });
  test("whose names fill more than a page is refused", () => {
    expect(() => link(long("WIDE", 3, 80))).toThrow(
      /function WIDE: header and variable names: found \d+ bytes, expected at most 504/,
    );
  });
});
