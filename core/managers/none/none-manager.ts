/**
 * The memory manager that never frees: allocation by the shared allocators, and nothing else. What runs out of memory here leaks, or is large.
 * It shows what the contract asks of every manager at least.
 */
import type { Cells, Pointer, TypeNumber, VirtualPage } from "../../base/units.ts";
import type {
  AllocationStatistics,
  BlockContent,
  HeapBinding,
  ManagerState,
  ManagerTraits,
  ManagerView,
  MemoryManager,
  WeakFields,
} from "../contract.ts";
import type { HeapObserver } from "../events.ts";
import { addPage } from "../storage/new-page.ts";
import { Storage } from "../storage/storage.ts";
import type { SystemVariables } from "../storage/system-variables.ts";

export const noneTraits: ManagerTraits = {
  name: "none",
  summary: "never frees anything: the program runs until its memory is used up",
  moves: false,
  barrier: "none",
  reclaims: "never",
  collectsCycles: false,
  usesPlan: false,
};

export class NoneManager implements MemoryManager {
  readonly traits = noneTraits;
  readonly counts = null;
  readonly explicit = null;
  readonly arenas = null;
  readonly planned = null;
  readonly storage: Storage;

  constructor(binding: HeapBinding, variables: SystemVariables) {
    this.storage = new Storage(binding.memory, variables);
    this.storage.context.requestSafepoint = () => binding.requestSafepoint();
  }

  get weak(): WeakFields {
    return this.storage.weak;
  }
  get observer(): HeapObserver {
    return this.storage.context.observer;
  }
  set observer(observer: HeapObserver) {
    this.storage.context.observer = observer;
  }

  allocate(type: TypeNumber): Pointer {
    return this.storage.allocate(type);
  }
  cons(car: Pointer, cdr: Pointer): Pointer {
    return this.storage.cons(car, cdr);
  }
  replaceCdr(cons: Pointer, cdr: Pointer): void {
    this.storage.replaceCdr(cons, cdr);
  }
  allocateBlock(dataCells: Cells, content: BlockContent, alignCells: 1 | 2 | 4 = 1): Pointer {
    return this.storage.allocateBlock(dataCells, content, alignCells);
  }
  addPage(page: VirtualPage): void {
    addPage(this.storage.context, page);
  }
  barrier(): void {}

  due(): null {
    return null;
  }
  leaveToImage(): void {}
  beginCollection(): null {
    return null;
  }
  collect(): null {
    return null;
  }

  usage() {
    return this.storage.usage();
  }
  statistics(): AllocationStatistics {
    return this.storage.statistics(0);
  }
  view(): ManagerView {
    const { limitPages, usedPages } = this.storage.limit.extent();
    const { allocatedObjects } = this.statistics();
    return {
      traits: noneTraits,
      figures: [
        {
          label: "objects allocated",
          value: String(allocatedObjects),
          meaning: "objects allocated since the machine started; none was freed",
        },
        {
          label: "pages used",
          value: `${usedPages} of ${limitPages}`,
          meaning: "pages of 512 bytes given to objects and arrays",
        },
      ],
      sections: [],
      lastCollection: null,
    };
  }
  save(): ManagerState {
    return this.storage.save();
  }
  restore(state: ManagerState): void {
    this.storage.restore(state);
  }
}
