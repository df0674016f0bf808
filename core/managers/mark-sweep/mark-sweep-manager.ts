/**
 * The memory manager of Zexus: every object has an id; after a number of allocations, what no root reaches is found by marking and freed, cycles included.
 * Storage comes from the allocators that all managers share. All that belongs to it lies outside the image.
 */
import { VmFault } from "../../base/errors.ts";
import type { ByteAddress, Cells, Pointer, TypeNumber, WordAddress, Words } from "../../base/units.ts";
import { NIL, POINTER_MASK } from "../../memory/layout.ts";
import { cdr } from "../../objects/cons.ts";
import { instanceWords } from "../../objects/dtd.ts";
import { pointerNotation } from "../../objects/pointer-notation.ts";
import type {
  AllocationStatistics,
  BlockContent,
  CollectCause,
  CollectionReport,
  CollectionSteps,
  CountOrder,
  ExplicitFree,
  HeapBinding,
  ManagerOptions,
  ManagerState,
  ManagerTraits,
  ManagerView,
} from "../contract.ts";
import { COLLECTION_EVENTS, STORAGE_EVENTS } from "../events.ts";
import { BLOCK_OVERHEAD_CELLS } from "../storage/blocks/block-allocator.ts";
import { CONSTANT_OF_CODE, problemOf } from "../storage/freeing/parts.ts";
import { savedNumbers } from "../storage/state.ts";
import { consWords } from "../storage/storage.ts";
import { StoredManager } from "../storage/stored-manager.ts";
import type { SystemVariables } from "../storage/system-variables.ts";
import { Collection, type CollectionOwner } from "./collection.ts";
import { Compactor } from "./machine/compactor.ts";
import { MachineObjects } from "./machine/machine-objects.ts";
import { type MarkSweepSettings, markSweepSettings } from "./options.ts";
import { Schedule } from "./schedule.ts";
import { FLAG_CONSTANT, ObjectTable } from "./table/object-table.ts";
import { restoreTable, saveTable } from "./table/save-table.ts";
import { type CycleKind, TracedHeap } from "./traced-heap.ts";
import { markSweepFigures, markSweepSections } from "./view.ts";

const BYTES = 2;
const CELL_WORDS = 2;

export const markSweepTraits: ManagerTraits = {
  name: "mark-sweep",
  summary:
    "Zexus: numbered objects; after a number of allocations what no root reaches is marked out and freed, cycles too",
  moves: false,
  barrier: "every-heap-store",
  reclaims: "at-collection",
  collectsCycles: true,
  usesPlan: false,
  raises: [...STORAGE_EVENTS, ...COLLECTION_EVENTS, "object.free"],
};

export class MarkSweepManager extends StoredManager implements CollectionOwner {
  readonly traits: ManagerTraits;
  override readonly explicit: ExplicitFree = this;
  readonly heap: TracedHeap;
  private readonly settings: MarkSweepSettings;
  private readonly table: ObjectTable;
  private readonly objects: MachineObjects;
  private readonly schedule: Schedule;
  private readonly compactor: Compactor;
  private readonly takeRoot = (pointer: Pointer) => this.addRoot(pointer);
  private collection: Collection | null = null;
  /** Objects that the program has freed and whose storage was not handed out again, with the instruction that freed each. */
  private readonly freed = new Map<Pointer, ByteAddress>();

  constructor(binding: HeapBinding, variables: SystemVariables, options: ManagerOptions) {
    super(binding, variables);
    this.settings = markSweepSettings(options);
    const { policy, limit, history, stress } = this.settings;
    this.table = new ObjectTable(limit, history);
    this.objects = new MachineObjects(this.storage, this.table);
    this.objects.whenReleased = (type, words) => this.collection?.reclaimed(type, words);
    this.heap = new TracedHeap(this.table, this.objects, policy);
    this.compactor = new Compactor(this.storage, this.objects, this.table);
    if (options.poison === true) this.poisonFreed();
    this.traits = markSweepTraits;
    if (this.settings.compact > 0) this.traits = { ...this.traits, moves: true };
    const { counters } = this.heap;
    if (counters !== null) {
      this.traits = { ...this.traits, raises: [...this.traits.raises, "refcount.zero"] };
      counters.whenZero = (id) => this.observer.countZero(this.table.payloads[id] as Pointer);
    }
    this.schedule = new Schedule(this.storage, stress, () => binding.requestSafepoint());
  }

  override allocate(type: TypeNumber): Pointer {
    const { memory } = this.storage.context;
    const words = instanceWords(memory, type);
    this.checkRoom(BYTES * words);
    const object = this.storage.allocate(type);
    this.objects.owners.claim(object, words, this.adopt(object, words));
    return object;
  }

  override cons(car: Pointer, cdr: Pointer): Pointer {
    this.checkRoom(cdr === NIL ? BYTES * CELL_WORDS : 2 * BYTES * CELL_WORDS);
    const cons = this.storage.cons(car, cdr);
    const id = this.adopt(cons, consWords(this.storage.context.memory, cons));
    this.objects.claimCons(cons, id + 1);
    this.heap.replaced(id, -1, this.objects.idAt(car));
    this.heap.replaced(id, -1, this.objects.idAt(cdr));
    return cons;
  }

  override replaceCdr(cons: Pointer, value: Pointer): void {
    const { objects, storage } = this;
    const { memory } = storage.context;
    const old = objects.idAt(cdr(memory, cons));
    const now = objects.idAt(value);
    const holder = objects.holderOfCdr(cons, now);
    const words = consWords(memory, cons);
    storage.replaceCdr(cons, value);
    const gained = consWords(memory, cons) - words;
    if (holder >= 0 && gained > 0) {
      objects.claimCons(cons, holder + 1);
      this.heap.enlarge(holder, BYTES * gained);
    }
    this.heap.replaced(holder, old, now);
    if (this.settings.hybrid !== 0 && this.hasEnoughWaiting()) this.schedule.call("countdown", cons);
  }

  override allocateBlock(dataCells: Cells, content: BlockContent, alignCells: 1 | 2 | 4 = 1): Pointer {
    this.checkRoom(BYTES * CELL_WORDS * (dataCells + BLOCK_OVERHEAD_CELLS));
    const data = this.storage.allocateBlock(dataCells, content, alignCells);
    const words = this.objects.wordsOf(data);
    this.objects.claim(data, this.adopt(data, words));
    return data;
  }

  /** Takes a new object into the table. */
  private adopt(object: Pointer, words: Words): number {
    if (this.freed.size !== 0) this.freed.delete(object);
    const { heap } = this;
    const wasDue = heap.isDue;
    const id = heap.allocate(BYTES * words, object, this.table.statistics.allocations);
    if (heap.isDue && !wasDue) this.schedule.call("countdown", object);
    if (this.schedule.stress !== 0) this.schedule.countAllocation(object);
    return id;
  }

  private hasEnoughWaiting(): boolean {
    const { counters } = this.heap;
    return counters !== null && counters.fresh >= this.settings.hybrid;
  }

  /** The limit is looked at before storage changes anything. */
  private checkRoom(bytes: number): void {
    if (this.table.statistics.current + bytes <= this.table.limit) return;
    try {
      this.table.checkRoom(bytes);
    } catch (fault) {
      this.observer.storageFull(fault instanceof VmFault ? fault.message : "");
      throw fault;
    }
  }

  override barrier(slot: WordAddress, old: Pointer, now: Pointer, _order: CountOrder): void {
    const { objects } = this;
    const target = objects.idAt(now);
    this.heap.replaced(objects.holderOf(slot, target), objects.idAt(old), target);
    if (this.settings.hybrid !== 0 && this.hasEnoughWaiting()) this.schedule.call("countdown", old & POINTER_MASK);
  }

  /** `(free x)`: the object goes, whoever refers to it; where references are counted, only when no object does. */
  free(object: Pointer, site: ByteAddress): void {
    const id = this.objects.idAt(object);
    const notation = pointerNotation(this.storage.context.memory, object);
    const refuse = (why: string) => new VmFault("MemoryError", `${notation} cannot be freed: ${why}`, object);
    if (id < 0 || this.collection !== null) {
      throw refuse(problemOf(this.storage, object) ?? "it is none of the objects of this heap, or was freed before");
    }
    if (((this.table.flags[id] as number) & FLAG_CONSTANT) !== 0) throw refuse(CONSTANT_OF_CODE);
    const references = this.heap.counters === null ? 0 : (this.table.counts[id] as number);
    if (references > 0) throw refuse(`${references} references still lead to it`);
    this.heap.deallocate(this.table.handle(id));
    this.freed.set(object, site);
  }
  keep(object: Pointer): void {
    const id = this.objects.idAt(object);
    if (id >= 0) this.table.flags[id] = (this.table.flags[id] as number) | FLAG_CONSTANT;
  }
  releaseOf(object: Pointer) {
    const site = this.freed.get(object);
    return site === undefined ? null : { object, site };
  }

  override due(): CollectCause | null {
    return this.collection === null ? this.schedule.asked : null;
  }
  override leaveToImage(): void {
    this.schedule.asked = null;
  }

  override beginCollection(cause: CollectCause): CollectionSteps | null {
    if (this.collection !== null) return null;
    this.schedule.asked = null;
    const isDue = cause === "countdown";
    // Whoever asks for a collection wants all that is dead now, not what was dead when a cycle began.
    if (!isDue) this.heap.cancel();
    const kind = isDue ? (this.heap.cycle ?? this.dueKind()) : "major";
    // Releasing by counts cannot be left in the middle: what the stack holds changes.
    const isInPieces = isDue && kind !== "counted";
    const budget = isInPieces ? this.settings.budget : Number.POSITIVE_INFINITY;
    const regions = isDue && this.settings.regions > 0 ? this.settings.regions : Number.POSITIVE_INFINITY;
    const order = { number: this.collections + 1, cause, kind, budget, regions };
    this.storage.context.poison?.beginCollection(order.number, cause === "pressure" || cause === "exit");
    this.collection = new Collection(this.heap, this.storage.context, this, order);
    return this.collection;
  }

  private dueKind(): CycleKind {
    return this.heap.isDue ? this.heap.dueKind() : "counted";
  }

  findRoots(kind: CycleKind): void {
    this.table.clearRoots();
    if (kind === "major") this.binding.eachRoot(this.takeRoot);
    else this.binding.eachStackPointer(this.takeRoot);
    this.objects.residents.visit((pointer) => this.addRoot(pointer));
  }
  private addRoot(pointer: Pointer): boolean {
    const id = this.objects.idAt(pointer);
    if (id >= 0) this.table.addRoot(id);
    return id >= 0;
  }

  compact(): void {
    if (this.settings.compact === 0) return;
    // Other objects may come to lie where freed ones were.
    this.freed.clear();
    // Blocks move into free ones: none may be kept from being free.
    this.storage.context.poison?.flush();
    this.compactor.run(this.settings.compact, (visit) => this.binding.eachRoot(visit));
  }

  collected(report: CollectionReport, isUnfinished: boolean): void {
    this.finished(report);
    this.collection = null;
    this.schedule.collected(report.cause);
    if (isUnfinished || this.heap.isDue || this.hasEnoughWaiting()) this.schedule.resume("countdown");
  }

  override statistics(): AllocationStatistics {
    return this.storage.statistics(this.collections, this.heap.counters?.operations ?? 0);
  }
  view(): ManagerView {
    const { heap, lastCollection } = this;
    const figures = [...markSweepFigures(heap), ...this.compactor.figures()];
    const sections = markSweepSections(heap, this.storage, this.settings.leakAge);
    return { traits: this.traits, figures, sections, lastCollection };
  }

  override save(): ManagerState {
    const { slots, conses } = this.objects.residents.save();
    return {
      ...super.save(),
      ...this.schedule.save(),
      ...saveTable(this.table),
      ...this.heap.save(),
      isCollecting: this.collection !== null,
      compactions: this.compactor.save(),
      residentSlots: slots,
      freed: [...this.freed].flat(),
      residentConses: conses,
    };
  }
  override restore(state: ManagerState): void {
    // An excursion in the middle of a collection comes back to it: none can begin meanwhile, so it is the one that is under way now.
    if (state.isCollecting !== true) this.collection = null;
    super.restore(state);
    restoreTable(this.table, state);
    this.objects.restore(savedNumbers(state, "residentSlots"), savedNumbers(state, "residentConses"));
    this.heap.restore(state);
    this.compactor.restore(Array.from(savedNumbers(state, "compactions")));
    this.freed.clear();
    const freed = savedNumbers(state, "freed");
    for (let i = 0; i < freed.length; i += 2) this.freed.set(freed[i] as Pointer, freed[i + 1] as ByteAddress);
    this.schedule.restore(state);
  }
}
