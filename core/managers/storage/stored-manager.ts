/**
 * What managers do alike that keep their objects in the shared storage: they hand it out, show its figures, and collect by going through their own steps.
 * As it stands it never frees anything; a manager overrides what its policy is about, and nothing else.
 */
import type { Cells, Pointer, TypeNumber, VirtualPage, WordAddress } from "../../base/units.ts";
import type {
  AllocationStatistics,
  BlockContent,
  CollectCause,
  CollectionReport,
  CollectionSteps,
  CountOrder,
  ExplicitFree,
  FinishedCollection,
  HeapBinding,
  ManagerState,
  ManagerTraits,
  ManagerView,
  MemoryManager,
  PlannedMemory,
  PoisonedStorage,
  ProgramArenas,
  ReferenceCounts,
  WeakFields,
} from "../contract.ts";
import type { HeapObserver } from "../events.ts";
import { Poison } from "./freeing/poison.ts";
import { addPage } from "./new-page.ts";
import { restoreFinished, savedNumber, saveFinished } from "./state.ts";
import { Storage } from "./storage.ts";
import type { SystemVariables } from "./system-variables.ts";

export abstract class StoredManager implements MemoryManager {
  abstract readonly traits: ManagerTraits;
  readonly counts: ReferenceCounts | null = null;
  readonly explicit: ExplicitFree | null = null;
  readonly arenas: ProgramArenas | null = null;
  readonly planned: PlannedMemory | null = null;
  get poisoned(): PoisonedStorage | null {
    return this.storage.context.poison;
  }
  readonly storage: Storage;
  protected readonly binding: HeapBinding;
  /** Collections that have ended, pieces of one included. */
  protected collections = 0;
  protected lastCollection: FinishedCollection | null = null;

  constructor(binding: HeapBinding, variables: SystemVariables) {
    this.binding = binding;
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
  barrier(_slot: WordAddress, _old: Pointer, _now: Pointer, _order: CountOrder): void {}

  due(): CollectCause | null {
    return null;
  }
  leaveToImage(): void {}
  beginCollection(_cause: CollectCause): CollectionSteps | null {
    return null;
  }
  collect(cause: CollectCause): CollectionReport | null {
    const steps = this.beginCollection(cause);
    if (steps === null) return null;
    while (steps.phase !== "done") steps.step();
    return steps.report;
  }
  /** From now on what is freed is poisoned. */
  protected poisonFreed(): void {
    const { storage, binding } = this;
    storage.context.poison = new Poison(
      binding.memory,
      () => this.observer,
      binding.sites,
      (object, type) => storage.giveBack(object, type),
    );
  }
  /** A collection has ended, or a piece of one. */
  protected finished({ number, cause, marked, freedObjects, freedWords }: CollectionReport): void {
    this.lastCollection = { number, cause, marked, freedObjects, freedWords };
    this.collections++;
    this.storage.context.poison?.endCollection();
  }

  usage() {
    return this.storage.usage();
  }
  statistics(): AllocationStatistics {
    return this.storage.statistics(this.collections);
  }
  abstract view(): ManagerView;
  save(): ManagerState {
    return {
      ...this.storage.save(),
      ...this.storage.context.poison?.save(),
      collections: this.collections,
      ...saveFinished(this.lastCollection),
    };
  }
  restore(state: ManagerState): void {
    this.storage.restore(state);
    this.storage.context.poison?.restore(state);
    this.collections = savedNumber(state, "collections");
    this.lastCollection = restoreFinished(state);
  }
}
