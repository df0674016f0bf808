import { describe, expect, test } from "vitest";
import { type Form, listItems } from "../../../core/compiled/forms.ts";
import { FormReader } from "../../../core/compiled/reader/form-reader.ts";
import { TABLES } from "../../../core/compiled/reader/read-tables.ts";
import { type Encoding, TextStream } from "../../../core/compiled/reader/text-stream.ts";

interface Reading {
  readonly table?: string;
  readonly base?: number;
  readonly encoding?: Encoding;
}
const bytesOf = (text: string) => Uint8Array.from([...text].map((character) => character.charCodeAt(0)));

function reader(text: string | Uint8Array, { table = "INTERLISP", base = 10, encoding = "MCCS" }: Reading = {}) {
  const stream = new TextStream("T", typeof text === "string" ? bytesOf(text) : text);
  stream.encoding = encoding;
  const found = TABLES.get(table);
  if (found === undefined) throw new Error(`no table ${table}`);
  return new FormReader(stream, { table: found, package: "INTERLISP", base, nicknames: new Map() });
}
const read = (text: string | Uint8Array, how: Reading = {}): Form | null => reader(text, how).read();

/** A form in a notation of the test's own: package and name of symbols are always written out. */
function spelled(form: Form | null): string {
  if (form === null) return "end";
  switch (form.kind) {
    case "symbol":
      return `${form.package ?? "#"}:${form.name}`;
    case "integer":
      return String(form.value);
    case "ratio":
      return `${form.numerator}/${form.denominator}`;
    case "float":
      return `${form.value}f`;
    case "string":
      return JSON.stringify(form.text);
    case "character":
      return `c${form.code}`;
    case "list":
      return `(${form.items.map(spelled).join(" ")}${form.tail === null ? "" : ` . ${spelled(form.tail)}`})`;
    case "vector":
      return `[${form.items.map(spelled).join(" ")}]`;
    case "bits":
      return `b${form.bits.join("")}`;
    case "load-time":
      return `@${spelled(form.form)}`;
    case "structure":
      return `S${spelled(form.type)}{${form.fields.map(spelled).join(" ")}}`;
    case "complex":
      return `C(${spelled(form.real)} ${spelled(form.imaginary)})`;
    case "pathname":
      return `P${spelled(form.name)}`;
    case "array":
      return `A${spelled(form.dimensions)}[${form.elements.map(spelled).join(" ")}]`;
    case "bitmap":
      return `B${form.width}x${form.height}x${form.bitsPerPixel}:${[...form.bytes].join(",")}`;
    default:
      return form.kind;
  }
}

describe("symbols", () => {
  test.each([
    ["CAR", "INTERLISP", "INTERLISP:CAR"],
    ["car", "INTERLISP", "INTERLISP:car"],
    ["car", "XCL", "INTERLISP:CAR"],
    ["|car|", "XCL", "INTERLISP:car"],
    ["c\\ar", "LISP", "INTERLISP:CaR"],
    ["CL:CAR", "INTERLISP", "LISP:CAR"],
    ["cl::car", "XCL", "LISP:CAR"],
    ["SI::%X", "INTERLISP", "SYSTEM:X"],
    ["XCL:FOO", "INTERLISP", "XEROX-COMMON-LISP:FOO"],
    [":KEY", "INTERLISP", "KEYWORD:KEY"],
    ["OTHER:KEY", "INTERLISP", "OTHER:KEY"],
    ["\x1eKEY", "INTERLISP", "KEYWORD:KEY"],
    ["%(A% B", "INTERLISP", "INTERLISP:(A B"],
    ["|A(b)%|c| ", "INTERLISP", "INTERLISP:A(b)|c"],
    ["%12", "INTERLISP", "INTERLISP:12"],
    ["|12|", "INTERLISP", "INTERLISP:12"],
    ["CL:12", "INTERLISP", "LISP:12"],
    ["A#B'C", "INTERLISP", "INTERLISP:A#B'C"],
    ["#:G53", "INTERLISP", "#:G53"],
    ["A[", "XCL", "INTERLISP:A["],
    ["CL:CAR", "OLD-INTERLISP-FILE", "LISP:CAR"],
    ["CL::CAR", "OLD-INTERLISP-FILE", "LISP:CAR"],
    ["CL:FLG", "OLD-INTERLISP-FILE", "INTERLISP:CL:FLG"],
    [":KEY", "OLD-INTERLISP-FILE", "KEYWORD:KEY"],
    ["COMPILER::X", "OLD-INTERLISP-FILE", "COMPILER:X"],
    ["A:B", "OLD-INTERLISP-FILE", "INTERLISP:A:B"],
    ["#A", "OLD-INTERLISP-FILE", "INTERLISP:#A"],
    ["CL\xa7CAR", "OLD-INTERLISP-FILE", "LISP:CAR"],
  ])("%s in table %s is %s", (text, table, expected) => {
    expect(spelled(read(text, { table }))).toBe(expected);
  });

  test("a token ends at a separator, which stays in the stream", () => {
    const from = reader("NAME :D8\r");
    expect(spelled(from.read())).toBe("INTERLISP:NAME");
    expect(from.stream.at).toBe(4);
  });
});

describe("numbers", () => {
  test.each([
    ["17", "INTERLISP", "17"],
    ["+17", "INTERLISP", "17"],
    ["-17Q", "INTERLISP", "-15"],
    ["18Q", "INTERLISP", "INTERLISP:18Q"],
    ["5.", "INTERLISP", "5f"],
    ["5.", "XCL", "5"],
    [".5", "XCL", "0.5f"],
    ["-1.5E3", "OLD-INTERLISP-FILE", "-1500f"],
    ["2E-1", "INTERLISP", `${Math.fround(0.2)}f`],
    ["1.5d2", "INTERLISP", "150f"],
    ["1.5D2", "OLD-INTERLISP-FILE", "INTERLISP:1.5D2"],
    ["6/4", "INTERLISP", "3/2"],
    ["6/3", "XCL", "2"],
    ["6/4", "OLD-INTERLISP-FILE", "INTERLISP:6/4"],
    ["1/0", "INTERLISP", "INTERLISP:1/0"],
    ["123456789012345678901234567890", "INTERLISP", "123456789012345678901234567890"],
    ["+", "INTERLISP", "INTERLISP:+"],
    ["-.", "INTERLISP", "INTERLISP:-."],
    ["1+", "INTERLISP", "INTERLISP:1+"],
    ["1E", "INTERLISP", "INTERLISP:1E"],
  ])("%s in table %s is %s", (text, table, expected) => {
    expect(spelled(read(text, { table }))).toBe(expected);
  });

  test("the base of the file counts in the Common Lisp tables only", () => {
    expect(spelled(read("17", { table: "XCL", base: 8 }))).toBe("15");
    expect(spelled(read("17.", { table: "XCL", base: 8 }))).toBe("17");
    expect(spelled(read("18", { table: "XCL", base: 8 }))).toBe("INTERLISP:18");
    expect(spelled(read("17", { table: "INTERLISP", base: 8 }))).toBe("17");
  });
});

describe("lists", () => {
  test.each([
    ["()", "INTERLISP:NIL"],
    ["(A . B)", "(INTERLISP:A . INTERLISP:B)"],
    ["(A . (B C))", "(INTERLISP:A INTERLISP:B INTERLISP:C)"],
    ["(A . NIL)", "(INTERLISP:A)"],
    ["(A . B C)", "(INTERLISP:A INTERLISP:. INTERLISP:B INTERLISP:C)"],
    ["(A %. B)", "(INTERLISP:A INTERLISP:. INTERLISP:B)"],
    ["[A (B (C] D", "(INTERLISP:A (INTERLISP:B (INTERLISP:C)))"],
    ["(1 [2 (3] 4)", "(1 (2 (3)) 4)"],
    ["(1 (2 (3] 4", "(1 (2 (3)))"],
  ])("%s is %s", (text, expected) => {
    expect(spelled(read(text))).toBe(expected);
  });

  test("nesting is bounded, with the place where it became too deep", () => {
    expect(spelled(read(`${"(".repeat(999)}${")".repeat(999)}`))).not.toBe("end");
    expect(() => read("(".repeat(5000))).toThrow(/byte 1000: form nested too deeply/);
  });

  test.each([
    ["(A B", "byte 0: unfinished form"],
    ["  )", "byte 2: closing bracket without an opening one"],
    ["('", "byte 1: unfinished form"],
    ["(')", "byte 2: closing bracket"],
    ['"abc', "byte 0: unfinished string"],
    ["|abc", "byte 0: unfinished symbol"],
    ["A:B:C", "misplaced package delimiter"],
    ["#Q", "unknown syntax: found #Q"],
    ["#\\Nonsense", "unknown character"],
    ["#1#", "label of nothing"],
    ["#1=(A #1#)", "label of nothing"],
    ["#2(A B C)", "vector of another length"],
    ["#999999999(A)", "vector of another length"],
    ["#*012", "broken bit vector"],
    ["#*(8 1)@", "bitmap cut off"],
    ["#*(8 1)@@@P", "broken bitmap"],
    ["#| #| |#", "unfinished comment"],
    ["#XG", "broken number"],
    ["#2A((1 2) (3))", "broken array"],
  ])("%s is refused: %s", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

describe("strings", () => {
  test.each([
    ['"a%"b"', "INTERLISP", 'a"b'],
    ['"a\\"b"', "XCL", 'a"b'],
    ['"a%b"', "XCL", "a%b"],
    ['"a\nb\rc"', "INTERLISP", "a\rb\rc"],
    ['"a%\nb"', "INTERLISP", "a\nb"],
    ['#"a\n   b"', "INTERLISP", "a b"],
  ])("%j in table %s is %j", (text, table, expected) => {
    expect(read(text, { table })).toEqual({ kind: "string", text: expected });
  });
});

describe("macros", () => {
  test.each([
    ["'A", "INTERLISP", "(LISP:QUOTE INTERLISP:A)"],
    [
      "`(A ,B ,@C ,.D)",
      "XCL",
      "(INTERLISP:BQUOTE (INTERLISP:A (INTERLISP:, INTERLISP:B) (INTERLISP:,@ INTERLISP:C) (INTERLISP:,. INTERLISP:D)))",
    ],
    ["#'A", "INTERLISP", "(LISP:FUNCTION INTERLISP:A)"],
    ["\x19(F X)", "INTERLISP", "@(INTERLISP:F INTERLISP:X)"],
    ["#.X", "XCL", "@INTERLISP:X"],
    ["#,X", "XCL", "@INTERLISP:X"],
    ["#\\A", "INTERLISP", "c65"],
    ["#\\(", "INTERLISP", "c40"],
    ["#\\space", "XCL", "c32"],
    ["#\\Newline", "INTERLISP", "c13"],
    ["#\\LINEFEED", "INTERLISP", "c10"],
    ["#\\^C", "INTERLISP", "c3"],
    ["#\\#A", "INTERLISP", "c193"],
    ["#\\357-44", "INTERLISP", `c${0o357 * 256 + 0o44}`],
    ["#(1 2)", "INTERLISP", "[1 2]"],
    ["#4(1 2)", "INTERLISP", "[1 2 2 2]"],
    ["#*0110", "INTERLISP", "b0110"],
    ["#6*01", "INTERLISP", "b011111"],
    ["#S(TYPE A 1)", "INTERLISP", "SINTERLISP:TYPE{INTERLISP:A 1}"],
    ["#C(1 2)", "INTERLISP", "C(1 2)"],
    ['#P"a"', "INTERLISP", 'P"a"'],
    ["#O17", "INTERLISP", "15"],
    ["#B-101", "INTERLISP", "-5"],
    ["#XfF", "INTERLISP", "255"],
    ["#36RZ", "INTERLISP", "35"],
    ["#B1/10", "INTERLISP", "1/2"],
    ["#2A((1 2) (3 4))", "INTERLISP", "A(2 2)[1 2 3 4]"],
    ["#+MEDLEY A", "INTERLISP", "INTERLISP:A"],
    ["(#+UNIX A B)", "INTERLISP", "(INTERLISP:B)"],
    ["(#-(OR UNIX MEDLEY) A B)", "INTERLISP", "(INTERLISP:B)"],
    ["(#+(AND MEDLEY (NOT UNIX)) A B)", "INTERLISP", "(INTERLISP:A INTERLISP:B)"],
    ["#| a #| b |# |# A", "INTERLISP", "INTERLISP:A"],
    ["; comment\rA", "XCL", "INTERLISP:A"],
    ["(#1=(A) #1#)", "INTERLISP", "((INTERLISP:A) (INTERLISP:A))"],
    ["|#(1)", "OLD-INTERLISP-FILE", "[1]"],
    ["|(1)", "INTERLISP", "end"],
    ["(A | B)", "OLD-INTERLISP-FILE", "(INTERLISP:A INTERLISP:B)"],
    ["|'A", "OLD-INTERLISP-FILE", "(INTERLISP:BQUOTE INTERLISP:A)"],
    ["#*(20 1)ABCDEFGH7", "INTERLISP", "B20x1x1:18,52,86,120"],
    ["#*(2 1 8)@A@B", "INTERLISP", "B2x1x8:1,2"],
  ])("%j in table %s is %s", (text, table, expected) => {
    if (expected === "end") expect(() => read(text, { table })).toThrow("unfinished symbol");
    else expect(spelled(read(text, { table }))).toBe(expected);
  });

  test("a shared label is one object", () => {
    const [first, second] = listItems(read("(#1=(A) #1#)") as Form) ?? [];
    expect(first).toBe(second);
  });
});

describe("characters", () => {
  test("255 shifts to another character set until the next shift", () => {
    const bytes = Uint8Array.of(34, 65, 255, 38, 65, 66, 255, 0, 67, 34);
    expect(read(bytes)).toEqual({ kind: "string", text: `A${String.fromCharCode(38 * 256 + 65, 38 * 256 + 66)}C` });
  });

  test("255 255 0 makes every character two bytes", () => {
    const bytes = Uint8Array.of(255, 255, 0, 0, 34, 1, 2, 0, 65, 0, 34);
    expect(read(bytes)).toEqual({ kind: "string", text: `${String.fromCharCode(258)}A` });
  });

  test("UTF-8 files have the machine's arrows and others for ASCII", () => {
    const bytes = new TextEncoder().encode('"←↑_^é"');
    expect(read(bytes, { encoding: "UTF-8" })).toEqual({ kind: "string", text: "_^\xac\xad\xe9" });
    expect(() => read(Uint8Array.of(34, 0xc3, 34), { encoding: "UTF-8" })).toThrow("malformed UTF-8");
  });

  test("XCCS files exchange a few codes", () => {
    expect(read('"$_^"', { encoding: "XCCS" })).toEqual({ kind: "string", text: "\xa4\xac\xad" });
  });
});
