/**
 * Whatever bytes the machine executes, on whatever stack, it comes back with a reason, and what it leaves can be looked at: 10 000 programs of
 * random bytes and of plausible instructions, some on a damaged stack. The generator is seeded; a failure names its program.
 */
import { expect, test } from "vitest";
import { VmFault } from "../../../core/base/errors.ts";
import { frameContext, viewOf } from "../../../core/debuggee/view.ts";
import { eachStackPointer } from "../../../core/inspect/heap/stack-roots.ts";
import type { InspectNode } from "../../../core/inspect/node.ts";
import { localsScope } from "../../../core/inspect/scopes/locals.ts";
import { registersScope } from "../../../core/inspect/scopes/registers.ts";
import { frameChains } from "../../../core/inspect/stack/chains.ts";
import { OPCODES, type Operand } from "../../../core/isa/opcodes.ts";
import { managerFactory } from "../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../core/managers/contract.ts";
import { PAGE_BYTES, STACK_BASE, T } from "../../../core/memory/layout.ts";
import { PAGE_JOURNALED } from "../../../core/memory/virtual-memory.ts";
import { CodeDirectory } from "../../../core/objects/code/code-directory.ts";
import { definitionCell, valueCell } from "../../../core/objects/symbols.ts";
import { Machine } from "../../../core/vm/machine.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { eachStackPointer as scanStack, walkFrames } from "../../../core/vm/stack/frames.ts";
import { digest } from "../../../core/vm/state/digest.ts";
import { describeGolden } from "../../support/golden/golden.ts";
import { type OpcodeRun, opcodeRunMemory } from "../../support/machine/opcode-run-image.ts";

const PROGRAMS = 10_000;
const SAFEPOINTS = 200;
/** Frames that are opened, and of how many programs. */
const OPENED_FRAMES = 3;
const OPENED_PROGRAMS = 16;
/** Code that runs wild may write around the stack segment, past the store gate. */
const AROUND_STACK_BYTES = 2 * 0x50000;

/** Numbers below `n`, the same in every run. */
type Random = (n: number) => number;
function generator(seed: number): Random {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

// Conses, boxes, closure, arrays, string, stream, code, typed objects, free page, and the stack itself.
const POINTERS = [
  0, 0x4c, 0x320008, 0x320012, 0x322000, 0x324000, 0x326000, 0x328000, 0x32a000, 0x32c000, 0x32e000, 0x340000, 0x2f03f0,
  0x10110, 0x101fe, 0x16002, 0x500000,
];
const SMALLS = [0, 1, 2, 3, 4, 5, 14, 24, 100, 0x200, 0x6002, 0xffff];
/** SUBRCALL numbers that neither end the program nor touch the world outside. */
const SUBRS = [7, 20, 56, 92, 96, 146];

function operandBytes(random: Random, operand: Operand, atoms: readonly number[]): number[] {
  const wide = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  switch (operand.kind) {
    case "atom":
      return wide(atoms[random(atoms.length)] as number);
    case "pointer": {
      const isSmall = random(2) === 0;
      return wide(
        isSmall ? 0xe0000 + (SMALLS[random(SMALLS.length)] as number) : (POINTERS[random(POINTERS.length)] as number),
      );
    }
    case "jump":
      return operand.bytes === 1
        ? [(random(60) - 30) & 255]
        : [0xff * random(2), random(60) - (random(2) === 0 ? 0 : 60)];
    case "subrNumber":
      return [SUBRS[random(SUBRS.length)] as number];
    case "ivarWordOffset":
    case "pvarWordOffset":
    case "fvarWordOffset":
    case "stackWordOffset":
      return [2 * random(8)];
    default:
      return Array.from({ length: operand.bytes }, () => (random(4) === 0 ? random(256) : random(6)));
  }
}

/** Constants and instructions in turn, so that the instructions find something to work on. */
function plausible(random: Random, atoms: readonly number[]): number[] {
  const bytes: number[] = [];
  const pushing = OPCODES.filter(({ family }) => family === "constant" || family === "variable");
  const moving = OPCODES.filter(({ family }) => family === "call" || family === "binding" || family === "jump");
  const length = 2 + random(14);
  for (let i = 0; i < length; i++) {
    const choice = random(4);
    const rows = choice < 2 ? pushing : choice === 2 ? moving : OPCODES;
    const { code, operands } = rows[random(rows.length)] as (typeof OPCODES)[number];
    bytes.push(code, ...operands.flatMap((operand) => operandBytes(random, operand, atoms)));
  }
  return bytes;
}

describeGolden<OpcodeRun>("opcode-run.json", (data) => {
  const memory = opcodeRunMemory(data);
  const machine = new Machine({
    memory,
    ports: quietPorts(),
    manager: managerFactory("refcount") as ManagerFactory,
    managerOptions: {},
    code: new CodeDirectory(),
    periodicInterrupt: 7,
  });
  machine.boot();
  const aroundStack = memory.bytes.slice(0, AROUND_STACK_BYTES);
  const state = machine.saveState();
  const managerState = machine.manager.save();

  /** Old content of the pages that a program wrote; an excursion would go through all pages for each program. */
  const written = new Map<number, Uint8Array>();
  memory.pageFlags.fill(PAGE_JOURNALED);
  memory.storeObserver = {
    beforeStore(page) {
      memory.pageFlags[page] = 0;
      written.set(page, memory.bytes.slice(page * PAGE_BYTES, (page + 1) * PAGE_BYTES));
    },
    afterStore() {},
  };
  function undo(): void {
    for (const [page, content] of written) {
      memory.bytes.set(content, page * PAGE_BYTES);
      memory.pageFlags[page] = PAGE_JOURNALED;
    }
    written.clear();
    memory.bytes.set(aroundStack);
    machine.manager.restore(managerState);
    machine.restoreState(state);
  }

  const before = digest(machine);
  const handler = data.functions["UFN-CATCH"] ?? { addr: 0, startpc: 0 };
  const handlerCode = 2 * handler.addr + handler.startpc;
  const atoms = Object.values(data.atoms);

  /** Words of frames, links and block headers that are not what they should be. */
  function damageStack(random: Random): void {
    const places = [data.frame.fx, data.frame.firstFree, 0x6002, 0x6014, 0x5e00, 0x7e00];
    const values = [0, 11, 0x102, 0x200, 0x20b, 0x6002, 0x600d, 0x8200, 0xa000, 0xc000, 0xc100, 0xc201, 0xc400, 0xffff];
    for (let i = random(5); i >= 0; i--) {
      const offset = (places[random(places.length)] as number) - 2 + random(14);
      memory.setWord(
        STACK_BASE + offset,
        random(2) === 0 ? random(0x10000) : (values[random(values.length)] as number),
      );
    }
  }

  /** Everything that a debugger shows of a stack. */
  function look(isOpened: boolean): void {
    const view = viewOf(machine);
    const { pvar, csp, esp, pc } = machine.registers();
    const frames = walkFrames(memory, machine.registers());
    eachStackPointer(view, () => {});
    if (isOpened) for (const chain of frameChains(view)) chain.frames(0, OPENED_FRAMES);
    for (const frame of frames.slice(0, isOpened ? OPENED_FRAMES : 0)) {
      const context = frameContext(frame, pc);
      for (const scope of [localsScope(view, context), registersScope(view, context)]) open(scope);
    }
    try {
      scanStack(memory, pvar, csp, esp, () => {});
    } catch (problem) {
      // What a collection would say of a stack whose blocks do not tile it.
      expect(problem).toBeInstanceOf(VmFault);
    }
  }
  function open(node: InspectNode): void {
    for (const child of node.named()) child.named().slice(0, 3);
    node.indexed(0, Math.min(3, node.indexedCount));
  }

  function attempt(code: readonly number[], random: Random): string {
    try {
      for (const [i, byte] of code.entries()) memory.setByte(2 * data.mainCode + i, byte);
      // Handlers of opcodes stop the program in this image; most programs get ones that return.
      if (random(4) !== 0) for (const [i, byte] of [0x68, 0x10].entries()) memory.setByte(handlerCode + i, byte);
      // In some an interrupt is waiting, for a function that may be anywhere.
      if (random(4) === 0) {
        const header = random(3) === 0 ? random(0x10000000) : handler.addr;
        memory.setCell(definitionCell(data.atoms["\\INTERRUPTFRAME"] ?? 0), (0x80000000 | header) >>> 0);
        memory.setCell(valueCell(data.atoms["\\PENDINGINTERRUPT"] ?? 0), T);
      }
      if (random(3) === 0) damageStack(random);
      const reason = machine.run(SAFEPOINTS);
      look(random(OPENED_PROGRAMS) === 0);
      if (random(10) === 0) {
        machine.invoke(data.functions.ID?.addr ?? 0, [0xe0005], 50);
        look(false);
      }
      return reason.kind;
    } finally {
      undo();
    }
  }

  test("a loop that only pushes fills the stack and stops", () => {
    // A context stands behind the main frame: that moves behind it, and grows to the guard.
    for (const [i, byte] of [0x68, 0xb0, 0xff].entries()) memory.setByte(2 * data.mainCode + i, byte);
    machine.boot();
    const reason = machine.run(100_000);
    expect(reason).toMatchObject({ kind: "failed", event: { kind: "stack.overflow" } });
    const { csp, esp } = machine.registers();
    expect(csp).toBeLessThan(esp);
    expect(esp).toBe(STACK_BASE + 0xf100);
    look(true);
    undo();
  });

  test("10 000 random programs stop with a reason, and leave a stack that can be shown", () => {
    const random = generator(20_260_801);
    const kinds = new Map<string, number>();
    for (let program = 0; program < PROGRAMS; program++) {
      const isRandom = program % 4 === 0;
      const code = isRandom ? Array.from({ length: 3 + random(60) }, () => random(256)) : plausible(random, atoms);
      const hex = code.map((byte) => byte.toString(16).padStart(2, "0")).join("");
      try {
        const kind = attempt(code, random);
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      } catch (problem) {
        throw new Error(`program ${program}: ${hex}`, { cause: problem });
      }
    }
    expect([...kinds.keys()].sort()).toEqual(["failed", "finished", "slice"]);
    // The programs do get somewhere.
    expect(kinds.get("slice")).toBeGreaterThan(PROGRAMS / 100);
    expect(digest(machine)).toBe(before);
    expect(Buffer.compare(memory.bytes, opcodeRunMemory(data).bytes)).toBe(0);
  });
});
