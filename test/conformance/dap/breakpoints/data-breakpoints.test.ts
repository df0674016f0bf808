/** Data breakpoints: what they watch, and what they wait for. */
import { expect, test } from "vitest";
import { type BlackBox, withAdapter } from "../../../support/protocol/black-box.ts";
import type { Loose } from "../../../support/protocol/dap-conversation.ts";

const PROGRAM = `(define count 0)
(define kept (cons 1 2))
(define (step n)
  (let ((half 0))
    (set! half n)
    (set! count (+ count half))
    (set! count count)
    count))
(step 1)
(step 2)
(print kept)
(set! kept nil)
(gc)
(define (fill n) (when (> n 0) (cons n n) (fill (- n 1))))
(fill 300)
`;
const info = (dap: BlackBox, name: string, more: object = {}) => dap.request("dataBreakpointInfo", { name, ...more });
const set = async (dap: BlackBox, ...breakpoints: object[]): Promise<Loose[]> =>
  (await dap.request("setDataBreakpoints", { breakpoints })).breakpoints;
async function goOn(dap: BlackBox): Promise<Loose> {
  await dap.request("continue", { threadId: 1 });
  return dap.stopOrEnd();
}
/** Line and text of each stop until the end. */
async function stops(dap: BlackBox): Promise<{ line: number; text: string; reason: string }[]> {
  const found = [];
  for (let stop = await goOn(dap); stop.reason !== undefined; stop = await goOn(dap)) {
    found.push({ line: (await dap.topFrame()).line, text: stop.text, reason: stop.reason });
  }
  return found;
}
/** Stops before the first step of the program. */
const started = (dap: BlackBox) => dap.stopOn([9], PROGRAM);

test("capability supportsDataBreakpoints, request dataBreakpointInfo, setDataBreakpoints: each write of a global variable stops behind it", () =>
  withAdapter(async (dap) => {
    await started(dap);
    const about = await info(dap, "count");
    expect(about).toMatchObject({
      dataId: "global:count,4",
      accessTypes: ["read", "write", "readWrite"],
      canPersist: true,
      description: expect.stringContaining("count"),
    });
    const [state] = await set(dap, { dataId: about.dataId, accessType: "write" });
    expect(state).toMatchObject({ verified: true, id: expect.any(Number) });
    const first = await goOn(dap);
    expect(first).toMatchObject({ reason: "data breakpoint", hitBreakpointIds: [state.id] });
    expect(first.text).toMatch(/written at .*: 0 -> 1$/);
    expect(await stops(dap)).toMatchObject([
      { line: 7, text: expect.stringMatching(/: 1 -> 1$/) },
      { line: 6, text: expect.stringMatching(/: 1 -> 3$/) },
      { line: 7, text: expect.stringMatching(/: 3 -> 3$/) },
    ]);
  }));

test("request dataBreakpointInfo: mode change leaves out writes of the same value, and the id carries it", () =>
  withAdapter(async (dap) => {
    await started(dap);
    const about = await info(dap, "count", { mode: "change" });
    expect(about).toMatchObject({ dataId: "global:count,4,change", accessTypes: ["write"] });
    await set(dap, { dataId: about.dataId });
    expect((await stops(dap)).map(({ line }) => line)).toEqual([6, 6]);
  }));

test("request setDataBreakpoints: conditions over the old and the new value, and hit counts", () =>
  withAdapter(async (dap) => {
    await started(dap);
    const { dataId } = await info(dap, "count");
    const states = await set(
      dap,
      { dataId, condition: "(and (= old 1) (= new 3))" },
      { dataId, hitCondition: "4" },
      { dataId, condition: "(= old" },
      { dataId: "nothing" },
    );
    expect(states.map(({ verified }) => verified)).toEqual([true, true, false, false]);
    expect(states[2].message).toContain("Condition");
    expect((await stops(dap)).map(({ line }) => line)).toEqual([6, 7]);
  }));

test("request setDataBreakpoints: access types read and readWrite", () =>
  withAdapter(async (dap) => {
    await started(dap);
    const { dataId } = await info(dap, "count");
    const [, wrong] = await set(dap, { dataId, accessType: "read" }, { dataId, accessType: "guess" });
    expect(wrong).toMatchObject({ verified: false, reason: "failed" });
    expect((await stops(dap)).map(({ line, text }) => `${line} ${text.split(" ")[0]}`)).toEqual([
      "6 read",
      "7 read",
      "8 read",
      "6 read",
      "7 read",
      "8 read",
    ]);
  }));

test("request dataBreakpointInfo: mode count follows the references of the object that a variable holds", () =>
  withAdapter(async (dap) => {
    await started(dap);
    const about = await info(dap, "kept", { mode: "count" });
    expect(about).toMatchObject({ accessTypes: ["write"], canPersist: false });
    expect((await info(dap, "count", { mode: "count" })).dataId).toBeNull();
    await set(dap, { dataId: about.dataId });
    const [first] = await stops(dap);
    expect(first).toMatchObject({ line: 12, text: expect.stringMatching(/references to .*: 1 -> 0$/) });
  }));

test("request dataBreakpointInfo: mode free waits for the end of an object and the use of its cells", () =>
  withAdapter(async (dap) => {
    await started(dap);
    const { dataId } = await info(dap, "kept", { mode: "free" });
    await set(dap, { dataId });
    const texts = (await stops(dap)).map(({ text }) => text);
    expect(texts[0]).toMatch(/is freed$/);
    expect(texts[1]).toMatch(/new object takes the cells/);
  }));

test("capability breakpointModes: a data breakpoint that logs prints what happened and does not stop", () =>
  withAdapter(async (dap) => {
    await started(dap);
    const { dataId } = await info(dap, "count", { mode: "log" });
    expect((await info(dap, "count", { mode: "loud" })).dataId).toBeNull();
    await set(dap, { dataId, accessType: "write", hitCondition: "<= 2" });
    expect(await stops(dap)).toEqual([]);
    const console = dap.events("output").filter(({ category }: Loose) => category === "console");
    expect(console.map(({ output }: Loose) => output).join("")).toMatch(/: 0 -> 1\n.*: 1 -> 1\n$/);
  }));

test("request dataBreakpointInfo, setDataBreakpoints, event breakpoint: a variable of a frame, from the Variables view, until its function returns", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([5], PROGRAM);
    const { scopes } = await dap.request("scopes", { frameId: (await dap.topFrame()).id });
    const { variablesReference } = scopes[0];
    const about = await info(dap, "half", { variablesReference });
    expect(about).toMatchObject({ dataId: expect.stringContaining("frame:"), canPersist: false });
    const [state] = await set(dap, { dataId: about.dataId });
    const marked = (await dap.request("variables", { variablesReference })).variables.filter((variable: Loose) =>
      variable.presentationHint.attributes?.includes("hasDataBreakpoint"),
    );
    expect(marked.map(({ name }: Loose) => name)).toEqual(["half"]);
    expect(await goOn(dap)).toMatchObject({ reason: "data breakpoint", text: expect.stringMatching(/: 0 -> 1$/) });
    expect(await goOn(dap)).toMatchObject({
      hitBreakpointIds: [state.id],
      text: expect.stringContaining("has returned"),
    });
    expect(dap.events("breakpoint")).toContainEqual({
      reason: "removed",
      breakpoint: { id: state.id, verified: false },
    });
    await dap.request("setBreakpoints", { source: { path: dap.file("program.cons", PROGRAM) }, breakpoints: [] });
    expect(await stops(dap)).toEqual([]);
  }));

test("capability supportsDataBreakpointBytes, request dataBreakpointInfo: an address and a number of bytes, and an expression in a frame", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([3], "(define kept (cons 1 2))\n(define (f x) (set-car! kept x))\n(f 1)\n(f 7)\n(f 70000)\n");
    const frameId = (await dap.topFrame()).id;
    const pair = await info(dap, "(car kept)", { frameId });
    expect(pair.dataId).toMatch(/^0x[0-9A-F]+,4$/);
    const lowest = Number(pair.dataId.split(",")[0]) + 3;
    const byte = await info(dap, `${lowest}`, { asAddress: true, bytes: 1 });
    expect(byte).toMatchObject({ dataId: expect.stringMatching(/,1$/), canPersist: true });
    await set(dap, { dataId: byte.dataId, condition: "(not (= old new))" });
    // What the user changes is not a hit.
    await dap.request("evaluate", { expression: "(set-car! kept 5)", frameId, context: "repl" });
    expect((await stops(dap)).slice(0, 2)).toMatchObject([
      { line: 2, text: expect.stringMatching(/: 0x5 -> 0x1$/) },
      { line: 2, text: expect.stringMatching(/: 0x1 -> 0x7$/) },
    ]);
  }));

test("request setDataBreakpoints, event breakpoint: after a restart a global variable is watched where it is now, and a frame's is gone", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([5], PROGRAM);
    const path = dap.file("program.cons", PROGRAM);
    const frameId = (await dap.topFrame()).id;
    const half = await info(dap, "half", { frameId });
    const count = await info(dap, "count", { frameId, mode: "change" });
    const [local, global] = await set(dap, { dataId: half.dataId }, { dataId: count.dataId });
    await dap.request("setBreakpoints", { source: { path }, breakpoints: [] });
    dap.file("program.cons", `(define other 5)\n${PROGRAM}`);
    await dap.request("restart", {});
    expect(await dap.event("breakpoint")).toMatchObject({ reason: "removed", breakpoint: { id: local.id } });
    expect(await dap.event("stopped")).toMatchObject({ reason: "data breakpoint", hitBreakpointIds: [global.id] });
    expect((await dap.topFrame()).line).toBe(2);
  }));

test.each(["write", "change", "read", "count", "free"])(
  "request reverseContinue, setDataBreakpoints: a data breakpoint of mode %s stops backwards where it stops forwards",
  (mode) =>
    withAdapter(async (dap) => {
      await dap.stopOn([9], PROGRAM, { record: true });
      const { dataId } = await info(dap, mode === "count" || mode === "free" ? "kept" : "count", { mode });
      await set(dap, { dataId });
      await dap.request("setBreakpoints", {
        source: { path: dap.file("program.cons", PROGRAM) },
        breakpoints: [{ line: 15 }],
      });
      const forwards: string[] = [];
      for (let stop = await goOn(dap); stop.reason === "data breakpoint"; stop = await goOn(dap))
        forwards.push(stop.text);
      expect(forwards.length).toBeGreaterThan(0);
      const backwards: string[] = [];
      for (let i = 0; i < forwards.length; i++) {
        await dap.request("reverseContinue", { threadId: 1 });
        const stop = await dap.stopOrEnd();
        expect(stop.reason).toBe("data breakpoint");
        backwards.push(stop.text);
      }
      expect(backwards).toEqual(forwards.reverse());
    }),
);
