import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Assembler } from "../../../core/isa/assembler.ts";
import { hasMark, isPrefix, type StackShape, stackShapes } from "../../../core/isa/stack-shapes.ts";
import { functionHeader } from "../../../core/objects/code/functions.ts";
import { debuggeeFor } from "../../support/lisp/debuggee.ts";

function shapesOf(write: (a: Assembler) => void, variablePairs = 1) {
  const a = new Assembler();
  write(a);
  const { bytes } = a.finish();
  const stretch = { bytes, start: 0, end: bytes.length, variablePairs };
  const shapes = stackShapes(stretch);
  return { stretch, shapes, depths: [...shapes].map(([at, { entries }]) => [at, entries.length]) };
}

describe("shapes of the evaluation stack", () => {
  test.each(["garbage.cons", "comparison.cons", "arena.cons"])(
    "have the depth that a run of %s has at each instruction",
    (name) => {
      const text = readFileSync(new URL(`../../../examples/${name}`, import.meta.url), "utf8");
      const { machine } = debuggeeFor(text).debuggee;
      const known = new Map<number, ReadonlyMap<number, StackShape>>();
      let compared = 0;
      for (let steps = 0; steps < 20_000; steps++) {
        const { func, pc, csp, pvar } = machine.registers();
        const installed = machine.code.at(func);
        const pairs = (functionHeader(machine.memory, func)?.localWords ?? 0) / 4;
        if (installed !== null && machine.collection === null) {
          const { codeStart: start, codeEnd: end } = installed;
          const code = { bytes: machine.memory.bytes, start, end, variablePairs: pairs };
          if (!known.has(func)) known.set(func, stackShapes(code));
          const shape = known.get(func)?.get(pc);
          // A frame made by a call of what is not a plain function has a pair of cells even when it needs none.
          if (shape !== undefined && pairs > 0) {
            expect([pc - start, shape.entries.length]).toEqual([pc - start, (csp - pvar - 4 * pairs - 2) / 2]);
            compared++;
          }
        }
        if (machine.stepInstruction().kind === "finished") break;
      }
      expect(compared).toBeGreaterThan(2000);
    },
  );

  test("binding marks are entries, unbinding ends at them", () => {
    const { shapes, stretch, depths } = shapesOf((a) => {
      a.emit("'1"); // 0
      a.emit("BIND", 0x01, 0); // 1
      a.emit("'NIL"); // 4
      a.emit("'T"); // 5
      a.emit("UNBIND"); // 6
      a.emit("BIND", 0x10, 0); // 7
      a.emit("DUNBIND"); // 10
      a.emit("RETURN"); // 11
    });
    expect(depths).toEqual([
      [0, 0],
      [1, 1],
      [4, 1],
      [5, 2],
      [6, 3],
      [7, 1],
      [10, 2],
      [11, 1],
    ]);
    const inside = shapes.get(5) as StackShape;
    expect(inside.entries).toEqual([1, 4]);
    expect(hasMark(stretch, inside, 0)).toBe(true);
    expect(hasMark(stretch, inside, 1)).toBe(false);
    expect(isPrefix(shapes.get(4) as StackShape, inside)).toBe(true);
    // The same depth, and another value there.
    expect(isPrefix(shapes.get(1) as StackShape, inside)).toBe(false);
  });

  test("unwinding goes back to a depth counted from the variables", () => {
    const { depths } = shapesOf((a) => {
      a.emit("'1"); // 0
      a.emit("'1"); // 1
      a.emit("'1"); // 2
      a.emit("UNWIND", 5, 1); // 3: variables and padding are 3 cells, so 2 are left
      a.emit("UNWIND", 4, 0); // 6: 1 is left, without it none
      a.emit("RETURN"); // 9
    });
    expect(depths.slice(-3)).toEqual([
      [3, 3],
      [6, 2],
      [9, 0],
    ]);
  });

  test("where ways meet with different depths nothing is said, nor behind it", () => {
    const { depths } = shapesOf((a) => {
      const end = a.newLabel();
      a.emit("'1"); // 0
      a.emit("COPY"); // 1
      a.jump("FJUMP", end); // 2
      a.emit("COPY"); // 3
      a.place(end);
      a.emit("NOP"); // 4 or 5
      a.emit("RETURN");
    });
    expect(depths.map(([, depth]) => depth)).toEqual([0, 1, 2, 1]);
  });

  test("entries that differ by the way they came are one of their own", () => {
    const { shapes } = shapesOf((a) => {
      const other = a.newLabel();
      const end = a.newLabel();
      a.emit("'1"); // 0
      a.jump("FJUMP", other);
      a.emit("'NIL");
      a.jump("JUMP", end);
      a.place(other);
      a.emit("'T");
      a.place(end);
      a.emit("RETURN");
    });
    const [last, { entries }] = [...shapes].at(-1) as [number, StackShape];
    expect(entries).toEqual([-1 - last]);
  });

  test("calls of values take as many arguments as the constant before says", () => {
    const { depths } = shapesOf((a) => {
      a.emit("'1"); // 0
      a.emit("'1"); // 1
      a.emit("SIC", 2); // 2
      a.emit("'NIL"); // 4
      a.emit("APPLYFN"); // 5
      a.emit("SIC", 1); // 6
      a.emit("'NIL"); // 8
      a.emit("'NIL"); // 9
      a.emit("ENVCALL"); // 10
      a.emit("RETURN"); // 11
    });
    expect(depths.at(5)).toEqual([6, 1]);
    expect(depths.at(-1)).toEqual([11, 1]);
  });
});
