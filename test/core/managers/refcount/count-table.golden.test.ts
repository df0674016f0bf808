import { expect, test } from "vitest";
import { silent } from "../../../../core/managers/events.ts";
import type { CountTable } from "../../../../core/managers/refcount/count-table.ts";
import { removeStackMarks } from "../../../../core/managers/refcount/map-scan.ts";
import { HTCOLL_BASE } from "../../../../core/memory/layout.ts";
import { describeGolden } from "../../../support/golden/golden.ts";
import { isException } from "../../../support/golden/golden-exceptions.ts";
import {
  type GoldenGlobals,
  type GoldenHeap,
  type GoldenTables,
  goldenHeap,
  readGlobals,
  readTables,
  setGlobals,
  tablesDigest,
  testVariables,
} from "../../../support/heap/golden-heap.ts";

interface Sequence {
  readonly name: string;
  readonly runs?: readonly (readonly [number, number, number])[];
  readonly ops?: readonly number[];
  readonly nOps: number;
  readonly returns: readonly (readonly [number, number])[];
  readonly errors?: readonly (readonly [number, string])[];
  readonly checkpoints?: readonly (readonly [number, number, number])[];
  readonly final: GoldenTables;
  readonly finalDigest: number;
  readonly reclaimCountStart?: number;
  readonly collNextStart?: number;
  readonly globalsChanged?: GoldenGlobals;
}

/** Operations from 16 on are those of a running collection: the countdown is NIL meanwhile. */
function perform(heap: GoldenHeap, operation: number, pointer: number): number {
  const { memory } = heap;
  const table: CountTable = heap.manager.table;
  if (operation < 16) return apply(table, operation, pointer);
  if (operation === 48) {
    removeStackMarks(memory, table);
    return 0;
  }
  if (operation === 49) return table.mainScan.nextCandidate(pointer) >>> 0;
  if (operation === 50) return table.mainScan.nextStackMark(pointer) >>> 0;
  const countdown = memory.cell(testVariables.reclaimCountdown);
  memory.setCell(testVariables.reclaimCountdown, 0);
  const result = apply(table, operation - 16, pointer);
  memory.setCell(testVariables.reclaimCountdown, countdown);
  return result;
}
function apply(table: CountTable, operation: number, pointer: number): number {
  if (operation === 0) table.addReference(pointer);
  else if (operation === 1) return table.deleteReference(pointer);
  else table.stackReference(pointer);
  return 0;
}

function* operations(sequence: Sequence): Generator<readonly [number, number]> {
  for (const [operation, pointer, repeat] of sequence.runs ?? []) {
    for (let i = 0; i < repeat; i++) yield [operation, pointer];
  }
  const ops = sequence.ops ?? [];
  for (let i = 0; i < ops.length; i += 2) yield [ops[i] as number, ops[i + 1] as number];
}

describeGolden<{ sequences: Sequence[] }>(
  "refcount.json",
  ({ sequences }) => {
    const conforming = sequences.filter(({ name }) => !isException("refcount.json", name));

    test.each(conforming.map((sequence) => [sequence.name, sequence] as const))("%s", (_name, sequence) => {
      // No type table: everything is counted.
      const heap = goldenHeap(null, 6);
      const { memory } = heap;
      setGlobals(memory, {
        reclaimCount: sequence.reclaimCountStart ?? 0xe0bb8,
        reclaimMin: 0xe0bb8,
        nactivepages: 1000,
        lastVmemFilePage: 524287,
        htcollNext: sequence.collNextStart ?? 2,
      });
      const errors: number[] = [];
      const returns: (readonly [number, number])[] = [];
      let done = 0;
      heap.manager.observer = { ...silent, countError: () => errors.push(done) };
      const checkpoints = new Map((sequence.checkpoints ?? []).map(([at, ...state]) => [at, state]));
      for (const [operation, pointer] of operations(sequence)) {
        const result = perform(heap, operation, pointer);
        if (result !== 0) returns.push([done, result]);
        done++;
        const expected = checkpoints.get(done);
        if (expected === undefined) continue;
        expect([done, tablesDigest(memory), memory.cell(testVariables.reclaimCountdown)]).toEqual([done, ...expected]);
      }
      expect(done).toBe(sequence.nOps);
      expect(returns).toEqual(sequence.returns);
      expect(errors).toEqual((sequence.errors ?? []).map(([at]) => at));
      const expected = { coll: [], big: [], ...sequence.final };
      const actual = readTables(memory);
      // With the collision table almost full, only its last cells are listed.
      expect(actual).toEqual(expected);
      expect(tablesDigest(memory)).toBe(sequence.finalDigest);
      const changed = sequence.globalsChanged ?? { nactivepages: 1000, PENDINGINTERRUPT: 0, GcDisabled: 0 };
      expect(readGlobals(memory, changed)).toEqual(changed);
      expect(memory.cell(HTCOLL_BASE + 2) % 2).toBe(0);
    });

    test("only the defect of the recorded build is left out", () => {
      expect(sequences.length - conforming.length).toBe(2);
    });
  },
  "I-M12, I-F9",
);
