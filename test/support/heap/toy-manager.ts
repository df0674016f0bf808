/** A manager for tests of the machine alone: hands out storage from one end, counts nothing, and collects in steps that only report. */
import type { Pointer, TypeNumber } from "../../../core/base/units.ts";
import type {
  CollectCause,
  CollectionPhase,
  CollectionReport,
  CollectionSteps,
  HeapBinding,
  ManagerFactory,
  ManagerTraits,
  MemoryManager,
  WeakFields,
} from "../../../core/managers/contract.ts";
import { integerOption, STRESS_OPTION } from "../../../core/managers/contract.ts";
import { HEAP_EVENT_KINDS, type HeapObserver, silent } from "../../../core/managers/events.ts";
import { WeakReferences } from "../../../core/managers/storage/freeing/weak-references.ts";
import { DTD_BASE, DTD_WORDS, NIL, TYPE_LISTP, TYPE_TABLE_BASE } from "../../../core/memory/layout.ts";

const traits: ManagerTraits = {
  name: "toy",
  summary: "storage from one end, never freed",
  moves: false,
  barrier: "none",
  reclaims: "never",
  collectsCycles: false,
  usesPlan: false,
  raises: HEAP_EVENT_KINDS,
};

const UNIT_WORDS = 512;

export class ToyManager implements MemoryManager {
  readonly traits = traits;
  readonly counts = null;
  readonly explicit = null;
  readonly arenas = null;
  readonly planned = null;
  readonly poisoned = null;
  readonly weak: WeakFields;
  observer: HeapObserver = silent;
  private readonly binding: HeapBinding;
  private nextUnit = 0x400000;
  private readonly open = new Map<TypeNumber, { at: number; end: number }>();
  private allocatedObjects = 0;
  /** Pointers that the last collection found on the stack. */
  readonly marked: Pointer[] = [];
  /** Every so many allocations a collection is due. */
  readonly every: number;
  private untilDue: number;

  constructor(binding: HeapBinding, every: number) {
    this.binding = binding;
    this.weak = new WeakReferences(binding.memory);
    this.every = every;
    this.untilDue = every;
  }

  private take(type: TypeNumber, words: number): Pointer {
    let room = this.open.get(type);
    if (room === undefined || room.at + words > room.end) {
      room = { at: this.nextUnit, end: this.nextUnit + UNIT_WORDS };
      this.binding.memory.setWord(TYPE_TABLE_BASE + (this.nextUnit >> 9), this.entryOf(type));
      this.nextUnit += UNIT_WORDS;
      this.open.set(type, room);
    }
    const object = room.at;
    room.at += words;
    this.allocatedObjects++;
    this.observer.allocated(object, type, words);
    if (this.every > 0 && --this.untilDue === 0) {
      this.binding.requestSafepoint();
      this.observer.collectionDue("stress", NIL);
    }
    return object;
  }
  private entryOf(type: TypeNumber): number {
    return this.binding.memory.word(DTD_BASE + DTD_WORDS * type + 16) || type;
  }

  allocate(type: TypeNumber): Pointer {
    return this.take(type, this.binding.memory.word(DTD_BASE + DTD_WORDS * type + 3) || 2);
  }
  cons(car: Pointer, cdr: Pointer): Pointer {
    const memory = this.binding.memory;
    const cell = this.take(TYPE_LISTP, 4);
    memory.setCell(cell, ((cdr === 0 ? 8 : 1) << 28) | car);
    memory.setCell(cell + 2, cdr);
    return cell;
  }
  replaceCdr(cons: Pointer, cdr: Pointer): void {
    const memory = this.binding.memory;
    memory.setCell(cons + 2, cdr);
    memory.setCell(cons, (memory.cell(cons) & 0x0fffffff) | ((cdr === 0 ? 8 : 1) << 28));
  }
  allocateBlock(dataCells: number): Pointer {
    const block = this.nextUnit;
    this.nextUnit += Math.ceil((2 * dataCells) / UNIT_WORDS) * UNIT_WORDS;
    return block;
  }
  addPage(): void {}
  barrier(): void {}

  due(): CollectCause | null {
    return this.every > 0 && this.untilDue <= 0 ? "stress" : null;
  }
  leaveToImage(): void {
    this.untilDue = this.every;
  }
  beginCollection(cause: CollectCause): CollectionSteps {
    this.untilDue = this.every;
    const report: CollectionReport = {
      number: 1,
      cause,
      marked: 0,
      freedObjects: 0,
      freedWords: 0,
      freedByType: new Map(),
    };
    const order: CollectionPhase[] = ["start", "scan", "reclaim", "end", "done"];
    const manager = this;
    return {
      report,
      get phase() {
        return order[0] as CollectionPhase;
      },
      step() {
        const phase = order.shift();
        if (phase === "scan") {
          manager.marked.length = 0;
          manager.binding.eachStackPointer((pointer) => manager.marked.push(pointer));
          report.marked = manager.marked.length;
        }
        if (phase === "start" || phase === "scan" || phase === "reclaim" || phase === "end") {
          manager.observer.collectionPhase(phase, report);
        }
      },
    };
  }
  collect(cause: CollectCause): CollectionReport {
    const steps = this.beginCollection(cause);
    while (steps.phase !== "done") steps.step();
    return steps.report;
  }

  usage() {
    return { usedWords: 0, freeWords: 0 };
  }
  statistics() {
    return {
      allocatedObjects: this.allocatedObjects,
      allocatedWords: 0,
      freedObjects: 0,
      freedWords: 0,
      collections: 0,
      countOperations: 0,
    };
  }
  view() {
    return { traits, figures: [], sections: [], lastCollection: null };
  }
  save() {
    const rooms = [...this.open].flatMap(([type, room]) => [type, room.at, room.end]);
    return { nextUnit: this.nextUnit, objects: this.allocatedObjects, untilDue: this.untilDue, rooms };
  }
  restore(state: ReturnType<ToyManager["save"]>): void {
    this.nextUnit = state.nextUnit;
    this.allocatedObjects = state.objects;
    this.untilDue = state.untilDue;
    this.open.clear();
    for (let i = 0; i < state.rooms.length; i += 3) {
      const [type, at, end] = state.rooms.slice(i, i + 3) as [number, number, number];
      this.open.set(type, { at, end });
    }
  }
}

export const toyFactory: ManagerFactory = {
  traits,
  options: [STRESS_OPTION],
  create: (binding, options) => new ToyManager(binding, integerOption(options, "stress", 0)),
};
