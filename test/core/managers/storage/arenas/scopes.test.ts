/** Random programs that open and end arenas and regions, on the manager and on a model made of plain objects. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { managerFactory } from "../../../../../core/managers/catalog.ts";
import type { ManagerFactory, ProgramArenas } from "../../../../../core/managers/contract.ts";
import { silent } from "../../../../../core/managers/events.ts";
import { car, cdr } from "../../../../../core/objects/cons.ts";
import { storageProblems } from "../../../../support/heap/heap-invariants.ts";
import { ManagedHeap } from "../../../../support/heap/managed-heap.ts";

const factory = managerFactory("arena") as ManagerFactory;

type Step =
  | { readonly kind: "enter"; readonly region: boolean }
  | { readonly kind: "exit" }
  | { readonly kind: "cons"; readonly car: number; readonly cdr: number }
  | { readonly kind: "record"; readonly cells: number }
  | { readonly kind: "store"; readonly to: number; readonly value: number; readonly isCdr: boolean }
  | { readonly kind: "free"; readonly object: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("enter" as const), region: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant({ kind: "exit" as const }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("cons" as const), car: fc.nat(), cdr: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("record" as const), cells: fc.nat(90) }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("store" as const), to: fc.nat(), value: fc.nat(), isCdr: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("free" as const), object: fc.nat() }) },
);
const programs = fc.array(step, { maxLength: 250, size: "max" });

interface Pair {
  readonly pointer: number;
  readonly depth: number;
  car: Pair | null;
  cdr: Pair | null;
}

class Run {
  readonly heap = new ManagedHeap(factory);
  readonly arenas: ProgramArenas;
  pairs: Pair[] = [];
  /** Per open arena: whether it is a region. */
  open: boolean[] = [];

  constructor() {
    this.heap.manager.due();
    this.arenas = this.heap.manager.arenas as ProgramArenas;
  }

  perform(operation: Step): void {
    const { manager } = this.heap;
    switch (operation.kind) {
      case "enter":
        this.open.push(operation.region);
        this.arenas.enter(operation.region ? `region ${this.open.length}` : null);
        break;
      case "exit":
        if (this.open.length > 0) this.exit();
        break;
      case "cons": {
        const [first, rest] = [this.pick(operation.car), this.pick(operation.cdr)];
        const pointer = manager.cons(first?.pointer ?? 0, rest?.pointer ?? 0);
        this.pairs.push({ pointer, depth: this.open.length, car: first, cdr: rest });
        break;
      }
      case "record":
        manager.allocateBlock(operation.cells, 1);
        break;
      case "store":
        this.store(this.pick(operation.to), this.pick(operation.value), operation.isCdr);
        break;
      case "free":
        this.free(this.pick(operation.object));
    }
  }

  private pick(n: number): Pair | null {
    return this.pairs[n % (this.pairs.length + 1)] ?? null;
  }

  private store(to: Pair | null, value: Pair | null, isCdr: boolean): void {
    if (to === null) return;
    const store = () => {
      if (isCdr) this.heap.manager.replaceCdr(to.pointer, value?.pointer ?? 0);
      else this.heap.setCar(to.pointer, value?.pointer ?? 0);
    };
    const isViolation = value !== null && value.depth > to.depth && this.open[value.depth - 1] === true;
    if (isViolation) {
      expect(store).toThrow("region violation");
      return;
    }
    store();
    if (isCdr) to.cdr = value;
    else to.car = value;
  }

  private exit(): void {
    const depth = this.open.length;
    const refersIn = this.pairs.some(
      (pair) => pair.depth < depth && (pair.car?.depth === depth || pair.cdr?.depth === depth),
    );
    if (refersIn) expect(() => this.arenas.exit(0)).toThrow("cannot end");
    else {
      this.arenas.exit(0);
      this.open.pop();
      this.pairs = this.pairs.filter((pair) => pair.depth < depth);
    }
  }

  private free(pair: Pair | null): void {
    if (pair === null) return;
    const free = () => this.heap.manager.explicit?.free(pair.pointer, 0);
    if (pair.depth > 0) {
      expect(free).toThrow("not to the regular allocator");
      return;
    }
    // Only what nothing refers to, so that the model needs no dangling references.
    if (this.pairs.some((other) => other !== pair && (other.car === pair || other.cdr === pair))) return;
    free();
    this.pairs = this.pairs.filter((other) => other !== pair);
  }

  problems(): string[] {
    const { memory, variables } = this.heap;
    const wrong = this.pairs.filter(
      (pair) =>
        car(memory, pair.pointer) !== (pair.car?.pointer ?? 0) ||
        cdr(memory, pair.pointer) !== (pair.cdr?.pointer ?? 0),
    );
    const misplaced = this.pairs.filter((pair) => (this.arenas.arenaOf(pair.pointer) === 0) !== (pair.depth === 0));
    return [...wrong, ...misplaced].map(({ pointer }) => `pair ${pointer}`).concat(storageProblems(memory, variables));
  }
}

describe("random programs with arenas", () => {
  test("end and stop exactly where the model says, and nothing that lives is changed (M-F11)", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const run = new Run();
        for (const operation of program) run.perform(operation);
        expect(run.problems()).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  test("statistics equal what the observer was told (M-F12)", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const run = new Run();
        const { manager } = run.heap;
        const told = { ...manager.statistics() } as { allocatedObjects: number; freedObjects: number };
        manager.observer = {
          ...silent,
          allocated: () => told.allocatedObjects++,
          freed: () => told.freedObjects++,
          lifetime: (kind, _object, _words, after) => {
            if (kind === "arena.alloc") told.allocatedObjects++;
            if (kind === "arena.end" || kind === "arena.reset") told.freedObjects += after;
          },
        };
        for (const operation of program) run.perform(operation);
        expect(manager.statistics()).toMatchObject({
          allocatedObjects: told.allocatedObjects,
          freedObjects: told.freedObjects,
        });
      }),
      { numRuns: 40 },
    );
  });

  test("restoring a state with open arenas and going on equals going on at once", () => {
    fc.assert(
      fc.property(programs, programs, (program, rest) => {
        const run = new Run();
        for (const operation of program) run.perform(operation);
        const saved = run.heap.save();
        const copies = new Map(run.pairs.map((pair) => [pair, { ...pair }]));
        const [pairs, open] = [[...run.pairs], [...run.open]];
        for (const operation of rest) run.perform(operation);
        const first = run.heap.save();
        run.heap.restore(saved);
        for (const [pair, copy] of copies) Object.assign(pair, copy);
        run.pairs = pairs;
        run.open = open;
        for (const operation of rest) run.perform(operation);
        const second = run.heap.save();
        expect(second.state).toEqual(first.state);
        expect(Buffer.compare(second.bytes, first.bytes)).toBe(0);
      }),
      { numRuns: 25 },
    );
  });
});
