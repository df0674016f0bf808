/**
 * How much heap is left: the storage-full state machine. Array space grows up, typed pages grow down; when they meet in the primary area,
 * an image with a second area goes on there.
 *
 * `\STORAGEFULLSTATE`: NIL not yet determined, 1 primary area only, 2 second area not in use yet, 3 arrays in the second area, 4 both there.
 * Where the reference stops for ever (MP9320) or warns (MP9325), this raises `StorageFull` and reports pressure.
 * Source: collection specification, section 8.
 */
import { VmFault } from "../../base/errors.ts";
import { IFPAGE, interfaceWord } from "../../memory/interface-page.ts";
import { MDS_UNIT_WORDS, NIL, PAGE_BYTES, PAGE_WORDS, PRIMARY_HEAP_END, T } from "../../memory/layout.ts";
import { INTERRUPT_STORAGE_FULL, type StorageContext, smallCell, smallValue } from "./context.ts";

/** Free pages below which the state machine acts, and below which it warns again (`GUARDSTORAGEFULL`, `GUARD1STORAGEFULL`). */
export const GUARD_PAGES = 128;
const SECOND_GUARD_PAGES = 64;
const UNIT_PAGES = MDS_UNIT_WORDS / PAGE_WORDS;

export const STATE_UNDETERMINED = 0;
export const STATE_NOT_SWITCHABLE = 1;
export const STATE_SWITCHABLE = 2;
export const STATE_ARRAYS_SWITCHED = 3;
export const STATE_FULLY_SWITCHED = 4;

/** What a change of state needs from other parts of storage, and whom it tells of pressure. */
export interface AreaSwitch {
  pressureRaised(pagesLeft: number): void;
  /** Puts `\STORAGEFULLSTATE` on the list of cached variables, so that it is reset when the image starts again. */
  noteStateVariable(): void;
  dropStateVariable(): void;
  /** Turns what is left of array space into a free block and continues at `page`. */
  moveArraySpace(page: number): void;
}

export class StorageLimit {
  private readonly context: StorageContext;
  private readonly areas: AreaSwitch;

  constructor(context: StorageContext, areas: AreaSwitch) {
    this.context = context;
    this.areas = areas;
  }

  /** The state variable as a number. */
  state(): number {
    return smallValue(this.context.memory, this.context.variables.storageFullState);
  }

  /** Pages between the last array page and the last typed page, as the check counts them: negative when they have met. */
  pagesLeft(): number {
    const { memory, variables } = this.context;
    return memory.cell(variables.nxtMdsPage) - memory.cell(variables.nxtArrayPage) - UNIT_PAGES;
  }

  /**
   * Makes sure that a typed unit can be taken at `\NxtMDSPage`, after changing areas if need be.
   * @throws {VmFault} `StorageFull`; nothing was changed
   */
  reserveUnit(): void {
    const left = this.pagesLeft();
    if (left >= GUARD_PAGES) return;
    const state = this.futureState();
    // Determining the state costs a page pair of its own, for a list cell.
    const least = this.state() === STATE_UNDETERMINED ? UNIT_PAGES : 0;
    const isLastArea = state === STATE_NOT_SWITCHABLE || state === STATE_FULLY_SWITCHED;
    if (isLastArea && left < least) throw this.full(UNIT_PAGES);
    if (state === STATE_ARRAYS_SWITCHED && this.firstAreaIsFull() && this.arrayPagesLeft() < 2 * UNIT_PAGES) {
      throw this.full(UNIT_PAGES);
    }
    this.determineState();
    this.check(0);
  }

  /**
   * Makes sure that array space can grow by `pages`. It may have moved to the second area afterwards.
   * @throws {VmFault} `StorageFull`; nothing was changed
   */
  reserveArrayPages(pages: number): void {
    const left = this.arrayPagesLeft();
    if (left >= GUARD_PAGES && pages <= left) return;
    const state = this.futureState();
    const least = this.state() === STATE_UNDETERMINED ? pages + UNIT_PAGES : pages;
    if (state !== STATE_SWITCHABLE && left < least) throw this.full(pages);
    if (state === STATE_SWITCHABLE && pages > left && pages > this.secondAreaPages()) throw this.full(pages);
    this.determineState();
    this.check(pages);
  }

  private arrayPagesLeft(): number {
    const { memory, variables } = this.context;
    // Typed pages still fill the first area then; they will come down from the end of the second.
    const top = this.state() === STATE_ARRAYS_SWITCHED ? variables.secondMdsPage : variables.nxtMdsPage;
    return memory.cell(top) + UNIT_PAGES - memory.cell(variables.nxtArrayPage);
  }

  /** While arrays are in the second area: no typed unit fits in the first any more. */
  private firstAreaIsFull(): boolean {
    const { memory, variables } = this.context;
    return memory.cell(variables.nxtMdsPage) < memory.cell(variables.leastMdsPage);
  }

  private secondAreaPages(): number {
    const { memory, variables } = this.context;
    return memory.cell(variables.secondMdsPage) + UNIT_PAGES - memory.cell(variables.secondArrayPage);
  }

  /** The state, or what it will be once determined. */
  private futureState(): number {
    const state = this.state();
    if (state !== STATE_UNDETERMINED) return state;
    const hasSecondArea = this.context.memory.word(interfaceWord(IFPAGE.dl24BitAddressable)) !== 0;
    return hasSecondArea ? STATE_SWITCHABLE : STATE_NOT_SWITCHABLE;
  }

  private determineState(): void {
    if (this.state() !== STATE_UNDETERMINED) return;
    this.context.memory.setCell(this.context.variables.storageFullState, smallCell(this.futureState()));
    this.areas.noteStateVariable();
  }

  /** The check itself. `arrayPages` is 0 for a typed unit. */
  private check(arrayPages: number): void {
    const { memory, variables } = this.context;
    const left = this.pagesLeft();
    switch (this.state()) {
      case STATE_NOT_SWITCHABLE:
      case STATE_FULLY_SWITCHED:
        if (left < GUARD_PAGES) this.warn(left);
        break;
      case STATE_SWITCHABLE: {
        const needsArraySpace = arrayPages > left + 2 * UNIT_PAGES;
        if (!needsArraySpace && (arrayPages > 0 || left > 0)) break;
        memory.setCell(variables.leastMdsPage, memory.cell(variables.nxtArrayPage));
        if (needsArraySpace) this.changeState(STATE_ARRAYS_SWITCHED);
        else {
          memory.setCell(variables.nxtMdsPage, memory.cell(variables.secondMdsPage));
          this.changeState(STATE_FULLY_SWITCHED);
        }
        this.areas.moveArraySpace(memory.cell(variables.secondArrayPage));
        break;
      }
      case STATE_ARRAYS_SWITCHED:
        if (arrayPages === 0 && this.firstAreaIsFull()) {
          memory.setCell(variables.nxtMdsPage, memory.cell(variables.secondMdsPage));
          this.changeState(STATE_FULLY_SWITCHED);
        }
    }
  }

  private changeState(state: number): void {
    const { memory, variables } = this.context;
    memory.setCell(variables.storageFullState, smallCell(state));
    memory.setWord(interfaceWord(IFPAGE.fullSpaceUsed), 0xffff);
    this.areas.dropStateVariable();
  }

  private warn(left: number): void {
    const { memory, variables } = this.context;
    if (memory.cell(variables.storageFull) === NIL) {
      memory.setCell(variables.storageFull, T);
      this.context.requestInterrupt(INTERRUPT_STORAGE_FULL);
    } else if (left <= SECOND_GUARD_PAGES) memory.setCell(variables.storageFull, smallCell(0));
    this.context.observer.storagePressure(left);
    this.areas.pressureRaised(left);
  }

  /** Heap in pages: what there may ever be, and what array space and typed pages occupy. */
  extent(): { readonly limitPages: number; readonly usedPages: number } {
    const { memory, variables } = this.context;
    const state = this.futureState();
    const hasMoved = state === STATE_ARRAYS_SWITCHED || state === STATE_FULLY_SWITCHED;
    const start = memory.pointer(variables.arraySpace) >> 8;
    const least = memory.cell(variables.leastMdsPage);
    const top = hasMoved ? PRIMARY_HEAP_END >> 8 : least + UNIT_PAGES;
    const nextArray = memory.cell(variables.nxtArrayPage);
    const nextTyped = memory.cell(variables.nxtMdsPage);
    const second = memory.cell(variables.secondArrayPage);
    const secondTop = memory.cell(variables.secondMdsPage) + UNIT_PAGES;
    const limitPages = top - start + (state === STATE_NOT_SWITCHABLE ? 0 : secondTop - second);
    if (state === STATE_FULLY_SWITCHED) {
      return { limitPages, usedPages: top - start + (nextArray - second) + (secondTop - UNIT_PAGES - nextTyped) };
    }
    if (state === STATE_ARRAYS_SWITCHED) {
      return { limitPages, usedPages: least - start + (top - UNIT_PAGES - nextTyped) + (nextArray - second) };
    }
    return { limitPages, usedPages: nextArray - start + (top - UNIT_PAGES - nextTyped) };
  }

  private full(requestedPages: number): VmFault {
    const { limitPages, usedPages } = this.extent();
    const kilobytes = (pages: number) => (pages * PAGE_BYTES) / 1024;
    const message = `storage full: heap limit ${kilobytes(limitPages)} KB, used ${kilobytes(usedPages)} KB, requested ${kilobytes(requestedPages)} KB`;
    this.context.observer.storageFull(message);
    return new VmFault("StorageFull", message);
  }
}
