import { describe, expect, test } from "vitest";
import { Output } from "../../../adapter/program/output.ts";

function setUp() {
  const state = { now: 0, isBacklogged: false };
  const sent: string[] = [];
  const target = {
    send: (category: string, text: string) => sent.push(`${category}: ${text}`),
    isBacklogged: () => state.isBacklogged,
  };
  return { state, sent, output: new Output(target, () => state.now) };
}

describe("output", () => {
  test("gathers what is written, and sends it a few times a second", () => {
    const { state, sent, output } = setUp();
    output.write("stdout", "a");
    output.write("stdout", "b");
    output.tick();
    expect(sent).toEqual([]);
    state.now = 60;
    output.tick();
    expect(sent).toEqual(["stdout: ab"]);
  });

  test("keeps the order of categories", () => {
    const { sent, output } = setUp();
    output.write("stdout", "a");
    output.write("console", "b");
    output.write("stdout", "c");
    output.flush();
    expect(sent).toEqual(["stdout: a", "console: b", "stdout: c"]);
  });

  test("a burst of a million characters arrives whole", () => {
    const { sent, output } = setUp();
    for (let i = 0; i < 1000; i++) output.write("stdout", "x".repeat(1000));
    output.flush();
    expect(sent.join("").length).toBe("stdout: ".length + 1_000_000);
  });

  test("endless output is thinned, and each gap says how much is missing", () => {
    const { state, sent, output } = setUp();
    let written = 0;
    for (state.now = 0; state.now < 20_000; state.now += 1) {
      output.write("stdout", "x".repeat(10_000));
      written += 10_000;
      output.tick();
    }
    output.flush();
    const text = sent.join("");
    expect(text.length).toBeLessThan(8_000_000);
    const missing = [...text.matchAll(/… (\d+) characters/g)].reduce((sum, match) => sum + Number(match[1]), 0);
    const kept = [...text].filter((character) => character === "x").length;
    expect(kept + missing).toBe(written);
  });

  test("nothing is sent to a client that does not read, and what waits is bounded", () => {
    const { state, sent, output } = setUp();
    state.isBacklogged = true;
    for (let i = 0; i < 100; i++) {
      state.now += 100;
      output.write("stdout", "x".repeat(1_000_000));
      output.tick();
    }
    expect(sent).toEqual([]);
    state.isBacklogged = false;
    state.now += 100;
    output.tick();
    expect(sent.join("").length).toBeLessThan(1_100_000);
  });
});
