import { describe, expect, test } from "vitest";
import { listItems } from "../../../core/compiled/forms.ts";
import { readCompiledFile } from "../../../core/compiled/read-compiled-file.ts";
import type { CompiledFile } from "../../../core/compiled/types.ts";
import { type FunctionSpec, type LcomSpec, lcomFile, literal } from "../../support/images/compiled-files.ts";

const HEADER = '(DEFINE-FILE-INFO :PACKAGE "INTERLISP" :READTABLE "INTERLISP" :BASE 10)';
const read = (spec: LcomSpec): CompiledFile => readCompiledFile("T.LCOM", lcomFile(spec));

/** (LAMBDA (X) (DECLARE (SPECVARS X)) (PRINT (LIST "text" X FREE 'SYMBOL))) in spirit. */
const EXAMPLE: FunctionSpec = {
  name: "EXAMPLE",
  arguments: 1,
  locals: 2,
  frameName: "A0001",
  locallyNamed: [[0, "Y"]],
  names: [
    ["P", 1, "B"],
    ["P", 0, "#:G53"],
    ["I", 0, "X"],
    ["F", 2, "FREE"],
  ],
  code(a) {
    const other = a.newLabel();
    a.emitLiteral("GCONST", literal('"text"'));
    a.emit("IVAR0");
    a.jump("FJUMP", other);
    a.emitLiteral("ACONST", literal("SYMBOL"));
    a.place(other);
    a.emitLiteral("FNX", literal("LIST5"), 5);
    a.emitLiteral("FN1", literal("PRINT"));
    a.emit("RETURN");
  },
};
const TINY: FunctionSpec = { name: "TINY", code: (a) => a.emit("RETURN") };

describe("a byte between two items that is no character", () => {
  test("costs neither what stands before it nor the functions behind it", () => {
    const header = HEADER.replace(")", " :FORMAT :UTF-8)");
    const bytes = lcomFile({ header, items: ["(RPAQQ X (1 2))", "(RPAQQ ? (1 2))", TINY] });
    bytes[Buffer.from(bytes).indexOf("(RPAQQ ?") - 1] = 0xff;
    const { items, functions, problems } = readCompiledFile("T.LCOM", bytes);
    expect(items[0]).toMatchObject({ kind: "expression" });
    expect(functions.map(({ name }) => name)).toMatchObject([{ name: "TINY" }]);
    expect(problems).toMatchObject([{ what: "malformed UTF-8" }]);
  });
});

describe("a file in the INTERLISP table", () => {
  const file = read({ header: HEADER, items: ["(RPAQQ X (1 2))", EXAMPLE, "(SETQ Y 2)", TINY] });

  test("has its items in order, and no problems", () => {
    expect(file.problems).toEqual([]);
    expect(file.items.map(({ kind }) => kind)).toEqual(["expression", "definition", "expression", "definition"]);
    expect(file.header).toMatchObject({ readTable: "INTERLISP", package: "INTERLISP", base: 10, encoding: "MCCS" });
  });

  test("has the function with its counts and names", () => {
    const [found] = file.functions;
    expect(found).toMatchObject({
      kind: "LCOM",
      name: { package: "INTERLISP", name: "EXAMPLE" },
      frameName: { name: "A0001" },
      argumentCount: 1,
      localCount: 2,
      freeCount: 1,
      argumentType: 0,
      obsolete: null,
    });
    expect(found?.names.map(({ kind, index, name }) => [kind, index, name.package, name.name])).toEqual([
      ["local", 1, "INTERLISP", "B"],
      ["local", 0, null, "G53"],
      ["argument", 0, "INTERLISP", "X"],
      ["free", 2, "INTERLISP", "FREE"],
    ]);
    expect(found?.localArguments).toMatchObject([{ kind: "argument", index: 0, name: { name: "Y" } }]);
  });

  test("has fixups that name the first byte of their operand", () => {
    const [found] = file.functions;
    expect(found?.fixups.map(({ group, offset }) => [group, offset])).toEqual([
      ["function", 19],
      ["function", 14],
      ["symbol", 8],
      ["literal", 1],
    ]);
    expect(found?.fixups[3]?.value).toEqual({ kind: "string", text: "text" });
  });

  test("knows where in the file everything stands", () => {
    const bytes = lcomFile({ header: HEADER, items: ["(RPAQQ X (1 2))", EXAMPLE, "(SETQ Y 2)", TINY] });
    const [found] = file.functions;
    expect(bytes.subarray(found?.codeByte, (found?.codeByte ?? 0) + (found?.code.length ?? 0))).toEqual(found?.code);
    expect(String.fromCharCode(...bytes.subarray(found?.startByte, (found?.startByte ?? 0) + 7))).toBe("EXAMPLE");
  });
});

describe("variants of the header and the end", () => {
  test.each(["\r", "\n"] as const)("line ends %j", (eol) => {
    expect(read({ header: HEADER, eol, items: [EXAMPLE, TINY] }).problems).toEqual([]);
  });
  test.each(["STOP", "NIL", "#:NIL", ""])("the end mark %j", (end) => {
    expect(read({ header: HEADER, items: [EXAMPLE], end })).toMatchObject({ problems: [], functions: [{}] });
  });

  test("without a header the old table counts, in which ^Y and a colon mean something else", () => {
    const file = read({
      items: ['(FILECREATED "1-Jan-90" ("compiled on " X))', { ...TINY, name: "CL:TINY", names: [["I", 0, ":X"]] }],
    });
    expect(file.problems).toEqual([]);
    expect(file.header).toMatchObject({ readTable: "OLD-INTERLISP-FILE", package: "INTERLISP" });
    expect(file.functions[0]).toMatchObject({ name: { package: "LISP", name: "TINY" } });
    expect(file.functions[0]?.names[0]?.name).toMatchObject({ package: "KEYWORD", name: "X" });
  });

  test("in the old table a load-time literal is read with the table for code", () => {
    const code: FunctionSpec = {
      name: "F",
      code(a) {
        a.emitLiteral("GCONST", literal("\x19(CHARACTER 65)"));
        a.emit("RETURN");
      },
    };
    expect(read({ items: ["(FILECREATED)", code] }).functions[0]?.fixups[0]?.value.kind).toBe("load-time");
  });

  test.each([
    ['(DEFINE-FILE-INFO \x1ePACKAGE "XCL" \x1eREADTABLE "XCL" \x1eBASE 8)', "XEROX-COMMON-LISP", "XCL", 8],
    ['(DEFINE-FILE-INFO :READTABLE "XCL" :PACKAGE (DEFPACKAGE "P" (:USE "LISP") (:NICKNAMES "Q")))', "P", "XCL", 10],
    ['(DEFINE-FILE-INFO :READTABLE "LISP" :PACKAGE (LET (X) (CL:IN-PACKAGE "P") X))', "P", "LISP", 10],
  ])("%j", (header, inPackage, readTable, base) => {
    const file = read({ header, items: ["(a 17 Q:B)"] });
    expect(file.header).toMatchObject({ package: inPackage, readTable, base });
    const [item] = file.items;
    const items = item?.kind === "expression" ? listItems(item.form) : null;
    expect(items?.[0]).toEqual({ kind: "symbol", package: inPackage, name: "A" });
    expect(items?.[1]).toEqual({ kind: "integer", value: base === 8 ? 15n : 17n });
    if (header.includes("NICKNAMES")) expect(items?.[2]).toMatchObject({ package: "P" });
  });

  test("records of older machines are read, and marked", () => {
    const file = read({ header: HEADER, items: [TINY], indicator: ":D7" });
    expect(file.problems).toEqual([]);
    expect(file.functions[0]?.obsolete).toMatch(/3 bytes/);
    expect(file.header.version).toBe(":D7");
  });
});

describe("damage", () => {
  const items = ["(FIRST)", EXAMPLE, "(SECOND)", TINY, "(THIRD)", { ...TINY, name: "LAST" }];
  const bytes = lcomFile({ header: HEADER, items });
  const find = (text: string) => String.fromCharCode(...bytes).indexOf(text);
  function damaged(change: (copy: Uint8Array) => void): CompiledFile {
    const copy = bytes.slice();
    change(copy);
    return readCompiledFile("T.LCOM", copy);
  }
  const names = (file: CompiledFile) => file.items.map((item) => (item.kind === "definition" ? item.name.name : "-"));

  test("a wrong code length costs one function", () => {
    const file = damaged((copy) => {
      copy[(readCompiledFile("T.LCOM", bytes).functions[0]?.codeByte ?? 0) - 5] = 3;
    });
    expect(names(file)).toContain("TINY");
    expect(names(file)).toContain("LAST");
    expect(file.problems[0]).toMatchObject({ where: "EXAMPLE" });
  });

  test("a parenthesis too few is reported at the byte where the form starts", () => {
    const at = find("(SECOND)");
    const file = damaged((copy) => {
      copy[at + 7] = 32;
    });
    expect(file.problems).toMatchObject([{ offsetBytes: at, what: "unfinished form" }]);
    expect(names(file)).toEqual(["-", "EXAMPLE", "TINY", "-", "LAST"]);
  });

  test("a changed opcode is named with its place", () => {
    const file = damaged((copy) => {
      copy[readCompiledFile("T.LCOM", bytes).functions[1]?.codeByte ?? 0] = 37;
    });
    expect(file.problems).toMatchObject([{ where: "TINY", what: "unassigned opcode", found: "37" }]);
    expect(names(file)).toHaveLength(6);
  });

  test("a file cut off has what came before", () => {
    const file = readCompiledFile("T.LCOM", bytes.subarray(0, find("LAST :D8") + 12));
    expect(names(file)).toEqual(["-", "EXAMPLE", "-", "TINY", "-"]);
    expect(file.problems).toHaveLength(1);
  });

  test("something behind the end mark is a problem", () => {
    expect(read({ header: HEADER, items: [], end: "STOP\r\rX" }).problems).toMatchObject([
      { where: "end", what: "something behind the end mark" },
    ]);
  });

  test.each([
    ["(A", "unfinished form"],
    ["WORD more words", "symbol WORD at top level"],
    ["12", "neither an expression nor code"],
    ["F :D9\r", "symbol F at top level"],
  ])("%j: %s", (item, what) => {
    expect(read({ header: HEADER, items: [item] }).problems[0]?.what).toBe(what);
  });

  test("what is no compiled file at all is refused", () => {
    expect(() => readCompiledFile("T", Uint8Array.of())).toThrow("T: byte 0: not a compiled file: found nothing");
    expect(() => readCompiledFile("T", Uint8Array.of(59, 59))).toThrow("found byte 59");
  });
});
