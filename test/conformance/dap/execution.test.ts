/** Sending a stopped program on, step by step or somewhere else. */
import { expect, test } from "vitest";
import { exampleCompiled } from "../../support/images/example-compiled.ts";
import { withAdapter } from "../../support/protocol/black-box.ts";

const PROGRAM = `(define (twice n)
  (* n 2))
(define (start n)
  (let ((sum (+ (twice n) (twice 10))))
    (print sum) (print n)
    sum))
(print (start 1))
`;
const LINE = { threadId: 1, granularity: "line" };

test("capability supportsSteppingGranularity, request next, stepIn, stepOut: by form, line and instruction", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([5], PROGRAM);
    const at = async (command: string, granularity?: string) => {
      await dap.request(command, { threadId: 1, ...(granularity !== undefined && { granularity }) });
      await dap.event("stopped");
      const { name, line, column, instructionPointerReference } = await dap.topFrame();
      return { where: `${name} ${line}:${column}`, pc: Number(instructionPointerReference) };
    };
    expect((await at("next", "statement")).where).toBe("start 5:17");
    expect((await at("next", "line")).where).toBe("start 6:5");
    await dap.request("restartFrame", { frameId: (await dap.topFrame()).id });
    await dap.event("stopped");
    const first = await at("next", "instruction");
    const second = await at("next", "instruction");
    expect(second.pc - first.pc).toBeGreaterThan(0);
    expect(second.pc - first.pc).toBeLessThan(6);
    expect((await at("stepIn")).where).toBe("twice 2:3");
    expect((await at("stepOut")).where).toMatch(/^start 4:/);
  }));

test("capability supportsSingleThreadExecutionRequests, request continue: singleThread is taken, and all threads continue", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([2], PROGRAM);
    expect(await dap.request("continue", { threadId: 1, singleThread: true })).toEqual({ allThreadsContinued: true });
    expect(await dap.event("stopped")).toMatchObject({ reason: "breakpoint", allThreadsStopped: true });
    await dap.request("next", { ...LINE, singleThread: true });
    await dap.event("stopped");
    expect(await dap.send("continue", { threadId: 7 })).toMatchObject({
      success: false,
      body: { error: { id: 4001 } },
    });
  }));

test("capability supportsStepInTargetsRequest, request stepInTargets, stepIn: into the call that was chosen", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([4], PROGRAM);
    const { targets } = await dap.request("stepInTargets", { frameId: (await dap.topFrame()).id });
    expect(targets).toMatchObject([
      { label: "(twice n)", line: 4, column: 17 },
      { label: "(twice 10)", line: 4, column: 27 },
    ]);
    await dap.request("stepIn", { threadId: 1, targetId: targets[1].id });
    await dap.event("stopped");
    expect(await dap.topFrame()).toMatchObject({ name: "twice", line: 2 });
    expect((await dap.scope("Locals"))[0]).toMatchObject({ name: "n", value: "10" });
    expect(await dap.send("stepIn", { threadId: 1, targetId: 5 })).toMatchObject({ body: { error: { id: 4021 } } });
  }));

test("capability supportsGotoTargetsRequest, request gotoTargets, goto: to a form of the function, forwards and backwards", () =>
  withAdapter(async (dap) => {
    const path = await dap.stopOn([5], PROGRAM).then(() => `${dap.folder}/program.cons`);
    const targets = async (line: number, column?: number) =>
      dap.send("gotoTargets", { source: { path }, line, ...(column !== undefined && { column }) });
    const { body } = await targets(5, 17);
    expect(body.targets).toMatchObject([
      { label: "(print n)", line: 5, column: 17, instructionPointerReference: expect.stringMatching(/^0x/) },
      { label: "(print sum)", line: 5, column: 5 },
    ]);
    await dap.request("goto", { threadId: 1, targetId: body.targets[0].id });
    expect(await dap.event("stopped")).toMatchObject({ reason: "goto", threadId: 1 });
    expect(await dap.topFrame()).toMatchObject({ name: "start", line: 5, column: 17 });
    await dap.request("next", LINE);
    await dap.event("stopped");
    const back = (await targets(4)).body.targets;
    await dap.request("goto", { threadId: 1, targetId: back[0].id });
    await dap.event("stopped");
    expect(await dap.topFrame()).toMatchObject({ name: "start", line: 4 });
    expect(await targets(2)).toMatchObject({ success: false, body: { error: { id: 4022 } } });
    expect(await dap.send("goto", { threadId: 1, targetId: 3 })).toMatchObject({ body: { error: { id: 3030 } } });
    await dap.request("setBreakpoints", { source: { path }, breakpoints: [] });
    await dap.request("continue", { threadId: 1 });
    await dap.event("exited");
    expect(
      dap
        .events("output")
        .map(({ output }) => output)
        .join(""),
    ).toBe("1\n22\n1\n22\n");
  }));

test("request gotoTargets, goto: to an instruction of a listing, where there is no source text", () =>
  withAdapter(async (dap) => {
    const path = dap.file("lists.lcom", exampleCompiled());
    await dap.launch({ program: path, function: "SUM", args: ["(1 2 3)"], stopOnEntry: true });
    await dap.event("stopped");
    const { source, line, name } = await dap.topFrame();
    expect(name).toBe("SUM");
    const zero = await dap.request("gotoTargets", { source, line: line + 9 });
    expect(zero.targets).toMatchObject([{ label: "'0" }]);
    await dap.request("goto", { threadId: 1, targetId: zero.targets[0].id });
    expect(await dap.event("stopped")).toMatchObject({ reason: "goto" });
    // In the middle of a sum: what it adds to is not on the stack here.
    expect(await dap.send("gotoTargets", { source, line: line + 5 })).toMatchObject({ body: { error: { id: 3030 } } });
    await dap.request("continue", { threadId: 1 });
    await dap.event("exited");
    expect(dap.events("output").at(-1)?.output).toBe("0\n");
  }));

test("capability supportsRestartFrame, request restartFrame: the function begins again with its arguments", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([2], PROGRAM);
    const { stackFrames } = await dap.request("stackTrace", { threadId: 1 });
    expect(stackFrames[1]).toMatchObject({ name: "start" });
    await dap.request("restartFrame", { frameId: stackFrames[1].id });
    expect(await dap.event("stopped")).toMatchObject({ reason: "restart" });
    expect(await dap.topFrame()).toMatchObject({ name: "start", line: 4 });
    expect((await dap.scope("Locals"))[0]).toMatchObject({ name: "n", value: "1" });
    const frames = (await dap.request("stackTrace", { threadId: 1 })).stackFrames;
    expect(await dap.send("restartFrame", { frameId: frames.at(-1).id })).toMatchObject({
      body: { error: { id: 3031 } },
    });
    expect(await dap.send("restartFrame", { frameId: stackFrames[1].id })).toMatchObject({
      body: { error: { id: 4002 } },
    });
  }));

test("request restartFrame: of a compiled function without source text", () =>
  withAdapter(async (dap) => {
    const path = dap.file("lists.lcom", exampleCompiled());
    await dap.launch({ program: path, function: "SUM", args: ["(1 2 3)"] }, () =>
      dap.request("setFunctionBreakpoints", { breakpoints: [{ name: "SUM", hitCondition: "3" }] }),
    );
    await dap.event("stopped");
    await dap.request("setFunctionBreakpoints", { breakpoints: [] });
    const { stackFrames } = await dap.request("stackTrace", { threadId: 1 });
    expect(stackFrames.slice(0, 3).map(({ name }: { name: string }) => name)).toEqual(["SUM", "SUM", "SUM"]);
    await dap.request("restartFrame", { frameId: stackFrames[2].id });
    await dap.event("stopped");
    await dap.request("continue", { threadId: 1 });
    await dap.event("exited");
    expect(dap.events("output").at(-1)?.output).toBe("6\n");
  }));

test("request pause: stops a program that runs", () =>
  withAdapter(async (dap) => {
    await dap.start("(let loop ((i 0)) (loop (+ i 1)))\n");
    await dap.request("pause", { threadId: 1 });
    expect(await dap.event("stopped")).toMatchObject({ reason: "pause" });
  }));
