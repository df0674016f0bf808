import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { ImageDebuggee } from "../../../../core/debuggee/image/image-debuggee.ts";
import type { EvaluationResult } from "../../../../core/debuggee/types.ts";
import { audit } from "../../../../core/inspect/audit/audit.ts";
import type { InspectNode } from "../../../../core/inspect/node.ts";
import { openImage } from "../../../../core/inspect/open-image.ts";
import { HTMAIN_BASE } from "../../../../core/memory/layout.ts";
import { bytesFile } from "../../../../core/memory/sysout/image-file.ts";
import { pagesOfMemory } from "../../../../core/memory/sysout/write-sysout.ts";
import { octalAddress } from "../../../../core/objects/pointer-notation.ts";
import { imageStoppedIn } from "../../../support/images/dead-image.ts";

const PROGRAM = `
(define xs (list 1 2 3))
(define names (list 'alpha "beta" #\\c 2.5 100000))
(define v (vector 10 (list 1 2) "text"))
(define (inner a b) (+ a b))
(define (outer n) (+ 1 (inner n xs)))
(display (outer 7))
`;
let image: ImageDebuggee;
beforeEach(() => {
  const view = imageStoppedIn(PROGRAM, "inner");
  image = new ImageDebuggee(view, pagesOfMemory(view.memory));
});
const text = (result: EvaluationResult): string => {
  if (result.kind === "value") return result.node.value;
  return result.kind === "failed" ? `failed: ${result.message}` : `problem: ${result.diagnostics[0]?.message}`;
};
const value = (expression: string) => text(image.evaluate(expression, null, "peek"));
const child = (nodes: readonly InspectNode[], name: string): InspectNode => {
  const found = nodes.find((node) => node.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${nodes.map((node) => node.name).join(", ")}`);
  return found;
};

describe("a dead image", () => {
  test("shows the chain of frames that it would go on with, by the names of their functions", () => {
    expect(image.threads()[0]).toMatchObject({ id: 1, name: expect.stringMatching(/^current/) });
    const { frames, total } = image.stack(0, 2);
    expect(frames.map(({ functionName }) => functionName)).toEqual(["inner", "outer"]);
    expect(total).toBeGreaterThan(3);
    expect(image.stack(total, 10).frames).toEqual([]);
    expect(image.stack(0, 10, 99)).toEqual({ frames: [], total: 0 });
  });

  test("shows arguments by number, registers and the scopes of the image", () => {
    const { frames } = image.stack(0, 1);
    const scopes = image.scopes(frames[0]?.frame ?? null);
    expect(scopes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Locals", "Registers", "Memory", "Symbols", "Reference counts"]),
    );
    const locals = child(scopes, "Locals").named();
    expect(locals[0]?.value).toBe("7");
    expect(locals[1]?.value).toContain("(1 2 3)");
  });

  test("disassembles the code of a frame", () => {
    const pc = image.stack(0, 1).frames[0]?.pc ?? 0;
    const rows = image.disassemble(pc, 0, 3);
    expect(rows[0]?.bytes).not.toBe("");
    expect(image.functionEntry("inner")?.pc).toBe(rows[0]?.address);
    expect(image.functionEntry("nobody")).toBeNull();
  });

  test.each([
    ["(+ 1 2 (* 3 4))", "15"],
    ["(car xs)", "1"],
    ["(CADDR xs)", "3"],
    ["(cdddr xs)", "nil"],
    ["(nth 1 xs)", "2"],
    ["(length names)", "5"],
    ["(elt v 0)", "10"],
    ["(vector-ref v 2)", /"text"$/],
    ["(string-length (cadr names))", "4"],
    ["(elt (cadr names) 1)", "#\\e"],
    ["(symbol-name 'xs)", '"xs"'],
    ["(symbol-value 'xs)", /\(1 2 3\)$/],
    ["(eq (car names) 'alpha)", "#t"],
    ["(equal xs xs)", "#t"],
    ["(equal (elt v 1) xs)", "nil"],
    ['(equal (cadr names) "beta")', "#t"],
    ["(and xs (> (length xs) 2))", "#t"],
    ["(or nil (not 5) 7)", "7"],
    ["(if (null xs) 1 2)", "2"],
    ["(type xs)", '"LISTP"'],
    ["(* 2 (nth 3 names))", "5"],
    ["(+ 1 (nth 4 names))", "100001"],
    ["(refcount xs)", "1"],
    ["(why names)", /symbol names/],
    ["(holders (elt v 1))", /^"element 1 of/],
    ["'alpha", "alpha"],
    ["T", "#t"],
  ])("evaluates %s by reading", (expression, expected) => {
    expect(value(expression)).toEqual(typeof expected === "string" ? expected : expect.stringMatching(expected));
  });

  test("understands addresses in the notations of the field", () => {
    const result = image.evaluate("xs", null, "peek");
    const pointer = result.kind === "value" ? (result.value ?? 0) : 0;
    for (const notation of [
      `{LISTP}#${octalAddress(pointer)}`,
      `#${octalAddress(pointer)}`,
      `0x${pointer.toString(16)}`,
    ]) {
      expect(value(notation)).toContain("(1 2 3)");
      expect(value(`(car (cdr ${notation}))`)).toBe("2");
    }
  });

  test.each([
    ["(car 5)", /^problem: car: this is not a list/],
    ["(nosuch xs)", /there is no symbol of that name/],
    ["(outer 1)", /outer is a function of the image: nothing runs in an image/],
    ["nothere", /there is no symbol nothere/],
    ["(car", /not closed/],
    ["(car xs xs)", /takes 1 argument, found 2/],
    ["1 2", /expected one expression, found 2/],
    ["(/ 1 0)", /division by zero/],
    ["(car 0xFFFFFFE)", /outside the image|not a list/],
    ["'(1 2)", /only a symbol/],
    ["(word #7777,177777)", /outside the image/],
    ["`(a)", /an expression over an image has/],
  ])("says what is wrong with %s", (expression, expected) => {
    expect(value(expression)).toMatch(expected);
  });

  test("says where in the expression the problem is", () => {
    const result = image.evaluate("(+ 1 (car 5))", null, "peek");
    expect(result).toMatchObject({ kind: "diagnostics", diagnostics: [{ start: 5, end: 12 }] });
  });

  test("offers names of symbols and accessors", () => {
    const labels = image.completions("(car nam", 8, null).map(({ label }) => label);
    expect(labels).toContain("names");
    expect(image.completions("(symbol-v", 9, null).map(({ label }) => label)).toContain("symbol-value");
  });

  test("is not changed by being looked at", () => {
    const before = image.digest();
    for (const scope of image.scopes(null)) {
      for (const node of [...scope.named(), ...scope.indexed(0, 10)]) [...node.named(), ...node.indexed(0, 10)].length;
    }
    value("(why xs)");
    expect(image.digest()).toBe(before);
  });
});

describe("a damaged image", () => {
  const words = [
    "(",
    ")",
    "'",
    "car",
    "cddr",
    "nth",
    "elt",
    "length",
    "equal",
    "why",
    "type",
    "word",
    "xs",
    "v",
    "names",
    "7",
    "-1",
  ];
  const notations = [
    "#1,2",
    "0x2E0000",
    "{X}#56,17022",
    '"t"',
    "if",
    "and",
    "refcount",
    "getprop",
    "last",
    "symbol-value",
  ];
  const texts = fc.array(fc.constantFrom(...words, ...notations), { maxLength: 12 }).map((parts) => parts.join(" "));
  const flips = fc.array(fc.tuple(fc.nat({ max: 0x80000 }), fc.nat({ max: 255 })), { maxLength: 40 });

  test("evaluates any text without an exception, whatever its bytes are", () => {
    const { memory } = image.view;
    const healthy = memory.bytes.slice();
    fc.assert(
      fc.property(texts, flips, (expression, damage) => {
        memory.bytes.set(healthy);
        const base = 2 * 0x2d0000;
        for (const [offset, byte] of damage) memory.bytes[(base + offset) % memory.sizeBytes] = byte;
        image.evaluate(expression, null, "act");
        for (const closed of [`(car ${expression})`, `(length (${expression}))`]) image.evaluate(closed, null, "peek");
      }),
      { numRuns: 150 },
    );
  });
});

describe("edits of a dead image", () => {
  const counts = () => Buffer.from(image.readBytes(2 * HTMAIN_BASE, 0x20000 + 0x1000));
  const setXs = (expression: string) => image.evaluate(`(set! xs ${expression})`, null, "act");

  test("assignments keep the counts right, and are listed", () => {
    expect(text(setXs("names"))).toContain("alpha");
    expect(value("(length xs)")).toBe("5");
    expect(value("(refcount names)")).toBe("2");
    expect(audit(image.view).problems).toEqual([]);
    const edits = child(image.scopes(null), "Edits");
    expect(edits.indexed(0, 10)).toMatchObject([{ value: "value names" }]);
    expect(edits.indexed(0, 1)[0]?.named().length).toBeGreaterThan(1);
  });

  test("a cdr is set as the memory manager does it", () => {
    const slot = { kind: "cdr", cons: pointerOf("xs") } as const;
    expect(text(image.assign(slot, "nil", null))).toBe("nil");
    expect(value("xs")).toMatch(/\(1\)$/);
    expect(audit(image.view).problems).toEqual([]);
  });

  test("what refers to an object is looked for anew after an edit", () => {
    const holders = () => value("(holders names)");
    expect(holders()).toContain("symbol names");
    expect(holders()).not.toContain("symbol xs");
    setXs("names");
    expect(holders()).toContain("symbol xs");
    expect(value("(why names)")).toMatch(/symbol/);
    image.undo();
    expect(holders()).not.toContain("symbol xs");
  });

  test("undo takes everything back, counts included", () => {
    const before = image.digest();
    setXs("names");
    image.writeBytes(2 * pointerOf("names"), new Uint8Array([0, 0, 0, 0]));
    expect(image.digest()).not.toBe(before);
    expect(image.undo()).toMatchObject({ what: "4 bytes written" });
    expect(image.undo()).toMatchObject({ what: "value names" });
    expect(image.undo()).toBeNull();
    expect(image.digest()).toBe(before);
  });

  test("an image is saved with its edits, and equal without them", () => {
    const file = () => image.saveTo((pieces) => Buffer.concat([...pieces]));
    const before = file();
    setXs("names");
    const edits = () => child(image.scopes(null), "Edits").value;
    expect(edits()).toBe("1, not saved");
    const edited = openImage(bytesFile("edited.sysout", file()));
    expect(edits()).toBe("1, saved");
    expect(edited.damage.total).toBe(0);
    const again = new ImageDebuggee(edited.view, edited.pages);
    expect(text(again.evaluate("(length xs)", null, "peek"))).toBe("5");
    expect(audit(again.view).problems).toEqual([]);
    image.undo();
    expect(file().equals(before)).toBe(true);
    expect(again.saveTo((pieces) => Buffer.concat([...pieces]).length)).toBe(before.length);
  });

  test("raw bytes leave the count tables alone", () => {
    const before = counts();
    image.writeBytes(2 * pointerOf("xs"), new Uint8Array([0, 14, 0, 5]));
    expect(counts().equals(before)).toBe(true);
  });

  test("nothing is made: what is no object of the image is not stored", () => {
    for (const expression of ["100000", '"new"', "2.5"])
      expect(text(setXs(expression))).toMatch(/^failed: .*no object/);
    expect(text(setXs("-65536"))).toBe("-65536");
  });

  test("damaged count tables are left alone, and the edit says so", () => {
    image.writeBytes(2 * (HTMAIN_BASE + 2), new Uint8Array([0, 0, 0xff, 0xff]));
    const before = counts();
    setXs("names");
    expect(counts().equals(before)).toBe(true);
    const edits = child(image.scopes(null), "Edits");
    expect(edits.indexed(0, 1)[0]?.value).toMatch(/not counted: the count tables are damaged/);
    expect(text(image.assign({ kind: "cdr", cons: pointerOf("names") }, "nil", null))).toMatch(/cannot work here/);
  });

  function pointerOf(name: string): number {
    const result = image.evaluate(name, null, "peek");
    return result.kind === "value" ? (result.value ?? 0) : 0;
  }
});
