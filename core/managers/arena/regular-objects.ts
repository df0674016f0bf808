/**
 * The regular allocator for machine objects: shared storage, plus the knowledge of which objects are its own and in use, one bit a cell.
 * That tells what belongs to another allocator, and what was never freed. What becomes of a freed object: `ReleasedObjects`.
 */
import type { ByteAddress, Pointer, Words } from "../../base/units.ts";
import { sizeOf } from "../../objects/object-slots.ts";
import type { ManagerState } from "../contract.ts";
import { partsOf } from "../malloc/objects/parts.ts";
import { type Release, ReleasedObjects } from "../malloc/objects/released.ts";
import type { Storage } from "../storage/storage.ts";

export class RegularObjects {
  private readonly storage: Storage;
  private readonly released: ReleasedObjects;
  /** One bit for each cell of memory: a regular object in use begins there. */
  private readonly inUse: Uint32Array;

  /** @param wait releases that wait before their storage is used again */
  constructor(storage: Storage, wait: number) {
    this.storage = storage;
    this.released = new ReleasedObjects(storage, wait);
    this.inUse = new Uint32Array(storage.context.memory.sizeWords >> 6);
    storage.whenPressed = () => this.released.flush();
  }

  note(object: Pointer): void {
    const at = object >> 6;
    this.inUse[at] = (this.inUse[at] as number) | (1 << ((object >> 1) & 31));
    if (this.released.size !== 0) this.released.reused(object);
  }
  isInUse(object: Pointer): boolean {
    return (((this.inUse[object >> 6] ?? 0) >>> ((object >> 1) & 31)) & 1) !== 0;
  }
  private forget(object: Pointer): void {
    const at = object >> 6;
    this.inUse[at] = (this.inUse[at] as number) & ~(1 << ((object >> 1) & 31));
  }

  /** Takes an object in use back, with the storage that only it has. */
  free(object: Pointer, site: ByteAddress): void {
    const parts = partsOf(this.storage, object).filter((part) => this.isInUse(part.object));
    for (const part of parts) this.forget(part.object);
    this.released.release(object, parts, site);
  }
  releaseOf(pointer: Pointer): Release | null {
    return this.released.releaseOf(pointer);
  }
  /** What waits goes to the free lists. */
  flush(): void {
    this.released.flush();
  }

  /** Every object in use, in the order of addresses. */
  each(visit: (object: Pointer, words: Words) => void): void {
    for (const [i, word] of this.inUse.entries()) {
      for (let rest = word; rest !== 0; rest &= rest - 1) {
        const object = 2 * (32 * i + 31 - Math.clz32(rest & -rest));
        visit(object, sizeOf(this.storage.context.memory, object));
      }
    }
  }

  /** Index and content of each word of the bit table that is not zero. */
  save(): ManagerState {
    const regular: number[] = [];
    for (const [i, word] of this.inUse.entries()) if (word !== 0) regular.push(i, word);
    return { regular, ...this.released.save() };
  }
  restore(state: ManagerState): void {
    const saved = state.regular as readonly number[];
    this.inUse.fill(0);
    for (let i = 0; i < saved.length; i += 2) this.inUse[saved[i] as number] = saved[i + 1] as number;
    this.released.restore(state);
  }
}
