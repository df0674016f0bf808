/** Random plans, played on a heap: storage stays well formed, nothing that is held goes, and a saved state goes on as if it had never been left. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { car } from "../../../../core/objects/cons.ts";
import { AsapTestHeap, number } from "../../../support/heap/asap-heap.ts";
import { storageProblems } from "../../../support/heap/heap-invariants.ts";

type Step = readonly [kind: number, operand: number];
const steps = fc.array(fc.tuple(fc.nat(11), fc.nat(200)), { maxLength: 120, size: "max" });
const FIXP = 2;

/** A mutator whose plan is right. Plain data, so that it can be put back with the heap. */
interface Held {
  owned: number[];
  counted: { object: number; owners: number }[];
  rings: number[];
  scopes: ("STACK" | "ARENA")[];
  boxes: number[];
}

class Player {
  readonly heap = new AsapTestHeap({ quarantine: 8 });
  held: Held = { owned: [], counted: [], rings: [], scopes: [], boxes: [] };

  play(all: readonly Step[]): void {
    for (const [kind, operand] of all) {
      this.step(kind, operand);
      const due = this.heap.manager.due();
      if (due !== null) this.heap.manager.collect(due);
    }
  }

  private step(kind: number, operand: number): void {
    const { heap, held } = this;
    const items = Array.from({ length: 1 + (operand % 7) }, (_, i) => operand + i);
    switch (kind) {
      case 0:
      case 1:
        held.owned.push(heap.list("OWNED", ...items));
        break;
      case 2:
        this.take(held.owned, operand, (object) => heap.perform("RELEASE", object));
        break;
      case 3:
        held.counted.push({ object: heap.cons("COUNTED", number(operand), 0), owners: 1 });
        break;
      case 4:
        this.retainOrDrop(operand);
        break;
      case 5:
        held.scopes.push(operand % 2 === 0 ? "STACK" : "ARENA");
        heap.perform(operand % 2 === 0 ? "STACK_BEGIN" : "ARENA_BEGIN");
        break;
      case 6: {
        const scope = held.scopes.at(-1);
        if (scope !== undefined) heap.list(scope, ...items);
        break;
      }
      case 7: {
        const scope = held.scopes.pop();
        if (scope !== undefined) heap.perform(`${scope}_END`);
        break;
      }
      case 8:
        held.rings.push(this.ring(operand));
        break;
      case 9:
        this.take(held.rings, operand, (object) => heap.perform("RELEASE_HANDLE", object));
        break;
      case 10:
        this.box(operand);
        break;
      default:
        heap.manager.arenas?.enter(operand % 2 === 0 ? null : "work");
        heap.list("OWNED", ...items);
        heap.manager.allocateBlock(operand, 1);
        heap.manager.arenas?.exit(0);
    }
  }

  private take(list: number[], operand: number, end: (object: number) => void): void {
    const [object] = list.splice(operand % Math.max(1, list.length), 1);
    if (object !== undefined) end(object);
  }
  private retainOrDrop(operand: number): void {
    const { heap, held } = this;
    const entry = held.counted[operand % Math.max(1, held.counted.length)];
    if (entry === undefined) return;
    const isMore = operand % 3 === 0;
    heap.perform(isMore ? "RETAIN" : "DROP", entry.object);
    entry.owners += isMore ? 1 : -1;
    held.counted = held.counted.filter(({ owners }) => owners > 0);
  }
  private ring(operand: number): number {
    const { heap } = this;
    heap.perform("COMPONENT_BEGIN");
    const first = heap.cons("COMPONENT", number(operand), 0);
    const second = heap.cons("COMPONENT", number(operand), first);
    heap.manager.replaceCdr(first, second);
    heap.perform("ACQUIRE", first);
    heap.perform("COMPONENT_END");
    return first;
  }
  private box(operand: number): void {
    const { heap, held } = this;
    const box = heap.manager.allocate(FIXP);
    heap.memory.setCell(box, 100_000 + operand);
    held.owned.push(heap.cons("OWNED", box, 0));
    held.boxes.push(box);
    if (operand % 5 === 0) heap.manager.collect("pressure");
  }

  /** Every object that is held is there, with what was put into it. */
  problems(): string[] {
    const { heap, held } = this;
    const found: string[] = [];
    for (const object of [...held.owned, ...held.rings, ...held.counted.map((entry) => entry.object)]) {
      try {
        heap.perform("CHECK", object);
        heap.perform("CHECK", car(heap.memory, object));
      } catch (error) {
        found.push(String(error));
      }
    }
    return found;
  }
}

test("what is held stays, and storage stays well formed", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const player = new Player();
      player.play(all);
      expect(player.problems()).toEqual([]);
      expect(player.heap.log.filter((event) => event === "error")).toEqual([]);
      player.heap.manager.collect("pressure");
      expect(storageProblems(player.heap.memory, player.heap.variables)).toEqual([]);
      player.heap.manager.collect("exit");
      expect(player.heap.live()).toBe(0);
    }),
    { numRuns: 40 },
  );
});

test("restoring a state and going on equals going on at once", () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const player = new Player();
      player.play(before);
      const saved = player.heap.save();
      const held = structuredClone(player.held);
      player.play(after);
      const first = player.heap.save();
      player.heap.restore(saved);
      player.held = held;
      expect(player.heap.manager.save()).toEqual(saved.state);
      player.play(after);
      expect(player.heap.manager.save()).toEqual(first.state);
      expect(Buffer.compare(player.heap.memory.bytes, first.bytes)).toBe(0);
    }),
    { numRuns: 15 },
  );
});
