/**
 * The regular allocator for machine objects: shared storage, plus the knowledge of which objects are its own and in use, one bit a cell.
 * That tells what belongs to another allocator, and what was never freed. What becomes of a freed object: `ReleasedObjects`.
 */
import type { ByteAddress, Pointer, Words } from "../../base/units.ts";
import type { AllocationStatistics, ManagerState } from "../contract.ts";
import { partsOf } from "../storage/freeing/parts.ts";
import { type Release, ReleasedObjects } from "../storage/freeing/released.ts";
import type { Storage } from "../storage/storage.ts";

export interface RegularFigures {
  readonly total: number;
  readonly freed: number;
  readonly current: number;
  readonly peak: number;
  readonly currentWords: Words;
  readonly peakWords: Words;
}

export class RegularObjects {
  private readonly storage: Storage;
  private readonly released: ReleasedObjects;
  /** One bit for each cell of memory: a regular object in use begins there. */
  private readonly inUse: Uint32Array;
  /** Objects and words that were allocated by others: the image builder, and symbols. */
  private otherObjects = 0;
  private otherWords: Words = 0;
  /** As they were when something was freed last; in between they can only grow. */
  private earlierPeak = 0;
  private earlierPeakWords: Words = 0;

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

  /** What was allocated since the statistics said this is not regular. */
  exclude(before: AllocationStatistics): void {
    const now = this.storage.statistics(0);
    this.otherObjects += now.allocatedObjects - before.allocatedObjects;
    this.otherWords += now.allocatedWords - before.allocatedWords;
  }

  figures(): RegularFigures {
    const { allocatedObjects, allocatedWords, freedObjects, freedWords } = this.storage.statistics(0);
    const current = allocatedObjects - this.otherObjects - freedObjects;
    const currentWords = allocatedWords - this.otherWords - freedWords;
    return {
      total: allocatedObjects - this.otherObjects,
      freed: freedObjects,
      current,
      peak: Math.max(this.earlierPeak, current),
      currentWords,
      peakWords: Math.max(this.earlierPeakWords, currentWords),
    };
  }

  /** Takes an object in use back, with the storage that only it has. */
  free(object: Pointer, site: ByteAddress): void {
    const { peak, peakWords } = this.figures();
    this.earlierPeak = peak;
    this.earlierPeakWords = peakWords;
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
  all(): Pointer[] {
    const objects: Pointer[] = [];
    for (const [i, word] of this.inUse.entries()) {
      for (let rest = word; rest !== 0; rest &= rest - 1) objects.push(2 * (32 * i + 31 - Math.clz32(rest & -rest)));
    }
    return objects;
  }

  /** Index and content of each word of the bit table that is not zero. */
  save(): ManagerState {
    const regular: number[] = [];
    for (const [i, word] of this.inUse.entries()) if (word !== 0) regular.push(i, word);
    const counters = [this.otherObjects, this.otherWords, this.earlierPeak, this.earlierPeakWords];
    return { regular, regularCounters: counters, ...this.released.save() };
  }
  restore(state: ManagerState): void {
    const saved = state.regular as readonly number[];
    this.inUse.fill(0);
    for (let i = 0; i < saved.length; i += 2) this.inUse[saved[i] as number] = saved[i + 1] as number;
    const [otherObjects = 0, otherWords = 0, peak = 0, peakWords = 0] = state.regularCounters as readonly number[];
    this.otherObjects = otherObjects;
    this.otherWords = otherWords;
    this.earlierPeak = peak;
    this.earlierPeakWords = peakWords;
    this.released.restore(state);
  }
}
