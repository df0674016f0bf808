/**
 * That `eachRead` foresees every load that an instruction makes: programs run instruction by instruction on memory whose view writes down what is loaded. Left out
 * is what the machine reads for itself: code, the stack but for variables, tables of types and counts, and the bookkeeping of instructions that store or allocate.
 */
import { describe, expect, test } from "vitest";
import { OPCODES } from "../../../../core/isa/opcodes.ts";
import { STACK_BASE, STACK_WORDS, TYPE_TABLE_BASE, TYPE_TABLE_WORDS } from "../../../../core/memory/layout.ts";
import { eachRead } from "../../../../core/vm/gates/reads.ts";
import type { Machine } from "../../../../core/vm/machine.ts";
import type { Processor } from "../../../../core/vm/processor.ts";
import { debuggeeFor } from "../../../support/lisp/debuggee.ts";

interface Load {
  readonly start: number;
  readonly bytes: number;
}
const GETTERS = { getInt32: 4, getUint32: 4, getFloat32: 4, getUint16: 2, getInt16: 2, getUint8: 1 } as const;

/** A view of the same bytes that writes down what is loaded. */
function watchedView(buffer: ArrayBufferLike, loads: Load[]): DataView {
  const plain = new DataView(buffer);
  const watched = new DataView(buffer);
  for (const [name, bytes] of Object.entries(GETTERS) as [keyof typeof GETTERS, number][]) {
    Object.defineProperty(watched, name, {
      value: (start: number) => {
        loads.push({ start, bytes });
        return plain[name](start);
      },
    });
  }
  return watched;
}

/** Instructions that read data and do nothing else. */
const READERS =
  /^(CAR|CDR|GVAR|[IPF]VAR[0-6X]|GETBASE(PTR)?\.N|GETBASEBYTE|GETBITS\.N\.FD|AREF[12]|FMEMB|ASSOC|CMLASSOC|CMLMEMBER|LISTGET|EQL?|CMLEQUAL|EQUAL|=|I?GREATERP|FGREATERP|FN[0-4X])$/;
/** Not the stack, the type table and code, which the machine reads for itself. */
function isData(machine: Machine, start: number): boolean {
  const isStack = start >= 2 * STACK_BASE && start < 2 * (STACK_BASE + STACK_WORDS);
  const isTypes = start >= 2 * TYPE_TABLE_BASE && start < 2 * (TYPE_TABLE_BASE + TYPE_TABLE_WORDS);
  const isCode = [...machine.code.all()].some(({ header, codeEnd }) => start >= 2 * header && start < codeEnd);
  return !isStack && !isTypes && !isCode;
}

/** Loads that were not foreseen, as text. */
function surprises(text: string): { unforeseen: string[]; checked: number } {
  const { debuggee } = debuggeeFor(text);
  const { machine } = debuggee;
  const { memory } = machine;
  const processor = (machine as unknown as { processor: Processor }).processor;
  const all: Load[] = [];
  Object.defineProperty(memory, "view", { value: watchedView(memory.bytes.buffer, all) });
  const unforeseen: string[] = [];
  let checked = 0;
  for (let steps = 0; steps < 20_000; steps++) {
    const { pc, pvar } = processor;
    const name = OPCODES[memory.bytes[pc] as number]?.name ?? "";
    const foreseen: Load[] = [];
    eachRead(processor, (start, bytes) => foreseen.push({ start, bytes }));
    all.length = 0;
    const stop = machine.stepInstruction();
    const loads = all.splice(0);
    if (stop.kind !== "step") break;
    if (!READERS.test(name) || machine.collection !== null) continue;
    // What it did not do itself its handler does.
    if (processor.pvar !== pvar && !name.startsWith("FN")) continue;
    for (const { start, bytes } of loads) {
      if (!isData(machine, start)) continue;
      checked++;
      const isKnown = foreseen.some((range) => range.start <= start && start + bytes <= range.start + range.bytes);
      if (!isKnown) unforeseen.push(`${name}: ${bytes} bytes at ${start.toString(16)}`);
    }
  }
  return { unforeseen: [...new Set(unforeseen)], checked };
}

describe("reads are foreseen", () => {
  test.each([
    [
      "lists",
      "(define xs '(1 (2 3) 4 a b))\n(define (sum l) (if (null? l) 0 (+ (car l) (sum (cdr l)))))\n(print (sum '(1 2 3)))\n(print (memq 'a xs))\n(print (assq 'b '((a . 1) (b . 2))))\n(set-cdr! xs '(7))\n(print (car (cdr xs)))\n",
    ],
    [
      "vectors and strings",
      '(define v (vector 1 2 3))\n(define s "hello")\n(define (total i) (if (= i 3) 0 (+ (vector-ref v i) (total (+ i 1)))))\n(print (total 0))\n(print (string-ref s 1))\n(print (vector-length v))\n',
    ],
    [
      "records and tables",
      '(define-type point x y)\n(define p (make-point 1 2))\n(print (+ (point-x p) (point-y p)))\n(define t (make-table))\n(table-set! t \'a 1)\n(table-set! t "b" 2)\n(print (table-ref t "b"))\n',
    ],
    [
      "numbers",
      "(define big 1000000)\n(define half 0.5)\n(print (+ big big))\n(print (* half 3.0))\n(print (< big 2000000))\n(print (= half 0.5))\n(print (equal? big 1000000))\n",
    ],
    [
      "closures and free variables",
      "(define (adder n) (lambda (x) (+ x n)))\n(define add (adder 5))\n(print (add 2))\n(define (counter) (let ((c 0)) (lambda () (set! c (+ c 1)) c)))\n(define k (counter))\n(k)\n(print (k))\n(print (map add '(1 2 3)))\n",
    ],
  ])("%s", (_, text) => {
    const { unforeseen, checked } = surprises(text);
    expect(unforeseen).toEqual([]);
    expect(checked).toBeGreaterThan(10);
  });
});
