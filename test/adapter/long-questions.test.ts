/** Questions about the whole heap are worked on in steps: with progress, other requests in between, and they can be cancelled. The clock moves with every look at it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { realEnvironment } from "../../adapter/program/environment.ts";
import { DapClient, type Loose } from "../support/protocol/dap-client.ts";

const STEP_MS = 100;
const PROGRAM = `(define kept (list 1 2 (list 3 4)))
(define (cycle) (let ((a (list 1 2))) (set-cdr! (cdr a) a) a))
(define (go) (cycle) (print kept))
(go)
`;
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "conspect-questions-"));
  writeFileSync(`${folder}/p.cons`, PROGRAM);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function stopped(): Promise<DapClient> {
  let now = 0;
  const clock = () => {
    now += STEP_MS;
    return now;
  };
  const dap = new DapClient({ ...realEnvironment(), clock });
  await dap.initialize({ supportsProgressReporting: true });
  await dap.request("launch", { program: `${folder}/p.cons` });
  await dap.request("setFunctionBreakpoints", { breakpoints: [{ name: "go" }] });
  await dap.request("configurationDone");
  await dap.event("stopped");
  return dap;
}
const asked = (dap: DapClient, expression: string) => dap.ask("evaluate", { expression, context: "repl" });

describe.each([
  ["verify", /^14 checks, 0 errors/],
  ["audit", /^\d+ objects, \d+ references, 0 problems/],
  ["why kept", /value of symbol kept/i],
] as const)("the command %s", (command, answer) => {
  test("is answered with progress, and other requests in between", async () => {
    const dap = await stopped();
    const seq = asked(dap, command);
    await nextTurn();
    expect(await dap.request("threads")).toMatchObject({ threads: [{ id: 1 }] });
    expect(dap.received.some(({ request_seq }) => request_seq === seq)).toBe(false);
    expect((await dap.answerTo(seq)).body.result).toMatch(answer);
    expect(dap.events("progressStart").map(({ title }: Loose) => title)).toEqual(["Searching the heap"]);
    expect(dap.events("progressEnd")).toHaveLength(1);
  });

  test("can be cancelled", async () => {
    const dap = await stopped();
    const seq = asked(dap, command);
    await nextTurn();
    await dap.request("cancel", { requestId: seq });
    expect(await dap.answerTo(seq)).toMatchObject({ success: false, message: "cancelled" });
  });
});

test("leaks are looked for at the end of a program while other requests are served", async () => {
  const dap = await stopped();
  await dap.request("setExceptionBreakpoints", { filters: ["leak"] });
  await dap.request("continue", { threadId: 1 });
  let served = 0;
  while (dap.events("stopped").length < 2) {
    await dap.request("threads");
    await nextTurn();
    served++;
  }
  expect(served).toBeGreaterThan(3);
  expect(dap.events("stopped")[1]).toMatchObject({ reason: "exception" });
});
