/**
 * The memory manager "as static as possible": the compiler decides when objects end, and this executes its plan. What the plan says nothing about
 * lives until the program ends, so that it is sound for every program; it never looks through the heap for garbage.
 * Every object has a slot with a generation beside the image, by which a reference to something that is gone is recognised.
 * Source: description of system O.
 */
import type { Cells, Pointer, TypeNumber, VirtualPage } from "../../base/units.ts";
import { STRATEGY } from "../../isa/plan.ts";
import { TYPE_FIXP, TYPE_FLOATP } from "../../memory/layout.ts";
import type {
  AllocationStatistics,
  BlockContent,
  CollectCause,
  CollectionReport,
  CollectionSteps,
  FinishedCollection,
  HeapBinding,
  ManagerOption,
  ManagerOptions,
  ManagerState,
  ManagerTraits,
  ManagerView,
  MemoryManager,
} from "../contract.ts";
import { BLOCK_CODE, integerOption } from "../contract.ts";
import type { HeapObserver } from "../events.ts";
import { addPage } from "../storage/new-page.ts";
import { savedNumber, savedNumbers } from "../storage/state.ts";
import { Storage } from "../storage/storage.ts";
import type { SystemVariables } from "../storage/system-variables.ts";
import { Allocation } from "./allocation.ts";
import { asapFigures } from "./figures.ts";
import { AsapHeap } from "./heap.ts";
import { LifetimePlan } from "./planned.ts";
import { ProgramEnd } from "./program-end.ts";
import { Releaser } from "./release/release.ts";

export const asapTraits: ManagerTraits = {
  name: "asap",
  summary:
    "the compiler's plan: objects end at their last use, with their scope, or with their last owner; no heap scan",
  moves: false,
  barrier: "every-heap-store",
  reclaims: "at-last-use",
  collectsCycles: false,
  usesPlan: true,
};

const QUARANTINE = 64;
export const asapOptions: readonly ManagerOption[] = [
  {
    name: "quarantine",
    kind: "integer",
    least: 0,
    most: 1_000_000,
    doc: `Freed objects whose storage is not used anew yet, so that whoever still uses one is found out; ${QUARANTINE} when left out, 0 for none.`,
  },
];

export class AsapManager implements MemoryManager {
  readonly traits = asapTraits;
  readonly counts = null;
  readonly explicit = null;
  readonly arenas = null;
  readonly planned: LifetimePlan;
  readonly storage: Storage;
  private readonly heap: AsapHeap;
  private readonly allocation: Allocation;
  private readonly releaser: Releaser;
  private collections = 0;
  private lastCollection: FinishedCollection | null = null;

  constructor(binding: HeapBinding, variables: SystemVariables, options: ManagerOptions) {
    this.storage = new Storage(binding.memory, variables);
    this.storage.context.requestSafepoint = () => binding.requestSafepoint();
    this.heap = new AsapHeap(binding, this.storage, integerOption(options, "quarantine", QUARANTINE));
    this.allocation = new Allocation(this.heap);
    this.releaser = new Releaser(this.heap);
    this.planned = new LifetimePlan(this.heap, this.allocation, this.releaser);
  }

  get observer(): HeapObserver {
    return this.storage.context.observer;
  }
  set observer(observer: HeapObserver) {
    this.storage.context.observer = observer;
  }

  allocate(type: TypeNumber): Pointer {
    const { storage, allocation } = this;
    if (type === TYPE_FIXP || type === TYPE_FLOATP) {
      storage.place = allocation.program;
      return allocation.enterBox(storage.allocate(type));
    }
    storage.place = allocation.place;
    return allocation.enter(storage.allocate(type), true);
  }
  cons(car: Pointer, cdr: Pointer): Pointer {
    this.storage.place = this.allocation.place;
    return this.allocation.enter(this.storage.cons(car, cdr), true);
  }
  replaceCdr(cons: Pointer, cdr: Pointer): void {
    this.storage.replaceCdr(cons, cdr);
  }
  allocateBlock(dataCells: Cells, content: BlockContent, alignCells: 1 | 2 | 4 = 1): Pointer {
    const { storage, allocation } = this;
    if (content === BLOCK_CODE) allocation.plan(STRATEGY.PROGRAM);
    storage.place = allocation.place;
    return allocation.enter(storage.allocateBlock(dataCells, content, alignCells), false);
  }
  addPage(page: VirtualPage): void {
    addPage(this.storage.context, page);
  }
  barrier(): void {}

  due(): null {
    return null;
  }
  leaveToImage(): void {}

  /** The plan says when objects end; only the end of the program releases what is left. */
  beginCollection(cause: CollectCause): CollectionSteps | null {
    if (cause !== "exit") return null;
    const about = { number: this.collections + 1, cause };
    return new ProgramEnd(this.heap, this.allocation, about, (report) => this.collected(report));
  }
  collect(cause: CollectCause): CollectionReport | null {
    const steps = this.beginCollection(cause);
    if (steps === null) return null;
    while (steps.phase !== "done") steps.step();
    return steps.report;
  }
  private collected(report: CollectionReport): void {
    const { number, cause, marked, freedObjects, freedWords } = report;
    this.lastCollection = { number, cause, marked, freedObjects, freedWords };
    this.collections++;
  }

  usage() {
    return this.storage.usage();
  }
  statistics(): AllocationStatistics {
    return this.storage.statistics(this.collections);
  }
  view(): ManagerView {
    const figures = asapFigures(this.heap, this.allocation);
    return { traits: asapTraits, figures, sections: [], lastCollection: this.lastCollection };
  }
  save(): ManagerState {
    const { collections, heap } = this;
    const quarantine = heap.quarantine.save();
    return { ...this.storage.save(), ...heap.table.save(), ...this.allocation.save(), quarantine, collections };
  }
  restore(state: ManagerState): void {
    this.storage.restore(state);
    this.heap.table.restore(state);
    this.heap.quarantine.restore(savedNumbers(state, "quarantine"));
    this.allocation.restore(state);
    this.releaser.reset();
    this.collections = savedNumber(state, "collections");
  }
}
