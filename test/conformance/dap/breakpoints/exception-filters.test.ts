/** The exception filters: what is offered and taken, and what the reports say. What each of them stops at: `stops.test.ts`. */
import { expect, test } from "vitest";
import { withAdapter } from "../../../support/protocol/black-box.ts";
import type { Loose } from "../../../support/protocol/dap-conversation.ts";
import { STOPS, writeEntry } from "../../../support/protocol/stop-cases.ts";

const WASTE = `(define (waste n)
  (while (> n 0)
    (list n n)
    (set! n (- n 1))))
(waste 100)
`;
const COUNTDOWN = { managerOptions: { countdown: 40 } };

test("request exceptionInfo: filter verify stops at the first check that finds a wrong count", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([6], `(define kept (list 1 2))\n${WASTE}`, { verify: 25, verifyTravel: false });
    const { memoryReference } = await dap.request("evaluate", { expression: "kept", context: "watch" });
    await writeEntry(dap, memoryReference, 4);
    await dap.request("setBreakpoints", { source: { path: `${dap.folder}/program.cons` }, breakpoints: [] });
    await dap.request("continue", { threadId: 1 });
    await dap.event("stopped");
    const info = await dap.request("exceptionInfo", { threadId: 1 });
    expect(info.exceptionId).toBe("verify");
    expect(info.details.stackTrace).toMatch(/has count 4, references found: 1/);
  }));

test("capability exceptionBreakpointFilters, supportsExceptionInfoRequest: every filter is offered, with the fields of its conditions", () =>
  withAdapter(async (dap) => {
    const { exceptionBreakpointFilters, supportsExceptionInfoRequest } = await dap.initialize();
    const ids = exceptionBreakpointFilters.map(({ filter }: Loose) => filter);
    expect(ids).toEqual(expect.arrayContaining(STOPS.map(({ filter }) => filter)));
    for (const row of exceptionBreakpointFilters) {
      expect(row).toMatchObject({ supportsCondition: true, conditionDescription: expect.stringContaining("site") });
    }
    expect(supportsExceptionInfoRequest).toBe(true);
    // A client that sets none has those that are on by themselves.
    await dap.request("launch", { program: dap.file("program.cons", "(define (f x) (car x))\n(f 5)\n") });
    await dap.request("configurationDone");
    expect((await dap.event("stopped")).hitBreakpointIds).toHaveLength(1);
    const { exceptionId, details } = await dap.request("exceptionInfo", { threadId: 1 });
    expect(exceptionId).toBe("lisp.error");
    expect(exceptionBreakpointFilters.find(({ filter }: Loose) => filter === exceptionId).default).toBe(true);
    expect(details.stackTrace).toMatch(/^Lisp error not-a-list: 5 is not a list/);
  }));

test("request setExceptionBreakpoints: a filter for what cannot happen under the manager says so", () =>
  withAdapter(async (dap) => {
    await dap.start(WASTE, { manager: "none", stopOnEntry: true });
    await dap.event("stopped");
    const { breakpoints } = await dap.request("setExceptionBreakpoints", { filters: ["gc.end", "object.alloc"] });
    expect(breakpoints).toMatchObject([
      { verified: false, message: '"gc.end" cannot happen here: the memory manager "none" runs no collections.' },
      { verified: true },
    ]);
  }));

test("capability supportsExceptionFilterOptions, request setExceptionBreakpoints: condition, hit count and message stand in one text", () =>
  withAdapter(async (dap) => {
    const { supportsExceptionFilterOptions } = await dap.initialize();
    expect(supportsExceptionFilterOptions).toBe(true);
    const path = dap.file("program.cons", WASTE);
    await dap.request("launch", { program: path, ...COUNTDOWN });
    await dap.event("initialized");
    const filterOptions = [
      {
        filterId: "object.alloc",
        condition: "(and (eq? type 'LISTP) (eq? function 'waste) (< n 3)) ; log {type} of {size} words",
      },
      { filterId: "gc.end", condition: "(> freed 0) ; hits == 3" },
      { filterId: "gc.start", condition: "; hits 2", mode: "snapshot" },
    ];
    const { breakpoints } = await dap.request("setExceptionBreakpoints", { filters: [], filterOptions });
    expect(breakpoints).toMatchObject([{ verified: true }, { verified: true }, { verified: true }]);
    await dap.request("configurationDone");
    const stopped = await dap.event("stopped");
    expect(stopped.hitBreakpointIds).toEqual([breakpoints[1].id]);
    expect((await dap.request("exceptionInfo", { threadId: 1 })).description).toMatch(/^Collection 3:/);
    await dap.request("continue", { threadId: 1 });
    await dap.event("terminated");
    const printed = dap
      .events("output")
      .map(({ output }: Loose) => output)
      .join("");
    expect(printed.match(/LISTP of \d words/g)).toHaveLength(4);
    expect(dap.events("conspect/snapshot")).toMatchObject([{ name: expect.stringContaining("gc.start in waste") }]);
  }));

test("request setExceptionBreakpoints: what stands behind a semicolon is read, or refused", () =>
  withAdapter(async (dap) => {
    await dap.start(WASTE, { stopOnEntry: true });
    const set = (condition: string) =>
      dap.send("setExceptionBreakpoints", { filters: [], filterOptions: [{ filterId: "gc.end", condition }] });
    expect(await set("#t ; hit 5")).toMatchObject({
      success: false,
      message: expect.stringContaining('found "hit 5"'),
    });
    expect(await set("#t ; hits five")).toMatchObject({ success: false });
    expect(await set('(eq? cause ";")')).toMatchObject({ success: true });
  }));

test("request setExceptionBreakpoints: an error whose condition does not hold ends the program without a stop", () =>
  withAdapter(async (dap) => {
    const filterOptions = [{ filterId: "lisp.error", condition: "(eq? cause 'user-error)" }];
    await dap.start("(car 5)\n", {}, () => dap.request("setExceptionBreakpoints", { filters: [], filterOptions }));
    expect(await dap.event("exited")).toEqual({ exitCode: 1 });
    expect(dap.events("stopped")).toEqual([]);
  }));

test("request exceptionInfo: a collection's report names the allocation that crossed the line, what is marked and doomed, tables, pause and storage", () =>
  withAdapter(async (dap) => {
    const filterOptions = [{ filterId: "gc.reclaim" }];
    await dap.start(WASTE, COUNTDOWN, () => dap.request("setExceptionBreakpoints", { filters: [], filterOptions }));
    await dap.event("stopped");
    const { details } = await dap.request("exceptionInfo", { threadId: 1 });
    expect(details).toMatchObject({ typeName: "gc.reclaim", fullTypeName: "gc.reclaim.countdown" });
    const report: string = details.stackTrace;
    expect(report).toMatch(/^Collection 1 \(the countdown .* reached 0\): about to reclaim\./);
    expect(report).toMatch(/Marked from the stack: \d+ objects?\./);
    expect(report).toMatch(/\d+ objects will be freed/);
    expect(report).toMatch(/main table \d+ of 32768 cells, .*collision table up to \d+.*, 0 big counts\./);
    expect(report).toMatch(
      /Crossed the line: by \{LISTP\}#\d+,\d+ .*, at waste, program\.cons:3: \(list n n\): \w+ at 0x[0-9A-F]+\./,
    );
    expect(report).toMatch(/Pause so far: 3 steps of the collection\./);
    expect(report).toMatch(/Storage left: \d+ of \d+ KB\./);
    expect(report).toMatch(/Stack, innermost first:\n {2}waste {2}.*program\.cons:3/);
  }));

test("request exceptionInfo: under a tracer the report says what no root reaches", () =>
  withAdapter(async (dap) => {
    const launch = { manager: "mark-sweep", managerOptions: { threshold: 50 } };
    await dap.start(WASTE, launch, () => dap.request("setExceptionBreakpoints", { filters: ["gc.reclaim"] }));
    await dap.event("stopped");
    const { details } = await dap.request("exceptionInfo", { threadId: 1 });
    expect(details.stackTrace).toMatch(
      /No root reaches \d+ objects, which a collection of the whole heap frees:\n {2}LISTP: \d+/,
    );
  }));

test("request exceptionInfo: a use after free says who freed it, and what the instruction failed with", () =>
  withAdapter(async (dap) => {
    const program = "(define x (list 1 2))\n(define (drop y) (free y))\n(drop x)\n(print (car x))\n";
    await dap.start(program, { manager: "malloc" });
    await dap.event("stopped");
    const { details, breakMode } = await dap.request("exceptionInfo", { threadId: 1 });
    expect(breakMode).toBe("unhandled");
    expect(details.message).toMatch(
      /use after free: .* was freed at drop, program\.cons:2, and is used at top level, program\.cons:4/,
    );
    expect(details.innerException).toMatchObject([{ message: expect.any(String), typeName: expect.any(String) }]);
  }));

/** Ids of the filters that stop a program on its way to its end, in their order, each once. */
async function stopsOf(program: string, exceptionOptions: object[], launch: object = COUNTDOWN): Promise<string[]> {
  const ids = new Set<string>();
  await withAdapter(async (dap) => {
    await dap.start(program, launch, () => dap.request("setExceptionBreakpoints", { filters: [], exceptionOptions }));
    for (let stop = await dap.stopOrEnd(); stop?.reason !== undefined; stop = await dap.stopOrEnd()) {
      ids.add((await dap.request("exceptionInfo", { threadId: 1 })).exceptionId);
      await dap.request("continue", { threadId: 1 });
    }
  });
  return [...ids];
}

test("capability supportsExceptionOptions: paths name events by the parts of their ids", async () => {
  const program = WASTE.replace("100", "60");
  const gc = { names: ["gc"] };
  expect(await stopsOf(program, [{ path: [gc, { names: ["start", "end"] }], breakMode: "always" }])).toEqual([
    "gc.start",
    "gc.end",
  ]);
  const negated = { names: ["start", "end", "scan"], negate: true };
  expect(await stopsOf(program, [{ path: [gc, negated], breakMode: "always" }])).toEqual(["gc.trigger", "gc.reclaim"]);
  const options = [
    { path: [gc], breakMode: "always" },
    { path: [gc, negated], breakMode: "never" },
  ];
  expect(await stopsOf(program, options)).toEqual(["gc.start", "gc.scan", "gc.end"]);
});

test("capability supportsExceptionOptions: unhandled is what a program does not survive, userUnhandled in its own text", async () => {
  const wrong = `${WASTE.replace("100", "30")}(car 5)\n`;
  expect(await stopsOf(wrong, [{ breakMode: "unhandled" }])).toEqual(["lisp.error"]);
  expect(await stopsOf(wrong, [{ breakMode: "userUnhandled" }])).toEqual(["lisp.error"]);
  const inLibrary = "(print (abs 'a))\n";
  expect(await stopsOf(inLibrary, [{ breakMode: "unhandled" }])).toEqual(["lisp.error"]);
  expect(await stopsOf(inLibrary, [{ breakMode: "userUnhandled" }])).toEqual([]);
});

test("request setExceptionBreakpoints: a path or a mode that does not exist is refused", () =>
  withAdapter(async (dap) => {
    await dap.start(WASTE, { stopOnEntry: true });
    for (const [option, id] of [
      [{ path: [{ names: ["gcc"] }], breakMode: "always" }, 5003],
      [{ breakMode: "sometimes" }, 1002],
    ]) {
      const answer = await dap.send("setExceptionBreakpoints", { filters: [], exceptionOptions: [option] });
      expect(answer).toMatchObject({ success: false, body: { error: { id } } });
    }
  }));
