/** Questions about the past, by requests and from the console. */
import { expect, test } from "vitest";
import { type BlackBox, withAdapter } from "../../../support/protocol/black-box.ts";
import type { Loose } from "../../../support/protocol/dap-conversation.ts";

const PROGRAM = `(define x 1)
(define pair (list 1 2))
(define (change v)
  (set! x v))
(change 5)
(define other pair)
(change 7)
(set! pair nil)
(set! other nil)
(gc)
(print x)
`;
const says = async (dap: BlackBox, line: string): Promise<string> =>
  (await dap.request("evaluate", { expression: line, context: "repl" })).result;
const digest = async (dap: BlackBox) => (await dap.request("conspect/digest", {})).digest;

test("request conspect/whoWrote, request conspect/goTo: the last writes with places and values, and the way to them", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([11], PROGRAM);
    const before = await digest(dap);
    const { about, events, isComplete, beginning } = await dap.request("conspect/whoWrote", { name: "x", limit: 2 });
    expect(about).toBe("x");
    expect(events).toEqual([
      { kind: "write", moment: expect.any(String), what: "written 1 -> 5", where: "change, program.cons:4" },
      { kind: "write", moment: expect.any(String), what: "written 5 -> 7", where: "change, program.cons:4" },
    ]);
    expect(isComplete).toBe(false);
    expect(beginning).toMatch(/^\d+:[0-9a-f]+$/);
    expect(await digest(dap)).toBe(before);
    await dap.request("conspect/goTo", { moment: events[0].moment });
    await dap.event("stopped");
    expect(await says(dap, "x")).toBe("5");
    await expect(dap.request("conspect/goTo", { moment: "tomorrow" })).rejects.toThrow(/no moment "tomorrow"/);
    await expect(dap.request("conspect/whoWrote", { name: "(+ 1 2)" })).rejects.toThrow(/no place in memory/);
    const tooLong = { memoryReference: "0x1000", bytes: 1e15 };
    await expect(dap.request("conspect/whoWrote", tooLong)).rejects.toThrow(/bytes.*expected a number from 1 to \d+/i);
  }));

test("event continued: comes before a travel that the client has asked for by a request of our own, or from the console", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([11], PROGRAM);
    const travels = [
      () => dap.request("conspect/goTo", { moment: "start" }),
      () => says(dap, "goto end"),
      () => says(dap, "back"),
      () => dap.request("conspect/findCulprit", {}),
      () => dap.request("conspect/beginTrial", {}),
      () => dap.request("conspect/discardTrial", {}),
      () => dap.request("conspect/beginTrial", {}),
      () => dap.request("conspect/keepTrial", {}),
      () => dap.request("conspect/goToBranch", { number: 1 }),
    ];
    for (const travel of travels) {
      await travel();
      expect(await dap.event("continued")).toEqual({ threadId: 1, allThreadsContinued: true });
      await dap.event("stopped");
    }
    await dap.request("stepBack", { threadId: 1 });
    await dap.event("stopped");
    expect(dap.events("continued")).toHaveLength(travels.length);
  }));

test("request variables: VS Code hears which questions about the past a variable has an answer to, other clients do not", async () => {
  const wordsOf = async (dap: BlackBox, clientID: string) => {
    await dap.initialize({ clientID });
    await dap.request("launch", { program: dap.file("program.cons", PROGRAM) });
    await dap.request("setFunctionBreakpoints", { breakpoints: [{ name: "change" }] });
    await dap.request("configurationDone");
    await dap.event("stopped");
    const [program] = await dap.scope("Symbols");
    const { variables } = await dap.request("variables", { variablesReference: program?.variablesReference });
    const rows: Loose[] = [...(await dap.scope("Locals")), ...variables];
    return Object.fromEntries(rows.map(({ name, __vscodeVariableMenuContext }) => [name, __vscodeVariableMenuContext]));
  };
  await withAdapter(async (dap) => {
    expect(await wordsOf(dap, "vscode")).toMatchObject({ v: "place", pair: "place object counted" });
  });
  await withAdapter(async (dap) => {
    expect(await wordsOf(dap, "another")).toMatchObject({ v: undefined, pair: undefined });
  });
});

test("request conspect/whoCounted, request conspect/whoAllocated, request conspect/whoFreed, request conspect/biography: the life of an object", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([7], PROGRAM);
    const { memoryReference } = await dap.request("evaluate", { expression: "pair", context: "watch" });
    const kinds = ({ events }: Loose) => events.map(({ kind }: Loose) => kind);
    const allocated = await dap.request("conspect/whoAllocated", { name: "pair" });
    expect(allocated.events).toMatchObject([{ kind: "allocate", where: expect.stringContaining("program.cons:2") }]);
    const counted = await dap.request("conspect/whoCounted", { name: "pair", limit: 1 });
    expect(counted.events).toMatchObject([{ where: expect.stringContaining("program.cons:6") }]);
    await dap.request("setBreakpoints", {
      source: { path: `${dap.folder}/program.cons` },
      breakpoints: [{ line: 11 }],
    });
    await dap.request("continue", { threadId: 1 });
    await dap.event("stopped");
    const before = await digest(dap);
    const life = await dap.request("conspect/biography", { memoryReference });
    expect(life.isComplete).toBe(true);
    expect(kinds(life)[0]).toBe("allocate");
    expect(kinds(life).at(-1)).toBe("free");
    expect(kinds(life)).toContain("count");
    const freed = await dap.request("conspect/whoFreed", { memoryReference });
    expect(freed.events).toEqual([life.events.at(-1)]);
    expect(freed.events[0].where).toMatch(/^collection 1/);
    expect(await digest(dap)).toBe(before);
  }));

test("request evaluate: the console has commands, a variable of the same name wins", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([7], PROGRAM);
    expect(await says(dap, "help")).toContain("who wrote EXPR");
    expect(await says(dap, "who wrote x")).toMatch(/written 1 -> 5 {3}change, program\.cons:4/);
    expect(await says(dap, "history pair")).toMatch(/allocated .*\(1 2\).*program\.cons:2/);
    expect(await says(dap, "why pair")).toMatch(/pair/);
    expect(await says(dap, "audit")).toMatch(/0 problems/);
    expect(await says(dap, "verify")).toMatch(/0 errors/);
    expect(await says(dap, "l")).toMatch(/ 0 {2}/);
    expect(await says(dap, "f 0")).toMatch(/frame/);
    expect(await says(dap, "w")).toMatch(/pc/);
    // Nothing of a program makes the two kinds of links differ.
    const names = (text: string) => text.split("\n").map((line) => line.trim().split(/ +/)[1]);
    expect(names(await says(dap, "k a"))).toEqual(names(await says(dap, "k c")));
    expect(await says(dap, "k c")).toBe(await says(dap, "l"));
    await expect(says(dap, "k x")).rejects.toThrow(/access links/);
    expect(await says(dap, "M")).toMatch(/^TOS {3}0x[\s\S]*\nPC {4}0x/);
    expect(await says(dap, "p change")).toBe("NIL");
    await expect(says(dap, "p 17")).rejects.toThrow(/takes a symbol/);
    expect(await says(dap, "a x")).toBe("5");
    expect(await says(dap, "d change")).toMatch(/change/i);
    expect(await says(dap, "t pair")).toMatch(/^\{LISTP\}/);
    expect(await says(dap, "moments")).toMatch(/^start .*\nnow .*\nend /);
    expect(await says(dap, "x")).toBe("5");
    expect(await says(dap, "x 0x0 2")).toMatch(/^\S+ {2}[0-9A-F]{4} [0-9A-F]{4}$/);
    await expect(says(dap, "f 99")).rejects.toThrow(/number of a frame/);
    await expect(says(dap, "who wrote")).rejects.toThrow(/takes EXPR/);
    const { targets } = await dap.request("completions", { text: "who w", column: 6 });
    expect(targets).toContainEqual(expect.objectContaining({ label: "who wrote", start: 1, length: 5 }));
    await says(dap, "goto start");
    await dap.event("stopped");
    await expect(says(dap, "x")).rejects.toThrow();
    await says(dap, "goto end");
    await dap.event("stopped");
    expect(await says(dap, "a x")).toBe("5");
    await says(dap, "back");
    await dap.event("stopped");
  }));

test("request evaluate: in the past the user is told, once, that nothing of it stays", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([7], PROGRAM);
    const told = () => dap.events("output").filter(({ output }) => output.includes("This is the past"));
    await says(dap, "(set-car! pair 9)");
    expect(told()).toEqual([]);
    await dap.request("stepBack", { threadId: 1 });
    await dap.event("stopped");
    await says(dap, "(set-car! pair 8)");
    await says(dap, "(list pair)");
    expect(await says(dap, "pair")).toMatch(/\(1 2\)$/);
    await expect.poll(told).toMatchObject([{ category: "console" }]);
  }));

test("request evaluate: the history of a place that holds a symbol tells how it came there", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([9], PROGRAM);
    expect(await says(dap, "history pair")).toMatch(/written .*-> NIL.*program\.cons:8/i);
  }));
