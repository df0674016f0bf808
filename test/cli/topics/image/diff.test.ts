import { describe, expect, test } from "vitest";
import { countEntry } from "../../../../core/inspect/counts/counts.ts";
import { variableCell } from "../../../../core/inspect/heap/system.ts";
import { compareImages } from "../../../../core/inspect/image/diff.ts";
import { deadImage, type ImageView } from "../../../../core/inspect/image-view.ts";
import { openImage } from "../../../../core/inspect/open-image.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import { smallInteger } from "../../../../core/objects/immediates.ts";
import { definitionCell, propertyListCell } from "../../../../core/objects/symbols.ts";
import { exampleFile, exampleImage } from "../../../support/images/example-image.ts";
import { TestImage } from "../../../support/images/test-image.ts";
import { runTopic } from "../../../support/protocol/topics.ts";

/** The image, and what it was before `tick` was made. */
const after = exampleImage();
const before = openImage(exampleFile("before.sysout", "make-counter"));

describe("conspect inspect diff", () => {
  test("finds nothing between an image and itself", () => {
    const { text, json, exitCode } = runTopic(after, ["diff", "same"], { same: openImage(exampleFile()) });
    expect([text, exitCode]).toEqual(["the images are the same", 0]);
    expect(json).toMatchObject({ isSame: true, pages: { total: 0 }, objects: { changed: { total: 0 } } });
  });

  test("shows what a program has done between two moments", () => {
    const { text, json, exitCode } = runTopic(before, ["diff", "later"], { later: after });
    expect(exitCode).toBe(1);
    expect(text).toMatch(/^ {2}tick: \(unbound\) → \{COMPILED-CLOSURE\}#/m);
    expect(text).toMatch(/^objects added: \d+ \(.*\d+ COMPILED-CLOSURE/m);
    expect(text).toMatch(/^ {2}currentfxp +\d+ +320$/m);
    expect(text).toMatch(/^ {2}STACK +\d+$/m);
    expect(json).toMatchObject({ isSame: false, symbols: { added: { total: 0 }, removed: { total: 0 } } });
  });

  test("lists a bounded number, and says how many there are", () => {
    const { json } = runTopic(before, ["diff", "later", "--count", "1"], { later: after });
    const { first, total } = (json as { objects: { added: { first: unknown[]; total: number } } }).objects.added;
    expect(first).toHaveLength(1);
    expect(Object.keys((json as { counts: object }).counts)).toEqual(["total", "first"]);
    expect(total).toBeGreaterThan(1);
  });

  test("wants the name of another image", () => {
    expect(() => runTopic(after, ["diff"])).toThrow("expected the name of one other image");
  });
});

describe("comparing images", () => {
  test("names a changed object, a lost one, and a changed count", () => {
    const changed = openImage(exampleFile());
    const { memory } = changed.view;
    const cell = variableCell(memory, "first-list") ?? 0;
    const list = memory.pointer(cell);
    memory.setPointer(list, smallInteger(99));
    const box = memory.pointer(variableCell(memory, "kept") ?? 0);
    memory.setCell(box + 2, 0);
    const diff = compareImages(after.view, changed.view, 10);
    expect(diff.objects.changed.total).toBe(2);
    expect(diff.objects.changed.first.map(({ type }) => type).sort()).toEqual(["LISTP", "ONED-ARRAY"]);
    expect(diff.objects.changed.first.find(({ pointer }) => pointer === list)).toMatchObject({
      before: expect.stringContaining("(1 x y z)"),
      after: expect.stringContaining("(99 x y z)"),
    });
    expect([diff.pages.total, diff.objects.gone.total, diff.counts.total]).toEqual([2, 0, 0]);
  });

  test("names a count that has changed", () => {
    const changed = openImage(exampleFile());
    const { memory } = changed.view;
    const tail = memory.pointer(variableCell(memory, "tail") ?? 0);
    const entry = countEntry(memory, tail);
    memory.setCell(entry?.address ?? 0, ((memory.cell(entry?.address ?? 0) & 0x1ffff) | (5 << 17)) >>> 0);
    expect(compareImages(after.view, changed.view, 10).counts).toMatchObject({
      total: 1,
      first: [{ name: expect.stringContaining("(x y z)"), before: 3, after: 5 }],
    });
  });

  test("names symbols that are new, gone, or mean something else", () => {
    const [one, two] = [new TestImage(8), new TestImage(8)];
    const views = [one, two].map(({ memory }) => deadImage(memory, new CodeDirectory())) as [ImageView, ImageView];
    for (const image of [one, two]) image.symbol("SAME", 400);
    one.symbol("GONE", 401);
    two.symbol("NEW", 402);
    two.memory.setCell(definitionCell(400), 76);
    two.memory.setCell(propertyListCell(400), 76);
    const { symbols, types } = compareImages(...views, 10);
    expect(symbols).toMatchObject({
      added: { total: 1, first: ["NEW"] },
      removed: { total: 1, first: ["GONE"] },
      values: { total: 0 },
      definitions: { first: [{ name: "SAME", before: "(none)", after: "#t" }] },
      properties: { first: [{ name: "SAME", before: "nil" }] },
    });
    expect(types).toEqual([]);
  });
});
