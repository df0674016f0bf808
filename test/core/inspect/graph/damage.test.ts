import fc from "fast-check";
import { expect, test } from "vitest";
import { census, instancesOf } from "../../../../core/inspect/census.ts";
import { heapGraph } from "../../../../core/inspect/graph/graph-steps.ts";
import { exampleCycle, islands } from "../../../../core/inspect/graph/islands.ts";
import { objectAt } from "../../../../core/inspect/graph/object-at.ts";
import { pathFromRoot } from "../../../../core/inspect/graph/paths.ts";
import { holdersOf } from "../../../../core/inspect/graph/questions.ts";
import { UNREACHED_CLASSES, unreached } from "../../../../core/inspect/graph/reach.ts";
import { retainedSizes } from "../../../../core/inspect/graph/retained.ts";
import { deadImage } from "../../../../core/inspect/image-view.ts";
import { holderText, referenceText } from "../../../../core/inspect/parts/holders.ts";
import { VirtualMemory } from "../../../../core/memory/virtual-memory.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import { runProgram } from "../../../support/lisp/run-program.ts";

const PROGRAM = `(define kept (list 1 (vector 1 2 (list 4 5)) "text" 1.5 100000))
(define (adder n) (lambda (m) (+ n m)))
(define adders (list (adder 1) (adder 2)))
(define (knot! n) (let ((l (list n (list n)))) (set-cdr! (cdr l) l) nil))
(for (i 0 20) (knot! i))
(define names (list 'a 'b (string->symbol "made")))
(gc)`;
const sound = runProgram(PROGRAM).machine.memory;

/** Where bytes are changed: the stack, the interface page, type descriptors, symbol records, the type table, cons pages and array blocks. */
const TARGETS: readonly (readonly [start: number, words: number])[] = [
  [0x10000, 0x3000],
  [0x140000, 0x80],
  [0x141000, 74 * 18],
  [0x2c0000, 4000],
  [0x180000 + (0x2e0000 >> 9), (0x800000 - 0x2e0000) >> 9],
  [0x2e0000, 0x8000],
  [sound.sizeWords > 0x700000 ? 0x6e0000 : sound.sizeWords - 0x20000, 0x20000],
];

/** A changed byte: in which target, how far into it, and what it becomes. */
const damage = fc.array(fc.tuple(fc.nat(TARGETS.length - 1), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
  minLength: 1,
  maxLength: 60,
});

test("every question about the graph of a damaged image has an answer", () => {
  const memory = new VirtualMemory(sound.sizeBytes >> 20);
  fc.assert(
    fc.property(damage, fc.array(fc.nat(sound.sizeWords + 1000), { maxLength: 20 }), (changes, addresses) => {
      memory.bytes.set(sound.bytes);
      memory.pageFlags.set(sound.pageFlags);
      for (const [target, place, byte] of changes) {
        const [start, words] = TARGETS[target] as (typeof TARGETS)[number];
        memory.bytes[2 * start + Math.floor(place * (2 * words - 1))] = byte;
      }
      const view = deadImage(memory, new CodeDirectory());
      const graph = heapGraph(view);
      const sizes = retainedSizes(view);
      expect(sizes.sizeOf(sizes.top).objects).toBe(graph.objects);
      for (const { node } of sizes.children(sizes.top, 0, 10)) {
        const { holderKind, holder } = graph.nodeHolder(node);
        expect(holderText(view, holderKind, holder)).not.toBe("");
      }
      for (const island of islands(graph).slice(0, 3)) expect(exampleCycle(graph, island).length).toBeGreaterThan(0);
      const classes = unreached(graph);
      for (const name of UNREACHED_CLASSES) {
        for (const node of classes[name].subarray(0, 3)) expect(pathFromRoot(graph, node)).toBe(null);
      }
      for (const row of census(graph.map)) {
        for (const object of instancesOf(graph.map, row, 0, 2)) {
          const node = graph.numberOf(object);
          for (const step of pathFromRoot(graph, node) ?? []) expect(referenceText(view, step)).not.toBe("");
          for (const holder of graph.holders(node, 0, 5)) expect(referenceText(view, holder)).not.toBe("");
        }
      }
      for (const address of addresses) {
        expect(objectAt(graph, address).text).not.toMatch(/undefined|NaN|null/);
        expect(holdersOf(view, address, 2).length).toBeLessThanOrEqual(2);
      }
    }),
    { numRuns: 25 },
  );
});
