/**
 * The gates against the obvious model: a machine that is stepped instruction by instruction. Programs are random, but end.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Assembler } from "../../../../core/isa/assembler.ts";
import type { Moment, StopReason } from "../../../../core/vm/events.ts";
import type { Machine } from "../../../../core/vm/machine.ts";
import { digest } from "../../../../core/vm/state/digest.ts";
import { type ToyFunction, type ToyProgram, toyMachine } from "../../../support/machine/toy-machine.ts";

const FIRST_FUNCTION = 500;
const FUNCTIONS = 3;
/** Cells for loop counters, one a nesting level, behind the one for values. */
const DEPTH = 3;

type Statement =
  | { readonly kind: "add"; readonly a: number; readonly b: number }
  | { readonly kind: "keep"; readonly value: number }
  | { readonly kind: "cons" }
  | { readonly kind: "call"; readonly callee: number }
  | { readonly kind: "loop"; readonly turns: number; readonly body: readonly Statement[] }
  | { readonly kind: "if"; readonly value: number; readonly body: readonly Statement[] };

const byte = fc.integer({ min: 0, max: 255 });
const { statements } = fc.letrec<{ statements: Statement[] }>((tie) => ({
  statements: fc.array(
    fc.oneof(
      { maxDepth: DEPTH - 1, depthSize: "small" },
      fc.record({ kind: fc.constant("add" as const), a: byte, b: byte }),
      fc.record({ kind: fc.constant("keep" as const), value: fc.integer({ min: 0, max: 2 }) }),
      fc.record({ kind: fc.constant("cons" as const) }),
      fc.record({ kind: fc.constant("call" as const), callee: fc.integer({ min: 1, max: FUNCTIONS }) }),
      fc.record({
        kind: fc.constant("loop" as const),
        turns: fc.integer({ min: 1, max: 3 }),
        body: tie("statements"),
      }),
      fc.record({
        kind: fc.constant("if" as const),
        value: fc.integer({ min: 0, max: 2 }),
        body: tie("statements"),
      }),
    ),
    { maxLength: 4 },
  ) as fc.Arbitrary<Statement[]>,
}));
const programs = fc.tuple(...Array.from({ length: FUNCTIONS }, () => statements));

function assemble(body: readonly Statement[], index: number, isMain: boolean): ToyFunction {
  const assembler = new Assembler();
  emitAll(assembler, body, index, 1);
  if (isMain) assembler.emit("SUBRCALL", 13, 0);
  else {
    assembler.emit("PVAR0");
    assembler.emit("RETURN");
  }
  return { code: [...assembler.finish().bytes], pv: 1 };
}

function emitAll(assembler: Assembler, body: readonly Statement[], index: number, depth: number): void {
  for (const statement of body) emit(assembler, statement, index, depth);
}

/** Functions call later ones only, so the program ends. */
function emit(assembler: Assembler, statement: Statement, index: number, depth: number): void {
  switch (statement.kind) {
    case "add":
      assembler.emit("SIC", statement.a);
      assembler.emit("SIC", statement.b);
      assembler.emit("IPLUS2");
      assembler.emit("POP");
      break;
    case "keep":
      assembler.emit("SIC", statement.value);
      assembler.emit("PVAR_^0");
      break;
    case "cons":
      assembler.emit("'NIL");
      assembler.emit("'T");
      assembler.emit("CONS");
      assembler.emit("POP");
      break;
    case "call":
      if (index + statement.callee >= FUNCTIONS) break;
      assembler.emit("FN0", FIRST_FUNCTION + index + statement.callee);
      assembler.emit("POP");
      break;
    case "loop": {
      assembler.emit("SIC", statement.turns);
      assembler.emit(`PVAR_^${depth}`);
      const again = assembler.here();
      emitAll(assembler, statement.body, index, depth + 1);
      assembler.emit(`PVAR${depth}`);
      assembler.emit("IDIFFERENCE.N", 1);
      assembler.emit(`PVAR_${depth}`);
      assembler.emit("'0");
      assembler.emit("IGREATERP");
      assembler.jump("TJUMP", again);
      break;
    }
    case "if": {
      const end = assembler.newLabel();
      assembler.emit("PVAR0");
      assembler.emit("SIC", statement.value);
      assembler.emit("EQ");
      assembler.jump("FJUMP", end);
      emitAll(assembler, statement.body, index, depth);
      assembler.place(end);
      break;
    }
  }
}

function toyProgram(bodies: readonly (readonly Statement[])[]): ToyProgram {
  const functions: { [atom: number]: ToyFunction } = {};
  for (let i = 1; i < FUNCTIONS; i++) functions[FIRST_FUNCTION + i] = assemble(bodies[i] as Statement[], i, false);
  return { ...assemble(bodies[0] as Statement[], 0, true), functions };
}

/** Every moment of a run, by stepping. The collection at the end of the program passes at its last moment. */
function momentsOf(machine: Machine): Moment[] {
  const moments = [machine.moment()];
  while (machine.stepInstruction().kind === "step") {
    if (machine.collection === null && machine.saveState().ended === null) moments.push(machine.moment());
  }
  return moments;
}

/** Runs to the end in slices; calls `seen` at each stop that is no slice. */
function runInSlices(machine: Machine, slice: () => number, seen: (reason: StopReason) => void = () => {}): StopReason {
  for (;;) {
    const reason = machine.run(slice());
    if (reason.kind === "finished" || reason.kind === "failed") return reason;
    if (reason.kind !== "slice") seen(reason);
  }
}

describe("gates", () => {
  test("moments are strictly increasing", () => {
    fc.assert(
      fc.property(programs, (bodies) => {
        const moments = momentsOf(toyMachine(toyProgram(bodies)));
        for (let i = 1; i < moments.length; i++) {
          const [before, after] = [moments[i - 1] as Moment, moments[i] as Moment];
          expect(after.block > before.block || (after.block === before.block && after.pc > before.pc)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("slices of any size end where one run ends", () => {
    fc.assert(
      fc.property(programs, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (bodies, sizes) => {
        const whole = toyMachine(toyProgram(bodies));
        const sliced = toyMachine(toyProgram(bodies));
        const end = whole.run(1_000_000);
        let turn = 0;
        expect(runInSlices(sliced, () => sizes[turn++ % sizes.length] as number)).toEqual(end);
        expect(sliced.moment()).toEqual(whole.moment());
        expect(digest(sliced)).toBe(digest(whole));
      }),
      { numRuns: 40 },
    );
  });

  test("a run stops at breakpoints exactly where stepping passes them", () => {
    fc.assert(
      fc.property(programs, fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), fc.nat(5), (bodies, picks, size) => {
        const moments = momentsOf(toyMachine(toyProgram(bodies)));
        const addresses = [...new Set(moments.map(({ pc }) => pc))];
        const breakpoints = new Set(picks.map((pick) => addresses[pick % addresses.length] as number));
        const machine = toyMachine(toyProgram(bodies));
        machine.setBreakpoints(breakpoints);
        const hits: Moment[] = [];
        runInSlices(
          machine,
          () => size + 1,
          (reason) => {
            expect(reason).toEqual({ kind: "breakpoint", pc: machine.moment().pc });
            hits.push(machine.moment());
          },
        );
        expect(hits).toEqual(moments.filter(({ pc }) => breakpoints.has(pc)));
        // Behind the instruction that ends the program is a moment of its own.
        const last = moments.at(-1) as Moment;
        expect(machine.moment()).toMatchObject({ block: last.block + 1, pc: last.pc });
      }),
      { numRuns: 60 },
    );
  });

  test("a breakpoint at which a step arrived is not reported again", () => {
    const machine = toyMachine({ code: [0x6a, 0x6b, 0xbf, 0xbf, 0x7d, 13, 0] });
    machine.stepInstruction();
    machine.setBreakpoints([machine.moment().pc]);
    expect(machine.run(100)).toEqual({ kind: "finished", status: 0 });
  });

  test("a loop to itself stops at its breakpoint every time", () => {
    const machine = toyMachine({ code: [0xfe, 0xb0, 0] });
    const { pc } = machine.moment();
    machine.setBreakpoints([pc + 1]);
    for (let block = 0; block < 3; block++) {
      expect(machine.run(100)).toEqual({ kind: "breakpoint", pc: pc + 1 });
      expect(machine.moment()).toEqual({ block, pc: pc + 1, steps: 0 });
    }
  });

  test("an endless loop comes back when its safepoints are used up", () => {
    const machine = toyMachine({ code: [0xb0, 0] });
    expect(machine.run(1000)).toEqual({ kind: "slice" });
    expect(machine.moment().block).toBe(1000);
  });
});
