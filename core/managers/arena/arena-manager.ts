/**
 * System M's memory manager: allocators by context. What exists before the program starts belongs to the VM arena; what the program makes goes to the innermost
 * arena that it has opened, else to the regular allocator, which takes single objects back when the program says so. Nothing is freed by itself.
 */
import { VmFault } from "../../base/errors.ts";
import type { ByteAddress, Cells, Pointer, TypeNumber, VirtualPage, WordAddress } from "../../base/units.ts";
import { NIL } from "../../memory/layout.ts";
import { isImmediate } from "../../objects/immediates.ts";
import { pointerNotation } from "../../objects/pointer-notation.ts";
import { isSymbol } from "../../objects/types.ts";
import type {
  AllocationStatistics,
  BlockContent,
  ExplicitFree,
  HeapBinding,
  ManagerState,
  ManagerTraits,
  ManagerView,
  MemoryManager,
} from "../contract.ts";
import { BLOCK_CODE } from "../contract.ts";
import type { HeapObserver } from "../events.ts";
import { DEFAULT_WAIT } from "../malloc/options.ts";
import { MachineArenas } from "../storage/arenas/machine-arenas.ts";
import { ScopeArenas } from "../storage/arenas/program-arenas.ts";
import { placeOf } from "../storage/arenas/stale.ts";
import { addPage } from "../storage/new-page.ts";
import { Storage } from "../storage/storage.ts";
import type { SystemVariables } from "../storage/system-variables.ts";
import { RegularObjects } from "./regular-objects.ts";
import { arenaFigures, arenaSection } from "./sections.ts";

export const arenaTraits: ManagerTraits = {
  name: "arena",
  summary: "allocators by context: arenas that the program opens and ends, and a regular allocator with explicit free",
  moves: false,
  barrier: "every-heap-store",
  reclaims: "on-request",
  collectsCycles: false,
  usesPlan: false,
};

export class ArenaManager implements MemoryManager, ExplicitFree {
  readonly traits = arenaTraits;
  readonly counts = null;
  readonly explicit: ExplicitFree = this;
  readonly planned = null;
  readonly storage: Storage;
  readonly arenas: ScopeArenas;
  private readonly machineArenas: MachineArenas;
  private readonly regular: RegularObjects;
  /** The machine has begun to run: what is allocated is the program's. */
  private hasStarted = false;

  constructor(binding: HeapBinding, variables: SystemVariables) {
    this.storage = new Storage(binding.memory, variables);
    this.storage.context.requestSafepoint = () => binding.requestSafepoint();
    this.machineArenas = new MachineArenas(this.storage);
    this.arenas = new ScopeArenas(binding.memory, this.machineArenas, (type) => this.allocate(type));
    this.regular = new RegularObjects(this.storage, DEFAULT_WAIT);
  }

  get observer(): HeapObserver {
    return this.storage.context.observer;
  }
  set observer(observer: HeapObserver) {
    this.storage.context.observer = observer;
  }

  allocate(type: TypeNumber): Pointer {
    const arena = this.arenas.current;
    if (arena !== null) return arena.allocate(type);
    const object = this.storage.allocate(type);
    if (this.hasStarted) this.regular.note(object);
    return object;
  }

  cons(car: Pointer, cdr: Pointer): Pointer {
    const arena = this.arenas.current;
    if (arena !== null) return arena.cons(car, cdr);
    const cons = this.storage.cons(car, cdr);
    if (this.hasStarted) this.regular.note(cons);
    return cons;
  }

  replaceCdr(cons: Pointer, cdr: Pointer): void {
    if (!this.machineArenas.isActive) {
      this.storage.replaceCdr(cons, cdr);
      return;
    }
    this.machineArenas.checkStore(cons, cdr, true);
    const owner = this.machineArenas.ownerOf(cons);
    if (owner === null) this.storage.replaceCdr(cons, cdr);
    else owner.replaceCdr(cons, cdr);
  }

  /** Code outlives every arena: it is what the debugger compiles. */
  allocateBlock(dataCells: Cells, content: BlockContent, alignCells: 1 | 2 | 4 = 1): Pointer {
    const arena = this.arenas.current;
    if (arena !== null && content !== BLOCK_CODE) return arena.allocateBlock(dataCells, content, alignCells);
    const data = this.storage.allocateBlock(dataCells, content, alignCells);
    if (this.hasStarted) this.regular.note(data);
    return data;
  }

  addPage(page: VirtualPage): void {
    addPage(this.storage.context, page);
  }

  barrier(slot: WordAddress, _old: Pointer, now: Pointer): void {
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
  due(): null {
    this.hasStarted = true;
    return null;
  }
  leaveToImage(): void {}
  /** Collects nothing. Storage that waits goes to the free lists, so that at the end of a program only what was never freed is left. */
  beginCollection(): null {
    this.regular.flush();
    return null;
  }
  collect(): null {
    return this.beginCollection();
  }

  usage() {
    const { usedWords, freeWords } = this.storage.usage();
    const { allocatedWords, freedWords } = this.machineArenas.totals();
    const words = allocatedWords - freedWords;
    return { usedWords: usedWords + words, freeWords: Math.max(0, freeWords - words) };
  }
  statistics(): AllocationStatistics {
    const regular = this.storage.statistics(0);
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
    const sections = [arenaSection(this.machineArenas.all())];
    return {
      traits: arenaTraits,
      figures: arenaFigures(this.statistics(), this.machineArenas),
      sections,
      lastCollection: null,
    };
  }

  save(): ManagerState {
    return {
      ...this.storage.save(),
      ...this.regular.save(),
      hasStarted: this.hasStarted,
      arenas: this.machineArenas.save(),
      scopes: this.arenas.save(),
    };
  }
  restore(state: ManagerState): void {
    this.storage.restore(state);
    this.hasStarted = state.hasStarted === true;
    this.regular.restore(state);
    this.machineArenas.restore(state.arenas as string);
    this.arenas.restore(state.scopes as readonly number[]);
  }
}
