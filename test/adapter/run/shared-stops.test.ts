import { describe, expect, test } from "vitest";
import { SharedStops } from "../../../adapter/run/shared-stops.ts";
import { ScriptedEngine } from "../../support/protocol/scripted-engine.ts";

describe("where several clients want a machine to come back", () => {
  test("is the sum of what they want", () => {
    const engine = new ScriptedEngine();
    const stops = new SharedStops<string>(engine);
    const [one, other] = [stops.of("one"), stops.of("other")];
    one.setBreakpoints([1, 2], []);
    other.setBreakpoints([2, 3], []);
    one.arm(new Set(["gc.start"]));
    other.arm(new Set(["gc.end"]));
    expect([...engine.breakpoints].sort()).toEqual([1, 2, 3]);
    expect([...engine.armed].sort()).toEqual(["gc.end", "gc.start"]);
    other.setBreakpoints([], []);
    expect([...engine.breakpoints].sort()).toEqual([1, 2]);
  });

  test("no longer has the part of one that has gone", () => {
    const engine = new ScriptedEngine();
    const stops = new SharedStops<string>(engine);
    stops.of("one").setBreakpoints([1], []);
    stops.of("other").setBreakpoints([2], []);
    stops.forget("one");
    stops.forget("nobody");
    expect([...engine.breakpoints]).toEqual([2]);
  });
});
