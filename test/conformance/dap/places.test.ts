/** Setting variables, and parts of objects that an expression names, with counts kept right. */
import { expect, test } from "vitest";
import { type BlackBox, withAdapter } from "../../support/protocol/black-box.ts";
import type { Loose } from "../../support/protocol/dap-conversation.ts";

const PROGRAM = `(define-type point x y)
(define total (list 1 2))
(define table (make-table))
(table-set! table 'blue (list 3))
(table-set! table "red" 4)
(define (cadr list) 'mine)
(define (leaf pair vector p)
  (let ((shared (cdr pair)))
    (vector-ref vector 0)))
(leaf (list 1 (list 2 3) 4) (vector 'a "text" 'c) (make-point 10 (list 20)))
(print total)
`;

async function stopped(dap: BlackBox, more: object = {}): Promise<number> {
  await dap.stopOn([9, 11], PROGRAM, more);
  return (await dap.topFrame()).id;
}

const RIGHT = "verdict: every count is what was found";

/** What the audit of the reference counts has to say. */
async function audit(dap: BlackBox): Promise<string> {
  const node = (await dap.scope("Collector")).find(({ name }) => name === "audit");
  const [found] = (await dap.request("variables", { variablesReference: node.variablesReference })).variables;
  return found.value;
}

const PLACES: readonly (readonly [place: string, value: string, shown: string])[] = [
  ["(car pair)", "(list 7 8)", "(7 8)"],
  ["(cdr pair)", "(cons 5 (cdr pair))", "(5 (2 3) 4)"],
  ["(caar (cddr pair))", "'x", "x"],
  ["(list-ref pair 2)", '"new"', '"new"'],
  ["(vector-ref vector 2)", "(make-vector 2 1)", "#(1 1)"],
  ["(vector-ref vector (- 2 1))", "pair", "(("],
  ["(point-x p)", "1000000", "1000000"],
  ["(car (point-y p))", "p", "#<point"],
  ["total", "(cons 9 total)", "(9 1 2)"],
  ["(cdr total)", "nil", "nil"],
  ["(table-ref table 'blue)", "(list 5)", "(5)"],
  ['(table-ref table "red")', "shared", "("],
  ["shared", "(list 'fresh)", "(fresh)"],
];

test("capability supportsSetExpression, request setExpression: sets variables and parts of objects, and every count stays right", () =>
  withAdapter(async (dap) => {
    const frameId = await stopped(dap);
    expect(await audit(dap)).toContain(RIGHT);
    for (const [expression, value, shown] of PLACES) {
      const set = await dap.request("setExpression", { expression, value, frameId });
      expect(set.value, expression).toContain(shown);
      expect(set.type, expression).not.toBeUndefined();
      const read = await dap.request("evaluate", { expression, frameId, context: "watch" });
      expect(read.result, expression).toBe(set.value);
      expect(read.memoryReference, expression).toBe(set.memoryReference);
    }
    expect(await audit(dap)).toContain(RIGHT);
    await dap.request("continue", { threadId: 1 });
    await dap.event("stopped");
    expect(await audit(dap)).toContain(RIGHT);
    await dap.request("continue", { threadId: 1 });
    await dap.event("terminated");
    expect(dap.events("output").map(({ output }) => output)).toContain("(9)\n");
  }));

test.each(["none", "mark-sweep", "malloc", "arena"])(
  "request setExpression: under the manager %s the program goes on with what was set",
  (manager) =>
    withAdapter(async (dap) => {
      const frameId = await stopped(dap, { manager });
      for (const [expression, value, shown] of PLACES) {
        const set = await dap.request("setExpression", { expression, value, frameId });
        expect(set.value, expression).toContain(shown);
      }
      await dap.request("continue", { threadId: 1 });
      await dap.event("stopped");
      await dap.request("continue", { threadId: 1 });
      await dap.event("terminated");
      expect(dap.events("output").map(({ output }) => output)).toContain("(9)\n");
    }),
);

test("request setExpression: what is no place is refused, and nothing is computed for it", () =>
  withAdapter(async (dap) => {
    const frameId = await stopped(dap);
    const before = (await dap.request("conspect/digest")).digest;
    const value = "(begin (set! total 'changed) 1)";
    for (const expression of [
      "(+ 1 2)",
      "(car (list 1 2))",
      "(cadr pair)",
      "(vector-ref vector 9)",
      "'pair",
      "(leaf)",
    ]) {
      const answer = await dap.send("setExpression", { expression, value, frameId });
      expect(answer.success, expression).toBe(false);
    }
    // The value takes its place away.
    const gone = { expression: "(car total)", value: "(begin (set! total 5) 1)", frameId };
    expect((await dap.request("conspect/digest")).digest).toBe(before);
    expect((await dap.send("setExpression", gone)).message).toContain("Nothing was stored");
  }));

test("capability supportsSetVariable, request setVariable: sets what the variables view shows, and says what it is now", () =>
  withAdapter(async (dap) => {
    await stopped(dap);
    const { scopes } = await dap.request("scopes", { frameId: (await dap.topFrame()).id });
    const { variablesReference } = scopes[0];
    const set = await dap.request("setVariable", { variablesReference, name: "p", value: "(make-point 1 pair)" });
    expect(set).toMatchObject({
      ...{ value: expect.stringContaining("#<point 1 ("), type: "point" },
      ...{ memoryReference: expect.stringMatching(/^0x/), variablesReference: expect.any(Number) },
    });
    const inside = (await dap.request("variables", { variablesReference: set.variablesReference })).variables;
    expect(inside.find(({ name }: Loose) => name === "x")).toMatchObject({ value: "1" });
    const y = { variablesReference: set.variablesReference, name: "y", value: "#\\a" };
    expect(await dap.request("setVariable", y)).toMatchObject({ value: "#\\a", type: "CHARACTER" });
    // It is there for the program too, and for who asks for the variables again.
    const again = (await dap.request("variables", { variablesReference })).variables;
    expect(again.find(({ name }: Loose) => name === "p").value).toContain("#<point 1 #\\a>");
    const frameId = (await dap.topFrame()).id;
    expect((await dap.request("evaluate", { expression: "(point-y p)", frameId })).result).toBe("#\\a");
    const noValue = { variablesReference, name: "evaluation stack", value: "1" };
    expect(await dap.send("setVariable", noValue)).toMatchObject({ body: { error: { id: 4005 } } });
    const wrong = { variablesReference, name: "p", value: "(make-point" };
    expect(await dap.send("setVariable", wrong)).toMatchObject({ body: { error: { id: 6002 } } });
    expect(await audit(dap)).toContain(RIGHT);
  }));

test("event invalidated, memory: after a change by the user the client reads again what it shows", () =>
  withAdapter(async (dap) => {
    const frameId = await stopped(dap);
    const { memoryReference } = await dap.request("evaluate", { expression: "vector", frameId });
    await dap.request("readMemory", { memoryReference, count: 8 });
    await dap.request("setExpression", { expression: "(vector-ref vector 0)", value: "5", frameId });
    expect(await dap.event("memory")).toEqual({ memoryReference, offset: 0, count: 8 });
    expect(await dap.event("invalidated")).toMatchObject({ areas: ["all"] });
    await dap.request("writeMemory", { memoryReference, offset: 4, data: "AAAA" });
    expect(await dap.event("memory")).toMatchObject({ memoryReference });
    expect(await dap.event("invalidated")).toMatchObject({ areas: ["all"] });
  }));

test("request initialize: no memory and no invalidated events for a client that does not know them", () =>
  withAdapter(async (dap) => {
    await dap.initialize({ supportsMemoryEvent: false, supportsInvalidatedEvent: false });
    await dap.request("launch", { program: dap.file("program.cons", PROGRAM), stopOnEntry: true });
    await dap.request("configurationDone");
    await dap.event("stopped");
    await dap.request("readMemory", { memoryReference: "0x1000", count: 8 });
    await dap.request("writeMemory", { memoryReference: "0x1000", data: "AAAA" });
    await dap.request("evaluate", { expression: "(set! total 1)", context: "repl" });
    await dap.request("threads");
    expect([...dap.events("memory"), ...dap.events("invalidated")]).toEqual([]);
  }));
