/** Since when is the heap broken: asked over the wire. */
import { expect, test } from "vitest";
import { type BlackBox, withAdapter } from "../../../support/protocol/black-box.ts";

const PROGRAM = `(define (work n) (if (= n 0) 0 (+ 1 (work (- n 1)))))
(define kept (list 1 2 3))
(print (work 20))
(print (work 30))
(print (work 40))
`;

/** Lets the search run; what it prints. */
async function search(
  dap: BlackBox,
): Promise<{ readonly reason: string; readonly line: number; readonly told: string }> {
  await dap.request("conspect/findCulprit", {});
  const { output } = await dap.event("output");
  const { reason } = await dap.event("stopped");
  return { reason, line: (await dap.topFrame()).line, told: output };
}

test("request conspect/findCulprit: leads back to what has damaged the heap, and says what was written", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([3, 4, 5], PROGRAM);
    const { memoryReference } = await dap.request("evaluate", { expression: "kept", context: "watch" });
    await dap.request("writeMemory", { memoryReference, data: Buffer.alloc(4).toString("base64") });
    await dap.request("continue", { threadId: 1 });
    await dap.event("stopped");
    const { line, told } = await search(dap);
    expect(line).toBe(3);
    expect(told).toMatch(
      /^Broken by what was done from outside: write memory, at moment \d+:[\s\S]*expected:[\s\S]*found:[\s\S]*It writes 0x/,
    );
  }));

test("request conspect/findCulprit: damage from outside is told from the instruction that comes next", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([3], PROGRAM);
    const { memoryReference } = await dap.request("evaluate", { expression: "kept", context: "watch" });
    await dap.request("writeMemory", { memoryReference, data: Buffer.alloc(4).toString("base64") });
    const { line, told } = await search(dap);
    expect(line).toBe(3);
    expect(told).toMatch(/^Broken by what was done from outside: write memory/);
  }));

test("request conspect/findCulprit: where nothing is broken the program stays where it is", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([3, 4], PROGRAM);
    const { digest } = await dap.request("conspect/digest", {});
    expect(await search(dap)).toMatchObject({ line: 3, told: expect.stringMatching(/^The heap is in order/) });
    expect((await dap.request("conspect/digest", {})).digest).toBe(digest);
  }));

test("request evaluate: the word guilty looks for the culprit too", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([3, 4], PROGRAM);
    const { result } = await dap.request("evaluate", { expression: "guilty", context: "repl" });
    expect(result).toMatch(/^looking for/);
    expect((await dap.event("output")).output).toMatch(/^The heap is in order/);
    expect((await dap.event("stopped")).reason).toBe("step");
  }));

test("request conspect/findCulprit: needs a recording", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([3], PROGRAM, { record: false });
    await expect(dap.request("conspect/findCulprit", {})).rejects.toThrow(/record/);
  }));
