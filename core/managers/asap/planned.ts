/**
 * Executes the lifetime plan: one method an operation of `isa/plan.ts`. Values that the plan cannot be about (immediates, constants of the image,
 * objects of the program's arena) are left alone, so that code may say the same of a list and of nil.
 */
import { VmFault } from "../../base/errors.ts";
import type { Pointer } from "../../base/units.ts";
import { PLAN, STRATEGY, STRATEGY_NAMES, type Strategy } from "../../isa/plan.ts";
import { SMALL_POSITIVE } from "../../memory/layout.ts";
import type { PlannedMemory } from "../contract.ts";
import type { Allocation } from "./allocation.ts";
import type { AsapHeap } from "./heap.ts";
import { NO_SLOT } from "./objects/object-table.ts";
import type { Releaser } from "./release/release.ts";

type Operation = (operand: Pointer) => void;

export class LifetimePlan implements PlannedMemory {
  private readonly heap: AsapHeap;
  private readonly allocation: Allocation;
  private readonly releaser: Releaser;
  private readonly operations: ReadonlyMap<number, Operation>;

  constructor(heap: AsapHeap, allocation: Allocation, releaser: Releaser) {
    this.heap = heap;
    this.allocation = allocation;
    this.releaser = releaser;
    this.operations = new Map<number, Operation>([
      [PLAN.NEXT, (strategy) => this.next(strategy)],
      [PLAN.RELEASE, (x) => this.release(x)],
      [PLAN.RETAIN, (x) => this.retain(x)],
      [PLAN.DROP, (x) => this.drop(x)],
      [PLAN.STACK_BEGIN, () => allocation.begin("stack")],
      [PLAN.STACK_END, () => allocation.end("stack")],
      [PLAN.ARENA_BEGIN, () => allocation.begin("arena")],
      [PLAN.ARENA_END, () => allocation.end("arena")],
      [PLAN.TRANSFER, (x) => this.transfer(x)],
      [PLAN.CHECK, (x) => heap.check(x, "use after free")],
      [PLAN.SHARE, (x) => this.share(x)],
    ]);
  }

  perform(operation: number, operand: Pointer): Pointer {
    const perform = this.operations.get(operation);
    if (perform === undefined) throw new VmFault("MemoryError", `lifetime operation ${operation} does not exist`);
    perform(operand);
    return operand;
  }

  explain(value: Pointer): VmFault | null {
    const slot = this.heap.quarantine.slotOf(value);
    return slot === NO_SLOT ? null : this.heap.staleFault(slot, "use after free");
  }

  private next(operand: Pointer): void {
    const strategy = operand - SMALL_POSITIVE;
    if (STRATEGY_NAMES[strategy] === undefined) {
      throw new VmFault(
        "MemoryError",
        `strategy ${strategy} does not exist: expected 0 to ${STRATEGY_NAMES.length - 1}`,
      );
    }
    this.allocation.plan(strategy as Strategy);
  }

  private release(x: Pointer): void {
    const slot = this.slotOf(x, "released twice");
    if (slot === NO_SLOT) return;
    const strategy = this.heap.table.strategies[slot];
    if (strategy === STRATEGY.OWNED) this.releaser.release(slot, this.heap.site());
    else if (strategy === STRATEGY.COUNTED) this.releaser.drop(slot, this.heap.site());
  }

  private retain(x: Pointer): void {
    const slot = this.slotOf(x, "retained after it was freed");
    if (slot === NO_SLOT) return;
    const { table, observer } = this.heap;
    const strategy = table.strategies[slot];
    if (strategy === STRATEGY.OWNED)
      this.heap.refuse(slot, "has one owner and no count: a second owner is not possible");
    if (strategy !== STRATEGY.COUNTED) return;
    const owners = (table.values[slot] as number) + 1;
    table.values[slot] = owners;
    observer.lifetime("inc", x, this.heap.objectWords(slot), owners, "");
  }

  private drop(x: Pointer): void {
    const slot = this.slotOf(x, "dropped after its last owner was gone");
    if (slot === NO_SLOT) return;
    const strategy = this.heap.table.strategies[slot];
    if (strategy === STRATEGY.OWNED) this.heap.refuse(slot, "has one owner and no count: it is released, not dropped");
    if (strategy === STRATEGY.COUNTED) this.releaser.drop(slot, this.heap.site());
  }

  private share(x: Pointer): void {
    const slot = this.slotOf(x, "shared after it was freed");
    if (slot !== NO_SLOT) this.releaser.share(slot);
  }

  private transfer(x: Pointer): void {
    const slot = this.slotOf(x, "handed on after it was freed");
    if (slot !== NO_SLOT) this.heap.observer.lifetime("transfer", x, this.heap.objectWords(slot), 0, "");
  }

  /** @throws {VmFault} `MemoryError` when the object is gone */
  private slotOf(x: Pointer, wrong: string): number {
    this.heap.check(x, wrong);
    return this.heap.liveSlot(x);
  }
}
