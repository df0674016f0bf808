/** Launch attributes that look for lost references: collect often, poison what is freed, check the heap. */
import { expect, test } from "vitest";
import { type BlackBox, withAdapter } from "../../../support/protocol/black-box.ts";
import type { Loose } from "../../../support/protocol/dap-conversation.ts";

const WASTE = `(define (waste n)
  (while (> n 0)
    (list n n)
    (set! n (- n 1))))
(waste 50)
`;

/** Collections that a program of 50 small allocations runs. */
async function collections(dap: BlackBox, launch: object): Promise<number> {
  await dap.start(WASTE, launch);
  await dap.event("terminated");
  return dap.events("conspect/status").at(-1)?.collections;
}

test.each([["refcount"], ["mark-sweep"], ["asap"]])("request launch: gcStress collects often under %s", (manager) =>
  withAdapter(async (dap) => {
    // Under a plan, collections look for number boxes: without any there is nothing to do but the end.
    const least = manager === "asap" ? 1 : 8;
    expect(await collections(dap, { manager, gcStress: 10 })).toBeGreaterThanOrEqual(least);
  }),
);

test.each([["none"], ["malloc"], ["arena"]])(
  "request launch: gcStress is refused under %s, which never collects",
  (manager) =>
    withAdapter(async (dap) => {
      await dap.initialize();
      const program = dap.file("program.cons", WASTE);
      const answer = await dap.send("launch", { program, manager, gcStress: 10 });
      expect(answer).toMatchObject({ success: false, message: expect.stringContaining("gcStress") });
    }),
);

test("request launch: poison stops at a use of what was freed too early, with the object and the collection", () =>
  withAdapter(async (dap) => {
    const program = `(define box (vector nil))
(define (put) (vector-set! box 0 (list 1 2 3)) 'put)
(put)
(gc)
(print (car (vector-ref box 0)))
`;
    await dap.stopOn([4], program, { poison: true });
    const { memoryReference } = await dap.request("evaluate", { expression: "(vector-ref box 0)", context: "watch" });
    const pointer = Number(memoryReference) / 2;
    // The count table says that nothing refers to the list.
    const entry = Buffer.alloc(4);
    entry.writeUInt32BE((pointer >>> 15) & 0x1ffe);
    const main = `0x${(2 * (0x160000 + (pointer & 0xfffe))).toString(16)}`;
    await dap.request("writeMemory", { memoryReference: main, data: entry.toString("base64") });
    await dap.request("continue", { threadId: 1 });
    await dap.event("stopped");
    const info: Loose = await dap.request("exceptionInfo", { threadId: 1 });
    expect(info.exceptionId).toBe("memory.error");
    expect(info.details.message).toMatch(
      /use after free: .* was freed by collection 1, and is used at .*program\.cons:5/,
    );
    expect(info.details.innerException).toHaveLength(1);
  }));

test("request launch: poison and verify are checked like every attribute", () =>
  withAdapter(async (dap) => {
    await dap.initialize();
    const program = dap.file("program.cons", WASTE);
    for (const [wrong, name] of [
      [{ poison: 1 }, "poison"],
      [{ poison: true, manager: "none" }, "poison"],
      [{ poison: true, manager: "malloc", managerOptions: { quarantine: 0 } }, "quarantine"],
      [{ verify: "always" }, "verify"],
      [{ verify: -1 }, "verify"],
    ] as const) {
      const answer = await dap.send("launch", { program, ...wrong });
      expect(answer).toMatchObject({ success: false, message: expect.stringContaining(name) });
    }
  }));

const HEAP = `(define kept (list 1 2 3))
(define (work n) (if (= n 0) 0 (+ 1 (work (- n 1)))))
(print (work 20))
(print (work 300))
(print (gc))
`;
/** Breaks a list at line 3, and lets the program go on to where that is noticed. */
async function breakHeap(dap: BlackBox, launch: object): Promise<Loose> {
  await dap.stopOn([3], HEAP, launch);
  const { memoryReference } = await dap.request("evaluate", { expression: "kept", context: "watch" });
  await dap.request("writeMemory", { memoryReference, data: Buffer.alloc(4).toString("base64") });
  await dap.request("continue", { threadId: 1 });
  return dap.event("stopped");
}

test("request launch: where verify finds an error the program goes back at once to what broke the heap", () =>
  withAdapter(async (dap) => {
    const { reason, description, text } = await breakHeap(dap, { verify: 100 });
    expect(reason).toBe("exception");
    expect(description).toBe("Paused before what breaks an invariant");
    expect(text).toMatch(/^verify: .*; broken by what was done from outside: write memory; noticed at safepoint \d+$/);
    expect((await dap.topFrame()).line).toBe(3);
    const told = dap
      .events("output")
      .map(({ output }) => output)
      .join("");
    expect(told).toMatch(/An invariant is broken, noticed at safepoint[\s\S]*Broken by what was done from outside/);
    const info = await dap.request("exceptionInfo", { threadId: 1 });
    expect(info.details.stackTrace).toContain("write memory");
    // What is known is not told of again.
    await dap.request("continue", { threadId: 1 });
    expect(await dap.stopOrEnd()).not.toHaveProperty("reason", "exception");
  }));

test("request launch: with verifyTravel off, or without a recording, the program stays where the error is found", () =>
  withAdapter(async (dap) => {
    const stop = await breakHeap(dap, { verify: "collections", record: false });
    expect(stop).toMatchObject({ description: "Paused: an invariant is broken" });
    expect(stop.text).toMatch(/; noticed before collection 1$/);
    expect((await dap.topFrame()).line).toBe(5);
    expect(
      dap.events("output").some(({ output }) => /cannot be looked for: this run is not recorded/.test(output)),
    ).toBe(true);
  }));
