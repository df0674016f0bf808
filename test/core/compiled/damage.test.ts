import fc from "fast-check";
import { expect, test } from "vitest";
import { readCompiledFile } from "../../../core/compiled/read-compiled-file.ts";
import { dfaslFile, type FunctionSpec, fasl, lcomFile, literal } from "../../support/images/compiled-files.ts";

const spec: FunctionSpec = {
  name: "F",
  arguments: 2,
  names: [
    ["I", 0, "A"],
    ["F", 0, "S"],
  ],
  code(a) {
    const end = a.newLabel();
    a.emitLiteral("GCONST", literal('"text"'));
    a.jump("FJUMP", end);
    a.emitLiteral("FN2", literal("G"));
    a.place(end);
    a.emit("RETURN");
  },
};
const shared = fasl.store(fasl.list(fasl.string("a"), fasl.interlisp("B")));
const files = [
  lcomFile({
    header: '(DEFINE-FILE-INFO :PACKAGE "INTERLISP" :READTABLE "INTERLISP" :BASE 10)',
    items: ['(RPAQQ X ("a" #(1 2) #*(8 1)@@@@ 1.5))', spec, "(P #4(A) #2A((1) (2)) [A (B])", { ...spec, name: "H" }],
  }),
  lcomFile({ items: ["(FILECREATED)", { ...spec, name: "CL:F" }, "|'(A . B)"], eol: "\n" }),
  dfaslFile([
    shared,
    fasl.evaluate(fasl.fetch(0)),
    fasl.define(fasl.interlisp("F"), fasl.code(spec, { '"text"': fasl.list(fasl.fetch(0), [134, 1, 2]) })),
    [151, ...fasl.store(fasl.code({ ...spec, names: [] })), 0],
    [154, 2],
  ]),
];

/** A change of a file: bytes overwritten, a stretch doubled or taken out, the end cut off. */
const change = fc.oneof(
  fc.record({ kind: fc.constant("set"), at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ kind: fc.constant("cut"), at: fc.nat(), value: fc.nat(40) }),
  fc.record({ kind: fc.constant("double"), at: fc.nat(), value: fc.nat(40) }),
  fc.record({ kind: fc.constant("end"), at: fc.nat(), value: fc.constant(0) }),
);

test("a file with any damage is read to some end, with problems inside the file", () => {
  fc.assert(
    fc.property(fc.constantFrom(...files), fc.array(change, { minLength: 1, maxLength: 6 }), (file, changes) => {
      let bytes = [...file];
      for (const { kind, at, value } of changes) {
        const place = at % Math.max(bytes.length, 1);
        if (kind === "set") bytes[place] = value;
        if (kind === "cut") bytes.splice(place, value);
        if (kind === "double") bytes.splice(place, 0, ...bytes.slice(place, place + value));
        if (kind === "end") bytes = bytes.slice(0, place);
      }
      // The first byte says which reader is meant; without it there is nothing to test.
      bytes[0] = file[0] as number;
      const read = readCompiledFile("T", Uint8Array.from(bytes));
      for (const { offsetBytes, what, found, expected } of read.problems) {
        expect(offsetBytes).toBeGreaterThanOrEqual(0);
        expect(offsetBytes).toBeLessThanOrEqual(bytes.length);
        expect(what.length * found.length * expected.length).toBeGreaterThan(0);
      }
      expect(read.problems.length).toBeLessThan(200);
    }),
    { numRuns: 3000 },
  );
});

test("a megabyte of opening brackets, digits or shifts ends soon", () => {
  const size = 1 << 20;
  const start = [...lcomFile({ header: '(DEFINE-FILE-INFO :READTABLE "INTERLISP")', items: [], end: "" })];
  for (const byte of [40, 91, 57, 255, 34, 35, 39, 124]) {
    const bytes = new Uint8Array(size).fill(byte);
    bytes.set(start);
    expect(readCompiledFile("T", bytes).items.length).toBeLessThanOrEqual(1);
  }
});
