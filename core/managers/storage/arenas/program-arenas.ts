/** The arenas that a program opens by `(with-arena …)` and `(with-region …)`: a stack of them, of which the innermost takes what is allocated. */
import { VmFault } from "../../../base/errors.ts";
import type { Pointer, TypeNumber } from "../../../base/units.ts";
import { NIL, TYPE_FIXP, TYPE_FLOATP } from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { typeNumber } from "../../../objects/types.ts";
import type { ProgramArenas } from "../../contract.ts";
import type { MachineArena } from "./machine-arena.ts";
import type { MachineArenas } from "./machine-arenas.ts";

/** What views and messages call an arena without a name of its own. */
const UNNAMED = "with-arena";

export class ScopeArenas implements ProgramArenas {
  /** The innermost open arena; null when what is allocated goes elsewhere. */
  current: MachineArena | null = null;
  private readonly memory: VirtualMemory;
  private readonly arenas: MachineArenas;
  private readonly allocate: (type: TypeNumber) => Pointer;
  private stack: MachineArena[] = [];

  /** @param allocate a new object, in `current` if that is an arena */
  constructor(memory: VirtualMemory, arenas: MachineArenas, allocate: (type: TypeNumber) => Pointer) {
    this.memory = memory;
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
    const { current } = this;
    this.current = null;
    try {
      return make();
    } finally {
      this.current = current;
    }
  }

  staleReference(pointer: Pointer): VmFault | null {
    return this.arenas.staleReference(pointer);
  }

  eachSpare(visit: (start: Pointer, end: Pointer) => void): void {
    this.arenas.eachSpare(visit);
  }

  /** Slots of the open arenas, outermost first. The arenas themselves are saved by `MachineArenas`. */
  save(): readonly number[] {
    return this.stack.map(({ slot }) => slot);
  }
  restore(slots: readonly number[]): void {
    const bySlot = new Map(this.arenas.all().map((arena) => [arena.slot, arena]));
    this.stack = slots.flatMap((slot) => bySlot.get(slot) ?? []);
    this.current = this.stack.at(-1) ?? null;
  }
}

function isBoxedNumber(memory: VirtualMemory, pointer: Pointer): boolean {
  const type = typeNumber(memory, pointer);
  return type === TYPE_FIXP || type === TYPE_FLOATP;
}
