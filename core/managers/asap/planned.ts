/**
 * Executes the lifetime plan: one method an operation of `isa/plan.ts`. Values that the plan cannot be about (immediates, constants of the image,
 * objects of the program's arena) are left alone, so that code may say the same of a list and of nil.
 */
import { VmFault } from "../../base/errors.ts";
import type { Pointer } from "../../base/units.ts";
import { PLAN, type PlanOperation, STRATEGY, STRATEGY_NAMES, type Strategy } from "../../isa/plan.ts";
import { NIL, SMALL_POSITIVE, TYPE_CLOSURE } from "../../memory/layout.ts";
import { eachPointer } from "../../objects/object-slots.ts";
import { typeNumber } from "../../objects/types.ts";
import type { PlannedMemory } from "../contract.ts";
import type { Allocation } from "./allocation.ts";
import type { PlannedComponents } from "./components/planned-components.ts";
import type { AsapHeap } from "./heap.ts";
import { NO_SLOT } from "./objects/object-table.ts";
import type { Releaser } from "./release/release.ts";

/** Word offset of the captured variables in a closure. */
const ENVIRONMENT = 2;

type Operation = (operand: Pointer) => void;

/** What the manager says of an object about which an operation came too late. */
const TOO_LATE: ReadonlyMap<PlanOperation, string> = new Map([
  [PLAN.RELEASE, "released twice"],
  [PLAN.RETAIN, "retained after it was freed"],
  [PLAN.DROP, "dropped after its last owner was gone"],
  [PLAN.SHARE, "shared after it was freed"],
  [PLAN.TRANSFER, "handed on after it was freed"],
  [PLAN.ACQUIRE, "a handle on something that was freed"],
  [PLAN.RELEASE_HANDLE, "a handle given back after its component was gone"],
  [PLAN.TETHER_BEGIN, "a tether to something that was freed"],
  [PLAN.TETHER_END, "a tether taken off after its component was gone"],
]);

export class LifetimePlan implements PlannedMemory {
  private readonly heap: AsapHeap;
  private readonly allocation: Allocation;
  private readonly releaser: Releaser;
  private readonly operations: readonly (Operation | undefined)[];

  constructor(heap: AsapHeap, allocation: Allocation, releaser: Releaser, components: PlannedComponents) {
    this.heap = heap;
    this.allocation = allocation;
    this.releaser = releaser;
    const about = (operation: PlanOperation, perform: (slot: number) => void): Operation => {
      const wrong = TOO_LATE.get(operation) ?? "use after free";
      return (x) => {
        heap.check(x, wrong);
        const slot = heap.liveSlot(x);
        if (slot !== NO_SLOT) perform(slot);
      };
    };
    const operations: { readonly [operation in PlanOperation]: Operation } = {
      [PLAN.NEXT]: (strategy) => this.next(strategy),
      [PLAN.RELEASE]: about(PLAN.RELEASE, (slot) => this.release(slot)),
      [PLAN.RETAIN]: about(PLAN.RETAIN, (slot) => this.retain(slot)),
      [PLAN.DROP]: about(PLAN.DROP, (slot) => this.drop(slot)),
      [PLAN.ARENA_BEGIN]: () => allocation.begin("arena"),
      [PLAN.ARENA_END]: () => allocation.end("arena"),
      [PLAN.STACK_BEGIN]: () => allocation.begin("stack"),
      [PLAN.STACK_END]: () => allocation.end("stack"),
      [PLAN.COMPONENT_BEGIN]: () => components.begin(),
      [PLAN.COMPONENT_END]: () => components.end(),
      [PLAN.ACQUIRE]: about(PLAN.ACQUIRE, (slot) => components.acquire(slot)),
      [PLAN.RELEASE_HANDLE]: about(PLAN.RELEASE_HANDLE, (slot) => components.release(slot)),
      [PLAN.TETHER_BEGIN]: about(PLAN.TETHER_BEGIN, (slot) => components.beginTether(slot)),
      [PLAN.TETHER_END]: about(PLAN.TETHER_END, (slot) => components.endTether(slot)),
      [PLAN.TRANSFER]: about(PLAN.TRANSFER, (slot) => this.report("transfer", slot, 0)),
      [PLAN.CHECK]: about(PLAN.CHECK, (slot) => this.checkCaptures(slot)),
      [PLAN.SHARE]: about(PLAN.SHARE, (slot) => releaser.share(slot)),
    };
    this.operations = Object.values(operations);
  }

  perform(operation: number, operand: Pointer): Pointer {
    const perform = this.operations[operation];
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
      throw this.heap.fault(NIL, `strategy ${strategy} does not exist: expected 0 to ${STRATEGY_NAMES.length - 1}`);
    }
    this.allocation.plan(strategy as Strategy);
  }

  private release(slot: number): void {
    const strategy = this.heap.table.strategies[slot];
    if (strategy === STRATEGY.OWNED) this.releaser.release(slot, this.heap.site());
    else if (strategy === STRATEGY.COUNTED) this.releaser.drop(slot, this.heap.site());
  }

  /** A part of a counted structure may have been made for one owner: with the second one its counting begins. */
  private retain(slot: number): void {
    const { strategies, values } = this.heap.table;
    if (strategies[slot] === STRATEGY.OWNED) {
      strategies[slot] = STRATEGY.COUNTED;
      values[slot] = 1;
    }
    if (strategies[slot] !== STRATEGY.COUNTED) return;
    this.report("inc", slot, this.heap.counting.add(values, slot));
  }

  private drop(slot: number): void {
    const strategy = this.heap.table.strategies[slot];
    if (strategy === STRATEGY.OWNED) this.heap.refuse(slot, "has one owner and no count: it is released, not dropped");
    if (strategy === STRATEGY.COUNTED) this.releaser.drop(slot, this.heap.site());
  }

  /** A closure is good as long as all that it has captured is there. */
  private checkCaptures(slot: number): void {
    const { heap } = this;
    const closure = heap.table.objects[slot] as Pointer;
    if (typeNumber(heap.memory, closure) !== TYPE_CLOSURE) return;
    const captured: Pointer[] = [];
    eachPointer(heap.memory, heap.memory.pointer(closure + ENVIRONMENT), (pointer) => captured.push(pointer));
    const code = heap.table.slots.checkCaptures(captured.flatMap((pointer) => heap.reference(pointer) ?? []));
    if (code === 0) return;
    for (const pointer of captured) heap.check(pointer, `a closure has captured what was freed (${code})`);
  }

  private report(kind: "inc" | "transfer", slot: number, after: number): void {
    const { heap } = this;
    heap.observer.lifetime(kind, heap.table.objects[slot] as Pointer, heap.objectWords(slot), after, "");
  }
}
