/**
 * The contract between the machine and a memory manager: who hands out storage, is told of pointer stores, takes storage back.
 * A manager never sees opcodes or frames; the machine never sees marks, counts or free lists.
 * Words follow the garbage collection literature: mutator, root, slot, barrier, safepoint.
 */
import type { VmFault } from "../base/errors.ts";
import type { ByteAddress, Cells, Pointer, TypeNumber, VirtualPage, WordAddress, Words } from "../base/units.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import type { CollectCause, CollectionReport, HeapEventKind, HeapObserver } from "./events.ts";

export type { CollectCause, CollectionReport } from "./events.ts";

/** What a manager is, as constants: nobody tests its name. */
export interface ManagerTraits {
  readonly name: string;
  /** One sentence for pickers and reports. */
  readonly summary: string;
  /** Objects may change their address at a safepoint. */
  readonly moves: boolean;
  /** Which stores `barrier` must be told of. */
  readonly barrier: "none" | "every-heap-store";
  /** When storage comes back. */
  readonly reclaims: "never" | "at-collection" | "at-last-use" | "on-request";
  /** A full collection frees every unreachable object, cycles included. */
  readonly collectsCycles: boolean;
  /** Code is compiled with a lifetime plan, which `planned` is told of. */
  readonly usesPlan: boolean;
  /** Events that can happen under it: a debugger says so of the others. */
  readonly raises: readonly HeapEventKind[];
}

/** In which order a store counts: the reference VM differs from opcode to opcode, and chains show it. */
export type CountOrder = "add-first" | "delete-first";

/** Content kinds of an array block; the numbers are those of the block header. */
export const BLOCK_UNBOXED = 0;
export const BLOCK_POINTERS = 1;
export const BLOCK_CODE = 2;
export type BlockContent = typeof BLOCK_UNBOXED | typeof BLOCK_POINTERS | typeof BLOCK_CODE;

/** The phases of a collection, in order. A stop may fall before each of them, and between two objects of `reclaim`. */
export type CollectionPhase = "start" | "scan" | "reclaim" | "unscan" | "end" | "done";

/** A collection under way. The machine drives it, so that it can stop between two steps. */
export interface CollectionSteps {
  /** The phase whose work the next `step` does. */
  readonly phase: CollectionPhase;
  readonly report: CollectionReport;
  /** Does the work of one phase, or in `reclaim` frees one root of garbage with all that dies with it. */
  step(): void;
}

/** A figure that the manager shows about itself: label, value as text, and what it means. */
export interface ManagerFigure {
  readonly label: string;
  readonly value: string;
  readonly meaning: string;
}
/** What is kept of a collection that is over. */
export type FinishedCollection = Pick<CollectionReport, "number" | "cause" | "marked" | "freedObjects" | "freedWords">;

/** One line of a section. */
export interface ManagerRow {
  readonly label: string;
  readonly value: string;
  /** The object that the line is about; null when it is about none. */
  readonly object: Pointer | null;
  readonly details: readonly ManagerFigure[];
}
/** A table that the manager shows about itself: blocks, arenas, pools, history. It may be long, so it is read in pages. */
export interface ManagerSection {
  readonly label: string;
  readonly meaning: string;
  /** Lines that there are. */
  readonly size: number;
  /** `count` lines from `start` on. */
  rows(start: number, count: number): readonly ManagerRow[];
}

export interface ManagerView {
  readonly traits: ManagerTraits;
  readonly figures: readonly ManagerFigure[];
  readonly sections: readonly ManagerSection[];
  /** The last collection that ran to its end; null before the first. */
  readonly lastCollection: FinishedCollection | null;
}

/** State outside the image; the rest is in the image. Plain data, so that it can be copied and written to a file. */
export type ManagerState = {
  readonly [key: string]: number | string | boolean | null | readonly number[] | Int32Array;
};

export interface AllocationStatistics {
  readonly allocatedObjects: number;
  readonly allocatedWords: Words;
  readonly freedObjects: number;
  readonly freedWords: Words;
  readonly collections: number;
  /** Count operations: references added, deleted, noted. 0 where nothing is counted. */
  readonly countOperations: number;
}

/** Reference counts as the machine's opcodes and the program see them (GCREF, GCSCAN1, GCSCAN2, `refcount`). */
export interface ReferenceCounts {
  /**
   * One count operation: 0 adds a reference, 1 deletes one, 2 notes a reference from the stack. What is not counted is left alone.
   * @returns the pointer when a deletion made a new entry with count 0, else NIL
   * @throws {VmFault} `MemoryError` when the operation cannot be right (2 outside a collection, above 2); nothing was changed
   */
  operate(operation: number, pointer: Pointer): Pointer;
  /** References that the table knows of; null when `pointer` is not counted. */
  countOf(pointer: Pointer): number | null;
  /** Next main table index below `probe` that may hold garbage (a chain, or count 0 without stack bit); -1 when none. */
  nextCandidate(probe: number): number;
  /** Next main table index below `probe` that may hold a stack bit (a chain, or the bit itself); -1 when none. */
  nextStackMark(probe: number): number;
  /** Turns counting and collecting off, for good. */
  disable(): void;
}

/** Objects that a program takes back itself, by `(free x)`. */
export interface ExplicitFree {
  /**
   * @param site the instruction that asks, for reports
   * @throws {VmFault} `MemoryError` when it is freed already, no object, or belongs to another allocator; nothing was changed
   */
  free(object: Pointer, site: ByteAddress): void;
  /** Code refers to a new object as a constant, and may use it again at any time: it can no longer be freed. */
  keep(object: Pointer): void;
  /** The object that was freed, and where, when a pointer refers to one that is gone, as far as that is known; otherwise null. */
  releaseOf(pointer: Pointer): { readonly object: Pointer; readonly site: ByteAddress } | null;
}

/** Arenas that a program opens, by `(with-arena …)` and `(with-region name …)`: the innermost open one takes what is allocated. */
export interface ProgramArenas {
  /**
   * Opens an arena.
   *
   * @param region name of a region: an arena into which, from its beginning, nothing outside may refer; null for an arena, which is checked at its end
   * @returns its number, from 1 on, never used again
   */
  enter(region: string | null): number;
  /**
   * Ends the innermost arena, with all that is in it.
   * @param result the value that leaves the form
   * @returns it; a copy of a number that lies in the arena, because numbers are the same wherever they are
   * @throws {VmFault} `MemoryError` when that lies in the arena, or when something outside still refers into it
   */
  exit(result: Pointer): Pointer;
  /** Number of the arena that holds an object; 0 when none does. */
  arenaOf(object: Pointer): number;
  /** What `make` allocates belongs to no arena: names of symbols, which live for ever. */
  outside<T>(make: () => T): T;
  /** What `make` allocates belongs to an expression that the debugger compiles: it goes when the next one is compiled, unless something refers to it then. */
  compile<T>(make: () => T): T;
  /** Why a reference leads nowhere: its object went with its arena. Null when no arena had to do with it. */
  staleReference(pointer: Pointer): VmFault | null;
  /** Visits the ranges that look like objects and hold none yet: what arenas have taken and not handed out. */
  eachSpare(visit: (start: WordAddress, end: WordAddress) => void): void;
}

/** What was freed and is not used anew yet, overwritten, so that whoever still uses it is found out. */
export interface PoisonedStorage {
  /** What was freed and by whom (`by collection 3`), when a pointer refers to it or was read there; null otherwise. */
  releaseOf(pointer: Pointer): { readonly object: Pointer; readonly by: string } | null;
  /** Visits the ranges: they look like objects and are none. */
  eachSpare(visit: (start: WordAddress, end: WordAddress) => void): void;
}

/** Equal literals of a program as one object. */
export interface LiteralStore {
  /** The object for a literal text; made when there is none yet. */
  intern(text: string, make: () => Pointer): Pointer;
}

/** Fields that refer to an object without keeping it alive: every manager has them, from its storage. */
export interface WeakFields {
  /** Stores into the field `offset` words into `holder`. Not told to the barrier; set to nil when the object goes. */
  store(holder: Pointer, offset: Words, value: Pointer): void;
}

/** What code tells that was compiled with a lifetime plan. */
export interface PlannedMemory {
  /**
   * One operation of `PLAN` in `isa/plan.ts`.
   * @returns the operand
   * @throws {VmFault} `MemoryError` when the plan is wrong about the object; nothing was changed
   */
  perform(operation: number, operand: Pointer): Pointer;
  /** The report of a use after free, when a value on which an instruction failed is a reference to something freed, or was read there; null otherwise. */
  explain(value: Pointer): VmFault | null;
}

/** Hands out storage, is told about pointer stores, takes storage back. One instance per machine. */
export interface MemoryManager {
  readonly traits: ManagerTraits;
  /** Null where no counts are kept. */
  readonly counts: ReferenceCounts | null;
  /** Null where `(free x)` means nothing. */
  readonly explicit: ExplicitFree | null;
  /** Null where `(with-arena …)` and `(with-region …)` only evaluate their bodies. */
  readonly arenas: ProgramArenas | null;
  readonly weak: WeakFields;
  /** Left out where equal literals are different objects. */
  readonly literals?: LiteralStore;
  /** Null unless `traits.usesPlan`. */
  readonly planned: PlannedMemory | null;
  /** Null unless freed storage is poisoned by the option `poison`. */
  readonly poisoned: PoisonedStorage | null;
  /** Never null; a do-nothing observer when nobody looks. Exchanged at safepoints only. */
  observer: HeapObserver;

  /**
   * A new object of a fixed-size type, zeroed, with count 0 where counts are kept.
   * @throws {VmFault} `StorageFull`, before anything changed
   */
  allocate(type: TypeNumber): Pointer;
  /** A new cons; placement and CDR code follow `cdr`. Both arguments are told to the barrier by this call itself. */
  cons(car: Pointer, cdr: Pointer): Pointer;
  /** Changes the CDR of a cons, re-coding it, and counts (delete first). */
  replaceCdr(cons: Pointer, cdr: Pointer): void;
  /** A new block in array space: pointer to its first data cell, data cleared. `alignCells` is 1, 2 or 4. */
  allocateBlock(dataCells: Cells, content: BlockContent, alignCells?: 1 | 2 | 4): Pointer;

  /** Registers a page of memory, so that saving the image finds it. */
  addPage(page: VirtualPage): void;

  /** Told of a store of pointer `now` over pointer `old` in a heap slot. The caller writes the cell, because it knows which tag bits survive. */
  barrier(slot: WordAddress, old: Pointer, now: Pointer, order: CountOrder): void;

  /** Why a collection should run at this safepoint, or null. Costs one comparison. */
  due(): CollectCause | null;
  /** The image's own collector sees to what is due: nothing is, until something new asks. */
  leaveToImage(): void;
  /** Begins a collection; null when the manager never collects or its collector is off. */
  beginCollection(cause: CollectCause): CollectionSteps | null;
  /** A whole collection at once. */
  collect(cause: CollectCause): CollectionReport | null;

  /** Words of heap in use and free, for gauges. */
  usage(): { readonly usedWords: Words; readonly freeWords: Words };
  statistics(): AllocationStatistics;
  /** For the debugger: changes nothing. */
  view(): ManagerView;
  save(): ManagerState;
  restore(state: ManagerState): void;
}

/** Which kind of root holds a pointer. */
export type RootKind = "stack" | "symbol" | "type" | "machine";

/** Where in the code something happens: for reports. */
export interface CodeSites {
  /** The instruction that is being executed, as far as allocations and host calls are concerned; 0 outside of code. */
  current(): ByteAddress;
  /** Function that holds an instruction, and the line in its source text or the distance in bytes from the first one: `make-ring, file.cons:12`, `make-ring+12`. Empty when that is not known. */
  name(site: ByteAddress): string;
}
/** For managers without a machine. */
export const noSites: CodeSites = { current: () => 0, name: () => "" };

/** All that a manager may know of the machine. */
export interface HeapBinding {
  readonly memory: VirtualMemory;
  /** Every pointer that the stack holds, in the order of the stack scan (collection specification, section 7.2). */
  eachStackPointer(visit: (pointer: Pointer) => void): void;
  /** Every root: what the stack holds, then what symbols, type descriptors and the machine's own cells hold. Immediates and raw words are among them. */
  eachRoot(visit: (pointer: Pointer, kind: RootKind) => void): void;
  /** Makes the machine take the slow side of its next safepoint. */
  requestSafepoint(): void;
  readonly sites: CodeSites;
}

/** An option of a manager, as launch configurations and the command line check it. */
export type ManagerOption = {
  readonly name: string;
  /** One sentence for whoever sets it. */
  readonly doc: string;
} & (
  | { readonly kind: "integer"; readonly least: number; readonly most: number }
  | { readonly kind: "boolean" }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
);

/** An entry of the catalog. */
export interface ManagerFactory {
  readonly traits: ManagerTraits;
  /** What `managerOptions` may say; each may be left out. */
  readonly options: readonly ManagerOption[];
  create(binding: HeapBinding, options: ManagerOptions): MemoryManager;
}

/** `managerOptions` of the launch configuration, already checked against the manager's options. */
export interface ManagerOptions {
  readonly [name: string]: number | boolean | string | undefined;
}

/** The option that every manager which collects has. */
export const STRESS_OPTION: ManagerOption = {
  name: "stress",
  kind: "integer",
  least: 0,
  most: 1_000_000_000,
  doc: "Collect every so many allocations; 0 is off. The same as `gcStress`.",
};

/** The option of managers that collect and have no quarantine of their own. */
export const POISON_OPTION: ManagerOption = {
  name: "poison",
  kind: "boolean",
  doc: "Overwrite what a collection frees and keep it from being used anew until the next collection, so that a use of it stops the program; false unless given. The same as `poison` of the launch configuration.",
};

/** @returns the value of an integer option, `otherwise` when it is left out */
export function integerOption(options: ManagerOptions, name: string, otherwise: number): number {
  const value = options[name];
  return typeof value === "number" ? value : otherwise;
}
