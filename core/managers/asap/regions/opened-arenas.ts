/**
 * The arenas that a program opens itself, by `(with-arena …)` and `(with-region name …)`. Which objects refer into them is decided while the program runs, so it
 * is checked then: at each store for a region, at the end for an arena, whose outside references are remembered until then.
 */
import type { VmFault } from "../../../base/errors.ts";
import type { Pointer, WordAddress } from "../../../base/units.ts";
import { STRATEGY } from "../../../isa/plan.ts";
import { cdr } from "../../../objects/cons.ts";
import { pointerNotation } from "../../../objects/pointer-notation.ts";
import type { ProgramArenas } from "../../contract.ts";
import type { Allocation } from "../allocation.ts";
import type { AsapHeap } from "../heap.ts";
import { NO_SLOT } from "../objects/object-table.ts";
import type { Place } from "./place.ts";
import { REGION_ERROR, RegionStack } from "./region-stack.ts";

export class OpenedArenas implements ProgramArenas {
  readonly regions = new RegionStack();
  private readonly heap: AsapHeap;
  private readonly allocation: Allocation;

  constructor(heap: AsapHeap, allocation: Allocation) {
    this.heap = heap;
    this.allocation = allocation;
  }

  enter(region: string | null): number {
    const place = this.allocation.begin("opened", region);
    const { number, name } = place.identity;
    this.regions.enter(number, name);
    if (region !== null) this.heap.observer.lifetime("region.enter", 0, 0, this.regions.depth, name);
    return number;
  }

  exit(result: Pointer): Pointer {
    const place = this.allocation.opened("opened").at(-1);
    if (place === undefined || this.regions.depth === 0) {
      const message = `no arena is open that could end (region error ${REGION_ERROR.cannotLeaveRoot})`;
      throw this.heap.fault(result, message);
    }
    this.checkEnd(place, result);
    const { isRegion, name } = place.identity;
    this.allocation.end("opened");
    this.regions.exit();
    if (isRegion) this.heap.observer.lifetime("region.exit", 0, 0, this.regions.depth, name);
    return result;
  }

  arenaOf(object: Pointer): number {
    const slot = this.heap.liveSlot(object);
    return slot === NO_SLOT ? 0 : this.regionOf(slot);
  }

  outside<T>(make: () => T): T {
    return this.allocation.outside(make);
  }

  /** What the debugger compiles has no strategy, and lives as long as the program. */
  compile<T>(make: () => T): T {
    return make();
  }

  staleReference(pointer: Pointer): VmFault | null {
    const slot = this.heap.quarantine.slotOf(pointer);
    return slot === NO_SLOT ? null : this.heap.staleFault(slot, "use after free");
  }

  /** Objects of these arenas lie where all objects lie. */
  eachSpare(): void {}

  /**
   * A pointer is stored into a cell: may what holds the cell refer to it?
   * @param isCdr the cell stands for the CDR of that pair
   * @throws {VmFault} `MemoryError` for a reference into a region from outside; nothing was changed
   */
  checkStore(slot: WordAddress, isCdr: boolean, now: Pointer): void {
    const target = this.heap.liveSlot(now);
    if (target === NO_SLOT) return;
    const region = this.regionOf(target);
    if (region === 0) return;
    const holder = this.heap.table.holderOf(slot);
    const source = holder === NO_SLOT ? 0 : this.regionOf(holder);
    if (this.regions.check(source, region) === 0) return;
    const place = this.allocation.opened("opened").find(({ identity }) => identity.number === region) as Place;
    if (place.identity.isRegion) throw this.violation(holder, source, target, region);
    if (isCdr) place.rememberedPairs.add(slot as Pointer);
    else place.remembered.add(slot);
  }

  restore(): void {
    while (this.regions.exit() === 0);
    for (const { identity } of this.allocation.opened("opened")) this.regions.enter(identity.number, identity.name);
  }

  /** Number of the region that holds an object; 0, the program, for everything that is not in an open arena. */
  private regionOf(slot: number): number {
    const { strategies, values } = this.heap.table;
    const number = values[slot] as number;
    return strategies[slot] === STRATEGY.ARENA && this.regions.checkRead(number) === 0 ? number : 0;
  }

  private checkEnd(place: Place, result: Pointer): void {
    const { heap } = this;
    const { number, name, isRegion } = place.identity;
    if (this.arenaOf(result) === number) {
      const object = pointerNotation(heap.memory, result);
      throw heap.fault(
        result,
        `${object} cannot leave ${isRegion ? `region ${name}` : name}: it lies in it, and would be gone`,
      );
    }
    for (const slot of place.remembered) this.checkOutside(place, slot, heap.memory.pointer(slot));
    for (const pair of place.rememberedPairs) this.checkOutside(place, pair, cdr(heap.memory, pair));
  }

  private checkOutside(place: Place, slot: WordAddress, found: Pointer): void {
    const { number } = place.identity;
    if (this.arenaOf(found) !== number) return;
    const holder = this.heap.table.holderOf(slot);
    const source = holder === NO_SLOT ? 0 : this.regionOf(holder);
    if (this.regions.check(source, number) === 0) return;
    throw this.violation(holder, source, this.heap.liveSlot(found), number);
  }

  private violation(holder: number, source: number, target: number, region: number): VmFault {
    const { heap, regions } = this;
    const from = holder === NO_SLOT ? "a variable or an object of the image" : this.notation(holder);
    const message =
      `region violation (${REGION_ERROR.scopeViolation}): ${from} in ${quoted(regions.nameOf(source))} ` +
      `would refer to ${this.notation(target)} in ${quoted(regions.nameOf(region))}, which ends before it`;
    return heap.fault(heap.table.objects[target] as Pointer, message);
  }
  private notation(slot: number): string {
    return pointerNotation(this.heap.memory, this.heap.table.objects[slot] as Pointer);
  }
}

function quoted(name: string): string {
  return `region "${name}"`;
}
