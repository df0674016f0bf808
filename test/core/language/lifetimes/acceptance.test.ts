/** The programs of system O under the manager `asap`: every event of their objects, in order, with what they print in between. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runPlanned } from "../../../support/lisp/lifetime-run.ts";

function run(name: string) {
  const { output, events, peak, live, stop } = runPlanned(readFileSync(`examples/asap/${name}.cons`, "utf8"));
  expect(stop.kind).toBe("finished");
  return { output, events, peak, live };
}

describe("the strategy table in programs", () => {
  test("O-A1: a number is in a register: nothing is allocated, nothing is freed", () => {
    expect(run("o-a1")).toEqual({ output: "24\n", events: ["print 24"], peak: 0, live: 0 });
  });

  test("O-A2: a list is handed from function to function and freed behind its last read, before the display (O-F1, O-F5, O-M1, O-C3)", () => {
    expect(run("o-a2")).toEqual({
      output: "6\n",
      events: [
        ...["alloc 1", "alloc 2", "alloc 3", "transfer 3", "transfer 3"],
        ...["free 3", "free 2", "free 1"],
        "print 6",
      ],
      peak: 3,
      live: 0,
    });
  });

  test("O-A3: a shared configuration is counted 1, 1, 2, 3, 3, and released with the program in reverse order", () => {
    expect(run("o-a3")).toEqual({
      output: "8080\n",
      events: [
        "alloc 1",
        ...["inc 1 = 2", "alloc 2", "transfer 2"],
        ...["inc 1 = 3", "alloc 3", "transfer 3"],
        "print 8080",
        ...["dec 3 = 0", "dec 1 = 2", "free 3"],
        ...["dec 2 = 0", "dec 1 = 1", "free 2"],
        ...["dec 1 = 0", "free 1"],
      ],
      peak: 3,
      live: 0,
    });
  });

  test("O-A4: a local ring is in the arena of its function and leaves with it (O-F7, O-M3)", () => {
    expect(run("o-a4")).toEqual({
      output: "6\n",
      events: ["arena.alloc 1", "arena.alloc 2", "arena.alloc 3", "arena.end = 3", "print 6"],
      peak: 3,
      live: 0,
    });
  });

  test("O-A5: a ring that is returned is a component with a handle; the last access holds it whole (O-F8, O-M6, O-M10)", () => {
    expect(run("o-a5")).toEqual({
      output: "3\n",
      events: [
        ...["alloc 1", "component.new", "component.add 1"],
        ...["alloc 2", "component.add 2", "alloc 3", "component.add 3"],
        ...["handle.acquire 1 = 1", "transfer 1"],
        ...["tether.begin 1", "tether.end 1", "handle.release 1 = 0"],
        ...["component.dismantle 1 = 3", "free 3", "free 2", "free 1"],
        "print 3",
      ],
      peak: 3,
      live: 0,
    });
  });

  test("O-A6: the branch that does not read the list frees it at its entry (O-M5)", () => {
    expect(run("o-a6")).toEqual({
      output: "7\n0\n",
      events: [
        ...["alloc 1", "alloc 2", "alloc 3", "transfer 3", "free 3", "free 2", "free 1", "print 7"],
        ...["alloc 4", "alloc 5", "alloc 6", "transfer 6", "free 6", "free 5", "free 4", "print 0"],
      ],
      peak: 3,
      live: 0,
    });
  });

  test("O-A7: a list that a loop reads is freed once, when the loop is left (O-M4)", () => {
    expect(run("o-a7")).toEqual({
      output: "30\n",
      events: ["alloc 1", "alloc 2", "alloc 3", "transfer 3", "free 3", "free 2", "free 1", "print 30"],
      peak: 3,
      live: 0,
    });
  });

  test("O-A8: a list is freed before its scope ends (O-F2)", () => {
    expect(run("o-a8")).toEqual({
      output: "1\n2\n",
      events: ["alloc 1", "alloc 2", "alloc 3", "transfer 3", "free 3", "free 2", "free 1", "print 1", "print 2"],
      peak: 3,
      live: 0,
    });
  });

  test("O-A9: what an escaping pair holds twice is counted twice, and freed with it (O-M6)", () => {
    expect(run("o-a9")).toEqual({
      output: "1\n",
      events: [
        // For both slots of the outer pair, and less the variable that goes: 2 when the function returns.
        ...["alloc 1", "inc 1 = 2", "inc 1 = 3", "dec 1 = 2", "alloc 2", "transfer 2"],
        ...["dec 2 = 0", "dec 1 = 1", "dec 1 = 0", "free 2", "free 1"],
        "print 1",
      ],
      peak: 2,
      live: 0,
    });
  });

  test("O-A10: what a function captured lives as long as the function, here until the program ends", () => {
    const { output, events, live } = run("o-a10");
    expect(output).toBe("7\n8\n");
    expect(live).toBe(0);
    const shown = events.indexOf("print 8");
    expect(events.slice(0, shown).filter((event) => event.startsWith("free"))).toEqual([]);
    expect(events.slice(shown).filter((event) => event.startsWith("free")).length).toBe(3);
  });

  test("O-A11: reading a counted list in a call counts nothing: it is known to live longer (O-F6)", () => {
    expect(run("o-a11")).toEqual({
      output: "10\n10\n",
      events: [
        ...["alloc 1", "alloc 2", "alloc 3", "transfer 3"],
        ...["inc 3 = 2", "alloc 4"],
        ...["print 10", "print 10"],
        ...["dec 4 = 0", "dec 3 = 1", "free 4"],
        ...["dec 3 = 0", "dec 2 = 0", "free 3", "dec 1 = 0", "free 2", "free 1"],
      ],
      peak: 4,
      live: 0,
    });
  });

  test("O-A12: two pairs on the stack share a list without counting it (O-F5, O-F6)", () => {
    expect(run("o-a12")).toEqual({
      output: "8\n",
      events: [
        ...["alloc 1", "alloc 2", "alloc 3", "transfer 3"],
        ...["stack.alloc 4", "stack.alloc 5"],
        ...["free 3", "free 2", "free 1", "stack.end = 2"],
        "print 8",
      ],
      peak: 5,
      live: 0,
    });
  });
});
