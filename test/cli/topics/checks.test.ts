import { describe, expect, test } from "vitest";
import { openImage } from "../../../core/inspect/open-image.ts";
import { ARRAY_BASE, HTMAIN_BASE } from "../../../core/memory/layout.ts";
import { exampleFile, exampleImage } from "../../support/images/example-image.ts";
import { runTopic } from "../../support/protocol/topics.ts";

/** The example with one broken block header, and an entry of the count tables for what is no object. */
function damaged() {
  const image = openImage(exampleFile());
  image.view.memory.setCell(ARRAY_BASE, 0xdeadbeef);
  image.view.memory.setCell(HTMAIN_BASE + 2 * 77, 0x00040e80);
  return image;
}

describe("conspect inspect verify", () => {
  test("says of a sound image that nothing is wrong", () => {
    const { text, exitCode, json } = runTopic(exampleImage(), ["verify"]);
    expect(text).toContain("nothing wrong found");
    expect(text).toMatch(/^code +128 blocks, \d+ instructions +0 +0 +0$/m);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ totals: { error: 0, warning: 0 } });
  });

  test("shows a bad place with what was expected there and what stands around it", () => {
    const { text, exitCode } = runTopic(damaged(), ["verify", "array-blocks"]);
    expect(exitCode).toBe(1);
    expect(text).toMatch(
      /^error in array-blocks at #56,0 \(0x2E0000\): the header of the block at 0x2E0000 is overwritten/m,
    );
    expect(text).toMatch(/^ {2}found {5}0xDEADBEEF$/m);
    expect(text).toMatch(/^ {2}> #56,0 +DEADBEEF/m);
    expect(text).not.toContain("count-tables");
  });

  test("refuses checks that do not exist, and says which do", () => {
    expect(() => runTopic(exampleImage(), ["verify", "stak"])).toThrow(/did you mean stack\? Checks: interface-page, /);
  });
});

describe("conspect inspect audit", () => {
  test("says of a sound image that every count is right", () => {
    const { lines, exitCode, json } = runTopic(exampleImage(), ["audit"]);
    expect(lines.slice(0, 2)).toEqual([
      expect.stringMatching(/^\d+ counted objects, \d+ references to them$/),
      "every count is what was found",
    ]);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ unchecked: null, problems: [], lostByType: {} });
  });

  test("groups problems by what follows from them, and says what to do", () => {
    const { text, exitCode, json } = runTopic(damaged(), ["audit"]);
    expect(exitCode).toBe(1);
    expect(text).toMatch(/^1 problem: damage of the count tables$/m);
    expect(text).toMatch(/^ {4}at {10}#26,232, 0x16009A$/m);
    expect(text).toMatch(/^ {2}what to do: /m);
    expect(text).toContain("The storage itself is damaged");
    expect(json).toMatchObject({ totals: { table: 1, storage: 1 } });
  });
});
