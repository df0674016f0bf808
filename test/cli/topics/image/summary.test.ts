import { describe, expect, test } from "vitest";
import { openImage } from "../../../../core/inspect/open-image.ts";
import { bytesFile } from "../../../../core/memory/sysout/image-file.ts";
import { miniBytes, miniFile } from "../../../support/images/mini-sysout.ts";
import { runTopic } from "../../../support/protocol/topics.ts";

describe("conspect inspect summary", () => {
  const image = openImage(miniFile());

  test("is the topic when none is named", () => {
    expect(runTopic(image, []).text).toBe(runTopic(image, ["summary"]).text);
  });

  test("says what is in the image", () => {
    const { text, exitCode } = runTopic(image, ["summary"]);
    expect(exitCode).toBe(0);
    for (const expected of [
      "mini.sysout, 672,256 bytes",
      "1,313 in the file: 1,312 of the memory, 1 unused, 0 listed twice",
      "lversion 35010",
      "197 in 0 packages: 34 with compiled code, 112 with a value, 1 with properties",
      "1 frame deep, innermost MAIN",
      "on: the next collection is due after 3000 more count entries",
    ]) {
      expect(text).toContain(expected);
    }
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });

  test("has the same as JSON", () => {
    expect(runTopic(image, ["summary"]).json).toMatchObject({
      file: "mini.sysout",
      pages: { inFile: 1313, mapped: 1312, unused: 1, duplicates: 0 },
      symbols: { old: 146, new: 51 },
      stack: { depth: 1, innermost: "MAIN" },
      collector: { state: "on", countdown: 3000 },
      counts: { mainCells: 32768, pairsLeft: 262135 },
    });
  });

  test("lists what is wrong with the file first", () => {
    const bytes = miniBytes();
    const { text, json } = runTopic(openImage(bytesFile("cut.sysout", bytes.subarray(0, 600 * 512))), []);
    expect(text).toMatch(/things? wrong:\n {2}\S.*: found .*, expected /);
    expect((json as { damage: { total: number } }).damage.total).toBeGreaterThan(0);
  });

  test("takes no arguments", () => {
    expect(() => runTopic(image, ["summary", "all"])).toThrow("takes no arguments, found all");
  });
});

describe("topics", () => {
  const image = openImage(miniFile());
  test("an unknown one is answered with those there are, and the nearest name", () => {
    expect(() => runTopic(image, ["regoins"])).toThrow(
      /no topic regoins; did you mean regions\? Topics: summary, regions/,
    );
    expect(() => runTopic(image, ["zzzzzzz"])).toThrow(/no topic zzzzzzz\. Topics: summary/);
  });
});

describe("conspect inspect regions", () => {
  test("lists every region with range, use and pages in the file", () => {
    const { lines, json } = runTopic(openImage(miniFile()), ["regions"]);
    expect(lines[0]).toMatch(/^region +range +used +free +in file +purpose$/);
    expect(lines.find((line) => line.startsWith("STACK"))).toMatch(/^STACK +#1,0…1,177777 +558 +64,978 +128 /);
    const rows = json as { name: string; start: string; pagesInFile: number }[];
    expect(rows).toHaveLength(lines.length - 1);
    expect(rows.find(({ name }) => name === "IFPAGE")).toMatchObject({ start: "#24,0", pagesInFile: 2 });
  });
});
