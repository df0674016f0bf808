/**
 * Poisoning of freed storage, an option of managers that collect. Between two collections what the last one freed waits before it goes to its free list,
 * overwritten with pointers to where no memory is. So whoever uses it fails, and the failure says what it was; whoever stores into it is found when the wait is over.
 *
 * ```
 * poison   0x0f000000 + 16 * (number of the piece modulo 65536): above every address of an image; as a cons it is an indirect one without another cell
 * ```
 * A piece is what one call frees: an object of fixed size, a cell of a cons page, an array block.
 */
import type { ByteAddress, Cells, Pointer, TypeNumber, WordAddress } from "../../../base/units.ts";
import { TYPE_BLOCK } from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { pointerNotation } from "../../../objects/pointer-notation.ts";
import type { CodeSites, ManagerState, PoisonedStorage } from "../../contract.ts";
import type { HeapObserver } from "../../events.ts";

const POISON_BASE = 0x0f000000;
const POISON_STEP = 16;
const POISON_NUMBERS = 0x10000;
const BLOCK_HEADER_WORDS = 2;

interface Piece {
  readonly number: number;
  readonly object: Pointer;
  readonly type: TypeNumber;
  readonly cells: Cells;
  /** The collection that freed it; 0 when the program did. */
  readonly collection: number;
  readonly site: ByteAddress;
}
const PIECE_NUMBERS = 6;

/** Puts a piece on its free list. */
export type GiveBack = (object: Pointer, type: TypeNumber) => void;

export class Poison implements PoisonedStorage {
  private readonly memory: VirtualMemory;
  private readonly observer: () => HeapObserver;
  private readonly sites: CodeSites;
  private readonly giveBack: GiveBack;
  private readonly waiting = new Map<Pointer, Piece>();
  private pieces = 0;
  /** The collection under way; 0 when there is none. */
  private collection = 0;
  /** What is freed goes to its free list at once. */
  private isOff = false;

  constructor(memory: VirtualMemory, observer: () => HeapObserver, sites: CodeSites, giveBack: GiveBack) {
    this.memory = memory;
    this.observer = observer;
    this.sites = sites;
    this.giveBack = giveBack;
  }

  /** Everything that waits goes to its free list. @param isOff so does what this collection frees: storage is short, or the program is over */
  beginCollection(number: number, isOff: boolean): void {
    this.flush();
    this.collection = number;
    this.isOff = isOff;
  }
  endCollection(): void {
    this.collection = 0;
    this.isOff = false;
  }

  isWaiting(object: Pointer): boolean {
    return this.waiting.has(object);
  }

  /** Takes a piece that is freed. @returns false when it is to go to its free list now */
  take(object: Pointer, type: TypeNumber, cells: Cells): boolean {
    if (this.isOff) return false;
    const { collection } = this;
    const piece = { number: this.pieces++, object, type, cells, collection, site: this.sites.current() };
    this.waiting.set(object, piece);
    const poison = poisonOf(piece);
    for (let i = 0; i < cells; i++) this.memory.setCell(object + 2 * i, poison);
    return true;
  }

  releaseOf(pointer: Pointer): { readonly object: Pointer; readonly by: string } | null {
    const piece = this.waiting.get(pointer) ?? this.pieceOf(pointer);
    if (piece === null) return null;
    const { object, collection, site } = piece;
    return {
      object,
      by: collection > 0 ? `by collection ${collection}` : `at ${this.sites.name(site) || `byte ${site}`}`,
    };
  }
  private pieceOf(poison: Pointer): Piece | null {
    const number = Math.floor((poison - POISON_BASE) / POISON_STEP);
    if (number < 0 || number >= POISON_NUMBERS) return null;
    for (const piece of this.waiting.values()) if (piece.number % POISON_NUMBERS === number) return piece;
    return null;
  }

  eachSpare(visit: (start: WordAddress, end: WordAddress) => void): void {
    for (const { object, type, cells } of this.waiting.values()) {
      if (type === TYPE_BLOCK) visit(object - BLOCK_HEADER_WORDS, object + 2 * cells + BLOCK_HEADER_WORDS);
      else visit(object, object + 2 * cells);
    }
  }

  /** Every wait is over. */
  flush(): void {
    const { isOff } = this;
    this.isOff = true;
    for (const piece of [...this.waiting.values()]) {
      this.waiting.delete(piece.object);
      this.endWait(piece);
    }
    this.isOff = isOff;
  }

  private endWait(piece: Piece): void {
    const { object, type, cells } = piece;
    const poison = poisonOf(piece);
    for (let i = 0; i < cells; i++) {
      if (this.memory.cell(object + 2 * i) === poison) continue;
      const what = `${pointerNotation(this.memory, object)} was stored into after it was freed`;
      this.observer().memoryError(object, `${what}; its storage is not used again`);
      return;
    }
    this.giveBack(object, type);
  }

  save(): ManagerState {
    const poisoned = [...this.waiting.values()].flatMap((piece) => [
      ...[piece.number, piece.object, piece.type, piece.cells, piece.collection, piece.site],
    ]);
    return { poisoned, poisonedPieces: this.pieces };
  }
  restore({ poisoned, poisonedPieces }: ManagerState): void {
    const numbers = (poisoned ?? []) as readonly number[];
    this.pieces = (poisonedPieces ?? 0) as number;
    this.waiting.clear();
    for (let i = 0; i < numbers.length; i += PIECE_NUMBERS) {
      const [number = 0, object = 0, type = 0, cells = 0, collection = 0, site = 0] = numbers.slice(
        i,
        i + PIECE_NUMBERS,
      );
      this.waiting.set(object, { number, object, type, cells, collection, site });
    }
  }
}

function poisonOf({ number }: Piece): Pointer {
  return POISON_BASE + POISON_STEP * (number % POISON_NUMBERS);
}
