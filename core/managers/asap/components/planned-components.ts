/** The components of the plan: what a component's handles, tethers and links mean for objects, and how its members are taken apart. */
import type { Pointer } from "../../../base/units.ts";
import { STRATEGY } from "../../../isa/plan.ts";
import { NIL } from "../../../memory/layout.ts";
import { eachPointer } from "../../../objects/object-slots.ts";
import type { LifetimeEventKind } from "../../events.ts";
import type { AsapHeap } from "../heap.ts";
import { NO_SLOT } from "../objects/object-table.ts";
import type { Releaser } from "../release/release.ts";
import { type Component, type ComponentListener, Components } from "./components.ts";
import { cyclesOf } from "./cycles.ts";

export class PlannedComponents implements ComponentListener {
  readonly groups = new Components(this);
  /** Members made, members freed, and cycles among these. */
  readonly account = { created: 0, freed: 0, cycles: 0 };
  private readonly heap: AsapHeap;
  private readonly releaser: Releaser;

  constructor(heap: AsapHeap, releaser: Releaser) {
    this.heap = heap;
    this.releaser = releaser;
  }

  begin(): void {
    this.groups.begin();
  }
  end(): void {
    if (!this.groups.end()) throw this.heap.fault(NIL, "no component is open: its end has no beginning");
    this.groups.serve();
  }

  acquire(slot: number): void {
    const group = this.groups.acquire(slot);
    if (group !== null) this.report("handle.acquire", slot, group.handles, group);
  }
  release(slot: number): void {
    const group = this.groups.of(slot);
    if (group === null) return;
    if (this.groups.release(slot) === null)
      this.heap.refuse(slot, "belongs to a component on which nobody has a handle");
    this.report("handle.release", slot, group.handles, group);
    this.groups.serve();
  }
  beginTether(slot: number): void {
    const group = this.groups.beginTether(slot);
    if (group !== null) this.report("tether.begin", slot, group.tethers, group);
  }
  endTether(slot: number): void {
    const group = this.groups.of(slot);
    if (group === null) return;
    if (this.groups.endTether(slot) === null) this.heap.refuse(slot, "belongs to a component that is not tethered");
    this.report("tether.end", slot, group.tethers, group);
    this.groups.serve();
  }

  /** A pointer is stored into a cell over another: what holds the cell and what it refers to become one component, if both belong to one. */
  stored(holder: number, old: Pointer, now: Pointer): void {
    const { heap, groups } = this;
    if (holder === NO_SLOT || heap.table.strategies[holder] !== STRATEGY.COMPONENT) return;
    const before = heap.liveSlot(old);
    if (before !== NO_SLOT) groups.unlink(holder, before);
    const after = heap.liveSlot(now);
    if (after !== NO_SLOT && heap.table.strategies[after] === STRATEGY.COMPONENT) groups.link(holder, after);
  }

  /** References among members of a component that lead to themselves again. */
  cycles(members: readonly number[]): number[][] {
    const { heap } = this;
    return cyclesOf(members, (slot, visit) => {
      eachPointer(heap.memory, heap.table.objects[slot] as Pointer, (pointer) => {
        const to = heap.liveSlot(pointer);
        if (to !== NO_SLOT) visit(to);
      });
    });
  }

  // What components do

  made(component: Component): void {
    this.heap.observer.lifetime("component.new", NIL, 0, 0, nameOf(component));
  }
  added(member: number, component: Component): void {
    this.account.created++;
    this.report("component.add", member, component.members.length, component);
  }
  dismantle(component: Component): void {
    const { members } = component;
    const [first = NO_SLOT] = members;
    this.report("component.dismantle", first, members.length, component);
    this.account.cycles += this.cycles(members).length;
    this.account.freed += members.length;
    this.releaser.dismantle(members, this.heap.site());
  }

  save(): string {
    return JSON.stringify(this.account);
  }
  restore(text: string): void {
    Object.assign(this.account, JSON.parse(text));
  }

  private report(kind: LifetimeEventKind, slot: number, after: number, component: Component): void {
    const { heap } = this;
    const object = heap.table.objects[slot] as Pointer;
    heap.observer.lifetime(kind, object, heap.objectWords(slot), after, nameOf(component));
  }
}

export function nameOf({ number }: Component): string {
  return `component ${number}`;
}
