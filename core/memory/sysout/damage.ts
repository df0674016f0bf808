/**
 * What is wrong with an image file, and what follows from it: an image that shall run is refused, one that shall be looked at opens with a list.
 * Source: memory specification, section 6.7.
 */
import { ImageError } from "../../base/errors.ts";
import type { ByteAddress } from "../../base/units.ts";

/** One thing that is wrong with an image file. */
export interface Damage {
  /** Part of the file: `interface page`, `page table`, `file page 17` … */
  readonly where: string;
  /** Byte of the file that shows it; null when no single one does. */
  readonly offsetBytes: ByteAddress | null;
  readonly what: string;
  readonly found: string;
  readonly expected: string;
}

export interface DamageList {
  /** The first of them, in the order in which they were found. */
  readonly items: readonly Damage[];
  /** How many there are in all. */
  readonly total: number;
}

/** An image to look at may be wrong in many ways; one to run in none that matters. */
export type Purpose = "inspect" | "run";

/** Damage kept one by one; of more, only the number is. */
export const MAX_DAMAGE_ITEMS = 200;

/** Advice for an image that cannot run. */
export const LOOK_INSTEAD =
  'To look at it, use the command `conspect inspect`, or mode "inspect" in a launch configuration.';

/** Gathers what is wrong with one file. */
export class Findings implements DamageList {
  readonly items: Damage[] = [];
  total = 0;
  readonly file: string;
  private readonly purpose: Purpose;

  constructor(file: string, purpose: Purpose) {
    this.file = file;
    this.purpose = purpose;
  }

  /** The file cannot be used for anything. */
  refuse(damage: Damage, advice: string): never {
    throw new ImageError({
      file: this.file,
      offsetBytes: damage.offsetBytes ?? 0,
      what: `${damage.where}: ${damage.what}`,
      found: damage.found,
      expected: damage.expected,
      advice,
    });
  }
  /** An image like this must not run, but can be looked at. @throws {ImageError} when it was to run */
  reject(damage: Damage): void {
    if (this.purpose === "run") {
      this.refuse(damage, `An image that is damaged like this cannot run. ${LOOK_INSTEAD}`);
    }
    this.note(damage);
  }
  /** Worth telling, and no reason not to run. */
  note(damage: Damage): void {
    this.total++;
    if (this.items.length < MAX_DAMAGE_ITEMS) this.items.push(damage);
  }
}
