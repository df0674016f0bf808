/**
 * Objects of fixed-size types in one arena: the next object of a type lies behind the last, in units of its own. No free chain is searched or kept.
 * Units are cut as everywhere (`typed-pages.ts`); a fresh unit is zero, so that an object needs no clearing.
 */
import { VmFault } from "../../../base/errors.ts";
import type { Pointer, TypeNumber, Words } from "../../../base/units.ts";
import { MDS_UNIT_WORDS, PAGE_WORDS } from "../../../memory/layout.ts";
import { DTD_LIMIT } from "../../../objects/dtd.ts";
import { isCutByPage } from "../typed-pages.ts";

export class ArenaCells {
  /** By type: where its next object goes, and the end of that stretch. */
  private readonly next = new Int32Array(DTD_LIMIT);
  private readonly end = new Int32Array(DTD_LIMIT);
  /** Units of each type, in the order in which they were taken. */
  private readonly units = new Map<TypeNumber, Pointer[]>();
  private readonly takeUnit: (type: TypeNumber) => Pointer;

  constructor(takeUnit: (type: TypeNumber) => Pointer) {
    this.takeUnit = takeUnit;
  }

  /** @throws {VmFault} `StorageFull`; nothing was changed */
  allocate(type: TypeNumber, size: Words): Pointer {
    const object = this.next[type] as number;
    const after = object + size;
    if (after > (this.end[type] as number)) return this.allocateFurther(type, size);
    this.next[type] = after;
    return object;
  }

  private allocateFurther(type: TypeNumber, size: Words): Pointer {
    if (size === 0 || size > MDS_UNIT_WORDS) {
      throw new VmFault("MemoryError", `type ${type} has no instances: its size is ${size} words`);
    }
    const isByPage = isCutByPage(size);
    const end = this.end[type] as number;
    const isFirstPage = isByPage && end !== 0 && end % MDS_UNIT_WORDS !== 0;
    const object = isFirstPage ? end : this.openUnit(type);
    this.end[type] = object + (isByPage ? PAGE_WORDS : MDS_UNIT_WORDS);
    this.next[type] = object + size;
    return object;
  }

  private openUnit(type: TypeNumber): Pointer {
    const start = this.takeUnit(type);
    const units = this.units.get(type);
    if (units === undefined) this.units.set(type, [start]);
    else units.push(start);
    return start;
  }

  forget(): void {
    for (const type of this.units.keys()) {
      this.next[type] = 0;
      this.end[type] = 0;
    }
    this.units.clear();
  }

  /** Every object, type by type, in the order of allocation. */
  eachObject(sizeOf: (type: TypeNumber) => Words, visit: (object: Pointer, type: TypeNumber) => void): void {
    for (const [type, units] of this.units) {
      const size = sizeOf(type);
      const stretch = isCutByPage(size) ? PAGE_WORDS : MDS_UNIT_WORDS;
      const last = units.at(-1);
      for (const unit of units) {
        const used = unit === last ? (this.next[type] as number) : unit + MDS_UNIT_WORDS;
        for (let start: Pointer = unit; start < used; start += stretch) {
          const end = Math.min(used, start + stretch);
          for (let object = start; object + size <= end; object += size) visit(object, type);
        }
      }
    }
  }

  /** The ranges in which objects of a type will lie, but do not yet. */
  eachSpare(visit: (start: Pointer, end: Pointer) => void): void {
    for (const [type, units] of this.units) {
      const last = units.at(-1) as Pointer;
      visit(this.next[type] as number, last + MDS_UNIT_WORDS);
    }
  }

  save(): readonly (readonly number[])[] {
    return [...this.units].map(([type, units]) => [
      type,
      this.next[type] as number,
      this.end[type] as number,
      ...units,
    ]);
  }
  restore(saved: readonly (readonly number[])[]): void {
    this.forget();
    for (const [type = 0, next = 0, end = 0, ...units] of saved) {
      this.units.set(type, units);
      this.next[type] = next;
      this.end[type] = end;
    }
  }
}
