/** What host calls take and give: arguments on the stack, results as cells. */
import type { ByteAddress, Cell, Pointer } from "../../base/units.ts";
import { NIL, POINTER_MASK, T } from "../../memory/layout.ts";
import { stringText } from "../../objects/arrays/strings.ts";
import { integerValue } from "../../objects/numbers.ts";
import { signal } from "../faults.ts";
import type { Processor } from "../processor.ts";

/**
 * A host call. Its arguments stay on the stack, and so alive, until it is done; what it throws leaves the machine before the call.
 * @returns the cell that becomes top of stack; null leaves there what was there
 */
export type Subr = (m: Processor, args: Arguments) => Cell | null;

export class Arguments {
  private readonly m: Processor;
  private readonly first: ByteAddress;
  readonly count: number;
  private readonly leftOver: Int32Array | null;

  /** @param leftOver where arguments that were not given come from; null: they are NIL */
  constructor(m: Processor, first: ByteAddress, count: number, leftOver: Int32Array | null) {
    this.m = m;
    this.first = first;
    this.count = count;
    this.leftOver = leftOver;
  }

  /** Argument by number from 0. */
  pointer(i: number): Pointer {
    if (i < this.count) return this.m.cell(this.first + 4 * i) & POINTER_MASK;
    return this.leftOver === null ? NIL : (this.leftOver[i] as number) & POINTER_MASK;
  }
  /** An argument whose contents are about to be read. @throws {VmFault} `MemoryError` when it went with its arena, `InvalidAddress` when it was freed */
  readable(i: number): Pointer {
    const pointer = this.pointer(i);
    const stale = this.m.manager.arenas?.staleReference(pointer) ?? null;
    if (stale !== null) throw stale;
    const isGone = this.m.manager.explicit?.releaseOf(pointer) != null;
    if (isGone) this.m.fault("InvalidAddress", "an object was freed, and is used", pointer);
    return pointer;
  }
  /** Address behind the last argument: where the used part of the stack ends. */
  get end(): ByteAddress {
    return this.first + 4 * this.count;
  }
  /** The arguments behind the first. */
  rest(): Arguments {
    return new Arguments(this.m, this.first + 4, this.count - 1, null);
  }
  all(): Pointer[] {
    return Array.from({ length: this.count }, (_, i) => this.pointer(i));
  }

  /** @throws {LispFault} `wrong-type` when it is no integer */
  integer(i: number): number {
    return this.number(i) ?? signal(this.m.memory, "wrong-type", [this.pointer(i)]);
  }
  /** The integer that an argument is; null when it is none. */
  number(i: number): number | null {
    return integerValue(this.m.memory, this.pointer(i));
  }
  /** @throws {LispFault} `wrong-type` when it is no string */
  text(i: number): string {
    return stringText(this.m.memory, this.readable(i)) ?? signal(this.m.memory, "wrong-type", [this.pointer(i)]);
  }
}

export function truth(condition: boolean): Pointer {
  return condition ? T : NIL;
}
