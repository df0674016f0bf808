/**
 * Weak fields: cells that refer to an object without keeping it alive. They are not among the pointers that a type descriptor lists, so nobody counts or
 * traces them; when their object goes they are set to NIL. Every manager keeps one list of them, with its storage.
 *
 * ```
 * by target:  object -> cells that refer to it          by holder:  record -> its cells that refer to something
 * ```
 */
import type { Pointer, Words } from "../../../base/units.ts";
import { NIL } from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { isImmediate } from "../../../objects/immediates.ts";
import type { WeakFields } from "../../contract.ts";

/** One cell of `holder`, in words from its beginning. */
interface WeakCell {
  readonly holder: Pointer;
  readonly offset: Words;
  readonly target: Pointer;
}

export class WeakReferences implements WeakFields {
  /** Cells that refer to something: while it is 0, the end of an object costs one comparison. */
  size = 0;
  private readonly memory: VirtualMemory;
  private readonly byTarget = new Map<Pointer, Set<WeakCell>>();
  private readonly byHolder = new Map<Pointer, Map<Words, WeakCell>>();

  constructor(memory: VirtualMemory) {
    this.memory = memory;
  }

  store(holder: Pointer, offset: Words, value: Pointer): void {
    const old = this.byHolder.get(holder)?.get(offset);
    if (old !== undefined) this.forget(old);
    this.memory.setPointer(holder + offset, value);
    if (!isImmediate(value)) this.note({ holder, offset, target: value });
  }

  /** A weak field that was in the image before, with what it refers to. */
  adopt(holder: Pointer, offset: Words): void {
    const target = this.memory.pointer(holder + offset);
    if (!isImmediate(target)) this.note({ holder, offset, target });
  }

  /** An object is about to go: nothing refers to it weakly any more, and its own cells are forgotten. */
  objectFreed(object: Pointer): void {
    const cells = this.byTarget.get(object);
    if (cells !== undefined) for (const cell of [...cells]) this.clear(cell);
    const own = this.byHolder.get(object);
    if (own !== undefined) for (const cell of [...own.values()]) this.forget(cell);
  }

  /** All objects of a place are about to go: an arena. Takes time with the number of weak cells, not of objects. */
  placeEnded(isInside: (object: Pointer) => boolean): void {
    if (this.size === 0) return;
    for (const cell of this.cells()) {
      if (isInside(cell.holder)) this.forget(cell);
      else if (isInside(cell.target)) this.clear(cell);
    }
  }

  /** An object has another address now, and its contents have been copied there. Cells that refer to it follow it. */
  moved(from: Pointer, to: Pointer): void {
    for (const cell of [...(this.byHolder.get(from)?.values() ?? [])]) {
      this.forget(cell);
      this.note({ ...cell, holder: to });
    }
    for (const cell of [...(this.byTarget.get(from) ?? [])]) {
      this.forget(cell);
      this.memory.setPointer(cell.holder + cell.offset, to);
      this.note({ ...cell, target: to });
    }
  }

  /** @returns holder, offset and target of every cell, one after the other */
  save(): readonly number[] {
    return this.cells().flatMap(({ holder, offset, target }) => [holder, offset, target]);
  }
  /** The cells themselves are in the image. */
  restore(saved: ArrayLike<number>): void {
    this.byTarget.clear();
    this.byHolder.clear();
    this.size = 0;
    for (let i = 0; i + 2 < saved.length; i += 3) {
      this.note({ holder: saved[i] as Pointer, offset: saved[i + 1] as Words, target: saved[i + 2] as Pointer });
    }
  }

  private cells(): readonly WeakCell[] {
    return [...this.byHolder.values()].flatMap((own) => [...own.values()]);
  }

  private note(cell: WeakCell): void {
    const own = this.byHolder.get(cell.holder) ?? new Map<Words, WeakCell>();
    this.byHolder.set(cell.holder, own.set(cell.offset, cell));
    const cells = this.byTarget.get(cell.target) ?? new Set<WeakCell>();
    this.byTarget.set(cell.target, cells.add(cell));
    this.size++;
  }

  private forget(cell: WeakCell): void {
    const own = this.byHolder.get(cell.holder);
    own?.delete(cell.offset);
    if (own?.size === 0) this.byHolder.delete(cell.holder);
    const cells = this.byTarget.get(cell.target);
    cells?.delete(cell);
    if (cells?.size === 0) this.byTarget.delete(cell.target);
    this.size--;
  }

  private clear(cell: WeakCell): void {
    this.forget(cell);
    this.memory.setPointer(cell.holder + cell.offset, NIL);
  }
}
