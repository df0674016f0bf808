/** `(free x)`: the program ends the ownership of x itself. Whoever uses x afterwards is stopped. */
import type { ByteAddress, Pointer } from "../../../base/units.ts";
import { STRATEGY } from "../../../isa/plan.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { pointerNotation } from "../../../objects/pointer-notation.ts";
import type { ExplicitFree, ManagerState } from "../../contract.ts";
import { CONSTANT_OF_CODE, partsOf } from "../../storage/freeing/parts.ts";
import { savedNumbers } from "../../storage/state.ts";
import type { Allocation } from "../allocation.ts";
import type { AsapHeap } from "../heap.ts";
import { BOX, NO_SLOT } from "../objects/object-table.ts";
import type { Releaser } from "./release.ts";

const NUMBER_BOX = "it is a number, and numbers go by themselves when nothing refers to them";

function refusal(memory: VirtualMemory, object: Pointer, why: string): string {
  return `${pointerNotation(memory, object)} cannot be freed: ${why}`;
}

export class FreeByProgram implements ExplicitFree {
  private readonly heap: AsapHeap;
  private readonly allocation: Allocation;
  private readonly releaser: Releaser;
  /** Constants of code. They live as long as the program, so that no other object comes to lie there. */
  private readonly constants = new Set<Pointer>();

  constructor(heap: AsapHeap, allocation: Allocation, releaser: Releaser) {
    this.heap = heap;
    this.allocation = allocation;
    this.releaser = releaser;
  }

  /** An owned object goes with what it owns. Of what the plan says nothing about goes the object alone, with the block or the hunk that belongs to it. */
  free(object: Pointer, site: ByteAddress): void {
    const { heap } = this;
    heap.check(object, "freed twice");
    const slot = heap.liveSlot(object);
    if (slot === NO_SLOT) {
      throw heap.fault(object, refusal(heap.memory, object, "it was not allocated by the program"));
    }
    const { strategies, values } = heap.table;
    if (this.constants.has(object)) throw heap.fault(object, refusal(heap.memory, object, CONSTANT_OF_CODE));
    switch (strategies[slot]) {
      case STRATEGY.OWNED:
        this.releaser.release(slot, site);
        return;
      case STRATEGY.COUNTED:
        if (values[slot] !== 1)
          heap.refuse(slot, `has ${values[slot]} owners: the program cannot free what others own`);
        this.releaser.release(slot, site);
        return;
      case STRATEGY.PROGRAM:
        this.freeAlone(object, site);
        return;
      case BOX:
        throw heap.fault(object, refusal(heap.memory, object, NUMBER_BOX));
      default:
        heap.refuse(slot, "belongs to a scope or a component: it goes with that, and cannot be freed");
    }
  }

  keep(object: Pointer): void {
    this.constants.add(object);
  }

  releaseOf(pointer: Pointer): { readonly object: Pointer; readonly site: ByteAddress } | null {
    const { quarantine, table } = this.heap;
    const slot = quarantine.slotOf(pointer);
    if (slot === NO_SLOT) return null;
    return { object: table.objects[slot] as Pointer, site: table.ends[slot] as ByteAddress };
  }

  save(): ManagerState {
    return { constants: [...this.constants] };
  }
  restore(state: ManagerState): void {
    this.constants.clear();
    for (const constant of Array.from(savedNumbers(state, "constants"))) this.constants.add(constant);
  }

  private freeAlone(object: Pointer, site: ByteAddress): void {
    const { heap, releaser } = this;
    const parts = partsOf(heap.storage, object).map((part) => heap.liveSlot(part.object));
    for (const slot of parts) {
      if (slot === NO_SLOT || heap.table.strategies[slot] !== STRATEGY.PROGRAM) continue;
      this.allocation.program.left(heap.objectWords(slot));
      releaser.leaveParts(slot);
      heap.free(slot, site);
    }
  }
}
