/**
 * The memory manager that frees what the program frees: `(free x)`, and nothing else. Objects live in the storage that all managers share; its array blocks
 * have headers, trailers and free lists, and this manager says which free block is taken, whether it is split and whether neighbours join.
 * Objects of fixed sizes stay on the free chain of their type: the machine reads the type of an object off its page.
 * The flat heap of `malloc` and `free` with integer addresses is another thing, there under every manager (`blocks/block-heap.ts`);
 * the options of this manager say how it begins.
 */
import { VmFault } from "../../base/errors.ts";
import type { ByteAddress, Cells, Pointer, TypeNumber } from "../../base/units.ts";
import { NIL } from "../../memory/layout.ts";
import { pointerNotation } from "../../objects/pointer-notation.ts";
import { isTable } from "../../objects/records.ts";
import type {
  BlockContent,
  ExplicitFree,
  HeapBinding,
  ManagerOptions,
  ManagerState,
  ManagerTraits,
  ManagerView,
} from "../contract.ts";
import { integerOption } from "../contract.ts";
import { STORAGE_EVENTS } from "../events.ts";
import { CONSTANT_OF_CODE, partsOf, problemOf } from "../storage/freeing/parts.ts";
import { DEFAULT_WAIT, type Release, ReleasedObjects } from "../storage/freeing/released.ts";
import { tableParts } from "../storage/freeing/table-parts.ts";
import { savedNumbers } from "../storage/state.ts";
import { StoredManager } from "../storage/stored-manager.ts";
import type { SystemVariables } from "../storage/system-variables.ts";
import { BlockHeap } from "./blocks/block-heap.ts";
import { heapConfiguration } from "./options.ts";
import { mallocFigures, mallocSections } from "./view.ts";

export const mallocTraits: ManagerTraits = {
  name: "malloc",
  summary: "frees what the program frees with (free x), and nothing else; array blocks by first fit or best fit",
  moves: false,
  barrier: "none",
  reclaims: "on-request",
  collectsCycles: false,
  usesPlan: false,
  raises: [...STORAGE_EVENTS, "object.free"],
};

export class MallocManager extends StoredManager implements ExplicitFree {
  readonly traits = mallocTraits;
  override readonly explicit: ExplicitFree = this;
  private readonly released: ReleasedObjects;
  /** Constants of code. They are never freed, so that no other object comes to lie there. */
  private readonly constants = new Set<Pointer>();

  constructor(binding: HeapBinding, variables: SystemVariables, options: ManagerOptions) {
    super(binding, variables);
    this.released = new ReleasedObjects(this.storage, integerOption(options, "quarantine", DEFAULT_WAIT));
    this.storage.whenPressed = () => this.released.flush();
    this.storage.choosePlaces({ isBestFit: options.fit === "best", splits: options.split !== false });
    if (options.coalesce === false) binding.memory.setCell(variables.arrayMerging, NIL);
    beginFlatHeap(binding, options);
  }

  override allocate(type: TypeNumber): Pointer {
    return this.fresh(this.storage.allocate(type));
  }
  override cons(car: Pointer, cdr: Pointer): Pointer {
    return this.fresh(this.storage.cons(car, cdr));
  }
  override allocateBlock(dataCells: Cells, content: BlockContent, alignCells: 1 | 2 | 4 = 1): Pointer {
    return this.fresh(this.storage.allocateBlock(dataCells, content, alignCells));
  }
  private fresh(object: Pointer): Pointer {
    if (this.released.size !== 0) this.released.reused(object);
    return object;
  }

  free(object: Pointer, site: ByteAddress): void {
    if (object === NIL) return;
    const { memory } = this.storage.context;
    const isTwice = this.releaseOf(object) !== null;
    const problem = isTwice ? "double free: it is free already" : this.problemOf(object);
    if (problem !== null) {
      const message = `${pointerNotation(memory, object)} was not freed: ${problem}`;
      throw new VmFault("MemoryError", message, object);
    }
    const parts = isTable(memory, object) ? tableParts(this.storage, object) : partsOf(this.storage, object);
    this.released.release(object, parts, site);
  }
  private problemOf(object: Pointer): string | null {
    return this.constants.has(object) ? CONSTANT_OF_CODE : problemOf(this.storage, object);
  }
  keep(object: Pointer): void {
    this.constants.add(object);
  }
  releaseOf(pointer: Pointer): Release | null {
    return this.released.releaseOf(pointer);
  }

  /** Collects nothing. Storage that waits goes to the free lists, so that at the end of a program only what was never freed is left. */
  override beginCollection(): null {
    this.released.flush();
    return null;
  }

  view(): ManagerView {
    const { storage, released } = this;
    return {
      traits: mallocTraits,
      figures: mallocFigures(storage, released),
      sections: mallocSections(storage, released, this.binding.sites),
      lastCollection: null,
    };
  }
  override save(): ManagerState {
    return { ...super.save(), ...this.released.save(), constants: [...this.constants] };
  }
  override restore(state: ManagerState): void {
    super.restore(state);
    this.released.restore(state);
    this.constants.clear();
    for (const constant of Array.from(savedNumbers(state, "constants"))) this.constants.add(constant);
  }
}

/** Begins the flat heap as the options say; without options it begins when the program first asks for something, and one that an image has goes on. */
function beginFlatHeap(binding: HeapBinding, options: ManagerOptions): void {
  const wanted = heapConfiguration(options);
  const heap = new BlockHeap(binding.memory);
  if (wanted !== null && !heap.isInitialized) heap.initialize(wanted);
}
