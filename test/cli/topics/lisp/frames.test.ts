import { describe, expect, test } from "vitest";
import { openImage } from "../../../../core/inspect/open-image.ts";
import { exampleImage } from "../../../support/images/example-image.ts";
import { miniFile } from "../../../support/images/mini-sysout.ts";
import { runTopic } from "../../../support/protocol/topics.ts";

describe("conspect inspect frames", () => {
  test("lists the chains, then the frames of the current one", () => {
    const { lines, json } = runTopic(exampleImage(), ["frames"]);
    expect(lines.slice(0, 2)).toEqual([
      "chain    frames  innermost function  ends",
      "current       4  numbers             at its bottom",
    ]);
    expect(lines.join("\n")).toMatch(/^0 {2}numbers +30 +\d+ +1$/m);
    expect(lines.join("\n")).toMatch(/^2 {2}top level +\d+ +\d+ +0$/m);
    expect(json).toMatchObject([{ name: "current", kind: "running", depth: 4, problem: null }]);
  });

  test("shows the frames of a chain with their variables", () => {
    const { text, json } = runTopic(exampleImage(), ["frames", "current", "--count", "2"]);
    expect(text).toMatch(/^1 {2}work {2}pc 47, frame \d+\n {5}IVAR0 {2}5000\n/m);
    expect(text).toContain("0 to 1 of 4 frames; next: --from 2");
    expect(json).toMatchObject({
      depth: 4,
      frames: [
        { index: 0, function: "numbers", variables: [{ name: "IVAR0", value: "4", type: "SMALLP" }, {}, {}] },
        { index: 1, function: "work" },
      ],
    });
  });

  test("finds a chain by its context or by the offset of its frame", () => {
    const image = openImage(miniFile());
    const { text } = runTopic(image, ["frames", "keyboard"]);
    expect(text).toMatch(/^0 {2}CTX2 {2}pc 20, frame 60002/);
    expect(runTopic(image, ["frames", "60002"]).text).toBe(text);
    expect(() => runTopic(image, ["frames", "gc"])).toThrow("there is no chain gc, expected one of: current; keyboard");
  });
});
