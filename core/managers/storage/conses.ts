/**
 * Makes and changes conses: which cells hold CAR and CDR, and the CDR code that says so. Counts nothing.
 * Source: memory specification, sections 9.3 and 9.4.
 */
import type { Pointer, Words } from "../../base/units.ts";
import { NIL, TYPE_LISTP, TYPE_NUMBER_MASK, TYPE_TABLE_BASE } from "../../memory/layout.ts";
import { CDR_INDIRECT, CDR_NIL } from "../../objects/cons.ts";
import type { StorageContext } from "./context.ts";

/** Farthest that a CDR code reaches, in words. */
const REACH_WORDS = 14;
const CELL_WORDS = 2;

/** Where the cells of conses come from. */
export interface ConsCells {
  /** A cell for a cons whose CDR is NIL. */
  takeAny(): Pointer;
  /** A cell from which a CDR code reaches `cdr`; 0 when there is none. */
  takeBelow(cdr: Pointer): Pointer;
  /** A cell that a CDR code reaches from `cons`; 0 when there is none. */
  takeAbove(cons: Pointer): Pointer;
  /** Two cells, the second in reach of a CDR code of the first; the second is `pairHelper` until the next call. */
  takePair(): Pointer;
  readonly pairHelper: Pointer;
  /** Told of a cons that cost a pair of cells. */
  countLasting(): void;
}

export class Conses {
  private readonly context: StorageContext;
  private readonly pages: ConsCells;

  constructor(context: StorageContext, pages: ConsCells) {
    this.context = context;
    this.pages = pages;
  }

  /**
   * A new cons.
   * @throws {VmFault} `StorageFull`; nothing was changed
   */
  create(car: Pointer, cdr: Pointer): Pointer {
    const memory = this.context.memory;
    if (cdr === NIL) {
      const cons = this.pages.takeAny();
      memory.setCell(cons, (CDR_NIL << 28) | car);
      return cons;
    }
    if ((memory.view.getUint16((TYPE_TABLE_BASE + (cdr >> 9)) * 2) & TYPE_NUMBER_MASK) === TYPE_LISTP) {
      const cons = this.pages.takeBelow(cdr);
      if (cons !== 0) {
        memory.setCell(cons, ((CDR_NIL + ((cdr - cons) >> 1)) << 28) | car);
        return cons;
      }
    }
    return this.createWithHelper(car, cdr);
  }

  private createWithHelper(car: Pointer, cdr: Pointer): Pointer {
    const cons = this.createPair(car, cdr);
    this.pages.countLasting();
    return cons;
  }

  private createPair(car: Pointer, cdr: Pointer): Pointer {
    const memory = this.context.memory;
    const cons = this.pages.takePair();
    const helper = this.pages.pairHelper;
    memory.setCell(helper, cdr);
    memory.setCell(cons, (((helper - cons) >> 1) << 28) | car);
    return cons;
  }

  /**
   * Changes the CDR, with a helper cell or a replacement where the code of the cons cannot express it.
   *
   * @returns words of cells that the cons has gained
   * @throws {VmFault} `StorageFull`; nothing was changed
   */
  replaceCdr(cons: Pointer, cdr: Pointer): Words {
    const memory = this.context.memory;
    const cell = memory.cell(cons);
    const code = cell >>> 28;
    if (code === CDR_INDIRECT) {
      const replacement = cell & 0x0fffffff;
      memory.setCell(replacement + 2 * (memory.cell(replacement) >>> 28), cdr);
      return 0;
    }
    if (code < CDR_NIL) {
      memory.setCell(cons + 2 * code, cdr);
      return 0;
    }
    const car = cell & 0x0fffffff;
    const distance = cdr - cons;
    if (cdr === NIL) memory.setCell(cons, (CDR_NIL << 28) | car);
    else if (distance > 0 && distance <= REACH_WORDS && cdr >> 8 === cons >> 8) {
      memory.setCell(cons, ((CDR_NIL + (distance >> 1)) << 28) | car);
    } else return this.addHelper(cons, car, cdr);
    return 0;
  }

  private addHelper(cons: Pointer, car: Pointer, cdr: Pointer): Words {
    const memory = this.context.memory;
    const helper = this.pages.takeAbove(cons);
    if (helper !== 0) {
      memory.setCell(helper, cdr);
      memory.setCell(cons, (((helper - cons) >> 1) << 28) | car);
      return CELL_WORDS;
    }
    memory.setCell(cons, this.createPair(car, cdr));
    return 2 * CELL_WORDS;
  }
}
