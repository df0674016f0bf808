/** The next collection, tried in a copy. */
import { expect, test } from "vitest";
import { withAdapter } from "../../../support/protocol/black-box.ts";

const PROGRAM = `(define kept (list 1 2 3))
(define (waste n) (if (= n 0) 0 (begin (vector n n) (waste (- n 1)))))
(print (waste 20))
(print kept)
(print (gc))
`;

test("request conspect/tryCollection: it tells what would be freed, and changes nothing", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([4], PROGRAM);
    const { digest } = await dap.request("conspect/digest", {});
    const tried = await dap.request("conspect/tryCollection", {});
    expect(await dap.request("conspect/digest", {})).toEqual({ digest });
    const objects = (rows: readonly { objects: number }[]) => rows.reduce((sum, row) => sum + row.objects, 0);
    expect(objects(tried.freed)).toBeGreaterThanOrEqual(20);
    expect(tried.counts.after).toBeLessThan(tried.counts.before);
    expect(tried.pages).toBeGreaterThan(0);
    // Again it is the same, and so is the collection itself.
    expect(await dap.request("conspect/tryCollection", {})).toEqual(tried);
    const { result } = await dap.request("evaluate", { expression: "(gc)", context: "repl" });
    expect(Number(result)).toBe(objects(tried.freed));
    // What is left is the code of that evaluation.
    const left = await dap.request("conspect/tryCollection", {});
    expect(left.freed).toMatchObject([{ objects: 1, examples: ["#<function evaluation>"] }]);
  }));

test("request conspect/tryCollection: in the middle of a collection it says what to do", () =>
  withAdapter(async (dap) => {
    await dap.start(PROGRAM, { stopOnGC: ["gc.reclaim"] });
    await dap.event("stopped");
    await expect(dap.request("conspect/tryCollection", {})).rejects.toThrow(/under way: step over it/);
  }));

test("request conspect/tryCollection: a memory manager without collections says so", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([4], PROGRAM, { manager: "malloc" });
    await expect(dap.request("conspect/tryCollection", {})).rejects.toThrow(/malloc has no collections/);
  }));
