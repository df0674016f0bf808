/** Runs that begin where somebody changes the past, and a collection that is tried, over the wire. */
import { expect, test } from "vitest";
import { type BlackBox, withAdapter } from "../../../support/protocol/black-box.ts";

const PROGRAM = `(define a 1) (define keep nil)
(define (waste n) (if (= n 0) 0 (begin (vector n n) (waste (- n 1)))))
(print (waste 20))
(define b (+ a 1))
(print (list a b (waste 1)))
(print (waste 5))
`;
const says = async (dap: BlackBox, line: string): Promise<string> =>
  (await dap.request("evaluate", { expression: line, context: "repl" })).result;
const digest = async (dap: BlackBox) => (await dap.request("conspect/digest", {})).digest;
const go = async (dap: BlackBox, line: string) => {
  await says(dap, line);
  return dap.event("stopped");
};

test("request conspect/branches, request conspect/goToBranch, request conspect/dropBranch: a change of the past leaves the run that was", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([4, 6], PROGRAM);
    await dap.request("continue", { threadId: 1 });
    await dap.event("stopped");
    const there = await digest(dap);
    expect(await says(dap, "branches")).toMatch(/^\* 1 {2}the first run {2}goes to \d+:/);
    await go(dap, "back");
    await says(dap, "(set! a 40)");
    await dap.request("continue", { threadId: 1 });
    await dap.event("stopped");
    expect(await says(dap, "b")).toBe("41");
    const other = await digest(dap);
    const { branches } = await dap.request("conspect/branches", {});
    expect(branches).toMatchObject([
      { number: 1, isCurrent: false, name: "the first run", partsFrom: 2 },
      { number: 2, isCurrent: true, name: expect.stringMatching(/^assign \(set! a 40\) at \d+:/), parting: null },
    ]);
    await dap.request("conspect/goToBranch", { number: 1 });
    expect((await dap.event("stopped")).description).toBe("Paused in run 1, as far as it has come");
    expect(await digest(dap)).toBe(there);
    expect(await says(dap, "b")).toBe("2");
    await go(dap, "branch 2");
    expect(await digest(dap)).toBe(other);
    await expect(dap.request("conspect/goToBranch", { number: 7 })).rejects.toThrow(/no run 7. Allowed: 1, 2/);
    await expect(says(dap, "branch drop 2")).rejects.toThrow(/is the current one/);
    await expect(says(dap, "branch two")).rejects.toThrow(/takes the number/);
    const file = `${dap.folder}/run.consrec`;
    expect(await says(dap, `recording save ${file}`)).toMatch(/^saved .*run\.consrec, \d+ bytes$/);
    await expect(says(dap, `recording save ${file}`)).rejects.toThrow(/there is a file/);
    await dap.request("conspect/dropBranch", { number: 1 });
    expect(await says(dap, "branch")).toMatch(/^\* 2 {2}assign[^\n]*$/);
  }));

test("request conspect/beginTrial, request conspect/discardTrial, event conspect/trial: a collection is tried, looked at and discarded", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([4, 6], PROGRAM);
    const before = await digest(dap);
    const { freed, isOpen } = await dap.request("conspect/beginTrial", {});
    expect(isOpen).toBe(true);
    expect(freed.length).toBeGreaterThan(0);
    expect((await dap.event("stopped")).description).toBe(
      "Trial of a collection: Keep or Discard (Paused before a collection)",
    );
    expect(dap.events("conspect/trial")).toEqual([{ isOpen: true }]);
    await dap.request("stepIn", { threadId: 1 });
    expect((await dap.event("stopped")).description).toMatch(/^Trial of a collection: Keep or Discard/);
    await dap.request("continue", { threadId: 1 });
    // To the end of the collection, and no farther.
    expect((await dap.event("stopped")).description).toBe("Trial of a collection: Keep or Discard (Paused on step)");
    expect(await digest(dap)).not.toBe(before);
    await dap.request("conspect/discardTrial", {});
    expect(await dap.event("stopped")).toMatchObject({ reason: "breakpoint", description: "Paused on breakpoint" });
    expect(dap.events("conspect/trial").at(-1)).toEqual({ isOpen: false });
    expect(await digest(dap)).toBe(before);
    expect(await says(dap, "branches")).toMatch(/^\* 1 {2}the first run[^\n]*$/);
    await expect(says(dap, "gc keep")).rejects.toThrow(/No collection is tried/);
    await expect(says(dap, "gc discard")).rejects.toThrow(/No collection is tried/);
    await dap.request("continue", { threadId: 1 });
    await dap.event("stopped");
    expect((await dap.topFrame()).line).toBe(6);
  }));

test("request conspect/keepTrial: the collection has happened, and what was known of the future is a branch", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([4, 6], PROGRAM);
    await dap.request("continue", { threadId: 1 });
    await dap.event("stopped");
    const there = await digest(dap);
    await go(dap, "back");
    await go(dap, "gc try");
    await dap.request("conspect/keepTrial", {});
    expect((await dap.event("stopped")).description).toBe("Paused: the collection is kept");
    expect(dap.events("conspect/trial")).toEqual([{ isOpen: true }, { isOpen: false }]);
    await expect(dap.request("conspect/keepTrial", {})).rejects.toThrow(/No collection is tried/);
    await dap.request("continue", { threadId: 1 });
    await dap.event("stopped");
    expect((await dap.topFrame()).line).toBe(6);
    expect(await digest(dap)).not.toBe(there);
    await go(dap, "branch 1");
    expect(await digest(dap)).toBe(there);
  }));

test("request conspect/beginTrial: without a recording it only tells, without collections it says so", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([4], PROGRAM, { record: false });
    const before = await digest(dap);
    expect(await dap.request("conspect/beginTrial", {})).toMatchObject({ isOpen: false });
    expect(await digest(dap)).toBe(before);
    await expect(says(dap, "branches")).rejects.toThrow(/record/);
  }));
