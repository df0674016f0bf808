import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Form } from "../../../core/language/forms.ts";
import { MAX_NESTING, read } from "../../../core/language/reader.ts";

/** Forms as text, without ranges: what the reader understood. */
function show(form: Form): string {
  switch (form.kind) {
    case "symbol":
      return form.name;
    case "integer":
      return `${form.value}`;
    case "float":
      return Number.isInteger(form.value) ? form.value.toFixed(1) : `${form.value}`;
    case "character":
      return `#\\x${form.code.toString(16)}`;
    case "string":
      return JSON.stringify(form.text);
    case "constant":
      return form.value === "true" ? "#t" : "nil";
    case "list":
      return `(${form.items.map(show).join(" ")}${form.tail === null ? "" : ` . ${show(form.tail)}`}${form.isClosed ? ")" : "…"}`;
    case "vector":
      return `#(${form.items.map(show).join(" ")}${form.isClosed ? ")" : "…"}`;
    default:
      return `<${form.kind} ${form.form === null ? "-" : show(form.form)}>`;
  }
}
const shown = (text: string) => read(text).forms.map(show).join(" ");
const codes = (text: string) => read(text).diagnostics.map((diagnostic) => diagnostic.code);
function everyForm(
  forms: readonly Form[],
  visit: (form: Form, parent: Form | null) => void,
  parent: Form | null = null,
) {
  for (const form of forms) {
    visit(form, parent);
    if (form.kind === "list") everyForm([...form.items, ...(form.tail === null ? [] : [form.tail])], visit, form);
    else if (form.kind === "vector") everyForm(form.items, visit, form);
    else if ("form" in form && form.form !== null) everyForm([form.form], visit, form);
  }
}

const PROGRAM = `; a comment
(define (fact n) ; another
  (if (= n 0) 1 (* n (fact (- n 1)))))
#| block #| nested |# |#
(display (fact 5)) '(a . b) \`(1 ,x ,@y) #(1 2.5 #\\a "s\\n") #;(gone) #xFF -7 1+ nil () #t`;

describe("reading", () => {
  test.each([
    ["(a b c)", "(a b c)"],
    ["(a . b)", "(a . b)"],
    ["(a b . (c))", "(a b . (c))"],
    ["12 -3 +4 #xff #b101 #x-10", "12 -3 4 255 5 -16"],
    ["1.5 -2.0 1e3 .5 3.", "1.5 -2.0 1000.0 0.5 3.0"],
    ["+ - 1+ 1- ... a->b set-car! Foo", "+ - 1+ 1- ... a->b set-car! Foo"],
    ["#t #f nil ()", "#t nil nil ()"],
    ["#\\a #\\space #\\newline #\\( #\\x41", "#\\x61 #\\x20 #\\xa #\\x28 #\\x41"],
    ['"a\\n\\"b\\\\" "\\x41;"', '"a\\n\\"b\\\\" "A"'],
    ["'a `(b ,c ,@d)", "<quote a> <quasiquote (b <unquote c> <unquote-splicing d>)>"],
    ["#(1 #(2))", "#(1 #(2))"],
    ["a ; gone\n b #| gone |# c #;(gone (too)) d", "a b c d"],
    ["(f #; gone)", "(f)"],
    ["'()", "<quote ()>"],
  ])("%s", (text, expected) => {
    expect(shown(text)).toBe(expected);
    expect(codes(text)).toEqual([]);
  });

  test("floats have single precision", () => {
    expect(read("0.1").forms[0]).toMatchObject({ kind: "float", value: Math.fround(0.1) });
  });
});

describe("text with errors", () => {
  test.each([
    ["(a (b", ["unclosed-list"], "(a (b……"],
    ["a) b", ["extra-bracket"], "a b"],
    ["12ab", ["bad-number"], "0"],
    ["1.2.3", ["bad-number"], "0"],
    ["#xfg", ["bad-number"], "0"],
    ["4294967296", ["number-range"], "0"],
    ["1e99", ["number-range"], "0.0"],
    ["#\\spce", ["bad-character"], "#\\x0"],
    ["#\\", ["bad-character"], "#\\x0"],
    ['"a\\qb"', ["bad-escape"], '"aqb"'],
    ['(a "b', ["unclosed-string", "unclosed-list"], '(a "b"…'],
    ["#| a", ["unclosed-comment"], ""],
    [". a", ["lone-dot"], "a"],
    ["(. a)", ["lone-dot"], "(a)"],
    ["(a .)", ["lone-dot"], "(a)"],
    ["(a . b c)", ["lone-dot"], "(a . b)"],
    ["(a ')", ["missing-form"], "(a <quote ->)"],
    ["#;", ["missing-form"], ""],
    ["[a]", ["bad-bracket", "bad-bracket"], "a"],
    ["#q", ["bad-syntax"], "nil"],
  ])("%s", (text, expectedCodes, expected) => {
    expect(shown(text)).toBe(expected);
    expect(codes(text)).toEqual(expectedCodes);
  });

  test("a missing bracket does not swallow the definitions after it", () => {
    const text = "(define (f x)\n  (g x)\n\n(define (g y) y)\n(f 1)";
    expect(shown(text)).toBe("(define (f x) (g x)… (define (g y) y) (f 1)");
    expect(codes(text)).toEqual(["unclosed-list"]);
  });

  test("a definition at the start of a line inside a closed list stays there", () => {
    expect(shown("(do\n(define x 1)\n)")).toBe("(do (define x 1))");
  });

  test("a hundred thousand brackets, open or paired, are read without overflow", () => {
    for (const text of ["(".repeat(100_000), `${"(".repeat(100_000)}${")".repeat(100_000)} a`, "'".repeat(100_000)]) {
      const { forms, diagnostics } = read(text);
      expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain("too-deep");
      let depth = 0;
      everyForm(forms, () => depth++);
      expect(depth).toBeLessThanOrEqual(MAX_NESTING + 2);
    }
    expect(shown(`${"(".repeat(100_000)}${")".repeat(100_000)} a`).endsWith(" a")).toBe(true);
  });
});

describe("laws", () => {
  test("every prefix keeps the top-level forms that are whole in it", () => {
    const whole = read(PROGRAM).forms;
    for (let length = 0; length <= PROGRAM.length; length++) {
      const forms = read(PROGRAM.slice(0, length)).forms;
      // An atom at the cut may be a part of a longer one.
      const intact = whole.filter((form) => form.end < length || (form.end === length && form.kind === "list"));
      expect(forms.slice(0, intact.length).map(show)).toEqual(intact.map(show));
    }
  });

  test("any text gives forms whose ranges nest, are ordered, and read back as themselves", () => {
    const pieces = fc.constantFrom(
      ..."()'`,@.;\"\\#| \n-+1a2e[xt",
      "define",
      "#\\",
      "#(",
      "#;",
      "#|",
      "|#",
      '"s"',
      "1.5",
      "nil",
    );
    const text = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: "binary" })), (source) => {
        const { forms, diagnostics, comments } = read(source);
        const ids = new Set<number>();
        let last = 0;
        for (const form of forms) {
          expect(form.start).toBeGreaterThanOrEqual(last);
          last = form.end;
        }
        everyForm(forms, (form, parent) => {
          expect(form.start).toBeLessThan(form.end);
          expect(form.end).toBeLessThanOrEqual(source.length);
          expect(ids.has(form.id)).toBe(false);
          ids.add(form.id);
          if (parent !== null) {
            expect(form.start).toBeGreaterThanOrEqual(parent.start);
            expect(form.end).toBeLessThanOrEqual(parent.end);
          }
          if (diagnostics.length === 0) expect(shown(source.slice(form.start, form.end))).toBe(show(form));
        });
        for (const range of [...diagnostics, ...comments]) {
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.start).toBeLessThanOrEqual(range.end);
          expect(range.end).toBeLessThanOrEqual(source.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("a name that the machine cannot keep is refused", () => {
    expect(codes("a".repeat(255))).toEqual([]);
    expect(codes("a".repeat(256))).toEqual(["long-name"]);
  });

  test("ids grow in reading order", () => {
    const ids: number[] = [];
    everyForm(read("(a (b c) 'd)").forms, (form) => ids.push(form.id));
    expect(ids).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test("comments keep their text and place", () => {
    expect(read("; one\na #| two |#").comments).toEqual([
      { start: 0, end: 5, text: "; one" },
      { start: 8, end: 17, text: "#| two |#" },
    ]);
  });
});
