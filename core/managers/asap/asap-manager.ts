/**
 * The memory manager "as static as possible": the compiler decides when objects end, and this executes its plan. What the plan says nothing about
 * lives until the program ends, so that it is sound for every program; it never looks through the heap for garbage.
 * Every object has a slot with a generation beside the image, by which a reference to something that is gone is recognised.
 * Source: description of system O.
 */
import type { Cells, Pointer, TypeNumber, WordAddress } from "../../base/units.ts";
import { NIL, TYPE_BLOCK, TYPE_FIXP, TYPE_FLOATP } from "../../memory/layout.ts";
import { cdr } from "../../objects/cons.ts";
import type {
  BlockContent,
  CollectCause,
  CollectionReport,
  CollectionSteps,
  HeapBinding,
  ManagerOption,
  ManagerOptions,
  ManagerState,
  ManagerTraits,
  ManagerView,
} from "../contract.ts";
import { BLOCK_CODE, integerOption, STRESS_OPTION } from "../contract.ts";
import { COLLECTION_EVENTS, STORAGE_EVENTS } from "../events.ts";
import { savedNumber, savedNumbers, savedText } from "../storage/state.ts";
import { StoredManager } from "../storage/stored-manager.ts";
import type { SystemVariables } from "../storage/system-variables.ts";
import { Allocation } from "./allocation.ts";
import { PlannedComponents } from "./components/planned-components.ts";
import { AsapHeap } from "./heap.ts";
import { atomicCounting, plainCounting } from "./objects/counting.ts";
import { NO_SLOT } from "./objects/object-table.ts";
import { LifetimePlan } from "./planned.ts";
import { ProgramEnd } from "./program-end.ts";
import { OpenedArenas } from "./regions/opened-arenas.ts";
import { Boxes, BoxSweep } from "./release/boxes.ts";
import { Edges } from "./release/edges.ts";
import { FreeByProgram } from "./release/explicit-free.ts";
import { Releaser } from "./release/release.ts";
import { asapFigures } from "./view/figures.ts";
import { asapSections } from "./view/sections.ts";

export const asapTraits: ManagerTraits = {
  name: "asap",
  summary:
    "the compiler's plan: objects end at their last use, with their scope, or with their last owner; no heap scan",
  moves: false,
  barrier: "every-heap-store",
  reclaims: "at-last-use",
  collectsCycles: false,
  usesPlan: true,
  raises: [...STORAGE_EVENTS, ...COLLECTION_EVENTS, "object.free", "refcount.zero"],
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
  {
    name: "counting",
    kind: "choice",
    choices: ["plain", "atomic"],
    doc: "How counts of shared objects are changed; the machine has one thread, so plain is enough, and is what happens when it is left out.",
  },
  STRESS_OPTION,
];

export class AsapManager extends StoredManager {
  readonly traits = asapTraits;
  override readonly explicit: FreeByProgram;
  override readonly arenas: OpenedArenas;
  override readonly planned: LifetimePlan;
  private readonly heap: AsapHeap;
  private readonly allocation: Allocation;
  private readonly boxes: Boxes;
  private readonly edges: Edges;
  private readonly releaser: Releaser;
  private readonly components: PlannedComponents;
  private readonly stress: number;
  /** Allocations until number boxes are looked for, when that happens every so many. */
  private untilStress: number;

  constructor(binding: HeapBinding, variables: SystemVariables, options: ManagerOptions) {
    super(binding, variables);
    this.stress = integerOption(options, "stress", 0);
    this.untilStress = this.stress;
    const counting = options.counting === "atomic" ? atomicCounting : plainCounting;
    this.heap = new AsapHeap(binding, this.storage, integerOption(options, "quarantine", QUARANTINE), counting);
    this.boxes = new Boxes(this.heap, binding);
    this.edges = new Edges(this.heap, this.boxes);
    this.releaser = new Releaser(this.heap, this.edges);
    this.heap.whenLeaving = (slot) => this.releaser.leaveParts(slot);
    this.components = new PlannedComponents(this.heap, this.releaser);
    this.allocation = new Allocation(this.heap, this.components.groups);
    this.arenas = new OpenedArenas(this.heap, this.allocation);
    this.explicit = new FreeByProgram(this.heap, this.allocation, this.releaser);
    this.planned = new LifetimePlan(this.heap, this.allocation, this.releaser, this.components);
  }

  override allocate(type: TypeNumber): Pointer {
    const { storage, allocation, heap } = this;
    const isBox = type === TYPE_FIXP || type === TYPE_FLOATP;
    storage.place = isBox ? null : allocation.place;
    const object = storage.allocate(type);
    if (isBox) this.boxes.consider(allocation.enterBox(object));
    else heap.coverObject(allocation.enter(object, true), type);
    if (this.stress !== 0) this.countStress(object);
    return object;
  }
  override cons(car: Pointer, cdr: Pointer): Pointer {
    const { storage, allocation, heap } = this;
    storage.place = allocation.place;
    const cons = storage.cons(car, cdr);
    const slot = allocation.enter(cons, true);
    heap.coverCons(slot);
    this.edges.stored(cons, car);
    this.edges.stored(cons, cdr);
    if (this.components.groups.isUsed) {
      this.components.stored(slot, NIL, car);
      this.components.stored(slot, NIL, cdr);
    }
    if (this.stress !== 0) this.countStress(cons);
    return cons;
  }
  override replaceCdr(cons: Pointer, value: Pointer): void {
    const { heap, storage } = this;
    const old = cdr(heap.memory, cons);
    if (this.watchesStores) this.watchStore(cons, true, old, value);
    storage.replaceCdr(cons, value);
    const slot = heap.liveSlot(cons);
    if (slot !== NO_SLOT) heap.coverCons(slot);
    this.edges.stored(cons, value);
    this.edges.overwritten(cons, old);
  }
  override allocateBlock(dataCells: Cells, content: BlockContent, alignCells: 1 | 2 | 4 = 1): Pointer {
    if (content === BLOCK_CODE) return this.allocation.outside(() => this.takeBlock(dataCells, content, alignCells));
    return this.takeBlock(dataCells, content, alignCells);
  }
  private takeBlock(dataCells: Cells, content: BlockContent, alignCells: 1 | 2 | 4): Pointer {
    const { storage, allocation, heap } = this;
    storage.place = allocation.place;
    const data = storage.allocateBlock(dataCells, content, alignCells);
    heap.coverObject(allocation.enter(data, false), TYPE_BLOCK);
    if (this.stress !== 0) this.countStress(data);
    return data;
  }

  override barrier(slot: WordAddress, old: Pointer, now: Pointer): void {
    if (this.watchesStores) this.watchStore(slot, false, old, now);
    this.edges.stored(slot, now);
    this.edges.overwritten(slot, old);
  }
  /** Stores matter to open arenas and to components; without either a store costs this comparison. */
  private get watchesStores(): boolean {
    return this.arenas.regions.depth > 0 || this.components.groups.isUsed;
  }
  private watchStore(slot: WordAddress, isCdr: boolean, old: Pointer, now: Pointer): void {
    if (this.arenas.regions.depth > 0) this.arenas.checkStore(slot, isCdr, now);
    if (this.components.groups.isUsed) this.components.stored(this.heap.table.holderOf(slot), old, now);
  }

  override due(): CollectCause | null {
    if (this.boxes.isDue) return "countdown";
    return this.stress !== 0 && this.untilStress <= 0 ? "stress" : null;
  }
  private countStress(object: Pointer): void {
    this.untilStress--;
    if (this.untilStress > 0) return;
    if (this.untilStress === 0) this.observer.collectionDue("stress", object);
    this.binding.requestSafepoint();
  }

  /** The plan says when objects end. A collection looks for number boxes that nothing refers to, or releases what is left at the end of the program. */
  override beginCollection(cause: CollectCause): CollectionSteps | null {
    this.untilStress = this.stress;
    const about = { number: this.collections + 1, cause };
    const whenDone = (report: CollectionReport) => this.finished(report);
    if (cause === "exit") return new ProgramEnd(this.heap, this.allocation, this.components, about, whenDone);
    const hasWork = this.boxes.waiting > 0 || (cause === "pressure" && this.heap.quarantine.size > 0);
    if (cause === "request" || !hasWork) return null;
    return new BoxSweep(this.heap, this.boxes, about, whenDone);
  }

  /** What is in quarantine is freed, and not free. */
  override usage() {
    const { usedWords, freeWords } = super.usage();
    const waiting = this.heap.quarantine.words();
    return { usedWords: usedWords + waiting, freeWords: Math.max(0, freeWords - waiting) };
  }
  view(): ManagerView {
    const { heap, allocation, components } = this;
    const figures = asapFigures(heap, allocation, components, this.boxes);
    const sections = asapSections(heap, allocation, components);
    return { traits: asapTraits, figures, sections, lastCollection: this.lastCollection };
  }

  override save(): ManagerState {
    const { heap, allocation, components } = this;
    return {
      ...super.save(),
      ...heap.table.save(),
      ...allocation.save(),
      ...components.groups.save(),
      ...this.explicit.save(),
      componentAccount: components.save(),
      boxes: this.boxes.save(),
      quarantine: heap.quarantine.save(),
      round: this.releaser.round,
      untilStress: this.untilStress,
    };
  }
  override restore(state: ManagerState): void {
    const { heap, allocation, components } = this;
    super.restore(state);
    heap.table.restore(state);
    heap.quarantine.restore(savedNumbers(state, "quarantine"));
    heap.coverAll();
    allocation.restore(state);
    this.arenas.restore();
    components.groups.restore(state);
    this.explicit.restore(state);
    components.restore(savedText(state, "componentAccount"));
    this.boxes.restore(savedNumbers(state, "boxes"));
    this.releaser.reset();
    this.releaser.round = savedNumber(state, "round");
    this.untilStress = savedNumber(state, "untilStress");
  }
}
