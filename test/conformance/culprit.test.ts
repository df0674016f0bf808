/**
 * Programs that damage their own heap, by code that no compiler makes: a store through a stale pointer, a lost or a surplus count, a store that no count follows,
 * a vector that is overrun. The search for the culprit leads to that one instruction, at the one moment when it does the damage.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../core/debuggee/debuggee.ts";
import { Assembler } from "../../core/isa/assembler.ts";
import type { ManagerOptions } from "../../core/managers/contract.ts";
import type { Moment } from "../../core/vm/events.ts";
import { debuggeeFor, runMotion } from "../support/lisp/debuggee.ts";
import { randomProgram } from "../support/lisp/random-lisp.ts";

const ROUNDS = 4;
/** Its code is replaced by that of a damage. */
const CORRUPT = "(define (corrupt x y) (cons x (cons y (cons x (cons y (cons x (cons y x)))))))";
const CODE_BYTES = 13;

interface Damage {
  readonly name: string;
  /** What is done in the chosen round. */
  readonly call: string;
  /** Writes the code up to the guilty instruction. */
  before(code: Assembler): void;
  readonly guilty: readonly [name: string, operand: number];
}
const DAMAGES = {
  lost: {
    name: "a lost count",
    call: "(corrupt held nil)",
    before: (code) => code.emit("IVAR0"),
    guilty: ["GCREF", 1],
  },
  surplus: {
    name: "a surplus count",
    call: "(corrupt held nil)",
    before: (code) => code.emit("IVAR0"),
    guilty: ["GCREF", 0],
  },
  uncounted: {
    name: "a store that no count follows",
    call: "(corrupt table held)",
    before(code) {
      code.emit("IVAR0");
      code.emit("GETBASEPTR.N", 0);
      code.emit("IVAR1");
    },
    guilty: ["PUTBASEPTR.N", 2],
  },
  overrun: {
    name: "an overrun vector",
    call: "(corrupt table 77)",
    before(code) {
      code.emit("IVAR0");
      code.emit("GETBASEPTR.N", 0);
      code.emit("IVAR1");
    },
    guilty: ["PUTBASEPTR.N", 6],
  },
  stale: {
    name: "a store through a stale pointer",
    call: "(begin (free stale) (corrupt stale 77))",
    before(code) {
      code.emit("IVAR0");
      code.emit("IVAR1");
    },
    guilty: ["PUTBASEPTR.N", 0],
  },
} as const satisfies Record<string, Damage>;

const CASES: readonly (readonly [manager: string, damage: keyof typeof DAMAGES, options: ManagerOptions])[] = [
  ["refcount", "lost", {}],
  ["refcount", "lost", { countdown: 30 }],
  ["refcount", "lost", { countdown: 30, budget: 5 }],
  ["refcount", "lost", { stress: 40 }],
  ["refcount", "surplus", {}],
  ["refcount", "surplus", { countdown: 30 }],
  ["refcount", "uncounted", {}],
  ["refcount", "uncounted", { countdown: 30 }],
  ["refcount", "overrun", {}],
  ["refcount", "overrun", { countdown: 30 }],
  ["mark-sweep", "overrun", { threshold: 40 }],
  ["mark-sweep", "overrun", { threshold: 40, budget: 8 }],
  ["malloc", "overrun", {}],
  ["arena", "overrun", {}],
  ["asap", "overrun", {}],
  ["none", "overrun", {}],
  ["malloc", "stale", { quarantine: 0 }],
  ["malloc", "stale", { quarantine: 0, fit: "best" }],
  ["mark-sweep", "stale", { threshold: 40 }],
  ["mark-sweep", "stale", {}],
];

/** A random program that does the damage in one of its rounds. */
function programOf(seed: number, call: string): string {
  const [text = ""] = fc.sample(randomProgram(ROUNDS), { seed, numRuns: 1 });
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.includes("(for (round")) + 1;
  const at = first + (seed % (lines.length - 1 - first));
  lines.splice(at, 0, `      (if (= round ${seed % ROUNDS}) ${call})`);
  const data = "(define held (list 1 2)) (define table (vector 1 2 3)) (define stale (+ 1.5 (car held)))";
  return `${CORRUPT}\n${data}\n${lines.join("\n")}`;
}

interface Seeded {
  readonly debuggee: Debuggee;
  /** The guilty instruction. */
  readonly pc: number;
}

/** @param delay instructions without effect before the damage */
function seeded(text: string, damage: Damage, delay: number, manager: string, managerOptions: ManagerOptions): Seeded {
  let pc = 0;
  const { debuggee } = debuggeeFor(text, { manager, managerOptions }, ({ machine }) => {
    const installed = [...machine.code.all()].find(({ block }) => block.name === "corrupt");
    if (installed === undefined) throw new Error("there is no function to replace");
    const code = new Assembler();
    for (let i = 0; i < delay; i++) code.emit("NOP");
    damage.before(code);
    pc = installed.codeStart + code.finish().bytes.length;
    const [name, operand] = damage.guilty;
    code.emit(name, operand);
    code.emit("RETURN");
    const { bytes } = code.finish();
    expect(bytes.length).toBeLessThanOrEqual(CODE_BYTES);
    for (const [i, byte] of bytes.entries()) machine.memory.setByte(installed.codeStart + i, byte);
  });
  return { debuggee, pc };
}

/** When the damage is done in a run that nobody records; null when the program fails before. */
function momentOf({ debuggee, pc }: Seeded): Moment | null {
  debuggee.setBreakpoints([pc]);
  return runMotion(debuggee.continue()).kind === "breakpoint" ? debuggee.moment() : null;
}

describe("seeded corruptions are traced to the guilty instruction", () => {
  test.each(CASES.map((row, i) => [i + 1, ...row] as const))(
    "%i of 20: %s, %s %o",
    (number, manager, kind, options) => {
      const damage = DAMAGES[kind];
      for (let seed = 100 * number; ; seed++) {
        const text = programOf(seed, damage.call);
        const moment = momentOf(seeded(text, damage, seed % 4, manager, options));
        if (moment === null) continue;
        const { debuggee, pc } = seeded(text, damage, seed % 4, manager, options);
        debuggee.record(64, () => 60);
        runMotion(debuggee.continue());
        const search = debuggee.findCulprit();
        if (search === null) throw new Error("nothing is recorded");
        const stop = runMotion(search.motion);
        const culprit = search.culprit();
        expect(search.report()).toContain(damage.guilty[0]);
        expect(culprit).toMatchObject({ moment, pc, isInstruction: true });
        expect(stop).toMatchObject({ kind: "event", event: { kind: "verify" }, site: pc });
        expect(debuggee.moment()).toEqual(moment);
        return;
      }
    },
  );
});
