/** The arenas that a program opens by `(with-arena …)` and `(with-region …)`: a stack of them, of which the innermost takes what is allocated. */
import { VmFault } from "../../../base/errors.ts";
import type { Pointer, TypeNumber } from "../../../base/units.ts";
import { NIL, TYPE_FIXP, TYPE_FLOATP } from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { typeNumber } from "../../../objects/types.ts";
import type { HeapBinding, ProgramArenas } from "../../contract.ts";
import type { MachineArena } from "./machine-arena.ts";
import type { MachineArenas } from "./machine-arenas.ts";

/** What views and messages call an arena without a name of its own. */
const UNNAMED = "with-arena";
/** What the debugger compiles lives shorter than anything else. */
const UNIT_DEPTH = 0x7fffffff;

export class ScopeArenas implements ProgramArenas {
  /** The innermost open arena; null when what is allocated goes elsewhere. */
  current: MachineArena | null = null;
  private readonly memory: VirtualMemory;
  private readonly arenas: MachineArenas;
  private readonly eachStackPointer: (visit: (pointer: Pointer) => void) => void;
  private readonly allocate: (type: TypeNumber) => Pointer;
  private stack: MachineArena[] = [];
  /** What the debugger has compiled last; null before the first time. */
  unit: MachineArena | null = null;
  /** What is allocated is neither an arena's nor the program's. */
  isOutside = false;
  private isCompiling = false;

  /** @param allocate a new object, in `current` if that is an arena */
  constructor(binding: HeapBinding, arenas: MachineArenas, allocate: (type: TypeNumber) => Pointer) {
    this.memory = binding.memory;
    this.eachStackPointer = (visit) => binding.eachStackPointer(visit);
    this.arenas = arenas;
    this.allocate = allocate;
  }

  enter(region: string | null): number {
    const arena = this.arenas.open(region ?? UNNAMED, this.stack.length + 1, region !== null);
    this.stack.push(arena);
    this.current = arena;
    return arena.identity.number;
  }

  exit(result: Pointer): Pointer {
    const arena = this.stack.at(-1);
    if (arena === undefined) throw new VmFault("MemoryError", "no arena is open that could end");
    const isNumberInside = this.arenas.ownerOf(result) === arena && isBoxedNumber(this.memory, result);
    this.arenas.checkEnd(arena, isNumberInside ? NIL : result);
    this.current = this.stack.at(-2) ?? null;
    let leaving = result;
    try {
      if (isNumberInside) leaving = this.copyNumber(result);
    } catch (fault) {
      this.current = arena;
      throw fault;
    }
    this.arenas.end(arena);
    this.stack.pop();
    return leaving;
  }

  private copyNumber(number: Pointer): Pointer {
    const copy = this.allocate(typeNumber(this.memory, number));
    this.memory.setCell(copy, this.memory.cell(number));
    return copy;
  }

  arenaOf(object: Pointer): number {
    return this.arenas.ownerOf(object)?.identity.number ?? 0;
  }

  outside<T>(make: () => T): T {
    const { current, isOutside } = this;
    this.current = null;
    this.isOutside = true;
    try {
      return make();
    } finally {
      this.current = current;
      this.isOutside = isOutside;
    }
  }

  /** @throws {VmFault} `MemoryError` inside of another compilation, whose temporaries would be lost */
  compile<T>(make: () => T): T {
    if (this.isCompiling) throw new VmFault("MemoryError", "the compiler arena is open already");
    const { current } = this;
    this.current = this.nextUnit();
    this.isCompiling = true;
    try {
      return make();
    } finally {
      this.isCompiling = false;
      this.current = current;
    }
  }

  /** The arena of the last compilation, after a reset. What something refers to still is left as it is, and a new arena takes its place. */
  private nextUnit(): MachineArena {
    const last = this.unit;
    if (last !== null && !this.isReferredTo(last)) this.arenas.reset(last);
    else this.unit = this.arenas.open("compiler", UNIT_DEPTH);
    return this.unit as MachineArena;
  }
  /** The debugger has gone, or the program: nothing more is compiled. */
  endUnit(): void {
    if (this.unit === null || this.isReferredTo(this.unit)) return;
    this.arenas.end(this.unit);
    this.unit = null;
  }
  private isReferredTo(unit: MachineArena): boolean {
    if (this.arenas.outsideReference(unit) !== null) return true;
    let isOnStack = false;
    this.eachStackPointer((pointer) => {
      isOnStack ||= this.arenas.ownerOf(pointer) === unit;
    });
    return isOnStack;
  }

  staleReference(pointer: Pointer): VmFault | null {
    return this.arenas.staleReference(pointer);
  }

  eachSpare(visit: (start: Pointer, end: Pointer) => void): void {
    this.arenas.eachSpare(visit);
  }

  /** Slot of the last unit, 0 for none, and of the open arenas, outermost first. The arenas themselves are saved by `MachineArenas`. */
  save(): readonly number[] {
    return [this.unit?.slot ?? 0, ...this.stack.map(({ slot }) => slot)];
  }
  restore([unit = 0, ...slots]: readonly number[]): void {
    const bySlot = new Map(this.arenas.all().map((arena) => [arena.slot, arena]));
    this.unit = bySlot.get(unit) ?? null;
    this.stack = slots.flatMap((slot) => bySlot.get(slot) ?? []);
    this.current = this.stack.at(-1) ?? null;
  }
}

function isBoxedNumber(memory: VirtualMemory, pointer: Pointer): boolean {
  const type = typeNumber(memory, pointer);
  return type === TYPE_FIXP || type === TYPE_FLOATP;
}
