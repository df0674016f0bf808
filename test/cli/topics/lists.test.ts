import { describe, expect, test } from "vitest";
import { openImage } from "../../../core/inspect/open-image.ts";
import { exampleImage } from "../../support/images/example-image.ts";
import { miniFile } from "../../support/images/mini-sysout.ts";
import { runTopic } from "../../support/protocol/topics.ts";

const image = exampleImage();
const text = (...args: string[]) => runTopic(image, args).text;
const row = (lines: readonly string[], name: string) => lines.find((line) => line.startsWith(`${name} `));

describe("conspect inspect symbols", () => {
  test("shows value and definition of what a pattern names", () => {
    const { lines, json } = runTopic(image, ["symbols", "*-list"]);
    expect(lines).toHaveLength(3);
    expect(row(lines, "first-list")).toMatch(/^first-list +#54,\d+ +old +\{LISTP\}#\d+,\d+ \(1 x y z\)$/);
    expect(json).toMatchObject({ total: 2, symbols: [{ name: "first-list", package: null, definition: null }, {}] });
    expect(row(runTopic(image, ["symbols", "numbers"]).lines, "numbers")).toContain("#<function numbers> 1 argument");
  });

  test("comes in pages and says how to go on", () => {
    const { lines, json } = runTopic(image, ["symbols", "--from", "10", "--count", "5"]);
    expect(lines).toHaveLength(7);
    expect(lines[6]).toMatch(/^10 to 14 of \d+ symbols; next: --from 15, everything: --count all$/);
    const { total } = json as { total: number };
    expect(runTopic(image, ["symbols", "--count", "all"]).lines).toHaveLength(total + 1);
    expect(text("symbols", "--from", "100000")).toContain("no more: there are");
    expect(text("symbols", "--count", "0")).toMatch(/none of \d+ symbols shown; everything: --count all$/);
  });

  test("shows control characters as their codes", () => {
    expect(text("symbols", "--count", "20")).toMatch(/^\\x0a +#54,/m);
  });

  test("finds symbols that share a name", () => {
    expect(text("symbols", "--duplicates")).toBe("no symbols\n0 symbols share their name and package with another one");
  });

  test("refuses options and arguments that make no sense", () => {
    expect(() => text("symbols", "a", "b")).toThrow("expected one argument, found also b");
    expect(() => text("symbols", "--count", "few")).toThrow("expected a whole number");
    expect(() => text("symbols", "--size", "1")).toThrow(/--size/);
  });
});

describe("conspect inspect strings", () => {
  test("lists strings with their storage, and those whose text a pattern names", () => {
    const { lines, json } = runTopic(image, ["strings", "made to"]);
    expect(lines[1]).toMatch(/^#\d+,\d+ +24 +thin +#\d+,\d+ +"Garbage, made to measure"$/);
    expect(json).toMatchObject({ total: 1, strings: [{ length: 24, isFat: false, sharedBy: 0 }] });
    expect(text("strings", "nothing like it")).toBe("no strings");
  });
});

describe("conspect inspect packages", () => {
  test("says so when there are none", () => {
    expect(text("packages")).toMatch(/^no packages/);
  });
});

describe("conspect inspect code", () => {
  test("lists functions with what they take and what they define", () => {
    const { lines, json } = runTopic(image, ["code", "work"]);
    expect(lines[1]).toMatch(/^work +#\d+,\d+ +permanent +48 +LAMBDA, 1 argument +4 +itself$/);
    expect(json).toMatchObject({ total: 1, code: [{ name: "work", argumentCount: 1, defines: ["work"] }] });
  });
});

describe("conspect inspect disassemble", () => {
  const { text: listing, json } = runTopic(image, ["disassemble", "numbers"]);

  test("shows header, instructions, jump targets and where frames stand", () => {
    expect(listing).toMatch(/^function +numbers at #\d+,\d+, permanent of 24 words$/m);
    expect(listing).toMatch(/^start pc +24 \(octal 30\)/m);
    expect(listing).toMatch(/^> 0000 {2}40 +IVAR0 +← current frame 0$/m);
    expect(listing).toMatch(/^: 0004 {2}48 +PVAR0$/m);
    expect(listing).toMatch(/^ {2}0022 {2}b0 f2 +JUMPX → 004$/m);
    expect(text("disassemble", "work")).toMatch(/^ {2}0012 {2}09( \w\w){4} +FN1 numbers$/m);
    expect(text("disassemble", "work")).toMatch(/^> 0017 .* ← current frame 1$/m);
  });

  test("takes an address, inner ones too", () => {
    const { address } = json as { address: string };
    expect(text("disassemble", address)).toBe(listing);
    expect(text("disassemble", address.slice(1))).toBe(listing);
    const [high, low] = address
      .slice(1)
      .split(",")
      .map((part) => Number.parseInt(part, 8)) as [number, number];
    expect(text("disassemble", `0x${(high * 0x10000 + low + 9).toString(16)}`)).toBe(listing);
  });

  test("lists code that the heap does not show, when a symbol or an address names it", () => {
    const mini = openImage(miniFile());
    const { text: shown, json: data } = runTopic(mini, ["disassemble", "MAIN"]);
    expect(shown).toMatch(/^function +MAIN at #\d+,\d+, stray: the heap shows no code there$/m);
    expect(shown).toMatch(/^> \d+ .*← current frame 0$/m);
    expect(runTopic(mini, ["disassemble", (data as { address: string }).address]).text).toBe(shown);
  });

  test("says what is near when there is no such function", () => {
    expect(() => text("disassemble", "numbrs")).toThrow("there is no function numbrs; did you mean numbers?");
    expect(() => text("disassemble", "0x100")).toThrow("there is no compiled code at 0x100");
    expect(() => text("disassemble")).toThrow("expected one name or address");
  });
});

describe("conspect inspect refcounts", () => {
  test("shows load, histogram, biggest counts and the room that is left", () => {
    const { text: shown, json: data } = runTopic(image, ["refcounts"]);
    expect(shown).toMatch(/^main table +2 of 32,768 cells, 0\.0 %$/m);
    expect(shown).toContain("262,135 of 262,135 pairs are left before the collector switches itself off");
    expect(shown).toMatch(/^ +3 {2}\{LISTP\}#\d+,\d+ \(x y z\)$/m);
    expect(data).toMatchObject({ entries: 2, byCount: { 2: 1, 3: 1 }, biggest: [{ count: 3 }, { count: 2 }] });
  });
});

describe("conspect inspect interface", () => {
  test("shows every field with its meaning, and finds nothing wrong in a sound image", () => {
    const { lines, json: rows } = runTopic(image, ["interface"]);
    expect(lines[1]).toMatch(/^ +0 {2}currentfxp +\d+ \(octal \d+\), frame of numbers +stack offset/);
    expect(lines.join("\n")).not.toContain("WRONG");
    expect(rows).toHaveLength(lines.length - 1);
  });
});
