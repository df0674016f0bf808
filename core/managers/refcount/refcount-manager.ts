/**
 * Interlisp's memory manager: deferred reference counting. References from the heap are counted, those from the stack are found when a
 * collection runs; a collection runs when enough counts have left 1, or when pages get scarce. Cycles are never freed.
 * All of its state is in the image (count tables, countdown), except statistics and what is asked for at the next safepoint.
 * Source: collection specification.
 */
import { VmFault } from "../../base/errors.ts";
import type { Cells, Pointer, TypeNumber, WordAddress } from "../../base/units.ts";
import { NIL, SMALL_POSITIVE } from "../../memory/layout.ts";
import { cdr } from "../../objects/cons.ts";
import type {
  AllocationStatistics,
  BlockContent,
  CollectCause,
  CollectionReport,
  CollectionSteps,
  CountOrder,
  HeapBinding,
  ManagerOption,
  ManagerOptions,
  ManagerState,
  ManagerTraits,
  ManagerView,
  ReferenceCounts,
} from "../contract.ts";
import { integerOption, POISON_OPTION, STRESS_OPTION } from "../contract.ts";
import { HEAP_EVENT_KINDS } from "../events.ts";
import { smallCell } from "../storage/context.ts";
import { savedNumber, savedNumbers } from "../storage/state.ts";
import { StoredManager } from "../storage/stored-manager.ts";
import type { SystemVariables } from "../storage/system-variables.ts";
import { Collection, type Unfinished } from "./collection.ts";
import { Compactor } from "./compaction.ts";
import { CountTable } from "./count-table.ts";
import { refcountFigures } from "./figures.ts";
import { MAIN_ENTRIES } from "./gc-scan.ts";
import { Reclaimer } from "./reclaim.ts";

export const refcountTraits: ManagerTraits = {
  name: "refcount",
  summary:
    "Interlisp's deferred reference counting: counts for references from the heap, a stack scan for the rest; cycles leak",
  moves: false,
  barrier: "every-heap-store",
  reclaims: "at-collection",
  collectsCycles: false,
  usesPlan: false,
  raises: HEAP_EVENT_KINDS,
};

/** Largest countdown: it is a small integer of the machine. */
const MOST_COUNTDOWN = 65_535;

export const refcountOptions: readonly ManagerOption[] = [
  {
    name: "countdown",
    kind: "integer",
    least: 0,
    most: MOST_COUNTDOWN,
    doc: "How many entries may come into the count table before a collection is due; left out, what the image says (3000).",
  },
  {
    name: "budget",
    kind: "integer",
    least: 0,
    most: 1_000_000_000,
    doc: "Most objects that are freed at one safepoint; the rest is freed at the next ones. 0: whole collections. What the program or the debugger asks for, and the last one, are always whole.",
  },
  {
    name: "compact",
    kind: "integer",
    least: 0,
    most: 100,
    doc: "Move arrays together at the end of a collection that leaves so many percent of the free array space scattered; 0, unless given, is never. For programs, not for images from a file.",
  },
  STRESS_OPTION,
  POISON_OPTION,
];

const WHOLE_TABLE: Unfinished = { from: MAIN_ENTRIES, hasLeftBehind: false };

/** Pages that must have been used up since the last collection for lack of pages, before the next one is asked for. */
const PRESSURE_STEP_PAGES = 16;
/** Overhead of an array block, as the countdown rule counts it. */
const BLOCK_OVERHEAD_CELLS = 2;

export class RefcountManager extends StoredManager implements ReferenceCounts {
  readonly traits: ManagerTraits;
  override readonly counts: ReferenceCounts = this;
  readonly table: CountTable;
  private readonly compactor: Compactor;
  private readonly stress: number;
  /** Objects that one increment may free. */
  private readonly budget: number;
  /** Why a collection was asked for; the first cause counts, but stress before all. Null costs a safepoint one comparison. */
  private asked: CollectCause | null = null;
  /** The countdown counts as run out, because a large block was allocated. */
  private untilStress: number;
  private isCollecting = false;
  /** Where the collection goes on of which an increment is done; null when none is under way. */
  private unfinished: Unfinished | null = null;
  /** Pages that were left when the last collection for lack of pages ended. */
  private pagesLeftAfter = Number.MAX_SAFE_INTEGER;

  constructor(binding: HeapBinding, variables: SystemVariables, options: ManagerOptions) {
    super(binding, variables);
    const { memory } = binding;
    this.table = new CountTable(this.storage.context, { countdownReached: () => this.ask("countdown") });
    this.storage.countWith(this.table);
    this.storage.whenPressed = (pagesLeft) => this.feelPressure(pagesLeft);
    const compact = integerOption(options, "compact", 0);
    this.compactor = new Compactor(binding, this.storage, this.table, compact);
    this.traits = compact > 0 ? { ...refcountTraits, moves: true } : refcountTraits;
    this.stress = integerOption(options, "stress", 0);
    this.budget = integerOption(options, "budget", 0) || Number.MAX_SAFE_INTEGER;
    this.untilStress = this.stress;
    if (options.poison === true) this.poisonFreed();
    if (options.countdown !== undefined) {
      const countdown = smallCell(integerOption(options, "countdown", 0));
      memory.setCell(variables.reclaimMin, countdown);
      memory.setCell(variables.reclaimCountdown, countdown);
    }
    if (memory.cell(variables.reclaimCountdown) === SMALL_POSITIVE) this.asked = "countdown";
  }

  override allocate(type: TypeNumber): Pointer {
    const object = this.storage.allocate(type);
    this.table.newObject(object);
    if (this.stress !== 0) this.countStress(object);
    return object;
  }

  /** The reference VM counts first and allocates then; the tables cannot tell, and a full heap leaves them alone this way. */
  override cons(car: Pointer, cdr: Pointer): Pointer {
    const cons = this.storage.cons(car, cdr);
    this.table.newPair(cons, car, cdr);
    if (this.stress !== 0) this.countStress(cons);
    return cons;
  }

  override replaceCdr(cons: Pointer, value: Pointer): void {
    const old = cdr(this.storage.context.memory, cons);
    this.storage.replaceCdr(cons, value);
    this.table.deleteReference(old);
    this.table.addReference(value);
  }

  override allocateBlock(dataCells: Cells, content: BlockContent, alignCells: 1 | 2 | 4 = 1): Pointer {
    const data = this.storage.allocateBlock(dataCells, content, alignCells);
    this.table.newObject(data);
    this.countLargeBlock(dataCells + BLOCK_OVERHEAD_CELLS, data);
    if (this.stress !== 0) this.countStress(data);
    return data;
  }

  override barrier(_slot: WordAddress, old: Pointer, now: Pointer, order: CountOrder): void {
    if (order === "add-first") {
      this.table.addReference(now);
      this.table.deleteReference(old);
    } else {
      this.table.deleteReference(old);
      this.table.addReference(now);
    }
  }

  /**
   * A request stands until a collection begins. The reference VM drops it when the countdown is above 0 again at the safepoint; then code that drops one
   * object and stores another between two safepoints (0, 1, 0, 1 …) never collects and fills the heap.
   */
  override due(): CollectCause | null {
    return this.asked === null ? null : this.dueNow();
  }

  private dueNow(): CollectCause | null {
    const { memory, variables } = this.storage.context;
    return memory.cell(variables.gcDisabled) !== NIL || this.isCollecting ? null : this.asked;
  }

  override leaveToImage(): void {
    this.asked = null;
  }

  override beginCollection(cause: CollectCause): CollectionSteps | null {
    const { memory, variables } = this.storage.context;
    if (this.isCollecting || memory.cell(variables.gcDisabled) !== NIL) return null;
    this.isCollecting = true;
    this.asked = null;
    const isWhole = cause === "request" || cause === "exit";
    const order = {
      number: this.collections + 1,
      cause,
      budget: isWhole ? Number.MAX_SAFE_INTEGER : this.budget,
      ...(isWhole || this.unfinished === null ? WHOLE_TABLE : this.unfinished),
    };
    this.storage.context.poison?.beginCollection(order.number, cause === "pressure" || cause === "exit");
    return new Collection(this.binding, this.storage, this.table, order, {
      beforeEnd: () => this.compact(),
      whenDone: (report, unfinished) => this.collected(report, unfinished),
    });
  }

  /** Blocks move into free ones: none may be kept from being free. */
  private compact(): void {
    if (this.traits.moves) this.storage.context.poison?.flush();
    this.compactor.run();
  }

  /** Frees one object, whose entry is gone, with all that dies by it: opcode RECLAIMCELL, and tests. */
  reclaim(object: Pointer): void {
    new Reclaimer(this.storage, this.table, { reclaimed() {}, goesOn: () => true }).reclaim(object);
  }

  private collected(report: CollectionReport, unfinished: Unfinished | null): void {
    this.finished(report);
    this.isCollecting = false;
    this.untilStress = this.stress;
    if (report.cause === "pressure") this.pagesLeftAfter = this.storage.limit.pagesLeft();
    this.unfinished = unfinished;
    // The next increment is due at the next safepoint.
    if (unfinished !== null) this.ask(report.cause);
  }

  /** A collector of the image turns the countdown off while it is at work: what it allocates asks for nothing. */
  private countStress(object: Pointer): void {
    const { memory, variables } = this.storage.context;
    if (memory.cell(variables.reclaimCountdown) === NIL) return;
    this.untilStress--;
    if (this.untilStress > 0) return;
    this.untilStress = this.stress;
    this.observer.collectionDue("stress", object);
    this.ask("stress");
  }

  /** Few pages are left. Collecting again is worth its time only when pages were used up since the last time. */
  private feelPressure(pagesLeft: number): void {
    if (pagesLeft > this.pagesLeftAfter - PRESSURE_STEP_PAGES || this.asked === "pressure" || this.isCollecting) return;
    this.observer.collectionDue("pressure", NIL);
    this.ask("pressure");
  }

  /**
   * A block of at least as many cells as the countdown still has asks for a collection (section 6). The reference runs it before allocating;
   * here it waits for the safepoint, whatever becomes of the countdown until then.
   */
  private countLargeBlock(cells: Cells, data: Pointer): void {
    const { memory, variables } = this.storage.context;
    const countdown = memory.cell(variables.reclaimCountdown);
    if (countdown === NIL || countdown - SMALL_POSITIVE > cells || this.asked !== null) return;
    this.observer.collectionDue("countdown", data);
    this.ask("countdown");
  }

  private ask(cause: CollectCause): void {
    // An image's own collector may find the countdown above 0 again, and leave that request standing.
    if (this.asked === null || cause === "stress") this.asked = cause;
    this.binding.requestSafepoint();
  }

  operate(operation: number, pointer: Pointer): Pointer {
    const { memory, variables } = this.storage.context;
    if (operation === 1) return this.table.deleteReference(pointer);
    if (operation === 0) {
      this.table.addReference(pointer);
      return NIL;
    }
    const isNormal = memory.cell(variables.reclaimCountdown) !== NIL;
    if (operation !== 2 || isNormal) {
      const what = operation === 2 ? "a stack reference outside a collection" : `count operation ${operation}`;
      this.observer.countError(pointer, `${what} is not possible`);
      throw new VmFault("MemoryError", `${what} is not possible: 0 adds, 1 deletes a reference`, pointer);
    }
    this.table.stackReference(pointer);
    return NIL;
  }
  countOf(pointer: Pointer): number | null {
    return this.table.countOf(pointer);
  }
  nextCandidate(probe: number): number {
    return this.table.mainScan.nextCandidate(probe);
  }
  nextStackMark(probe: number): number {
    return this.table.mainScan.nextStackMark(probe);
  }

  disable(): void {
    this.table.disable("by the program");
  }

  override statistics(): AllocationStatistics {
    return this.storage.statistics(this.collections, this.table.operations);
  }
  view(): ManagerView {
    const figures = [...refcountFigures(this.storage, this.collections), ...this.compactor.figures()];
    return { traits: this.traits, figures, sections: [], lastCollection: this.lastCollection };
  }

  override save(): ManagerState {
    const { asked, isCollecting, untilStress, pagesLeftAfter } = this;
    const { operations } = this.table;
    const schedule = { asked, isCollecting, untilStress, pagesLeftAfter, operations };
    const { from: resumeFrom = -1, hasLeftBehind = false } = this.unfinished ?? {};
    return { ...super.save(), ...schedule, resumeFrom, hasLeftBehind, compactions: this.compactor.save() };
  }
  override restore(state: ManagerState): void {
    super.restore(state);
    this.table.operations = savedNumber(state, "operations");
    this.untilStress = savedNumber(state, "untilStress");
    this.pagesLeftAfter = savedNumber(state, "pagesLeftAfter");
    this.asked = (state.asked ?? null) as CollectCause | null;
    // An excursion in the middle of a collection comes back to it; a second one inside would take the stack marks away.
    this.isCollecting = state.isCollecting === true;
    const from = savedNumber(state, "resumeFrom");
    this.compactor.restore(Array.from(savedNumbers(state, "compactions")));
    this.unfinished = from < 0 ? null : { from, hasLeftBehind: state.hasLeftBehind === true };
    if (this.asked !== null) this.binding.requestSafepoint();
  }
}
