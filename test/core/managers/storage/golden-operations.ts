import { expect } from "vitest";
import { VmFault } from "../../../../core/base/errors.ts";
import { silent } from "../../../../core/managers/events.ts";
import type { RefcountManager } from "../../../../core/managers/refcount/refcount-manager.ts";
import { car, carCell, cdr, isCons } from "../../../../core/objects/cons.ts";
import { type GoldenHeap, goldenCollection, testVariables } from "../../../support/heap/golden-heap.ts";

/** [operation, arguments …, result]; the operations `store`, `gc` and `freelistcell` have no result. */
export type GoldenOperation = readonly (string | number)[];

/** What an operation threw away: the machine's own error routine, or a handler in Lisp. */
class Abandoned extends Error {}

/** Runs the operations of a sequence and compares each result. An expected text stands for an error, whatever its wording. */
export function runOperations(
  heap: GoldenHeap,
  operations: readonly GoldenOperation[],
  extra: Record<string, (heap: GoldenHeap, args: readonly number[]) => number>,
  afterEach: (done: number) => void = () => {},
): void {
  const known = { ...countOperations, ...extra };
  for (const [i, [name, ...rest]] of operations.entries()) {
    const operation = known[name as string];
    if (operation === undefined) throw new RangeError(`unknown golden operation ${name}`);
    const hasResult = !["gc", "freelistcell", "store"].includes(name as string);
    const args = (hasResult ? rest.slice(0, -1) : rest) as number[];
    const expected = hasResult ? rest.at(-1) : 0;
    const result = attempt(heap.manager, () => operation(heap, args));
    const place = `operation ${i}: ${name} ${args.join(" ")}`;
    expect([place, result]).toEqual([place, typeof expected === "string" ? "abandoned" : expected]);
    afterEach(i + 1);
  }
}

function attempt(manager: RefcountManager, operation: () => number): number | "abandoned" {
  const abandon = () => {
    throw new Abandoned();
  };
  manager.observer = {
    ...silent,
    countError: abandon,
    memoryError: abandon,
    // The reference stops for good at its second warning.
    storagePressure: () => {
      if (manager.storage.context.memory.cell(testVariables.storageFull) === 0xe0000) abandon();
    },
  };
  try {
    return operation();
  } catch (error) {
    if (error instanceof Abandoned || error instanceof VmFault) return "abandoned";
    throw error;
  } finally {
    manager.observer = silent;
  }
}

const countOperations: Record<string, (heap: GoldenHeap, args: readonly number[]) => number> = {
  addref: ({ manager }, [pointer]) => {
    manager.table.addReference(pointer as number);
    return 0;
  },
  delref: ({ manager }, [pointer]) => manager.table.deleteReference(pointer as number),
  recstkref: ({ manager, memory }, [pointer]) => {
    const countdown = memory.cell(testVariables.reclaimCountdown);
    memory.setCell(testVariables.reclaimCountdown, 0);
    manager.table.stackReference(pointer as number);
    memory.setCell(testVariables.reclaimCountdown, countdown);
    return 0;
  },
  gc: (heap) => {
    goldenCollection(heap);
    return 0;
  },
  store: ({ memory }, [address, ...values]) => {
    for (const [i, value] of values.entries()) memory.setCell((address as number) + 2 * i, value);
    return 0;
  },
  w32: ({ memory }, [address, value]) => {
    memory.setCell(address as number, value as number);
    return 0;
  },
};

/** The list operations of the recording: the C routines and the opcodes differ in the errors of atoms only. */
export const listOperations: typeof countOperations = {
  cons: ({ manager }, [a, d]) => manager.cons(a as number, d as number),
  car: ({ memory }, [x]) => carOf(memory, x as number, true),
  cdr: ({ memory }, [x]) => cdrOf(memory, x as number),
  opcar: ({ memory }, [x]) => carOf(memory, x as number, false),
  opcdr: ({ memory }, [x]) => cdrOf(memory, x as number),
  rplaca: (heap, [x, value]) => replaceCar(heap, x as number, value as number),
  rplacd: (heap, [x, value]) => replaceCdr(heap, x as number, value as number),
  oprplaca: (heap, [x, value]) => replaceCar(heap, x as number, value as number),
  oprplacd: (heap, [x, value]) => replaceCdr(heap, x as number, value as number),
  rplcons: ({ manager, memory }, [list, item]) => {
    if (!isCons(memory, list as number)) throw new Abandoned();
    const cell = manager.cons(item as number, 0);
    manager.replaceCdr(list as number, cell);
    return cell;
  },
  freelistcell: ({ manager }, [cell]) => {
    manager.storage.consPages.free(cell as number);
    return 0;
  },
};

/** The C routine takes the CAR of every symbol but T for NIL. */
function carOf(memory: GoldenHeap["memory"], x: number, takesSymbols: boolean): number {
  if (x === 0 || x === 76) return x;
  if (takesSymbols && x < 0x10000) return 0;
  if (!isCons(memory, x)) throw new Abandoned();
  return car(memory, x);
}
function cdrOf(memory: GoldenHeap["memory"], x: number): number {
  if (x === 0) return 0;
  if (!isCons(memory, x)) throw new Abandoned();
  return cdr(memory, x);
}
function replaceCar({ manager, memory }: GoldenHeap, x: number, value: number): number {
  if (x === 0 && value === 0) return 0;
  if (!isCons(memory, x)) throw new Abandoned();
  const cell = carCell(memory, x);
  manager.barrier(cell, memory.pointer(cell), value, "delete-first");
  memory.setPointer(cell, value);
  return x;
}
function replaceCdr({ manager, memory }: GoldenHeap, x: number, value: number): number {
  if (x === 0 && value === 0) return 0;
  if (!isCons(memory, x)) throw new Abandoned();
  manager.replaceCdr(x, value);
  return x;
}
