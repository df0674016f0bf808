/** Verify and audit find nothing in images that the machine made: wherever a collection may start, and at the end. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { viewOf } from "../../../../core/debuggee/view.ts";
import { audit } from "../../../../core/inspect/audit/audit.ts";
import { deadImage, type ImageView } from "../../../../core/inspect/image-view.ts";
import { openImage } from "../../../../core/inspect/open-image.ts";
import { CHECKS, verify } from "../../../../core/inspect/verify/verify.ts";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../../core/managers/contract.ts";
import { openSysout } from "../../../../core/memory/sysout/open-sysout.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import type { EventKind } from "../../../../core/vm/events.ts";
import { Machine } from "../../../../core/vm/machine.ts";
import { quietPorts } from "../../../../core/vm/ports.ts";
import { digest } from "../../../../core/vm/state/digest.ts";
import { describeGolden } from "../../../support/golden/golden.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";
import { Mutator, programs } from "../../../support/heap/mutator.ts";
import { miniFile } from "../../../support/images/mini-sysout.ts";
import { lispMachine } from "../../../support/lisp/lisp-machine.ts";
import { randomProgram } from "../../../support/lisp/random-lisp.ts";

/** Safepoints: these programs execute 4 to 12 instructions from one to the next. */
const MILLION_INSTRUCTIONS = 250_000;

const examples = resolve(import.meta.dirname, "../../../../examples");
const example = (name: string) => readFileSync(join(examples, name), "utf8");

/** What verify and audit say, notes left out. */
function found(view: ImageView, checks?: readonly string[]): string[] {
  const report = audit(view);
  const errors = verify(view, checks === undefined ? {} : { checks }).findings.filter(
    ({ severity }) => severity !== "note",
  );
  return [
    ...errors.map(
      ({ check, what, expected, found: actual }) => `${check}: ${what}; expected ${expected}, found ${actual}`,
    ),
    ...report.problems.map(({ text }) => text),
    ...(report.unchecked === null ? [] : [report.unchecked]),
  ];
}

/** Runs a machine to its end, or until so many safepoints have passed, and looks at it: where collections are due and over at first, and at the end. */
function runAndLook(machine: Machine, safepoints: number, looks: number): void {
  machine.arm(new Set<EventKind>(["gc.trigger", "gc.end"]));
  const end = machine.moment().block + safepoints;
  const run = () => machine.run(end - machine.moment().block);
  let looked = 0;
  for (let stop = run(); stop.kind === "event"; stop = run()) {
    if (machine.collection !== null) continue;
    expect(found(viewOf(machine))).toEqual([]);
    looked++;
    if (looked === looks) machine.arm(new Set());
  }
  expect(found(viewOf(machine))).toEqual([]);
  // The same bytes without a machine.
  expect(audit(deadImage(machine.memory, machine.code)).problems).toEqual([]);
}

describe("an image that the machine made", () => {
  test.each([
    "fibonacci.cons",
    "garbage.cons",
    "allocator.cons",
    ...readdirSync(join(examples, "asap")).map((name) => `asap/${name}`),
  ])("has nothing wrong during and after %s", (name) => {
    const { machine } = lispMachine(example(name), { managerOptions: { countdown: 200 }, heapMB: 8 });
    runAndLook(machine, 1_000_000, 6);
  });

  test("has nothing wrong after a million instructions of random programs under stress", () => {
    fc.assert(
      fc.property(randomProgram(60_000), fc.integer({ min: 20, max: 100 }), (source, stress) => {
        const { machine } = lispMachine(source, { managerOptions: { stress }, heapMB: 8 });
        runAndLook(machine, MILLION_INSTRUCTIONS, 5);
      }),
      { numRuns: 4 },
    );
  });

  test("has nothing wrong where the machine is stopped after any number of safepoints", () => {
    const { machine } = lispMachine(example("garbage.cons"), { heapMB: 8 });
    for (let stop = machine.run(997); stop.kind === "slice"; stop = machine.run(19_997)) {
      const { totals, findings } = verify(viewOf(machine));
      expect([totals.error, totals.warning, findings.filter(({ severity }) => severity !== "note")]).toEqual([
        0,
        0,
        [],
      ]);
    }
  });

  test("is not changed by looking at it", () => {
    const { machine } = lispMachine(example("asap/o-a4.cons"));
    machine.run(500);
    const before = digest(machine);
    verify(viewOf(machine));
    audit(viewOf(machine));
    expect(digest(machine)).toBe(before);
  });
});

test("a heap has nothing wrong after random mutator programs", () => {
  // The bare heap has no stack and no code, and its symbols are named from outside of array space.
  const checks = CHECKS.map(({ name }) => name).filter(
    (name) => !["interface-page", "page-map", "type-table", "stack", "symbols"].includes(name),
  );
  fc.assert(
    fc.property(programs, (program) => {
      const heap = new ManagedHeap(managerFactory("refcount") as ManagerFactory);
      new Mutator(heap).run(program);
      const view = {
        memory: heap.memory,
        manager: heap.manager,
        registers: null,
        collection: null,
        code: new CodeDirectory(),
      };
      expect(found(view, checks)).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

describeGolden("sysout-mini.json", () => {
  /**
   * That image was put together by hand: its code and print names lie outside of blocks, its typed pages where none were handed out.
   * What it does not have cannot be sound; the rest is.
   */
  const SOUND = [
    "interface-page",
    "array-blocks",
    "free-blocks",
    "free-chains",
    "free-cells",
    "count-tables",
    "packages",
    "code",
  ];

  test("the tables and free lists are sound before and after the run, which adds no finding", () => {
    const lines = (view: ImageView) => verify(view).findings.map(({ check, what }) => `${check}: ${what}`);
    const before = deadImage(openSysout(miniFile(), { purpose: "run" }).memory, new CodeDirectory());
    expect(verify(openImage(miniFile()).view, { checks: SOUND }).findings).toEqual([]);
    expect(verify(before, { checks: SOUND }).findings).toEqual([]);
    const { memory } = openSysout(miniFile(), { purpose: "run" });
    const factory = managerFactory("refcount") as ManagerFactory;
    const machine = new Machine({
      memory,
      ports: quietPorts(),
      manager: factory,
      managerOptions: {},
      code: new CodeDirectory(),
    });
    machine.boot();
    machine.run(10_000_000);
    const after = viewOf(machine);
    expect(verify(after, { checks: SOUND }).findings).toEqual([]);
    const known = new Set(lines(before));
    expect(lines(after).filter((line) => !known.has(line))).toEqual([]);
  });
});
