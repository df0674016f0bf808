/**
 * System M's memory manager: allocators by context. What exists before the program starts belongs to the VM arena; what the program makes goes to the innermost
 * arena that it has opened, else to the regular allocator, which takes single objects back when the program says so. Nothing is freed by itself.
 */
import { VmFault } from "../../base/errors.ts";
import type { ByteAddress, Cells, Pointer, TypeNumber, WordAddress } from "../../base/units.ts";
import { NIL, TYPE_LISTP } from "../../memory/layout.ts";
import { instanceWords } from "../../objects/dtd.ts";
import { isImmediate } from "../../objects/immediates.ts";
import { pointerNotation } from "../../objects/pointer-notation.ts";
import { isSymbol } from "../../objects/types.ts";
import type {
  AllocationStatistics,
  BlockContent,
  ExplicitFree,
  HeapBinding,
  LiteralStore,
  ManagerFigure,
  ManagerOptions,
  ManagerState,
  ManagerTraits,
  ManagerView,
} from "../contract.ts";
import { type CollectCause, STORAGE_EVENTS } from "../events.ts";
import type { MachineArena } from "../storage/arenas/machine-arena.ts";
import { MachineArenas } from "../storage/arenas/machine-arenas.ts";
import { ScopeArenas } from "../storage/arenas/program-arenas.ts";
import { placeOf } from "../storage/arenas/stale.ts";
import { StoredManager } from "../storage/stored-manager.ts";
import type { SystemVariables } from "../storage/system-variables.ts";
import { ContextAllocator } from "./bytes/context-allocator.ts";
import { LiteralPool } from "./bytes/literal-pool.ts";
import { ImageBooks } from "./image-books.ts";
import { arenaSettings } from "./options.ts";
import { RegularObjects } from "./regular-objects.ts";
import { allocatorSection, arenaSection, figure, poolSection, strategySection, unfreedSection } from "./sections.ts";

export const arenaTraits: ManagerTraits = {
  name: "arena",
  summary: "allocators by context: arenas that the program opens and ends, and a regular allocator with explicit free",
  moves: false,
  barrier: "every-heap-store",
  reclaims: "on-request",
  collectsCycles: false,
  usesPlan: false,
  raises: [...STORAGE_EVENTS, "object.free"],
};

function unitText(unit: MachineArena | null): string {
  if (unit === null) return "not used";
  const { words, objects, peakWords } = unit.figures();
  return `${2 * words} bytes in ${objects} allocations, peak ${2 * peakWords} bytes`;
}

const NOTHING_YET: AllocationStatistics = {
  allocatedObjects: 0,
  allocatedWords: 0,
  freedObjects: 0,
  freedWords: 0,
  collections: 0,
  countOperations: 0,
};

export class ArenaManager extends StoredManager implements ExplicitFree {
  readonly traits = arenaTraits;
  override readonly explicit: ExplicitFree = this;
  override readonly arenas: ScopeArenas;
  private readonly machineArenas: MachineArenas;
  private readonly regular: RegularObjects;
  private readonly contexts: ContextAllocator;
  private readonly books: ImageBooks;
  private readonly pool = new LiteralPool<Pointer>();
  readonly literals: LiteralStore = { intern: (text, make) => this.intern(text, make) };
  /** The machine has begun to run: what is allocated is the program's. */
  private hasStarted = false;
  private hasEnded = false;

  constructor(binding: HeapBinding, variables: SystemVariables, options: ManagerOptions) {
    super(binding, variables);
    const { policy, config, wait } = arenaSettings(options);
    this.machineArenas = new MachineArenas(this.storage, policy);
    this.arenas = new ScopeArenas(binding, this.machineArenas, (type) => this.allocate(type));
    this.regular = new RegularObjects(this.storage, wait);
    this.contexts = new ContextAllocator(config);
    this.books = new ImageBooks(this.contexts);
    this.books.bookBlocks(this.storage.context);
  }

  override allocate(type: TypeNumber): Pointer {
    const arena = this.arenas.current;
    if (arena !== null) return arena.allocate(type);
    const object = this.storage.allocate(type);
    if (this.hasStarted) this.regular.note(object);
    else this.books.object(type, instanceWords(this.storage.context.memory, type));
    return object;
  }

  override cons(car: Pointer, cdr: Pointer): Pointer {
    const arena = this.arenas.current;
    const cons = arena === null ? this.storage.cons(car, cdr) : arena.cons(car, cdr);
    if (this.arenas.unit !== null) this.checkPair(cons, car, cdr);
    if (arena !== null) return cons;
    if (this.hasStarted) this.regular.note(cons);
    else this.books.object(TYPE_LISTP, instanceWords(this.storage.context.memory, TYPE_LISTP));
    return cons;
  }

  /** A new pair is younger than every arena of the program, but may refer to what the debugger has compiled. */
  private checkPair(cons: Pointer, car: Pointer, cdr: Pointer): void {
    this.machineArenas.checkStore(cons, car);
    this.machineArenas.checkStore(cons, cdr, true);
  }

  override replaceCdr(cons: Pointer, cdr: Pointer): void {
    if (!this.machineArenas.isActive) {
      this.storage.replaceCdr(cons, cdr);
      return;
    }
    this.machineArenas.checkStore(cons, cdr, true);
    const owner = this.machineArenas.ownerOf(cons);
    if (owner === null) this.storage.replaceCdr(cons, cdr);
    else owner.replaceCdr(cons, cdr);
  }

  override allocateBlock(dataCells: Cells, content: BlockContent, alignCells: 1 | 2 | 4 = 1): Pointer {
    const arena = this.arenas.current;
    if (arena !== null) return arena.allocateBlock(dataCells, content, alignCells);
    const before = this.arenas.isOutside ? this.storage.statistics(0) : null;
    const data = this.storage.allocateBlock(dataCells, content, alignCells);
    if (before !== null) this.regular.exclude(before);
    else if (this.hasStarted) this.regular.note(data);
    else this.books.block(content, dataCells);
    return data;
  }

  /** A running program makes its own strings; only literals of its text are shared. */
  private intern(text: string, make: () => Pointer): Pointer {
    return this.hasStarted || !this.contexts.config.literalPool ? make() : this.pool.intern(text, make);
  }

  override barrier(slot: WordAddress, _old: Pointer, now: Pointer): void {
    if (this.machineArenas.isActive) this.machineArenas.checkStore(slot, now);
  }

  free(object: Pointer, site: ByteAddress): void {
    if (object === NIL) return;
    const problem = this.problemOfFree(object);
    if (problem !== null) {
      const message = `${pointerNotation(this.storage.context.memory, object)} was not freed: ${problem}`;
      throw new VmFault("MemoryError", message, object);
    }
    this.regular.free(object, site);
  }
  /** What comes with code belongs to the VM arena or the compiler arena, which the program cannot free from. */
  keep(): void {}
  releaseOf(pointer: Pointer) {
    return this.regular.releaseOf(pointer);
  }

  private problemOfFree(object: Pointer): string | null {
    if (this.regular.isInUse(object)) return null;
    if (isImmediate(object) || isSymbol(this.storage.context.memory, object)) {
      return "a small integer, character or symbol has no storage of its own";
    }
    if (this.releaseOf(object) !== null) return "double free: it is free already";
    const owner = this.machineArenas.ownerOf(object);
    if (owner !== null) return `it belongs to ${placeOf(owner)}, not to the regular allocator, and goes when that ends`;
    const stale = this.arenas.staleReference(object);
    if (stale !== null) return stale.message;
    return "it belongs to the VM arena, not to the regular allocator, and lives as long as the machine";
  }

  /** The machine asks before it runs: from then on objects are the program's. */
  override due(): null {
    if (!this.hasStarted) this.start();
    return null;
  }
  private start(): void {
    this.hasStarted = true;
    this.books.close();
    this.regular.exclude(NOTHING_YET);
  }
  /** Collects nothing. Storage that waits goes to the free lists, so that at the end of a program only what was never freed is left. */
  override beginCollection(cause: CollectCause): null {
    this.regular.flush();
    if (cause === "exit") this.shutDown();
    return null;
  }
  /** Arenas first, then the regular allocator: what that has still got was never freed. */
  private shutDown(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.arenas.endUnit();
    this.contexts.shutDown();
  }

  override usage() {
    const { usedWords, freeWords } = super.usage();
    const { allocatedWords, freedWords } = this.machineArenas.totals();
    const words = allocatedWords - freedWords;
    return { usedWords: usedWords + words, freeWords: Math.max(0, freeWords - words) };
  }
  override statistics(): AllocationStatistics {
    const regular = super.statistics();
    const arenas = this.machineArenas.totals();
    return {
      ...regular,
      allocatedObjects: regular.allocatedObjects + arenas.allocatedObjects,
      allocatedWords: regular.allocatedWords + arenas.allocatedWords,
      freedObjects: regular.freedObjects + arenas.freedObjects,
      freedWords: regular.freedWords + arenas.freedWords,
    };
  }

  view(): ManagerView {
    const { context } = this.storage;
    const vm = this.books.figures();
    const name = (object: Pointer) => pointerNotation(context.memory, object);
    const unfreed = this.contexts.config.leakDetection ? this.regular.all() : [];
    return {
      traits: arenaTraits,
      figures: this.figures(),
      sections: [
        arenaSection(this.machineArenas.all()),
        allocatorSection(vm, this.arenas.unit, this.regular.figures()),
        strategySection(),
        poolSection(context),
        unfreedSection(unfreed, name),
      ],
      lastCollection: null,
    };
  }

  private figures(): ManagerFigure[] {
    const inArenas = this.machineArenas.totals();
    const regular = this.regular.figures();
    const vm = this.books.figures();
    const bytes = (words: number) => `${2 * words} bytes`;
    return [
      figure("VM arena", `${vm?.total ?? 0} bytes in ${vm?.totalCount ?? 0} allocations`, "code, names and constants"),
      figure(
        "compiler arena",
        unitText(this.arenas.unit),
        "code and constants of expressions that the debugger compiles",
      ),
      figure("literals shared", this.pool.hits, "string literals that needed no object of their own"),
      figure("arenas open", this.machineArenas.all().length, "arenas that were opened and have not ended"),
      figure("in arenas", inArenas.allocatedObjects, "objects allocated in arenas, those that have ended included"),
      figure("peak in arenas", bytes(inArenas.peakWords), "most bytes that all open arenas together held at once"),
      figure("gone with arenas", inArenas.freedObjects, "objects that went with the end or reset of their arena"),
      figure("regular", regular.total, "objects that the program has made outside of arenas"),
      figure("peak of regular", `${regular.peak} objects, ${bytes(regular.peakWords)}`, "most of them at once"),
      figure(
        "not freed",
        `${regular.current} objects, ${bytes(regular.currentWords)}`,
        this.hasEnded ? "regular objects at the end of the program: leaks" : "regular objects that are in use",
      ),
    ];
  }

  override save(): ManagerState {
    return {
      ...super.save(),
      ...this.regular.save(),
      hasStarted: this.hasStarted,
      hasEnded: this.hasEnded,
      arenas: this.machineArenas.save(),
      scopes: this.arenas.save(),
    };
  }
  override restore(state: ManagerState): void {
    super.restore(state);
    this.hasStarted = state.hasStarted === true;
    this.hasEnded = state.hasEnded === true;
    this.regular.restore(state);
    this.machineArenas.restore(state.arenas as string);
    this.arenas.restore(state.scopes as readonly number[]);
  }
}
