import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Form } from "../../../core/language/forms.ts";
import { read } from "../../../core/language/reader.ts";
import { NIL, T } from "../../../core/memory/layout.ts";
import { character, smallInteger } from "../../../core/objects/immediates.ts";
import {
  FULL_DISPLAY,
  FULL_WRITE,
  floatText,
  PREVIEW,
  printValue,
  stringLiteral,
} from "../../../core/objects/printer.ts";
import { setTypeEntries } from "../../../core/objects/types.ts";
import { TestImage } from "../../support/images/test-image.ts";

const image = new TestImage().declareTypes();
const write = (value: number) => printValue(image.memory, value, FULL_WRITE);
const display = (value: number) => printValue(image.memory, value, FULL_DISPLAY);
const small = smallInteger;

describe("printer", () => {
  test.each([
    ["nil", NIL, "nil"],
    ["truth", T, "#t"],
    ["a small integer", small(-5), "-5"],
    ["a boxed integer", image.fixp(-100000), "-100000"],
    ["a float", image.float(0.1), "0.1"],
    ["a character", character(0x61), "#\\a"],
    ["a space", character(0x20), "#\\space"],
    ["a control character", character(1), "#\\x1"],
    ["a symbol as typed", image.symbol("Hello-World!"), "Hello-World!"],
    ["a new symbol", image.newSymbol("later"), "later"],
    ["a string", image.string('say "hi"\\\n'), '"say \\"hi\\"\\\\\\n"'],
    ["a fat string", image.string("α → β"), '"α → β"'],
    ["a list", image.list(small(1), small(2), small(3)), "(1 2 3)"],
    ["a dotted pair", image.cons(small(1), small(2)), "(1 . 2)"],
    ["a nested list", image.list(image.list(small(1)), NIL), "((1) nil)"],
    ["a vector", image.vector(small(1), T, image.list(small(2))), "#(1 #t (2))"],
    ["an empty vector", image.vector(), "#()"],
  ])("%s", (_, value, expected) => {
    expect(write(value)).toBe(expected);
  });

  test("display shows strings and characters raw, also inside lists", () => {
    expect(display(image.list(image.string("a b"), character(0x78)))).toBe("(a b x)");
  });
  test("objects without a form of their own show type and octal address", () => {
    const bitmap = image.object(12);
    expect(write(bitmap)).toBe(`{BITMAP}#${(bitmap >> 16).toString(8)},${(bitmap & 0xffff).toString(8)}`);
  });
  test("code and closures show the frame name", () => {
    const code = image.block(8, 2);
    image.memory.setCell(code + 4, image.symbol("fib"));
    const closure = image.object(13);
    image.memory.setCell(closure, code);
    expect([write(code), write(closure)]).toEqual(["#<function fib>", "#<function fib>"]);
  });
  test("big integers and ratios", () => {
    const big = image.object(17);
    image.memory.setCell(big, image.list(small(1), small(0), small(1)));
    const ratio = image.object(18);
    image.memory.setCell(ratio, small(1));
    image.memory.setCell(ratio + 2, small(3));
    expect([write(big), write(ratio)]).toEqual([String(2 ** 28 + 1), "1/3"]);
  });
  test("previews are bounded in length, depth and characters", () => {
    const numbers = Array.from({ length: 40 }, (_, i) => small(i));
    expect(printValue(image.memory, image.list(...numbers), PREVIEW)).toBe("(0 1 2 3 4 5 6 7 8 9 10 11 …)");
    expect(printValue(image.memory, image.vector(...numbers), PREVIEW)).toBe("#(0 1 2 3 4 5 6 7 8 9 10 11 …)");
    let deep = NIL;
    for (let i = 0; i < 10; i++) deep = image.list(deep);
    expect(printValue(image.memory, deep, PREVIEW)).toBe("((((…))))");
    const long = printValue(image.memory, image.string("x".repeat(1000)), PREVIEW);
    expect([long.length, long.endsWith("…")]).toEqual([200, true]);
  });
  test("circular lists end", () => {
    const circular = image.cons(small(1), NIL);
    image.setCons(circular, small(1), circular);
    expect(printValue(image.memory, circular, { ...PREVIEW, maxLength: 3 })).toBe("(1 1 1 …)");
    const inward = image.cons(NIL, NIL);
    image.setCons(inward, inward, NIL);
    expect(printValue(image.memory, inward, PREVIEW)).toBe("((((…))))");
  });

  test("any graph of conses and vectors prints within the bounds", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 10, maxLength: 10 }), (edges) => {
        const graph = new TestImage(8);
        const nodes = edges.map((_, i) => (i % 3 === 2 ? graph.vector(NIL, NIL, NIL) : graph.cons(NIL, NIL)));
        for (const [i, [a, d]] of edges.entries()) {
          const node = nodes[i] as number;
          const [first, second] = [nodes[a] as number, nodes[d] as number];
          if (i % 3 !== 2) graph.setCons(node, first, second);
          else
            for (const j of [0, 1, 2]) graph.memory.setCell(graph.memory.cell(node) + 2 * j, j === 1 ? second : first);
        }
        for (const node of nodes) {
          expect(printValue(graph.memory, node, PREVIEW).length).toBeLessThanOrEqual(200);
          expect(printValue(graph.memory, node, { ...FULL_WRITE, maxCharacters: 5000 }).length).toBeLessThanOrEqual(
            5000,
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  test("a damaged image prints: no content makes the printer fail", () => {
    const types = [0, 2, 3, 5, 6, 7, 13, 14, 15, 16, 17, 18, 21, 31, 45, 64, 200];
    const damaged = new TestImage(8).declareTypes();
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 64, maxLength: 64 }),
        fc.nat(511),
        (cells, offset) => {
          // Half of the cells point back into the unit, or just below the end of memory.
          for (const [i, cell] of cells.entries()) {
            const value =
              i % 4 === 0 ? 0x3a0000 + (cell % 512) : i % 4 === 1 ? (cell & 0xf0000000) + 0x3fffff - (cell % 9) : cell;
            damaged.memory.setCell(0x3a0000 + 2 * i, value);
          }
          for (const type of types) {
            setTypeEntries(damaged.memory, 0x3a0000, 0x3a0200, type === 21 ? 0xc815 : type);
            setTypeEntries(damaged.memory, 0x3ffe00, 0x400000, type);
            for (const value of [
              0x3a0000 + (offset & ~1),
              0x3a0000 + offset,
              0x3ffffe,
              0x3fffff,
              cells[0] as number & 0xfffffff,
            ]) {
              expect(typeof printValue(damaged.memory, value, PREVIEW)).toBe("string");
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("float text", () => {
  test.each([
    [1, "1.0"],
    [-2.5, "-2.5"],
    [Math.fround(0.1), "0.1"],
    [Math.fround(Math.PI), "3.1415927"],
    [Math.fround(1e30), "1.0e30"],
    [Math.fround(1.5e-10), "1.5e-10"],
    [16777216, "16777216.0"],
    [-0, "-0.0"],
    [Number.POSITIVE_INFINITY, "+inf.0"],
    [Number.NaN, "+nan.0"],
  ])("%d is %s", (value, expected) => {
    expect(floatText(value)).toBe(expected);
  });
  test("reads back as the same single", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Math.fround(Number(floatText(value)))).toBe(value);
        expect(floatText(value)).toMatch(/\./);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("what is written is read back", () => {
  const leaf = fc.oneof(
    fc
      .integer()
      .map((value) => ({ value: Math.abs(value) < 0x10000 ? small(value) : image.fixp(value), expected: value })),
    fc
      .float({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => !Object.is(value, -0))
      .map((value) => ({ value: image.float(value), expected: value })),
    fc.string({ unit: "binary-ascii", maxLength: 12 }).map((text) => ({ value: image.string(text), expected: text })),
    fc.integer({ min: 0, max: 0xd7ff }).map((code) => ({ value: character(code), expected: { code } })),
    fc.constant({ value: NIL, expected: "nil constant" }),
    fc.constant({ value: T, expected: "true constant" }),
  );
  const plain = (form: Form): unknown => {
    if (form.kind === "integer" || form.kind === "float") return form.value;
    if (form.kind === "string") return form.text;
    if (form.kind === "character") return { code: form.code };
    if (form.kind === "constant") return `${form.value} constant`;
    return form.kind === "list" || form.kind === "vector" ? form.items.map(plain) : form.kind;
  };

  test("numbers, strings, characters and constants, in lists and vectors", () => {
    fc.assert(
      fc.property(fc.array(leaf, { minLength: 1, maxLength: 8 }), (leaves) => {
        const values = leaves.map(({ value }) => value);
        const expected = leaves.map((entry) => entry.expected);
        const text = `${write(image.list(...values))} ${write(image.vector(...values))}`;
        const { forms, diagnostics } = read(text);
        expect([text, diagnostics]).toEqual([text, []]);
        expect(forms.map((form) => form.kind)).toEqual(["list", "vector"]);
        expect(forms.map(plain)).toEqual([expected, expected]);
      }),
      { numRuns: 300 },
    );
  });
});

test("string literals escape what the reader needs escaped", () => {
  expect(stringLiteral('a"b\\c\td')).toBe('"a\\"b\\\\c\\td"');
});
