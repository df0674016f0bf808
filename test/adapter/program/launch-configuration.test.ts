import { describe, expect, test } from "vitest";
import { RequestError } from "../../../adapter/errors.ts";
import { checkLaunch } from "../../../adapter/program/launch-configuration.ts";

const managers = ["none", "refcount"];
const check = (attributes: object) => checkLaunch(attributes, managers);

describe("launch configuration", () => {
  test("a program alone is enough, and attributes of the client pass", () => {
    const launch = check({ program: "a.cons", type: "conspect", request: "launch", __sessionId: "1" });
    expect(launch).toMatchObject({
      target: { kind: "program", path: "a.cons" },
      manager: "refcount",
      stopOnEntry: false,
      filters: [],
      args: [],
    });
  });

  test("everything that can be said is taken over", () => {
    const launch = check({
      program: "a.cons",
      manager: "refcount",
      managerOptions: { countdown: 100 },
      heapMB: 2.5,
      args: ["x"],
      stopOnEntry: true,
      stopOnGC: ["gc.end", "leak"],
      gcStress: 7,
      noDebug: true,
    });
    expect(launch).toMatchObject({
      manager: "refcount",
      managerOptions: { countdown: 100, stress: 7 },
      heapMB: 2.5,
      args: ["x"],
      stopOnEntry: true,
      filters: ["gc.end", "leak"],
      noDebug: true,
    });
  });

  test("an image is looked at unless it is to run, in the space that it asks for", () => {
    expect(check({ image: "b.sysout" }).target).toEqual({ kind: "image", path: "b.sysout" });
    const target = { kind: "running image", path: "b.sysout", megabytes: null };
    expect(check({ image: "b.sysout", mode: "run" }).target).toEqual(target);
  });

  test("files are closed to a program unless they are granted, and read-only unless that is said", () => {
    expect(check({ program: "a" }).host).toEqual({ files: [], environment: null });
    const files = [{ path: "/x" }, { path: "/y", writable: true }];
    expect(check({ program: "a", files, environment: { A: "1" } }).host).toEqual({
      files: [
        { path: "/x", writable: false },
        { path: "/y", writable: true },
      ],
      environment: { A: "1" },
    });
  });

  test("a program stops at a step when one is named", () => {
    expect(check({ program: "a", stopAtStep: 12 }).stopAtStep).toBe(12);
    expect([check({ program: "a" }).stopAtStep, check({ program: "a", stopAtStep: 0 }).stopAtStep]).toEqual([
      null,
      null,
    ]);
  });

  test("stopOnGC true is the whole collection", () => {
    expect(check({ program: "a", stopOnGC: true }).filters).toEqual(["gc.trigger", "gc.reclaim", "gc.end"]);
  });

  test.each([
    [{}, 2005, /"program" or "image" is missing/],
    [{ program: "" }, 2005, /"program" or "image" is missing/],
    [{ program: 3 }, 2001, /"program": expected a text, found 3/],
    [{ program: "a", image: "b" }, 2004, /"program" and "image"/],
    [{ image: "" }, 2001, /"image": expected the path of an image file/],
    [{ image: "b", mode: "walk" }, 2001, /"mode": expected "inspect" or "run".*found "walk"/],
    [{ image: "b", megabytes: 64 }, 2001, /"megabytes": expected nothing: it belongs to "image" with "mode": "run"/],
    [{ image: "b", mode: "run", megabytes: 7 }, 2001, /"megabytes": expected a whole number from 8 to 256, found 7/],
    [{ program: "a", manager: "none", managerOptions: { countdown: 1 } }, 2003, /"none" has no option "countdown"/],
    [{ program: "a", manager: "none", gcStress: 3 }, 2003, /"gcStress": the manager "none" has no option "stress"/],
    [{ program: "a", stopAtStep: -1 }, 2001, /"stopAtStep": expected the number of a program step, from 1 on/],
    [{ program: "a", stopAtStep: "x" }, 2001, /"stopAtStep": expected the number/],
    [{ image: "b", mode: "run", managerOptions: { compact: 50 } }, 2001, /"managerOptions.compact": expected 0/],
    [{ image: "b", stopAtStep: 3 }, 2001, /"stopAtStep": expected nothing: it belongs to a source file/],
    [{ image: "b", manager: "none" }, 2001, /"manager": expected "refcount", whose tables are in the image/],
    [{ program: "a", files: ["x"] }, 2001, /"files": expected a list of .*found "x"/],
    [{ program: "a", files: {} }, 2001, /"files": expected a list/],
    [{ program: "a", environment: { HOME: 1 } }, 2001, /"environment": expected an object with a text/],
    [{ program: "a", mode: "inspect" }, 2001, /"mode": expected nothing: it belongs to "image"/],
    [{ program: "a", manager: "refcuont" }, 2002, /"refcuont". Allowed: none, refcount/],
    [{ program: "a", manager: null }, 2001, /"manager": expected a text, found null/],
    [{ program: "a", managerOptions: 5 }, 2001, /an object with any of countdown, budget, compact, stress/],
    [{ program: "a", managerOptions: { speed: 1 } }, 2003, /"speed". Allowed: countdown, budget, compact, stress/],
    [{ program: "a", managerOptions: { countdown: "x" } }, 2001, /"managerOptions.countdown": expected a whole number/],
    [{ program: "a", managerOptions: { countdown: 65536 } }, 2001, /a whole number from 0 to 65535, found 65536/],
    [{ program: "a", heapMB: 0 }, 2001, /"heapMB": expected a number from 0.125 to 250/],
    [{ program: "a", heapMB: Number.NaN }, 2001, /"heapMB"/],
    [{ program: "a", args: "x y" }, 2001, /"args": expected a list of texts, found "x y"/],
    [{ program: "a", stopOnEntry: "yes" }, 2001, /"stopOnEntry": expected true or false, found "yes"/],
    [{ program: "a", stopOnGC: "gc.end" }, 2001, /"stopOnGC": expected true, false, or a list of gc.trigger/],
    [{ program: "a", stopOnGC: ["gc.never"] }, 2001, /found "gc.never"/],
    [{ program: "a", gcStress: -1 }, 2001, /"gcStress"/],
  ])("%j is refused, naming the attribute and what is allowed", (attributes, id, text) => {
    let found: unknown = null;
    try {
      check(attributes);
    } catch (problem) {
      found = problem;
    }
    expect(found).toBeInstanceOf(RequestError);
    expect(found).toMatchObject({ id, message: expect.stringMatching(text) });
  });
});
