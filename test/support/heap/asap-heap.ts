/** A heap under the manager `asap`, with the operations of the plan by name and a log of what is reported. */
import type { Pointer } from "../../../core/base/units.ts";
import { PLAN, STRATEGY, type Strategy } from "../../../core/isa/plan.ts";
import { managerFactory } from "../../../core/managers/catalog.ts";
import type { ManagerFactory, ManagerOptions, PlannedMemory } from "../../../core/managers/contract.ts";
import { silent } from "../../../core/managers/events.ts";
import { NIL, SMALL_POSITIVE } from "../../../core/memory/layout.ts";
import { type HeapSize, ManagedHeap } from "./managed-heap.ts";

/** Number n of a test as a pointer. */
export const number = (n: number): Pointer => SMALL_POSITIVE + n;

export class AsapTestHeap extends ManagedHeap {
  /** What was reported: kind, and the counter after it where there is one. */
  readonly log: string[] = [];

  constructor(options: ManagerOptions = {}, size: Partial<HeapSize> = {}) {
    super(managerFactory("asap") as ManagerFactory, options, size);
    this.manager.observer = {
      ...silent,
      allocated: () => this.log.push("alloc"),
      freed: () => this.log.push("free"),
      memoryError: () => this.log.push("error"),
      lifetime: (kind, _object, _words, after) => this.log.push(`${kind} ${after}`),
    };
  }

  perform(operation: keyof typeof PLAN, operand: Pointer = NIL): Pointer {
    return (this.manager.planned as PlannedMemory).perform(PLAN[operation], operand);
  }

  /** A cons with that strategy. */
  cons(strategy: keyof typeof STRATEGY, car: Pointer, cdr: Pointer): Pointer {
    this.perform("NEXT", number(STRATEGY[strategy] as Strategy));
    return this.manager.cons(car, cdr);
  }
  /** A list of small integers, all of whose cells have the strategy. */
  list(strategy: keyof typeof STRATEGY, ...items: readonly number[]): Pointer {
    return items.reduceRight((rest, item) => this.cons(strategy, number(item), rest), NIL as Pointer);
  }

  /** Nothing is reported from now on: for many objects. */
  quiet(): void {
    this.manager.observer = silent;
  }
  /** What was reported since the last call. */
  taken(): string[] {
    return this.log.splice(0);
  }
  /** Objects that are there. */
  live(): number {
    const { allocatedObjects, freedObjects } = this.manager.statistics();
    return allocatedObjects - freedObjects;
  }
}
