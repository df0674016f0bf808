/**
 * Where the system variables are that storage management reads and writes: addresses of value cells, found by name once.
 * Page numbers are kept in FIXP boxes: their address here is that of the box, whose cell is an unsigned page number.
 * Source: memory specification, sections 6.5 and 6.6; collection specification, section 10.
 */
import { ImageError } from "../../base/errors.ts";
import type { Pointer, WordAddress } from "../../base/units.ts";
import { ATOM_HASH_BASE, NIL, SMALL_NEGATIVE, T } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { findInPackage, findPackage } from "../../objects/packages.ts";
import { findSymbol, valueCell } from "../../objects/symbols.ts";

/** Variables whose value cell is used, by the name under which they stand in `SystemVariables`. */
const VALUE_CELLS = {
  reclaimCountdown: "\\RECLAIM.COUNTDOWN",
  reclaimMin: "\\RECLAIMMIN",
  gcDisabled: "\\GCDISABLED",
  freeBlockBuckets: "\\FREEBLOCKBUCKETS",
  arrayMerging: "\\ARRAYMERGING",
  hunking: "\\HUNKING?",
  arraySpace: "\\ARRAYSPACE",
  arraySpace2: "\\ARRAYSPACE2",
  arrayFrLst: "\\ArrayFrLst",
  arrayFrLst2: "\\ArrayFrLst2",
  mdsFreeListPage: "\\MDSFREELISTPAGE",
  storageFullState: "\\STORAGEFULLSTATE",
  storageFull: "\\STORAGEFULL",
  vmemFullState: "\\VMEM.FULL.STATE",
  pendingInterrupt: "\\PENDINGINTERRUPT",
  interruptState: "\\INTERRUPTSTATE",
  systemCacheVars: "\\SYSTEMCACHEVARS",
  systemBufferList: "SYSTEMBUFFERLIST",
} as const;

/** Variables that hold a box with a page number. */
const PAGE_BOXES = {
  nxtMdsPage: "\\NxtMDSPage",
  nxtArrayPage: "\\NxtArrayPage",
  leastMdsPage: "\\LeastMDSPage",
  secondMdsPage: "\\SecondMDSPage",
  secondArrayPage: "\\SecondArrayPage",
  lastVmemFilePage: "\\LASTVMEMFILEPAGE",
} as const;

/** Addresses of the cells of the closure cache's variables; an image without packages has no such cache. */
export interface ClosureCacheVariables {
  readonly enabled: WordAddress;
  readonly cache: WordAddress;
  /** `XCL::*DELETED-IMPLICIT-HASH-SLOT*`. */
  readonly deletedSlot: WordAddress;
}

export type SystemVariables = { readonly [key in keyof typeof VALUE_CELLS]: WordAddress } & {
  readonly [key in keyof typeof PAGE_BOXES]: WordAddress;
} & {
  /** The symbol `\STORAGEFULLSTATE` itself, which goes onto the list `\SYSTEMCACHEVARS`. */
  readonly storageFullStateSymbol: Pointer;
  /** The symbol DIRTY, a state of the file of an invalid image; T where there is no such symbol. */
  readonly dirtySymbol: Pointer;
  readonly closureCache: ClosureCacheVariables | null;
};

/** Names of all variables that `locateSystemVariables` needs, the boxed page numbers last. */
export const SYSTEM_VARIABLE_NAMES: readonly string[] = [...Object.values(VALUE_CELLS), ...Object.values(PAGE_BOXES)];

/**
 * Variables of an image that has no symbols yet, for those who build one: each is a cell of its own.
 *
 * @param start address of the first cell; as many follow as there are variables
 */
export function unnamedVariables(start: WordAddress): SystemVariables {
  let next = start;
  const cell = (): WordAddress => {
    next += 2;
    return next - 2;
  };
  return {
    ...mapValues(VALUE_CELLS, cell),
    ...mapValues(PAGE_BOXES, cell),
    storageFullStateSymbol: NIL,
    dirtySymbol: T,
    closureCache: null,
  };
}

/**
 * Looks all variables up in the symbol table of an image.
 * @throws {ImageError} when a symbol is missing, or a page number is not in a box
 */
export function locateSystemVariables(memory: VirtualMemory): SystemVariables {
  const symbol = (name: string): Pointer => {
    const found = findSymbol(memory, name);
    if (found === null) throw imageError(`symbol ${name}`, "none", "a symbol in the symbol table");
    return found;
  };
  const cells = mapValues(VALUE_CELLS, (name) => valueCell(symbol(name)));
  const boxes = mapValues(PAGE_BOXES, (name) => {
    const box = memory.pointer(valueCell(symbol(name)));
    // Below the end of the immediates there is no box; loading turns small integers into boxes.
    if (box < SMALL_NEGATIVE + 0x10000 || box + 2 > memory.sizeWords)
      throw imageError(`value of ${name}`, String(box), "a box in memory with a page number");
    return box;
  });
  return {
    ...cells,
    ...boxes,
    storageFullStateSymbol: symbol("\\STORAGEFULLSTATE"),
    dirtySymbol: findSymbol(memory, "DIRTY") ?? symbol("T"),
    closureCache: locateClosureCache(memory),
  };
}

/** The closure cache's variables; null for an image without one. Before packages exist, their symbols have prefixed print names in the symbol table. */
export function locateClosureCache(memory: VirtualMemory): ClosureCacheVariables | null {
  const cell = (prefix: string, packageName: string, name: string): WordAddress | null => {
    const home = findPackage(memory, packageName);
    const symbol = home === null ? findSymbol(memory, `${prefix}::${name}`) : findInPackage(memory, home, name);
    return symbol === null ? null : valueCell(symbol);
  };
  const enabled = cell("SI", "SYSTEM", "*CLOSURE-CACHE-ENABLED*");
  const cache = cell("SI", "SYSTEM", "*CLOSURE-CACHE*");
  const deletedSlot = cell("XCL", "XEROX-COMMON-LISP", "*DELETED-IMPLICIT-HASH-SLOT*");
  return enabled === null || cache === null || deletedSlot === null ? null : { enabled, cache, deletedSlot };
}

function imageError(what: string, found: string, expected: string): ImageError {
  return new ImageError({ file: "image", offsetBytes: 2 * ATOM_HASH_BASE, what, found, expected });
}

function mapValues<K extends string>(names: { readonly [key in K]: string }, of: (name: string) => WordAddress) {
  const entries = Object.entries<string>(names).map(([key, name]) => [key, of(name)] as const);
  return Object.fromEntries(entries) as { readonly [key in K]: WordAddress };
}
