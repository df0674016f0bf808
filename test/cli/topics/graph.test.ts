import { describe, expect, test } from "vitest";
import { openImage } from "../../../core/inspect/open-image.ts";
import { addressText } from "../../../core/inspect/parts/value-text.ts";
import { arrayHeader } from "../../../core/objects/arrays/arrays.ts";
import { cdr } from "../../../core/objects/cons.ts";
import { findSymbol, valueCell } from "../../../core/objects/symbols.ts";
import { memoryFile } from "../../support/images/big-image.ts";
import { miniFile } from "../../support/images/mini-sysout.ts";
import { runProgram } from "../../support/lisp/run-program.ts";
import { runTopic } from "../../support/protocol/topics.ts";

const { memory } = runProgram(`(define kept (list 1 (vector 7 (list "inner" 2)) 3))
(define (knot! n) (let ((l (list n (list n)))) (set-cdr! (cdr l) l) nil))
(for (i 0 3) (knot! i))
(gc)`).machine;
const image = openImage(memoryFile("test.sysout", memory));
const kept = memory.pointer(valueCell(findSymbol(memory, "kept") ?? 0));
const vector = memory.pointer(cdr(memory, kept));
const elements = arrayHeader(memory, vector)?.base ?? 0;
const inner = memory.pointer(elements + 2);

describe("conspect inspect why", () => {
  test("shows the way from the variable to the object, step by step", () => {
    const { lines, json, exitCode } = runTopic(image, ["why", addressText(inner)]);
    expect(exitCode).toBe(0);
    expect(lines[0]).toMatch(/^\{LISTP\}#\S+ \("inner" 2\)$/);
    expect(lines[1]).toBe("1  value of symbol kept");
    expect(lines[2]).toMatch(/^2 {2}cdr of \{LISTP\}/);
    expect(lines.at(-1)).toMatch(/^5 {2}element 1 of /);
    expect(json).toMatchObject({ isReached: true, path: [{ holderKind: "symbol", slot: "value" }, {}, {}, {}, {}] });
  });

  test("takes the name of a variable and addresses inside objects", () => {
    expect(runTopic(image, ["why", "kept"]).lines[0]).toMatch(/^\{LISTP\}\S+ \(1 .*\) {3}\(value of kept\)$/);
    expect(runTopic(image, ["why", addressText(elements + 1)]).lines[0]).toMatch(/\(element 0 of /);
  });

  test("says what an object is that no root reaches", () => {
    const islands = runTopic(image, ["islands"]).json as { islands: { first: string }[] };
    const { text, json } = runTopic(image, ["why", islands.islands[0]?.first ?? ""]);
    expect(text).toContain("no root reaches it\ncyclic: only objects hold it that hold each other");
    expect(json).toMatchObject({ isReached: false, unreachedAs: "cyclic", path: [] });
  });

  test("refuses what is no object with the reason", () => {
    expect(() => runTopic(image, ["why"])).toThrow("expected an address");
    expect(() => runTopic(image, ["why", "0x7000000"])).toThrow("0x7000000 is no object: outside the image");
    expect(() => runTopic(image, ["why", "nosuchname"])).toThrow(/there is no symbol nosuchname$/);
  });

  test("tells how an address is written when a text only looks like one", () => {
    for (const text of ["0xFFFFFFFFFF", "9,9", "{LISTP}#8,1", "17", ""]) {
      expect(() => runTopic(image, ["why", text]), text).toThrow(
        /there is no symbol .*; an address is two octal numbers, 57,12340/,
      );
      expect(() => runTopic(image, ["disassemble", text]), text).toThrow(/there is no function .*; an address is two/);
    }
  });
});

describe("conspect inspect object", () => {
  test("says what lies inside an object, and what the object is", () => {
    const { text, json } = runTopic(image, ["object", addressText(elements + 3)]);
    expect(text).toMatch(/^#\S+: element 1 of \{/);
    expect(text).toMatch(/count +1 \(no entry\)/);
    expect(text).toMatch(/held by +1 reference/);
    expect(text).toMatch(/root +value of symbol kept/);
    expect(json).toMatchObject({ kind: "inside", offsetWords: 3, slot: { kind: "element", index: 1 }, holders: 1 });
  });

  test("answers for places that are no objects", () => {
    expect(runTopic(image, ["object", "0x140000"]).lines).toEqual([
      "#24,0: word 0 of IFPAGE: interface page between image and machine",
    ]);
  });
});

describe("conspect inspect holders", () => {
  test("means the object when an address inside it is given that nothing refers to", () => {
    const { lines, json } = runTopic(image, ["holders", addressText(inner + 1)]);
    expect(lines[0]).toContain("(car of");
    expect(json).toMatchObject({ object: addressText(inner), total: 1 });
  });

  test("lists references to objects, and searches for those to anything else", () => {
    expect(runTopic(image, ["holders", "kept"]).lines[1]).toBe("  value of symbol kept");
    expect(runTopic(image, ["holders", addressText(inner)]).json).toMatchObject({
      total: 1,
      references: [{ index: 1 }],
    });
    expect(runTopic(image, ["holders", "0,114", "--count", "2"]).lines.length).toBeGreaterThan(1);
    expect(runTopic(image, ["holders", "1,2"]).text).toContain("nothing refers to it");
  });
});

describe("conspect inspect retained", () => {
  test("says what would be freed with an object and with what it would be", () => {
    const { text, json } = runTopic(image, ["retained", addressText(vector)]);
    expect(text).toMatch(/with it \d+ objects would be freed, \d+ words/);
    expect(text).toMatch(/it would be freed with \{LISTP\}/);
    expect((json as { objects: number }).objects).toBeGreaterThanOrEqual(4);
  });

  test("lists what keeps most of the image", () => {
    const { lines } = runTopic(image, ["retained", "--count", "5"]);
    expect(lines[0]).toMatch(/^[\d,]+ objects, [\d,]+ words in the whole image/);
    expect(lines[1]).toMatch(/^ *words +objects +kept with$/);
    expect(lines.at(-1)).toMatch(/^0 to 4 of [\d,]+ parts; next: --from 5/);
  });
});

describe("conspect inspect islands", () => {
  test("lists the groups that keep themselves, and shows one with its cycle", () => {
    const { text, json } = runTopic(image, ["islands"]);
    expect(text).toMatch(/cyclic +9 objects, \d+ words: 9 LISTP/);
    expect(text).toContain("3 groups of objects that keep each other alive:");
    expect(json).toMatchObject({ total: 3, islands: [{ objects: 2, heldBy: "cyclic" }, {}, {}] });
    const one = runTopic(image, ["islands", "2"]);
    expect(one.text).toMatch(/a cycle +cdr of \{LISTP\}.*\n +cdr of \{LISTP\}/);
    expect(one.json).toMatchObject({ objects: 2, cycle: [{}, {}] });
    expect(() => runTopic(image, ["islands", "4"])).toThrow();
  });
});

describe("conspect inspect types", () => {
  test("counts objects by type and lists those of one type", () => {
    const { lines, json } = runTopic(image, ["types"]);
    expect(lines[0]).toMatch(/^type +name +live +words +share +free +free words$/);
    const rows = (json as { types: { name: string; live: number }[] }).types;
    const conses = rows.find(({ name }) => name === "LISTP");
    const paged = runTopic(image, ["types", "listp", "--from", "3", "--count", "4"]);
    expect(paged.lines).toHaveLength(6);
    expect(paged.json).toMatchObject({ name: "LISTP", live: conses?.live, from: 3, objects: [{}, {}, {}, {}] });
    expect(() => runTopic(image, ["types", "lisp"])).toThrow("did you mean LISTP?");
  });

  test("works on an image that another machine wrote", () => {
    const mini = openImage(miniFile());
    expect(runTopic(mini, ["types"]).text).toContain("NEW-ATOM");
    expect(runTopic(mini, ["islands"]).exitCode).toBe(0);
    expect(runTopic(mini, ["retained", "--count", "3"]).text).not.toMatch(/undefined|NaN/);
  });
});
