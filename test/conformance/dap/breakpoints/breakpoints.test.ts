/** Breakpoints on lines, forms, functions, opcodes and instructions. */
import { expect, test } from "vitest";
import type { BlackBox } from "../../../support/protocol/black-box.ts";
import { withAdapter } from "../../../support/protocol/black-box.ts";
import type { Loose } from "../../../support/protocol/dap-conversation.ts";

const PROGRAM = `(define (pair a b) (cons (+ a 1) (list b)))
(define (loop n)
  (when (> n 0)
    (pair n n)
    (loop (- n 1))))
(loop 6)
(print "end")
`;
const at = (path: string, ...breakpoints: object[]) => ({ source: { path }, breakpoints });
/** Output of a category until the end of the program. */
async function outputUntilEnd(dap: BlackBox, category: string): Promise<string> {
  await dap.event("terminated");
  return dap
    .events("output")
    .filter((body: Loose) => body.category === category)
    .map((body: Loose) => body.output)
    .join("");
}
/** The line of each stop until the end. */
async function linesOfStops(dap: BlackBox): Promise<number[]> {
  const lines: number[] = [];
  for (let stop = await dap.stopOrEnd(); stop.reason !== undefined; stop = await dap.stopOrEnd()) {
    lines.push((await dap.topFrame()).line);
    await dap.request("continue", { threadId: 1 });
  }
  return lines;
}

test("capability supportsBreakpointLocationsRequest, request breakpointLocations: every form that starts in the range is a place", () =>
  withAdapter(async (dap) => {
    const path = dap.file("program.cons", PROGRAM);
    expect(await dap.initialize()).toMatchObject({ supportsBreakpointLocationsRequest: true });
    await dap.request("launch", { program: path });
    const { breakpoints } = await dap.request("breakpointLocations", { source: { path }, line: 1 });
    const column = (text: string) => PROGRAM.indexOf(text) + 1;
    expect(breakpoints).toEqual([
      { line: 1, column: column("(cons"), endLine: 1, endColumn: PROGRAM.indexOf("\n") },
      { line: 1, column: column("(+ a 1)"), endLine: 1, endColumn: column("(+ a 1)") + 7 },
      { line: 1, column: column("(list b)"), endLine: 1, endColumn: column("(list b)") + 8 },
    ]);
    const part = { source: { path }, line: 1, column: column("(+ a 1)"), endColumn: column("(+ a 1)") };
    expect((await dap.request("breakpointLocations", part)).breakpoints).toHaveLength(1);
    const other = { source: { path: `${path}.other` }, line: 1 };
    expect(await dap.request("breakpointLocations", other)).toEqual({ breakpoints: [] });
  }));

test("request setBreakpoints: a column is the form that starts there, and the program stops before what it does", () =>
  withAdapter(async (dap) => {
    const column = PROGRAM.indexOf("(+ a 1)") + 1;
    await dap.start(PROGRAM, {}, async (path) => {
      const { breakpoints } = await dap.request("setBreakpoints", at(path, { line: 1, column }, { line: 99 }));
      expect(breakpoints).toMatchObject([
        { verified: true, line: 1, column, endColumn: column + 7 },
        { verified: false, reason: "failed", message: expect.stringContaining("no code") },
      ]);
    });
    expect(await dap.event("stopped")).toMatchObject({ reason: "breakpoint" });
    expect(await dap.topFrame()).toMatchObject({ name: "pair", line: 1, column });
  }));

test("request setBreakpoints, event breakpoint: what is set before the program is loaded is pending, and bound when it is", () =>
  withAdapter(async (dap) => {
    const path = dap.file("program.cons", PROGRAM);
    await dap.initialize();
    const { breakpoints } = await dap.request("setBreakpoints", at(path, { line: 4 }));
    expect(breakpoints).toMatchObject([{ verified: false, reason: "pending" }]);
    // The older way to say the same.
    const again = await dap.request("setBreakpoints", { source: { path }, lines: [4] });
    expect(again.breakpoints).toEqual(breakpoints);
    await dap.request("launch", { program: path });
    expect(await dap.event("breakpoint")).toMatchObject({
      reason: "changed",
      breakpoint: { id: breakpoints[0].id, verified: true, line: 4 },
    });
  }));

test("request setBreakpoints: in a text that was changed since it was loaded breakpoints wait for the restart", () =>
  withAdapter(async (dap) => {
    const path = await dap.start(PROGRAM, { stopOnEntry: true });
    await dap.event("stopped");
    const set = async () =>
      (await dap.request("setBreakpoints", { ...at(path, { line: 7 }), sourceModified: true })).breakpoints[0];
    expect(await set()).toMatchObject({ verified: true, line: 7 });
    dap.file("program.cons", `\n${PROGRAM}`);
    expect(await set()).toMatchObject({
      verified: false,
      reason: "pending",
      message: expect.stringContaining("restart"),
    });
    await dap.request("restart", {});
    expect(await dap.event("breakpoint")).toMatchObject({ reason: "changed", breakpoint: { verified: true, line: 7 } });
  }));

test("capability supportsFunctionBreakpoints, request setFunctionBreakpoints: functions by name", () =>
  withAdapter(async (dap) => {
    await dap.initialize();
    await dap.start(PROGRAM, {}, async () => {
      const { breakpoints } = await dap.request("setFunctionBreakpoints", {
        breakpoints: [{ name: "pair", hitCondition: "2" }, { name: "nowhere" }],
      });
      expect(breakpoints).toMatchObject([
        { verified: true, line: 1 },
        { verified: false, message: expect.stringContaining("nowhere") },
      ]);
    });
    expect(await dap.event("stopped")).toMatchObject({ reason: "function breakpoint" });
    expect(await dap.topFrame()).toMatchObject({ name: "pair" });
    await dap.request("setFunctionBreakpoints", { breakpoints: [] });
    await dap.request("continue", { threadId: 1 });
    expect(await linesOfStops(dap)).toEqual([]);
  }));

test("request setFunctionBreakpoints: opcodes and host calls by name stop before each such instruction", () =>
  withAdapter(async (dap) => {
    await dap.start(
      "(define x (cons 1 2))\n(define y (list 3))\n(set-car! x 4)\n(print x)\n(print y)\n",
      {},
      async () => {
        const names = ["CONS", "opcode:RPLACA", "subr:PRINT"];
        const { breakpoints } = await dap.request("setFunctionBreakpoints", {
          breakpoints: names.map((name) => ({ name })),
        });
        expect(breakpoints.map(({ verified }: Loose) => verified)).toEqual([true, true, true]);
      },
    );
    expect(await dap.event("stopped")).toMatchObject({ reason: "function breakpoint" });
    const { instructionPointerReference } = await dap.topFrame();
    const rows = await dap.request("disassemble", {
      memoryReference: instructionPointerReference,
      instructionCount: 1,
    });
    expect(rows.instructions[0].instruction).toMatch(/^CONS/);
    await dap.request("continue", { threadId: 1 });
    expect(await linesOfStops(dap)).toEqual([2, 3, 4, 5]);
  }));

test("capability supportsInstructionBreakpoints, request setInstructionBreakpoints: by address and offset, where an instruction begins", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([4], PROGRAM);
    const { instructionPointerReference: here } = await dap.topFrame();
    const { instructions } = await dap.request("disassemble", { memoryReference: here, instructionCount: 2 });
    const offset = Number(instructions[1].address) - Number(here);
    const { breakpoints } = await dap.request("setInstructionBreakpoints", {
      breakpoints: [{ instructionReference: here, offset }, { instructionReference: "0x2" }],
    });
    expect(breakpoints).toMatchObject([
      { verified: true, instructionReference: instructions[1].address },
      { verified: false, reason: "failed" },
    ]);
    await dap.request("continue", { threadId: 1 });
    expect(await dap.event("stopped")).toMatchObject({ reason: "instruction breakpoint" });
    expect((await dap.topFrame()).instructionPointerReference).toBe(instructions[1].address);
  }));

test("capability supportsConditionalBreakpoints, supportsHitConditionalBreakpoints: conditions and hit counts choose among the hits", () =>
  withAdapter(async (dap) => {
    await dap.start(PROGRAM, {}, async (path) => {
      const wishes = [
        { line: 4, condition: "(= n 5)" },
        { line: 5, hitCondition: "% 3" },
        { line: 7, condition: "(= n" },
        { line: 3, hitCondition: "often" },
      ];
      const { breakpoints } = await dap.request("setBreakpoints", at(path, ...wishes));
      expect(breakpoints.map(({ verified }: Loose) => verified)).toEqual([true, true, false, false]);
    });
    expect(await linesOfStops(dap)).toEqual([4, 5, 5]);
  }));

test("capability supportsLogPoints: a message with expressions is printed, and the program goes on", () =>
  withAdapter(async (dap) => {
    await dap.start(PROGRAM, {}, (path) =>
      dap.request("setBreakpoints", at(path, { line: 4, hitCondition: "<= 2", logMessage: "n is {n}" })),
    );
    expect(await outputUntilEnd(dap, "console")).toBe("n is 6\nn is 5\n");
  }));

test("capability breakpointModes: log prints a line about the hit and goes on", () =>
  withAdapter(async (dap) => {
    const { breakpointModes } = await dap.initialize();
    const modesFor = (what: string) =>
      breakpointModes.filter(({ appliesTo }: Loose) => appliesTo.includes(what)).map(({ mode }: Loose) => mode);
    expect(modesFor("source")).toEqual(["stop", "log", "snapshot"]);
    expect(modesFor("instruction")).toEqual(modesFor("source"));
    expect(modesFor("data")).toEqual(["stop", "log", "snapshot", "write", "change", "read", "count", "free"]);
    await dap.start(PROGRAM, {}, async (path) => {
      const wishes = [
        { line: 4, mode: "log", condition: "(= n 3)" },
        { line: 5, mode: "loud" },
      ];
      const { breakpoints } = await dap.request("setBreakpoints", at(path, ...wishes));
      expect(breakpoints).toMatchObject([
        { verified: true },
        { verified: false, message: expect.stringContaining("loud") },
      ]);
    });
    expect(await outputUntilEnd(dap, "console")).toBe("breakpoint in loop: (pair n n)\n");
  }));

test("capability breakpointModes: snapshot names moments of the recording, and stops where there is none", () =>
  withAdapter(async (dap) => {
    const wish = { line: 4, mode: "snapshot", logMessage: "before {n}", condition: "(< n 3)" };
    const path = await dap.start(PROGRAM, { record: true }, (file) => dap.request("setBreakpoints", at(file, wish)));
    await dap.event("terminated");
    const taken = dap.events("conspect/snapshot");
    expect(taken).toMatchObject([{ name: "before 2" }, { name: "before 1" }]);
    expect(taken[0].moment).toMatch(/^\d+:[0-9a-f]+$/);
    const other = await dap.send("restart", { arguments: { program: path, record: false } });
    expect(other.success).toBe(true);
    const stop = await dap.event("stopped");
    expect(stop).toMatchObject({ reason: "breakpoint", text: expect.stringContaining("not recorded") });
  }));

test("request setBreakpoints, setFunctionBreakpoints, setDataBreakpoints: ten thousand of each are set, judged and taken away", () =>
  withAdapter(async (dap) => {
    const many = Array.from({ length: 10_000 }, (_, i) => i);
    const text = ["(define x 0)", ...many.map((i) => `(set! x (+ x ${i % 7}))`), "(print x)", ""].join("\n");
    await dap.start(text, { record: false }, async (path) => {
      const wishes = many.map((i) => ({ line: i + 2, hitCondition: i === 7_000 ? "1" : "2" }));
      const { breakpoints } = await dap.request("setBreakpoints", at(path, ...wishes));
      expect(breakpoints.filter(({ verified }: Loose) => verified)).toHaveLength(10_000);
      expect(new Set(breakpoints.map(({ id }: Loose) => id)).size).toBe(10_000);
      const functions = many.map((i) => ({ name: `f${i}` }));
      const set = await dap.request("setFunctionBreakpoints", { breakpoints: functions });
      expect(set.breakpoints).toHaveLength(10_000);
    });
    expect(await dap.event("stopped")).toMatchObject({ reason: "breakpoint" });
    expect((await dap.topFrame()).line).toBe(7_002);
    const path = dap.file("program.cons", text);
    await dap.request("setBreakpoints", at(path));
    const data = many.map((i) => ({ dataId: `0x${(0x700000 + 4 * i).toString(16)},4` }));
    const { breakpoints } = await dap.request("setDataBreakpoints", { breakpoints: data });
    expect(breakpoints.filter(({ verified }: Loose) => verified)).toHaveLength(10_000);
    await dap.request("setDataBreakpoints", { breakpoints: [] });
    await dap.request("continue", { threadId: 1 });
    expect(await linesOfStops(dap)).toEqual([]);
  }));

test("capability supportsHitConditionalBreakpoints, request reverseContinue: a hit has the same number backwards and when it comes again", () =>
  withAdapter(async (dap) => {
    await dap.start(PROGRAM, { record: true }, (path) =>
      dap.request("setBreakpoints", at(path, { line: 4, hitCondition: "% 2" })),
    );
    const n = async () => {
      await dap.stopOrEnd();
      return (await dap.scope("Locals")).find(({ name }: Loose) => name === "n").value;
    };
    const go = async (command: string) => {
      await dap.request(command, { threadId: 1 });
      return n();
    };
    expect(await n()).toBe("5");
    expect(await go("continue")).toBe("3");
    expect(await go("reverseContinue")).toBe("5");
    expect(await go("continue")).toBe("3");
    expect(await go("continue")).toBe("1");
    expect(await go("reverseContinue")).toBe("3");
    expect(await go("reverseContinue")).toBe("5");
    expect(await go("continue")).toBe("3");
  }));
