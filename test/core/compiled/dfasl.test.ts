import { describe, expect, test } from "vitest";
import type { Form } from "../../../core/compiled/forms.ts";
import { readCompiledFile } from "../../../core/compiled/read-compiled-file.ts";
import { dfaslFile, type FunctionSpec, fasl, literal } from "../../support/images/compiled-files.ts";

const read = (...operations: readonly (readonly number[])[]) => readCompiledFile("T.DFASL", dfaslFile(operations));

/** A value, seen through an EVAL at top level. */
function value(...bytes: readonly number[]): Form {
  const file = read(fasl.evaluate(bytes));
  const [item] = file.items;
  if (file.problems.length > 0 || item?.kind !== "expression") throw new Error(JSON.stringify(file.problems));
  return item.form;
}

const TINY: FunctionSpec = { name: "TINY", code: (a) => a.emit("RETURN") };
const symbol = (name: string, inPackage: string | null) => ({ kind: "symbol", package: inPackage, name });
const integer = (number: bigint) => ({ kind: "integer", value: number });

describe("values", () => {
  test.each<readonly [string, readonly number[], unknown]>([
    ["short integer", [127], integer(127n)],
    ["NIL", [128], symbol("NIL", "INTERLISP")],
    ["T", [129], symbol("T", "INTERLISP")],
    ["integer", [130, 255, 255, 255, 254], integer(-2n)],
    ["large integer", [131, 5, 255, 0, 0, 0, 0], integer(-4294967296n)],
    ["float", [132, 0x40, 0x20, 0, 0], { kind: "float", value: 2.5 }],
    ["ratio", [134, 6, 4], { kind: "ratio", numerator: 3n, denominator: 2n }],
    ["complex", [135, 1, 2], { kind: "complex", real: integer(1n), imaginary: integer(2n) }],
    ["vector", [136, 2, 1, 128], { kind: "vector", items: [integer(1n), symbol("NIL", "INTERLISP")] }],
    ["thin string", fasl.string("ab"), { kind: "string", text: "ab" }],
    ["fat string", [141, 3, 65, 255, 38, 66, 255, 0, 67], { kind: "string", text: "A\u2642C" }],
    ["character", [142, 65], { kind: "character", code: 65 }],
    ["fat character", [142, 255, 38, 66], { kind: "character", code: 0x2642 }],
    ["LISP symbol", fasl.lisp("CAR"), symbol("CAR", "LISP")],
    ["keyword", fasl.keyword("K"), symbol("K", "KEYWORD")],
    ["INTERLISP symbol", fasl.interlisp("CAR"), symbol("CAR", "INTERLISP")],
    ["symbol of a nickname", fasl.symbol("X", fasl.package("XCL")), symbol("X", "XEROX-COMMON-LISP")],
    ["uninterned symbol", fasl.symbol("G", fasl.nil), symbol("G", null)],
    ["list", fasl.list([1], [2]), { kind: "list", items: [integer(1n), integer(2n)], tail: null }],
    ["empty list", fasl.list(), symbol("NIL", "INTERLISP")],
    ["dotted list", fasl.dotted([1], [2]), { kind: "list", items: [integer(1n)], tail: integer(2n) }],
    ["dotted list with a list as its tail", fasl.dotted([1], fasl.list([2])), { items: [integer(1n), integer(2n)] }],
    [
      "bitmap",
      [158, 17, 2, 1, 1, 2, 3, 4, 5, 6, 7, 8],
      { kind: "bitmap", width: 17, height: 2, bitsPerPixel: 1, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
    ],
    ["structure", [159, ...fasl.interlisp("S"), ...fasl.list(fasl.interlisp("A"), [1])], { kind: "structure" }],
    ["structure without fields", [159, ...fasl.interlisp("S"), 128], { kind: "structure", fields: [] }],
    ["filled array", [138, 137, 2, 128, 2, 1, 3], { kind: "array", elements: [integer(1n), integer(3n)] }],
    ["bit array", [139, 137, 3, 128, 3, 0xa0], { kind: "array", elements: [integer(1n), integer(0n), integer(1n)] }],
  ])("%s", (_, bytes, expected) => {
    expect(value(...bytes)).toMatchObject(expected as object);
  });

  test("a table entry is stored behind the entries inside it, and is one object", () => {
    const inner = fasl.store(fasl.list([1]));
    const file = read(
      fasl.store(fasl.list(inner, inner)),
      fasl.evaluate(fasl.fetch(2)),
      fasl.evaluate(fasl.list(fasl.fetch(0), fasl.fetch(0))),
      [154, 3],
    );
    expect(file.problems).toEqual([]);
    const [all, twice] = file.items.map((item) => (item.kind === "expression" ? item.form : null));
    expect(all).toMatchObject({ kind: "list", items: [{ kind: "list" }, { kind: "list" }] });
    expect(twice?.kind === "list" && twice.items[0] === twice.items[1]).toBe(true);
  });
});

test("each segment begins with an empty table", () => {
  const segment = (operations: readonly number[]) => [...dfaslFile([operations])].slice(3, -1);
  const bytes = Uint8Array.from([145, 0, 8, ...segment([...fasl.store([1]), 154, 1]), ...segment([154, 0]), 255]);
  const file = readCompiledFile("T", bytes);
  expect(file.problems).toEqual([]);
  expect(file.header.text).toEqual(["made by a test", "made by a test"]);
});

describe("code", () => {
  const spec: FunctionSpec = {
    name: "F",
    arguments: 2,
    argumentType: 0,
    locals: 1,
    names: [
      ["I", 0, "A"],
      ["P", 0, "L"],
      ["F", 1, "S"],
    ],
    code(a) {
      a.emitLiteral("GCONST", literal("value"));
      a.emitLiteral("GVAR", literal("G"));
      a.emitLiteral("FNX", literal("CALLED"), 2);
      a.emit("RETURN");
    },
  };

  test("a definition with its operands, which offsets name by their first byte", () => {
    const file = read(fasl.define(fasl.interlisp("F"), fasl.code(spec, { value: fasl.string("v") })));
    expect(file.problems).toEqual([]);
    expect(file.items).toMatchObject([{ kind: "definition", name: { name: "F" } }]);
    expect(file.functions[0]).toMatchObject({
      kind: "DFASL",
      name: { name: "F" },
      argumentCount: 2,
      localCount: 1,
      freeCount: 1,
      names: [{ kind: "argument" }, { kind: "local" }, { kind: "free", index: 1 }],
      isClosure: false,
    });
    expect(file.functions[0]?.fixups.map(({ group, offset }) => [group, offset])).toEqual([
      ["function", 12],
      ["symbol", 6],
      ["literal", 1],
    ]);
  });

  test("a form to call, an inner function, and one that takes any number of arguments", () => {
    const inner = fasl.code({ ...TINY, argumentType: 2, isClosure: true });
    const outer: FunctionSpec = { name: "OUTER", code: (a) => a.emitLiteral("GCONST", literal("inner")) };
    const file = read(fasl.call(fasl.code(outer, { inner })));
    expect(file.items).toMatchObject([{ kind: "call", function: { frameName: { name: "OUTER" }, name: null } }]);
    expect(file.functions).toMatchObject([
      { frameName: { name: "TINY" }, argumentCount: -1, isClosure: true },
      { frameName: { name: "OUTER" } },
    ]);
  });

  test("local function fixups patch code that refers to itself", () => {
    const itself: FunctionSpec = {
      name: "LOOP",
      code(a) {
        a.emit("GCONST", 0);
        a.emit("RETURN");
      },
    };
    const patched = [151, ...fasl.store(fasl.code(itself)), 1, ...fasl.fetch(0), 1, ...fasl.fetch(0)];
    const file = read(fasl.define(fasl.interlisp("LOOP"), patched));
    expect(file.problems).toEqual([]);
    const [loop] = file.functions;
    expect(loop?.fixups).toHaveLength(1);
    const target = loop?.fixups[0]?.value;
    expect(target?.kind === "code" && target.function === loop).toBe(true);
  });

  test("code of version 7 is read, and marked", () => {
    const file = readCompiledFile("T", dfaslFile([fasl.define(fasl.interlisp("F"), fasl.code(TINY))], 7));
    expect(file.problems).toEqual([]);
    expect(file.functions[0]?.obsolete).toMatch(/version 7/);
  });
});

describe("damage", () => {
  const good = fasl.define(fasl.interlisp("GOOD"), fasl.code(TINY));

  test.each<readonly [string, readonly number[], string]>([
    ["unknown operation", [133], "unknown operation"],
    ["end inside a value", [147, 2, 1, 255], "unknown operation"],
    ["table index", fasl.fetch(0), "impossible table index"],
    ["length", [140, ...fasl.integer(100_000), 65], "impossible length of a string"],
    ["name that is no string", [149, 1], "name of a symbol or package"],
    ["package that is none", fasl.symbol("X", [1]), "package of symbol X"],
    ["ratio", [134, 1, 0], "broken ratio"],
    ["array to fill", [138, 1, 0], "array to fill"],
    ["definition", fasl.define(fasl.interlisp("F"), [1]), "definition of F"],
    ["call", fasl.call([1]), "function to call"],
    ["patch", [151, 1, 1, 2, 3, 4], "code to patch"],
    ["nesting", new Array<number>(5000).fill(152), "value nested too deeply"],
  ])("%s", (_, operation, what) => {
    const file = read(good, operation, good);
    expect(file.problems[0]?.what).toBe(what);
    expect(file.items).toMatchObject([{ name: { name: "GOOD" } }]);
  });

  test("a table of another size than announced", () => {
    expect(read(fasl.store([1]), [154, 2]).problems).toMatchObject([{ found: "1 entries", expected: "2 entries" }]);
  });

  test("a fixup outside the code, and bytes behind the end", () => {
    const code = fasl.code(TINY);
    code.splice(-4, 1, 1, 9, ...fasl.interlisp("X"));
    expect(read(fasl.call(code)).problems[0]).toMatchObject({ what: "function fixup", found: "offset 9" });
    const bytes = Uint8Array.from([...dfaslFile([good]), 1]);
    expect(readCompiledFile("T", bytes).problems[0]?.what).toBe("something behind the end of the file");
  });

  test("every truncation keeps the definitions before it", () => {
    const bytes = dfaslFile([good, good, good]);
    const whole = readCompiledFile("T", bytes);
    for (let length = 1; length < bytes.length; length++) {
      const file = readCompiledFile("T", bytes.subarray(0, length));
      expect(file.problems).not.toEqual([]);
      expect(file.items).toHaveLength(whole.items.filter(({ endByte }) => endByte <= length).length);
    }
  });
});
