/** Events, watches, calls from outside and excursions, on compiled programs with the reference counter. */
import { describe, expect, test } from "vitest";
import { MAIKO_SUBRS } from "../../../core/isa/maiko-subrs.ts";
import { IFPAGE, interfaceWord } from "../../../core/memory/interface-page.ts";
import { STACK_BASE, T } from "../../../core/memory/layout.ts";
import { PREVIEW, printValue } from "../../../core/objects/printer.ts";
import { findSymbol, valueCell } from "../../../core/objects/symbols.ts";
import type { EventKind, MachineEvent, StopReason } from "../../../core/vm/events.ts";
import type { Machine } from "../../../core/vm/machine.ts";
import { walkFrames } from "../../../core/vm/stack/frames.ts";
import { digest } from "../../../core/vm/state/digest.ts";
import { Excursion } from "../../../core/vm/state/excursion.ts";
import { lispMachine } from "../../support/lisp/lisp-machine.ts";
import { watchWords } from "../../support/lisp/watches.ts";
import { small, toyMachine } from "../../support/machine/toy-machine.ts";

const FOREVER = 10_000_000;

/** Runs to the end, with all stops on the way. */
function stops(machine: Machine): StopReason[] {
  const reasons: StopReason[] = [];
  for (;;) {
    const reason = machine.run(FOREVER);
    reasons.push(reason);
    if (reason.kind === "finished" || reason.kind === "failed") return reasons;
  }
}
function events(machine: Machine, ...kinds: EventKind[]): MachineEvent[] {
  machine.arm(new Set(kinds));
  return stops(machine).flatMap((reason) => (reason.kind === "event" ? [reason.event] : []));
}
function globalValue(machine: Machine, name: string): number {
  return machine.memory.pointer(valueCell(findSymbol(machine.memory, name) as number));
}
/** Calls a global function; the printed value. */
function call(machine: Machine, name: string, ...args: number[]): string {
  const result = machine.invoke(globalValue(machine, name), args, FOREVER);
  return result.kind === "value"
    ? printValue(machine.memory, result.value & 0x0fffffff, PREVIEW)
    : JSON.stringify(result.reason);
}

describe("events", () => {
  test("object.alloc stops behind the instruction that allocated", () => {
    const { machine } = lispMachine("(define x (cons 1 2))");
    machine.arm(new Set(["object.alloc"]));
    const reason = machine.run(FOREVER);
    expect(reason).toMatchObject({ kind: "event", event: { kind: "object.alloc", type: 5, sizeWords: 4 } });
    expect(reason.kind === "event" && machine.memory.byte(reason.site)).toBe(0x1a);
    expect(reason.kind === "event" && machine.moment().pc - reason.site).toBe(1);
  });

  test("several events of one instruction are told one after the other, at one moment", () => {
    const { machine } = lispMachine("(define x (vector 1 2))");
    machine.arm(new Set(["object.alloc"]));
    const first = machine.run(FOREVER);
    const moment = machine.moment();
    const second = machine.run(FOREVER);
    expect([first.kind, second.kind]).toEqual(["event", "event"]);
    expect(machine.moment()).toEqual(moment);
  });

  test("a count that falls to zero stops at the assignment", () => {
    const { machine } = lispMachine("(define x (cons 1 2)) (set! x nil)");
    const [cons] = events(machine, "refcount.zero").filter((event) => event.kind === "refcount.zero");
    expect(cons).toBeDefined();
  });

  test("a collection that a program asks for stops at each phase", () => {
    const { machine } = lispMachine("(cons 1 2) (define freed (gc))");
    const kinds = events(machine, "gc.start", "gc.scan", "gc.reclaim", "gc.end").map(({ kind }) => kind);
    expect(kinds.slice(0, 4)).toEqual(["gc.start", "gc.scan", "gc.reclaim", "gc.end"]);
  });

  test("stopping at events changes nothing", () => {
    const source = "(define (make n) (if (= n 0) nil (cons n (make (- n 1))))) (make 30) (define freed (gc)) (make 20)";
    const free = lispMachine(source).machine;
    free.run(FOREVER);
    const watched = lispMachine(source).machine;
    expect(
      events(watched, "object.alloc", "object.free", "gc.start", "gc.reclaim", "refcount.zero").length,
    ).toBeGreaterThan(80);
    expect(digest(watched)).toBe(digest(free));
    expect(watched.moment()).toEqual(free.moment());
  });

  test("a countdown brings a collection at a safepoint", () => {
    const source = "(define (churn n) (if (= n 0) nil (begin (cons n nil) (churn (- n 1))))) (churn 1000)";
    const { machine } = lispMachine(source, { managerOptions: { countdown: 100 } });
    const seen = events(machine, "gc.trigger", "gc.start");
    expect(seen.slice(0, 2)).toMatchObject([
      { kind: "gc.trigger", cause: "countdown" },
      { kind: "gc.start", report: { cause: "countdown" } },
    ]);
    expect(machine.counters.collections).toBeGreaterThan(5);
  });

  test("a Lisp error fails at once, or stops first when it is armed", () => {
    const message = "5 is not a list: car and cdr need a pair or nil";
    const plain = lispMachine("(print (car 5))").machine;
    expect(plain.run(FOREVER)).toMatchObject({
      kind: "failed",
      message,
      event: { kind: "lisp.error", name: "not-a-list" },
    });
    const armed = lispMachine("(print (car 5))").machine;
    armed.arm(new Set(["lisp.error"]));
    expect(armed.run(FOREVER)).toMatchObject({ kind: "event", event: { kind: "lisp.error", values: [small(5)] } });
    expect(armed.run(FOREVER)).toMatchObject({ kind: "failed", message });
    expect(armed.run(FOREVER)).toMatchObject({ kind: "failed", message });
  });

  describe("deep recursion", () => {
    const endless = "(define (deep n) (+ 1 (deep n))) (deep 1)";

    test("stops with the machine before the call, when the stack has grown to its guard", () => {
      const { machine } = lispMachine(endless);
      const { memory } = machine;
      const atFirst = memory.word(interfaceWord(IFPAGE.endOfStack));
      const reason = machine.run(FOREVER);
      expect(reason).toMatchObject({ kind: "failed", event: { kind: "stack.overflow" } });
      expect(reason).toMatchObject({
        message: expect.stringMatching(/^the stack is full: a call needs \d+ words, \d+ are left$/),
      });
      const { csp, esp, pc } = machine.registers();
      expect(csp).toBeLessThan(esp);
      expect(machine.moment().pc).toBe(pc);
      expect(atFirst).toBeLessThan(0x3000);
      expect(memory.word(interfaceWord(IFPAGE.endOfStack))).toBe(0xf0fe);
      expect(memory.cell(STACK_BASE + 0xf0fe)).toBe(0xe0000002);
    });

    test("leaves a stack that can be walked, frame by frame", () => {
      const { machine } = lispMachine(endless);
      machine.run(FOREVER);
      const frames = walkFrames(machine.memory, machine.registers());
      expect(frames.length).toBeGreaterThan(2500);
      const headers = new Set(frames.map(({ header }) => header));
      expect(headers.size).toBeLessThan(5);
    });

    test("leaves room for functions that a debugger calls, and they give it back", () => {
      const { machine } = lispMachine(
        "(define (sum n) (if (= n 0) 0 (+ n (sum (- n 1))))) (define (deep n) (+ 1 (deep n))) (deep 1)",
      );
      machine.run(FOREVER);
      const before = digest(machine);
      const excursion = Excursion.begin(machine);
      const sum = globalValue(machine, "sum");
      const call = (n: number) => machine.invoke(sum, [small(n)], FOREVER);
      expect(call(100)).toEqual({ kind: "value", value: small(5050) });
      const end = machine.memory.word(interfaceWord(IFPAGE.endOfStack));
      const pages = machine.memory.cell(interfaceWord(IFPAGE.activePagesCell));
      expect(call(100)).toEqual({ kind: "value", value: small(5050) });
      expect(call(1000)).toMatchObject({ kind: "stop", reason: { kind: "failed", event: { kind: "stack.overflow" } } });
      expect(machine.run(FOREVER)).toMatchObject({ kind: "failed", event: { kind: "stack.overflow" } });
      // Pages that were used stay in the file, each once.
      expect(machine.memory.word(interfaceWord(IFPAGE.endOfStack))).toBe(end);
      expect(end).toBe(0xf0fe);
      expect(machine.memory.cell(interfaceWord(IFPAGE.activePagesCell))).toBeLessThan(pages + 16);
      excursion.rollback();
      expect(digest(machine)).toBe(before);
    });

    test("to a depth that fits returns, and a collection at the bottom finds its way", () => {
      const source = "(define (sum n) (if (= n 0) (begin (gc) 0) (+ n (sum (- n 1))))) (print (sum 2000))";
      const { machine, output } = lispMachine(source);
      expect(machine.run(FOREVER)).toMatchObject({ kind: "finished" });
      expect(output()).toBe("2001000\n");
    });
  });

  test("a full heap stops with the machine before the allocation", () => {
    const source = "(define all nil) (define (fill) (set! all (cons 1 all)) (fill)) (fill)";
    const { machine } = lispMachine(source, { heapMB: 0.25 });
    const reason = machine.run(FOREVER);
    expect(reason).toMatchObject({ kind: "failed", event: { kind: "storage.full" } });
    expect(machine.memory.byte(machine.moment().pc)).toBe(0x1a);
  });
});

test("a function that does nothing but call itself runs until somebody stops it", () => {
  const { machine } = lispMachine("(define (forever) (forever)) (forever)");
  expect(machine.run(10_000)).toEqual({ kind: "slice" });
  expect(machine.moment().block).toBe(10_000);
});

describe("faults", () => {
  test("an opcode without handler stops with its name and number", () => {
    const machine = toyMachine({ code: [0xdf] });
    expect(machine.run(100)).toMatchObject({
      kind: "failed",
      message: "opcode BASE-< (0xDF, 337Q) cannot be executed: its handler table entry is empty",
    });
  });
  test("an unknown host call stops with its number", () => {
    const machine = toyMachine({ code: [0x7d, 211, 0] });
    expect(machine.run(100)).toMatchObject({ kind: "failed", message: "host call 211 (323Q) does not exist" });
  });
  test("an access outside the memory is a memory error at the instruction", () => {
    const machine = toyMachine({ code: [0x6f, 0x0f, 0xff, 0xff, 0xf0, 0xc9, 0] });
    const { pc } = machine.moment();
    expect(machine.run(100)).toMatchObject({ kind: "failed", event: { kind: "memory.error" }, site: pc + 5 });
    expect(machine.registers().tos).toBe(0x0ffffff0);
  });
  test("a jump out of the memory is a memory error", () => {
    const machine = toyMachine({ code: [0x6a] });
    machine.setRegisters({ ...machine.registers(), pc: machine.memory.sizeBytes });
    expect(machine.run(100)).toMatchObject({ kind: "failed", event: { kind: "memory.error" } });
  });
});

describe("watches", () => {
  test("a write to a watched heap cell stops behind it", () => {
    const { machine } = lispMachine("(define x 1) (set! x 2) (set! x 3)");
    const address = valueCell(findSymbol(machine.memory, "x") as number);
    machine.watch([watchWords(address)]);
    const values: number[] = [];
    for (let reason = machine.run(FOREVER); reason.kind === "watch"; reason = machine.run(FOREVER)) {
      expect(reason.hits).toMatchObject([{ watch: watchWords(address), access: "write" }]);
      values.push(machine.memory.pointer(address));
    }
    expect(values).toEqual([small(1), small(2), small(3)]);
  });

  test("a change of a watched stack cell stops behind it", () => {
    const machine = toyMachine({ pv: 0, code: [0x6a, 0xb8, 0x6b, 0xb8, 0x7d, 13, 0] });
    const address = machine.registers().pvar;
    machine.watch([watchWords(address)]);
    expect(machine.run(100)).toMatchObject({ kind: "watch", hits: [{ watch: { start: 2 * address } }] });
    expect(machine.memory.cell(address)).toBe(small(0));
    expect(machine.run(100)).toMatchObject({ kind: "watch", hits: [{ watch: { start: 2 * address } }] });
    expect(machine.memory.cell(address)).toBe(small(1));
    machine.watch([]);
    expect(machine.run(100)).toMatchObject({ kind: "finished" });
  });
});

describe("calls from outside", () => {
  const source = `
    (define (add a b) (+ a b))
    (define (make n) (if (= n 0) nil (cons n (make (- n 1)))))
    (define counter (let ((n 10)) (lambda () (set! n (+ n 1)) n)))
    (define (bad) (car 5))
    (define (forever n) (forever (+ n 1)))
    (define (stop-here x) (+ x 1))
    (stop-here 41)
    (print "done")`;

  test("give the value and put the machine back, anywhere in a run", () => {
    const { machine, output } = lispMachine(source);
    machine.run(6);
    for (let i = 0; i < 60; i++) {
      const before = [machine.registers(), machine.moment()];
      if (globalValue(machine, "make") > T) expect(call(machine, "make", small(3))).toBe("(3 2 1)");
      if (globalValue(machine, "add") > T) expect(call(machine, "add", small(2), small(3))).toBe("5");
      expect([machine.registers(), machine.moment()]).toEqual(before);
      if (machine.stepInstruction().kind !== "step") break;
    }
    expect(machine.run(FOREVER)).toEqual({ kind: "finished", status: 0 });
    expect(output()).toBe('"done"\n');
  });

  test("reach closures with their environment", () => {
    const { machine } = lispMachine(source);
    expect(machine.run(FOREVER).kind).toBe("finished");
    expect([call(machine, "counter"), call(machine, "counter")]).toEqual(["11", "12"]);
  });

  test("are given up at an error or when the safepoints are used up", () => {
    const { machine } = lispMachine(source);
    machine.run(FOREVER);
    const before = machine.registers();
    expect(machine.invoke(globalValue(machine, "bad"), [], FOREVER)).toMatchObject({
      kind: "stop",
      reason: { kind: "failed", event: { name: "not-a-list" } },
    });
    expect(machine.invoke(globalValue(machine, "forever"), [small(0)], 1000)).toEqual({
      kind: "stop",
      reason: { kind: "slice" },
    });
    expect(machine.registers()).toEqual(before);
    expect(machine.run(10)).toEqual({ kind: "finished", status: 0 });
  });

  test("do not stop at watches", () => {
    const { machine } = lispMachine(source);
    machine.run(FOREVER);
    machine.watch([watchWords(valueCell(findSymbol(machine.memory, "counter") as number))]);
    machine.watch([watchWords(0x2e0000, 0x20000), watchWords(STACK_BASE, 0x4000)]);
    expect(call(machine, "counter")).toBe("11");
    expect(machine.run(10)).toEqual({ kind: "finished", status: 0 });
  });

  test("do not stop at breakpoints or events", () => {
    const { machine } = lispMachine(source);
    machine.run(FOREVER);
    machine.arm(new Set(["object.alloc"]));
    const header = machine.memory.pointer(globalValue(machine, "make"));
    machine.setBreakpoints([2 * header + machine.memory.word(header + 3)]);
    expect(call(machine, "make", small(2))).toBe("(2 1)");
  });
});

describe("excursions", () => {
  test("leave no trace, whatever happened in them", () => {
    const source = `
      (define log nil)
      (define (work n) (set! log (cons n log)) (poke 20000 n) (print n) (gc) (if (= n 0) 'ok (work (- n 1))))
      (work 3)
      (work 2)`;
    for (const safepoints of [1, 5, 20, 60]) {
      const { machine, output } = lispMachine(source);
      machine.run(safepoints);
      const before = digest(machine);
      const printed = output();
      const statistics = machine.manager.statistics();
      const excursion = Excursion.begin(machine);
      if (globalValue(machine, "work") > T) call(machine, "work", small(4));
      machine.run(10);
      excursion.rollback();
      expect(digest(machine)).toBe(before);
      expect(output()).toBe(printed);
      expect(machine.manager.statistics()).toEqual(statistics);

      const undisturbed = lispMachine(source).machine;
      undisturbed.run(FOREVER);
      machine.run(FOREVER);
      expect(digest(machine)).toBe(digest(undisturbed));
      expect(machine.moment()).toEqual(undisturbed.moment());
    }
  });

  test("inside a collection let it go on afterwards", () => {
    const source = "(define (make n) (if (= n 0) nil (cons n (make (- n 1))))) (make 30) (gc) (make 3)";
    const { machine } = lispMachine(source);
    machine.arm(new Set(["gc.reclaim"]));
    expect(machine.run(FOREVER).kind).toBe("event");
    const before = digest(machine);
    const excursion = Excursion.begin(machine);
    expect(call(machine, "make", small(5))).toBe("(5 4 3 2 1)");
    excursion.rollback();
    expect(digest(machine)).toBe(before);
    machine.arm(new Set());
    expect(machine.run(FOREVER)).toEqual({ kind: "finished", status: 0 });
    const undisturbed = lispMachine(source).machine;
    undisturbed.run(FOREVER);
    expect(digest(machine)).toBe(digest(undisturbed));
  });
});

describe("digest", () => {
  test("differs when a register or a live cell differs, not when dead stack does", () => {
    const machine = toyMachine({ code: [0x6a, 0x6b, 0x7d, MAIKO_SUBRS.LISPFINISH, 0] });
    machine.stepInstruction();
    const before = digest(machine);
    const registers = machine.registers();
    machine.memory.setCell(registers.csp + 10, 7);
    expect(digest(machine)).toBe(before);
    machine.memory.setCell(STACK_BASE + 4, 7);
    expect(digest(machine)).not.toBe(before);
    machine.memory.setCell(STACK_BASE + 4, 0);
    expect(digest(machine)).toBe(before);
    machine.setRegisters({ ...registers, tos: 99 });
    expect(digest(machine)).not.toBe(before);
  });
});
