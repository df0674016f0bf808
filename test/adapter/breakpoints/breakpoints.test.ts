import { describe, expect, test } from "vitest";
import { Breakpoints } from "../../../adapter/breakpoints/breakpoints.ts";
import { syntaxProblem } from "../../../adapter/breakpoints/syntax.ts";
import type { StopReason, Watch, WatchHit } from "../../../core/index.ts";
import { place, ScriptedEngine } from "../../support/protocol/scripted-engine.ts";

const PATH = "/work/program.cons";
const atLine3: StopReason = { kind: "breakpoint", pc: 0x1003 };

function setUp() {
  const engine = new ScriptedEngine();
  const breakpoints = new Breakpoints(syntaxProblem);
  breakpoints.attach(engine, [], false);
  return { engine, breakpoints };
}
/** Which of `hits` visits stop. */
function stops({ engine, breakpoints }: ReturnType<typeof setUp>, hits: number): number[] {
  return Array.from({ length: hits }, (_, i) => i + 1).filter(() => breakpoints.judge(atLine3, engine).kind === "stop");
}

describe("breakpoints", () => {
  test("a hit condition counts only hits at which the condition holds", () => {
    const set = setUp();
    set.breakpoints.setLines(PATH, [{ line: 3, condition: "c", hitCondition: ">= 2" }]);
    set.engine.truths.set("c", false);
    expect(stops(set, 3)).toEqual([]);
    set.engine.truths.set("c", true);
    expect(stops(set, 3)).toEqual([2, 3]);
  });

  test("setting the same breakpoint again keeps its id and its hits", () => {
    const set = setUp();
    const wish = { line: 3, hitCondition: "3" };
    const [first] = set.breakpoints.setLines(PATH, [wish]);
    expect(stops(set, 2)).toEqual([]);
    const again = set.breakpoints.setLines(PATH, [wish, { line: 5 }]);
    expect(again[0]?.id).toBe(first?.id);
    expect(again[1]?.id).not.toBe(first?.id);
    expect(stops(set, 2)).toEqual([1]);
  });

  test("hits start from 0 when a program is loaded", () => {
    const set = setUp();
    set.breakpoints.setLines(PATH, [{ line: 3, hitCondition: "2" }]);
    expect(stops(set, 1)).toEqual([]);
    set.breakpoints.attach(set.engine, [], false);
    expect(stops(set, 2)).toEqual([2]);
  });

  test("a log point writes its message and does not stop", () => {
    const { engine, breakpoints } = setUp();
    breakpoints.setLines(PATH, [{ line: 3, logMessage: "x is {x}, not {bad}" }]);
    expect(breakpoints.judge(atLine3, engine)).toMatchObject({
      kind: "go",
      log: ["x is <x>, not {bad: variable bad has no value}"],
    });
  });

  test.each([
    [{ condition: "(= x" }, /Condition "\(= x"/],
    [{ condition: "a b" }, /expected one expression, found 2/],
    [{ hitCondition: "often" }, /Hit condition "often": expected a number/],
    [{ logMessage: "{x" }, /Log message "\{x": the brace/],
    [{ logMessage: "{(x}" }, /Log message/],
  ])("%j cannot be verified, and says why", (wish, problem) => {
    const set = setUp();
    const [state] = set.breakpoints.setLines(PATH, [{ line: 3, ...wish }]);
    expect(state?.problem).toMatch(problem);
    expect(stops(set, 1)).toEqual([]);
  });

  test("line breakpoints of one file leave those of another alone, and only the program's file has code", () => {
    const { engine, breakpoints } = setUp();
    breakpoints.setLines(PATH, [{ line: 3 }]);
    const [other] = breakpoints.setLines("/work/other.cons", [{ line: 1 }]);
    expect(other?.problem).toMatch(/other.cons is not part of this program/);
    expect([...engine.breakpoints]).toEqual([0x1003]);
    breakpoints.setLines(PATH, []);
    expect(engine.breakpoints.size).toBe(0);
  });

  test("a function breakpoint binds at the function's first form", () => {
    const { engine, breakpoints } = setUp();
    const [main, none] = breakpoints.setFunctions([{ name: "main" }, { name: "mian" }]);
    expect(main).toMatchObject({ problem: null, place: { pc: 0x1001 } });
    expect(none?.problem).toBe('There is no function "mian" in this program, and no opcode or host call of that name.');
    expect(breakpoints.judge({ kind: "breakpoint", pc: 0x1001 }, engine)).toMatchObject({
      kind: "stop",
      ids: [main?.id],
      note: null,
      reason: "function breakpoint",
    });
  });

  test("a function that an image defines later is bound at the next look", () => {
    const { engine, breakpoints } = setUp();
    breakpoints.attach(Object.assign(engine, { source: null }), [], false);
    const [state] = breakpoints.setFunctions([{ name: "later" }]);
    expect(state).toMatchObject({ isPending: true, problem: expect.stringContaining("later") });
    expect(breakpoints.rebind()).toEqual([]);
    engine.functionEntries = () => [place(1, 0x3000)];
    expect(breakpoints.rebind()).toMatchObject([{ id: state?.id, problem: null, place: { pc: 0x3000 } }]);
    expect([...engine.breakpoints]).toEqual([0x3000]);
    expect(breakpoints.rebind()).toEqual([]);
  });

  test("a data breakpoint is hit by what happened to its own watch", () => {
    const { engine, breakpoints } = setUp();
    const [first, second] = breakpoints.setData([{ dataId: "0x200,8" }, { dataId: "0x200,8,change" }]);
    const hits = engine.watched.map((watch): WatchHit => ({ watch, access: "write", old: 1, now: 1, isChange: false }));
    const verdict = (changes: boolean) => {
      const all = hits.map((hit) => ({ ...hit, isChange: changes }));
      return breakpoints.judge({ kind: "watch", hits: all, site: 0 }, engine).ids;
    };
    expect(verdict(false)).toEqual([first?.id]);
    expect(verdict(true)).toEqual([first?.id, second?.id]);
    breakpoints.setData([]);
    expect(verdict(true)).toEqual([]);
  });

  test("a variable that is gone takes its breakpoint along, and says so", () => {
    const { engine, breakpoints } = setUp();
    const [state] = breakpoints.setData([{ dataId: "0x20040,4,change,frame:100" }]);
    const [watch] = engine.watched;
    const gone: WatchHit = { watch: watch as Watch, access: "gone", old: null, now: null, isChange: false };
    expect(breakpoints.judge({ kind: "watch", hits: [gone], site: 0 }, engine)).toMatchObject({
      kind: "stop",
      ids: [state?.id],
      removed: [state?.id],
      note: expect.stringContaining("removed"),
    });
    expect(engine.watched).toEqual([]);
  });

  test("what is watched in a frame ends with a restart; a global variable is found again, an address stays", () => {
    const { engine, breakpoints } = setUp();
    breakpoints.setData([{ dataId: "0x20040,4,frame:100" }, { dataId: "global:x,4" }, { dataId: "0x300,2,free" }]);
    const [, global, address] = breakpoints.states();
    breakpoints.attach(engine, [], false);
    expect(breakpoints.states()).toEqual([global, address]);
    expect(engine.watched).toMatchObject([
      { kind: "data", start: 0x4000, bytes: 4 },
      { kind: "life", start: 0x300, bytes: 2 },
    ]);
  });

  test.each(["", "x,4", "0x20", "0x20,0", "0x20,4,loud", "0x20,4,change,frame:", "global:%,4", "0x20,4,change,x"])(
    "%j is no data id",
    (dataId) => {
      const { breakpoints } = setUp();
      expect(breakpoints.setData([{ dataId }])[0]?.problem).toMatch(/is not a data id/);
    },
  );
});
