/** What a client sees of a program that stands still. */
import { expect, test } from "vitest";
import { withAdapter } from "../../support/protocol/black-box.ts";

const PROGRAM = `(define (leaf x)
  (let ((pair (cons x 2)))
    (car pair)))
(define (middle x) (+ 1 (leaf x)))
(print (middle 5))
`;

test("request threads, stackTrace, scopes, variables: the frames of a stopped program and their variables", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([3], PROGRAM);
    expect((await dap.request("threads")).threads).toEqual([{ id: 1, name: "main" }]);
    const { stackFrames, totalFrames } = await dap.request("stackTrace", { threadId: 1 });
    expect(stackFrames.slice(0, 2)).toMatchObject([
      { name: "leaf", line: 3 },
      { name: "middle", line: 4 },
    ]);
    expect(totalFrames).toBe(stackFrames.length);
    const { modules } = await dap.request("modules", {});
    const [program, library] = modules.map(({ id }: { id: string }) => id);
    expect(stackFrames[0].moduleId).toBe(program);
    expect(stackFrames.at(-1)).toMatchObject({ moduleId: library, canRestart: false });
    expect(stackFrames[0].canRestart).toBeUndefined();
    const locals = await dap.scope("Locals");
    expect(locals.find(({ name }) => name === "x")).toMatchObject({ value: "5", type: "SMALLP" });
    expect(locals.find(({ name }) => name === "pair")).toMatchObject({
      value: expect.stringContaining("(5 . 2)"),
      type: "LISTP",
    });
  }));

const HELD = `(define kept (list 1 2 3))
(define (f x) (car x))
(print (f kept))
`;

test("request variables: what costs a search is lazy, and answers with its result when it is asked for", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([2], HELD);
    const x = (await dap.scope("Locals")).find(({ name }) => name === "x");
    expect(x).toMatchObject({ presentationHint: { kind: "data" }, declarationLocationReference: expect.any(Number) });
    const children = async (variablesReference: number, more: object = {}) =>
      (await dap.request("variables", { variablesReference, ...more })).variables;
    const inside = await children(x.variablesReference, { filter: "named" });
    const named = (name: string) => inside.find((node: { name: string }) => node.name === name);
    expect(named("car")).toMatchObject({ value: "1", evaluateName: "(car x)", presentationHint: { kind: "property" } });
    const hint = { kind: "virtual", attributes: ["readOnly"], lazy: true };
    expect(named("held by")).toMatchObject({ presentationHint: hint });
    const found = await children(named("held by").variablesReference);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ name: "held by", value: expect.stringContaining("value of symbol kept") });
    expect(found[0].presentationHint.lazy).toBeUndefined();
    expect((await children(found[0].variablesReference)).map(({ name }: { name: string }) => name)).toEqual([
      "way from a root",
      "references",
    ]);
  }));

test("capability supportsANSIStyling, event output: styles only for clients that know them, and values stay plain", () =>
  withAdapter(async (dap) => {
    const promised = await dap.initialize({ supportsANSIStyling: true });
    expect(promised.supportsANSIStyling).toBe(true);
    const program = dap.file("program.cons", "(define (f x)\n  (let ((y (car x)))\n    y))\n(f 7)\n");
    await dap.request("launch", { program });
    await dap.request("configurationDone");
    await dap.event("stopped");
    const locals = await dap.scope("Locals");
    expect(locals.find(({ name }) => name === "x").value).toBe("7");
    const { output } = dap.events("output").find(({ category }) => category === "stderr");
    expect(output.startsWith("\u001b[1m") && output.endsWith("\u001b[22m\n")).toBe(true);
    expect(output).toContain("7 is not a list");
    await withAdapter(async (plain) => {
      await plain.start("(car 7)\n");
      await plain.event("stopped");
      const told = plain.events("output").find(({ category }) => category === "stderr");
      expect(told.output).toMatch(/^[ -~]*7 is not a list[ -~]*\n$/);
    });
  }));

test("event output: text of a program with errors is told with its place, and without styles", () =>
  withAdapter(async (dap) => {
    await dap.initialize();
    const path = dap.file("program.cons", "(define x\n  (car 1)\n");
    expect((await dap.send("launch", { program: path })).success).toBe(false);
    const told = dap.events("output")[0];
    expect(told).toMatchObject({ category: "stderr", source: { path }, line: expect.any(Number) });
    expect(told.output).toContain(`${path}:1:1: error: `);
  }));

const DEEP = `(define (down n)
  (if (= n 0)
      (car '(1))
      (+ 1 (down (- n 1)))))
(print (down 3000))
`;

test("capability supportsDelayedStackTraceLoading, request stackTrace: pages of a deep stack, with its depth", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([3], DEEP);
    const page = async (startFrame: number, levels: number) =>
      dap.request("stackTrace", { threadId: 1, startFrame, levels });
    const { stackFrames, totalFrames } = await page(0, 20);
    expect(stackFrames).toHaveLength(20);
    expect(totalFrames).toBeGreaterThan(3000);
    const { stackFrames: middle } = await page(1500, 20);
    expect(middle).toHaveLength(20);
    const n = await dap.request("evaluate", { expression: "n", frameId: middle[0].id, context: "watch" });
    expect(n.result).toBe("1500");
    expect((await page(totalFrames - 2, 20)).stackFrames).toHaveLength(2);
    expect((await page(totalFrames, 20)).stackFrames).toEqual([]);
    const all = await dap.request("stackTrace", { threadId: 1 });
    expect(all.stackFrames).toHaveLength(totalFrames);
  }));
