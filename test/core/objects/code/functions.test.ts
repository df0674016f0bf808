import { describe, expect, test } from "vitest";
import { NIL, T } from "../../../../core/memory/layout.ts";
import { CONTENT_CODE } from "../../../../core/objects/arrays/blocks.ts";
import {
  codeOf,
  debuggingCellOf,
  eachInstruction,
  frameNameText,
  functionHeader,
  functionNames,
  NAME_ARGUMENT,
  NAME_FREE,
  NAME_LOCAL,
} from "../../../../core/objects/code/functions.ts";
import { smallInteger } from "../../../../core/objects/immediates.ts";
import { eachPointer, pointerOffsetsOf, type SlotKind, sizeOf } from "../../../../core/objects/object-slots.ts";
import { TestImage } from "../../../support/images/test-image.ts";

const image = new TestImage().declareTypes();
const { memory } = image;
const GCONST = 0x6f;

/** A function with three names, debugging information, and two constants of which one is the function itself. */
function sampleCode() {
  const code = image.block(40, CONTENT_CODE);
  const [x, y, z, name] = ["x", "yy", "zz", "sample"].map((text) => image.symbol(text)) as [
    number,
    number,
    number,
    number,
  ];
  const debugging = image.list(x);
  const halfWords = 8;
  const startPc = 2 * (8 + 2 * halfWords) + 4;
  for (const [word, value] of [60, -1, 1, startPc].entries()) memory.setWord(code + word, value);
  memory.setCell(code + 4, (0x80000000 | 0x20000000 | name) >>> 0);
  memory.setWord(code + 6, halfWords);
  memory.setWord(code + 7, (1 << 8) | 12);
  for (const [i, [symbol, slot]] of [
    [x, 0x00000000],
    [y, 0x80000001],
    [z, 0xc0000001],
  ].entries()) {
    memory.setCell(code + 8 + 2 * i, symbol as number);
    memory.setCell(code + 8 + halfWords + 2 * i, slot as number);
  }
  memory.setCell(code + startPc / 2 - 2, debugging);
  const constant = image.string("constant");
  const operand = (value: number) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
  // SIC 111 looks like GCONST to a walk that does not know operand lengths.
  const bytes = [0x6c, GCONST, GCONST, ...operand(constant), GCONST, ...operand(code), 0x10, 0];
  for (const [i, byte] of bytes.entries()) memory.setByte(code * 2 + startPc + i, byte);
  return { code, x, y, z, name, debugging, constant, startPc, length: bytes.length };
}

describe("function headers", () => {
  const { code, x, y, z, name, debugging, startPc, length } = sampleCode();

  test("fields", () => {
    expect(functionHeader(memory, code)).toEqual({
      address: code,
      stackMinimumWords: 60,
      argumentCount: -1,
      localWords: 8,
      codeStart: code * 2 + startPc,
      startPc,
      isClosure: true,
      argumentType: "LAMBDA-NOSPREAD",
      frameName: name,
      nameTableWords: 8,
      localCount: 1,
      freeNameOffset: 12,
      debugging,
    });
  });
  test("the name table lists arguments, locals and free variables", () => {
    const header = functionHeader(memory, code);
    if (header === null) throw new RangeError("no header");
    expect(functionNames(memory, header)).toEqual([
      { name: x, kind: NAME_ARGUMENT, index: 0 },
      { name: y, kind: NAME_LOCAL, index: 1 },
      { name: z, kind: NAME_FREE, index: 1 },
    ]);
  });
  test("instructions are walked by their lengths, up to the closing 0 or the end", () => {
    const start = code * 2 + startPc;
    const found: number[] = [];
    expect(eachInstruction(memory, start, start + 100, (pc) => found.push(pc - start))).toBe(start + length - 1);
    expect(found).toEqual([0, 2, 7, 12]);
    expect(eachInstruction(memory, start, start + 5, () => {})).toBe(start + 2);
  });
  test("a header without room for debugging information has none", () => {
    expect(debuggingCellOf(0x2e0002, 16)).toBeNull();
    expect(debuggingCellOf(0x2e0002, 28)).toBe(0x2e0002 + 12);
  });
  test("closures and code lead to code, other values do not", () => {
    const closure = image.object(13);
    memory.setCell(closure, code);
    expect([codeOf(memory, closure), codeOf(memory, code)]).toEqual([code, code]);
    expect([codeOf(memory, T), codeOf(memory, image.block(3)), codeOf(memory, image.object(13))]).toEqual([
      null,
      null,
      null,
    ]);
  });
  test("frame names are symbols or strings", () => {
    expect([frameNameText(memory, name), frameNameText(memory, image.string("lambda 3"))]).toEqual([
      "sample",
      "lambda 3",
    ]);
    expect(frameNameText(memory, image.list(T))).toBeNull();
  });
});

describe("slots of an object", () => {
  const slots = (pointer: number) => {
    const found: [number, SlotKind, number][] = [];
    eachPointer(memory, pointer, (value, kind, index) => found.push([value, kind, index]), pointerOffsetsOf(memory));
    return found;
  };

  test("a cons has CAR and CDR, stored or not", () => {
    expect(slots(image.cons(T, smallInteger(1)))).toEqual([
      [T, "car", 0],
      [smallInteger(1), "cdr", 0],
    ]);
  });
  test("a typed object has the fields that its descriptor lists", () => {
    const vector = image.vector(T, NIL);
    const storage = memory.pointer(vector);
    expect(slots(vector)).toEqual([[storage, "field", 0]]);
    expect(slots(storage)).toEqual([
      [T, "element", 0],
      [NIL, "element", 1],
    ]);
    const closure = image.object(13);
    memory.setCell(closure, 0xf0000000 | storage);
    memory.setCell(closure + 2, T);
    expect(slots(closure)).toEqual([
      [storage, "field", 0],
      [T, "field", 2],
    ]);
  });
  test("a pointer hunk has all its cells, an unboxed one has none", () => {
    const hunk = image.object(31);
    memory.setCell(hunk + 2, T);
    expect(slots(hunk)).toEqual([
      [NIL, "element", 0],
      [T, "element", 1],
    ]);
    expect(slots(image.object(50))).toEqual([]);
    expect(slots(image.fixp(1))).toEqual([]);
  });
  test("code has its name, its debugging information, and constants other than itself", () => {
    const { code, name, debugging, constant, startPc } = sampleCode();
    expect(slots(code)).toEqual([
      [name, "frame-name", 0],
      [debugging, "debugging", 0],
      [constant, "constant", startPc + 3],
    ]);
  });
  test("a symbol, old or new, has four", () => {
    const symbol = image.newSymbol("held");
    for (const value of [symbol, T]) {
      expect(slots(value).map(([, kind]) => kind)).toEqual(["print-name", "value", "definition", "properties"]);
    }
    expect(slots(smallInteger(4))).toEqual([]);
  });
  test("sizes include what belongs to the object only", () => {
    const sizes = [
      image.cons(T, T),
      image.vector(T, T, T),
      image.block(6),
      image.object(31),
      image.fixp(1),
      T,
      image.newSymbol("size"),
      smallInteger(1),
    ].map((value) => sizeOf(memory, value));
    expect(sizes).toEqual([4, 8, 16, 4, 2, 10, 10, 0]);
  });
  test("conses of every code have their size", () => {
    const cons = image.unit(5) + 8;
    for (const [code, words] of [
      [8, 2],
      [9, 2],
      [3, 4],
      [0, 6],
    ] as const) {
      memory.setCell(cons, ((code << 28) | (code === 0 ? cons + 8 : 0)) >>> 0);
      memory.setCell(cons + 8, 0x10000000);
      expect(sizeOf(memory, cons)).toBe(words);
    }
  });
});
