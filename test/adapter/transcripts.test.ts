/** Whole sessions on the real engine as text files: `vitest -u` writes them again. */
import { describe, expect, test } from "vitest";
import type { Environment } from "../../adapter/context.ts";
import { realEnvironment } from "../../adapter/program/environment.ts";
import { quietPorts } from "../../core/vm/ports.ts";
import { DapClient, type Loose } from "../support/protocol/dap-client.ts";

const PATH = "/work/program.cons";
const source = { path: PATH };

function clientFor(text: string): DapClient {
  const environment: Environment = {
    ...realEnvironment(),
    // Time stands still: when output is sent does not depend on how busy the computer is.
    clock: () => 0,
    readText: () => text,
    ports: (_settings, write) => ({ ...quietPorts(), console: { write }, close() {} }),
  };
  return new DapClient(environment);
}
/** Sends the request and waits until the program stands still or has ended. */
async function move(dap: DapClient, command: string, more: object = {}): Promise<Loose> {
  await dap.request(command, { threadId: 1, ...more });
  return dap.stopOrEnd();
}
async function topFrame(dap: DapClient): Promise<number> {
  const { stackFrames } = await dap.request("stackTrace", { threadId: 1, startFrame: 0, levels: 5 });
  return stackFrames[0].id;
}
async function locals(dap: DapClient): Promise<Loose> {
  const { scopes } = await dap.quietly("scopes", { frameId: await topFrame(dap) });
  return dap.request("variables", { variablesReference: scopes[0].variablesReference, filter: "named" });
}
const snapshot = (dap: DapClient, name: string) =>
  expect(dap.transcript()).toMatchFileSnapshot(`transcripts/${name}.transcript.txt`);

describe("transcripts", () => {
  test("breakpoints and steps", async () => {
    const dap = clientFor(
      [
        "(define (countdown n)",
        "  (if (= n 0)",
        "      'done",
        "      (countdown (- n 1))))",
        "(define (twice x)",
        "  (let ((y (+ x x)))",
        "    y))",
        "(display (countdown 30))",
        "(display (twice 4))",
      ].join("\n"),
    );
    await dap.launch({ program: PATH }, async () => {
      await dap.request("setBreakpoints", {
        source,
        breakpoints: [
          { line: 2, condition: "(= n 7)" },
          { line: 4, hitCondition: "% 10", logMessage: "{n} left of {(+ n 0)}" },
          { line: 6 },
          { line: 7, condition: "(= y" },
          { line: 40 },
        ],
      });
      await dap.request("setFunctionBreakpoints", { breakpoints: [{ name: "twice" }, { name: "thrice" }] });
    });
    await dap.stopOrEnd();
    await locals(dap);
    await move(dap, "continue");
    await topFrame(dap);
    await move(dap, "next");
    await locals(dap);
    await move(dap, "next", { granularity: "instruction" });
    await move(dap, "stepOut");
    await topFrame(dap);
    await move(dap, "next", { granularity: "line" });
    await snapshot(dap, "breakpoints-and-steps");
  });

  test("a collection", async () => {
    const dap = clientFor(
      [
        "(define keep (list 1 2 3))",
        "(define (waste n)",
        "  (while (> n 0)",
        "    (list n n)",
        "    (set! n (- n 1))))",
        "(waste 30)",
        "(display keep)",
      ].join("\n"),
    );
    await dap.launch({ program: PATH, stopOnGC: true, managerOptions: { countdown: 20 } });
    for (const _ of ["gc.trigger", "gc.reclaim", "gc.end"]) {
      await dap.stopOrEnd();
      await topFrame(dap);
      await dap.request("exceptionInfo", { threadId: 1 });
      await dap.request("continue", { threadId: 1 });
    }
    await snapshot(dap, "collection");
  });

  test("values", async () => {
    const dap = clientFor(
      [
        '(define name "Ada")',
        "(define (f xs n)",
        "  (vector-ref xs n))",
        "(display (f (vector 10 20 (list 1 2)) 1))",
        "(display name)",
      ].join("\n"),
    );
    await dap.launch({ program: PATH }, () => dap.request("setBreakpoints", { source, breakpoints: [{ line: 3 }] }));
    await dap.stopOrEnd();
    const { variables } = await locals(dap);
    const xs = variables.find(({ name }: Loose) => name === "xs");
    await dap.request("variables", {
      variablesReference: xs.variablesReference,
      filter: "indexed",
      start: 0,
      count: 2,
    });
    await dap.request("setVariable", { variablesReference: xs.variablesReference, name: "1", value: "(* 3 7)" });
    const frameId = await topFrame(dap);
    await dap.request("evaluate", { expression: "xs", frameId, context: "watch" });
    await dap.request("evaluate", { expression: "(+ n 1)", frameId, context: "hover" });
    await dap.send("evaluate", { expression: "(+ n", frameId, context: "repl" });
    await dap.send("evaluate", { expression: "(car n)", frameId, context: "watch" });
    await dap.send("evaluate", { expression: "(nothing)", frameId, context: "watch" });
    await dap.request("evaluate", { expression: '(begin (display "hi") (set! name 5))', frameId, context: "repl" });
    await dap.request("completions", { text: "(vector-r", column: 10, frameId });
    await move(dap, "continue");
    await snapshot(dap, "values");
  });

  test("a Lisp error", async () => {
    const dap = clientFor("(define (head x)\n  (car x))\n(display (+ 1 (head 5)))\n");
    await dap.launch({ program: PATH });
    await dap.stopOrEnd();
    await topFrame(dap);
    await dap.request("exceptionInfo", { threadId: 1 });
    await move(dap, "continue");
    await snapshot(dap, "lisp-error");
  });

  test("a program with errors in its text", async () => {
    const dap = clientFor("(define (f x)\n  (+ x y)\n(f 1 2)\n");
    await dap.initialize();
    await dap.send("launch", { program: PATH });
    await snapshot(dap, "text-with-errors");
  });
});
