/**
 * Young and old objects. A minor collection looks at the young ones only: old ones count as marked, and those of them into which a young one may have been
 * stored (the remembered set) are looked into as roots are. An object is old when it has survived a set number of minor collections.
 */
import { IntList } from "../../../base/int-list.ts";
import { FLAG_REMEMBERED, type ObjectTable } from "../table/object-table.ts";
import type { IdSink, ScanObject } from "./marks.ts";

const MOST_AGE = 255;

export class Generations implements IdSink {
  private readonly table: ObjectTable;
  private readonly promoteAfter: number;
  /** Bits of the old objects, like those of the live ones. */
  old = new Int32Array(0);
  /** Bytes of old objects. */
  oldBytes = 0;
  promoted = 0;
  private remembered = new IntList();
  private hasYoung = false;

  /** @param promoteAfter minor collections to survive */
  constructor(table: ObjectTable, promoteAfter: number) {
    this.table = table;
    this.promoteAfter = promoteAfter;
  }

  get rememberedObjects(): number {
    return this.remembered.length;
  }

  /** An id that is newer than the bits is of a young object. */
  isOld(id: number): boolean {
    return (((this.old[id >> 5] as number) >>> (id & 31)) & 1) !== 0;
  }

  /** There are bits for all ids of the table. */
  cover(): void {
    const words = this.table.live.length;
    if (this.old.length === words) return;
    const grown = new Int32Array(words);
    grown.set(this.old);
    this.old = grown;
  }

  /** An object was stored into another. */
  stored(holder: number, target: number): void {
    if (this.isOld(holder) && !this.isOld(target)) this.remember(holder);
  }

  private remember(id: number): void {
    if (this.table.hasFlag(id, FLAG_REMEMBERED)) return;
    this.table.setFlag(id, FLAG_REMEMBERED);
    this.remembered.push(id);
  }

  /** Old objects that may refer to young ones. */
  eachRemembered(visit: (id: number) => void): void {
    for (let i = 0; i < this.remembered.length; i++) {
      const id = this.remembered.at(i);
      if (this.table.hasFlag(id, FLAG_REMEMBERED)) visit(id);
    }
  }

  /** The object has become larger where it is. */
  enlarged(id: number, bytes: number): void {
    if (this.isOld(id)) this.oldBytes += bytes;
  }

  /** The object goes. */
  forget(id: number): void {
    if (!this.isOld(id)) return;
    this.old[id >> 5] = (this.old[id >> 5] as number) & ~(1 << (id & 31));
    this.oldBytes -= this.table.sizes[id] as number;
  }

  /** After a collection: in a minor one the young that are left get older. Then the remembered set keeps only what refers to a young object. */
  settle(isMinor: boolean, scan: ScanObject): void {
    this.cover();
    if (isMinor) this.age();
    const kept = new IntList();
    this.eachRemembered((id) => {
      this.hasYoung = false;
      scan(id, this);
      if (this.hasYoung) kept.push(id);
      else this.table.clearFlag(id, FLAG_REMEMBERED);
    });
    this.remembered = kept;
  }

  /** Notes whether what it is told of is young. */
  mark(id: number): void {
    if (!this.isOld(id)) this.hasYoung = true;
  }

  private age(): void {
    const { live, ages } = this.table;
    for (let at = 0; at < live.length; at++) {
      let word = (live[at] as number) & ~(this.old[at] as number);
      while (word !== 0) {
        const id = (at << 5) + 31 - Math.clz32(word & -word);
        word &= word - 1;
        const age = Math.min(MOST_AGE, (ages[id] as number) + 1);
        ages[id] = age;
        if (age >= this.promoteAfter) this.promote(id);
      }
    }
  }

  private promote(id: number): void {
    this.old[id >> 5] = (this.old[id >> 5] as number) | (1 << (id & 31));
    this.oldBytes += this.table.sizes[id] as number;
    this.promoted++;
    // What it refers to may still be young.
    this.remember(id);
  }

  save(): { readonly old: readonly number[]; readonly remembered: Int32Array; readonly promoted: number } {
    const old: number[] = [];
    this.table.eachObject((id) => {
      if (this.isOld(id)) old.push(id);
    });
    return { old, remembered: this.remembered.toArray(), promoted: this.promoted };
  }
  restore(old: ArrayLike<number>, remembered: ArrayLike<number>, promoted: number): void {
    this.promoted = promoted;
    this.old = new Int32Array(this.table.live.length);
    this.oldBytes = 0;
    for (const id of Array.from(old)) {
      this.old[id >> 5] = (this.old[id >> 5] as number) | (1 << (id & 31));
      this.oldBytes += this.table.sizes[id] as number;
    }
    this.remembered = IntList.of(remembered);
  }
}
