/** A machine that is saved anywhere and loaded again goes on as if nothing had been. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { audit } from "../../../../core/inspect/audit/audit.ts";
import { deadImage } from "../../../../core/inspect/image-view.ts";
import { verify } from "../../../../core/inspect/verify/verify.ts";
import type { WeakReferences } from "../../../../core/managers/storage/freeing/weak-references.ts";
import { IFPAGE, interfaceWord } from "../../../../core/memory/interface-page.ts";
import {
  FPTOVP_BASE,
  IFPAGE_BASE,
  MISCSTATS_BASE,
  NIL,
  PAGE_BYTES,
  SMALL_POSITIVE,
} from "../../../../core/memory/layout.ts";
import { bytesFile } from "../../../../core/memory/sysout/image-file.ts";
import { openSysout } from "../../../../core/memory/sysout/open-sysout.ts";
import { pagesOfMemory } from "../../../../core/memory/sysout/write-sysout.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import { findSymbol, valueCell } from "../../../../core/objects/symbols.ts";
import { saveMachine } from "../../../../core/vm/image/save-machine.ts";
import { startSysout } from "../../../../core/vm/image/start-sysout.ts";
import type { Machine } from "../../../../core/vm/machine.ts";
import { quietPorts } from "../../../../core/vm/ports.ts";
import { digest } from "../../../../core/vm/state/digest.ts";
import { lispMachine } from "../../../support/lisp/lisp-machine.ts";

const SOURCE = `
  (define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
  (define (numbers n) (let loop ((i n) (rest nil)) (if (= i 0) rest (loop (- i 1) (cons (+ i 100000) rest)))))
  (define table (make-vector 10 "x"))
  (define (sum list) (if (null? list) 0 (+ (car list) (sum (cdr list)))))
  (for (i 0 40)
    (vector-set! table (% i 10) (list i (numbers (+ i 3)) (lambda (x) (+ x i)) (number->string i)))
    (print (+ (sum (cadr (vector-ref table (% i 10)))) (fib (% i 9)) ((caddr (vector-ref table (% i 10))) 0.5))))
  (gc)
  (print table)`;

function saved(machine: Machine): Uint8Array {
  return saveMachine(machine, (pieces) => Buffer.concat([...pieces]));
}
function load(bytes: Uint8Array, write: (text: string) => void): Machine {
  const opened = openSysout(bytesFile("saved.sysout", bytes), { purpose: "run" });
  expect(opened.damage.items).toEqual([]);
  const machine = startSysout(opened, { ports: { ...quietPorts(), console: { write } }, managerOptions: {} });
  machine.boot();
  return machine;
}

const whole = lispMachine(SOURCE);
whole.machine.run(1e9);
const EXPECTED = whole.output();

/** Safepoints, then instructions, after which it is saved. */
const moments = fc.tuple(fc.integer({ min: 0, max: 6000 }), fc.integer({ min: 0, max: 12 }));

test("it prints what the original would have printed from there on, and the original does not notice", () => {
  fc.assert(
    fc.property(moments, ([safepoints, instructions]) => {
      const { machine, output } = lispMachine(SOURCE);
      machine.run(safepoints);
      for (let i = 0; i < instructions; i++) machine.stepInstruction();
      fc.pre(machine.collection === null);
      const before = digest(machine);
      const bytes = saved(machine);
      expect(digest(machine)).toBe(before);
      let printed = output();
      const again = load(bytes, (text) => {
        printed += text;
      });
      expect(again.run(1e9)).toMatchObject({ kind: "finished", status: 0 });
      expect(printed).toBe(EXPECTED);
    }),
    { numRuns: 40 },
  );
});

test("the file is an image without anything wrong, at whatever moment it was saved", () => {
  const { machine } = lispMachine(SOURCE);
  for (let saves = 0; saves < 12; saves++) {
    for (let i = 0; i < 7 * saves && machine.collection === null; i++) machine.stepInstruction();
    if (machine.collection === null) {
      const { memory } = openSysout(bytesFile("saved", saved(machine)), { purpose: "inspect" });
      const view = deadImage(memory, new CodeDirectory());
      expect(verify(view).findings.filter(({ severity }) => severity !== "note")).toEqual([]);
      expect(audit(view)).toMatchObject({ unchecked: null, problems: [] });
    }
    machine.run(400);
  }
});

test("loaded and saved again it is the same file, but for what each start writes anew", () => {
  const { machine } = lispMachine(SOURCE);
  machine.run(500);
  const generations = [saved(machine)];
  for (let i = 0; i < 3; i++) {
    const again = load(generations.at(-1) ?? new Uint8Array(0), () => {});
    // The frame that it resumed with returns.
    again.stepInstruction();
    generations.push(saved(again));
  }
  const [first, second, third, fourth] = generations as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  expect(Buffer.compare(third, second)).toBe(0);
  expect(Buffer.compare(fourth, second)).toBe(0);
  const { entries } = openSysout(bytesFile("first", first), { purpose: "inspect" }).pages;
  const changed = new Set<number>();
  for (let i = 0; i < first.length; i++) {
    if (first[i] !== second[i]) changed.add((entries[1 + Math.floor(i / PAGE_BYTES)] ?? 0) << 8);
  }
  expect([...changed]).toEqual([IFPAGE_BASE, MISCSTATS_BASE]);
});

test("it can be saved again, and again", () => {
  let { machine } = lispMachine(SOURCE);
  let printed = "";
  machine.connect({ ...machine.ports, console: { write: (text) => print(text) } });
  const print = (text: string) => {
    printed += text;
  };
  let reason = machine.run(100);
  while (reason.kind === "slice") {
    machine = load(saved(machine), print);
    reason = machine.run(150);
  }
  expect(reason).toMatchObject({ kind: "finished" });
  expect(printed).toBe(EXPECTED);
});

test("all pages that a program has written are in the file, except those that each start writes anew", () => {
  const { machine } = lispMachine(SOURCE.replace("(i 0 40)", "(i 0 400)"));
  machine.run(1e9);
  const { memory } = machine;
  const listed = new Set(pagesOfMemory(memory).entries);
  const lost: number[] = [];
  for (let page = 0; page < memory.pageFlags.length; page++) {
    const bytes = memory.bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
    if (!listed.has(page) && bytes.some((byte) => byte !== 0)) lost.push(page);
  }
  expect(lost).toEqual([]);
  expect(listed.has(FPTOVP_BASE >> 8)).toBe(true);
});

test("that there is no second heap area is not saved, because the next start may have one; the machine keeps it", () => {
  const { machine } = lispMachine(SOURCE);
  machine.run(300);
  const { memory } = machine;
  const state = valueCell(findSymbol(memory, "\\STORAGEFULLSTATE") as number);
  memory.setCell(state, SMALL_POSITIVE + 1);
  const before = digest(machine);
  const { memory: reread } = openSysout(bytesFile("saved", saved(machine)), { purpose: "inspect" });
  expect(reread.cell(state)).toBe(NIL);
  expect(reread.word(interfaceWord(IFPAGE.storageFullState))).toBe(0);
  expect(digest(machine)).toBe(before);
});

test("in the middle of a collection it is refused", () => {
  const { machine } = lispMachine(SOURCE);
  machine.arm(new Set(["gc.start"]));
  expect(machine.run(1e9)).toMatchObject({ kind: "event" });
  machine.stepInstruction();
  expect(machine.collection).not.toBe(null);
  expect(() => saved(machine)).toThrow(/a collection is under way/);
});

test("a program that has failed fails again at the same place", () => {
  const { machine } = lispMachine("(define (f x) (car x)) (define (g x) (+ 1 (f x))) (g 7)");
  const reason = machine.run(1e9);
  expect(reason).toMatchObject({ kind: "failed" });
  expect(load(saved(machine), () => {}).run(1e9)).toEqual(reason);
});

test("an image that uses the second heap area keeps its size, and goes on in it", () => {
  const source = `
    (define (fill count) (let loop ((i 0) (all nil)) (if (= i count) all (loop (+ i 1) (cons (make-vector 60000 i) all)))))
    (define first (fill 60))
    (print 'half)
    (define second (fill 30))
    (print (+ (vector-ref (car first) 59999) (vector-ref (car second) 59999)))`;
  const { machine, output } = lispMachine(source, { heapMB: 30 });
  while (!output().includes("half")) expect(machine.run(1)).toMatchObject({ kind: "slice" });
  const bytes = saved(machine);
  const file = bytesFile("saved.sysout", bytes);
  const { header } = openSysout(file, { purpose: "inspect" });
  expect(header.storageFullState).toBeGreaterThanOrEqual(3);
  expect(() => openSysout(file, { purpose: "run", megabytes: 128 })).toThrow(/second heap area is in use/);
  let printed = "";
  const again = load(bytes, (text) => {
    printed += text;
  });
  expect(again.memory.sizeBytes).toBe(machine.memory.sizeBytes);
  expect(again.run(1e9)).toMatchObject({ kind: "finished" });
  expect(printed).toBe("88\n");
});

test("weak fields of a saved image become nil when their object goes, as before", () => {
  const source = `
    (define-type node value (link weak))
    (define free-node (make-node 0 nil))
    (set! free-node nil)
    (define kept (list 1 2))
    (define n (make-node 1 kept))
    (gc)
    (print (node-link n))
    (for (i 0 3000) (list i))
    (set! kept nil)
    (gc)
    (print (node-link n))`;
  const { machine, output } = lispMachine(source);
  while (output() === "") machine.run(10);
  expect(output()).toBe("(1 2)\n");
  let printed = output();
  const again = load(saved(machine), (text) => {
    printed += text;
  });
  expect((again.manager.weak as WeakReferences).size).toBe(1);
  expect(again.run(1e9)).toMatchObject({ kind: "finished" });
  expect(printed).toBe("(1 2)\nnil\n");
});
