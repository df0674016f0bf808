/**
 * What the next collection would free, or what the one under way still will, and why: the collection played through on a copy of the
 * counts, in the collector's own order, so that the answer is exactly what it then frees. Nothing changes.
 * Source: collection specification, sections 7.2 to 7.8.
 */
import { finish, type IndexProgress, type IndexSteps } from "../../base/steps.ts";
import type { Pointer, TypeNumber } from "../../base/units.ts";
import { POINTER_MASK, TYPE_BLOCK } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import { eachPointer, type PointerOffsets, pointerOffsetsOf, type SlotKind } from "../../objects/object-slots.ts";
import { isCodeHunk, isCounted, typeNumber } from "../../objects/types.ts";
import { eachStackPointer } from "../heap/stack-roots.ts";
import { collectorState } from "../heap/system.ts";
import type { ImageView } from "../image-view.ts";
import { rememberedSteps } from "../steps.ts";
import { countEntry, eachCountEntry, MAIN_CELLS, mainIndex } from "./counts.ts";

/** An object that will be freed. */
export interface DoomedObject {
  readonly pointer: Pointer;
  readonly type: TypeNumber;
  /** The doomed object whose end takes the last reference; null when its count is 0 already. */
  readonly lastHolder: Pointer | null;
}

export interface DoomedReport {
  /** In the order in which they will go. */
  readonly objects: readonly DoomedObject[];
  readonly byType: ReadonlyMap<TypeNumber, number>;
  /** Counted objects that the stack scan finds. */
  readonly onStack: number;
  /** Objects with count 0 that stay, because the stack holds them. */
  readonly keptByStack: number;
  /** The limit was reached: there are more. */
  readonly isPartial: boolean;
}

export const DOOMED_LIMIT = 1_000_000;

/** Slots looked at between two reports. */
const STEP_SLOTS = 1 << 16;

const NOTHING: DoomedReport = { objects: [], byType: new Map(), onStack: 0, keptByStack: 0, isPartial: false };

/** @param limit most objects to find */
export function findDoomed(view: ImageView, limit = DOOMED_LIMIT): DoomedReport {
  return finish(doomedSteps(view, limit));
}

/** The same step by step; the report stays with the view. */
export function doomedSteps(view: ImageView, limit = DOOMED_LIMIT): IndexSteps<DoomedReport> {
  return rememberedSteps(view, `doomed, ${limit} at most`, () => rehearse(view, limit));
}

function* rehearse(view: ImageView, limit: number): IndexSteps<DoomedReport> {
  if (view.manager !== null && view.manager.traits.reclaims === "never") return NOTHING;
  return collectorState(view.memory).isDisabled ? NOTHING : yield* new Rehearsal(view, limit).play();
}

/** Text for people: why a doomed object goes. */
export function doomReason(object: DoomedObject, describe: (pointer: Pointer) => string): string {
  if (object.lastHolder === null) return "count 0, not on the stack";
  return `only reference from ${describe(object.lastHolder)}, which is doomed`;
}

/** One collection on a copy of the count tables. */
class Rehearsal {
  private readonly view: ImageView;
  private readonly limit: number;
  /** Counts that differ from the tables' own. */
  private readonly counts = new Map<Pointer, number>();
  private readonly onStack = new Set<Pointer>();
  /** Objects with count 0 that wait for the scan, by main table index. */
  private readonly zeros = new Map<number, Pointer[]>();
  /** Entries per main table index: only a chain is looked at again after a member went. */
  private readonly entriesAt = new Uint32Array(MAIN_CELLS);
  private readonly objects: DoomedObject[] = [];
  private readonly freed = new Set<Pointer>();
  private readonly byType = new Map<TypeNumber, number>();
  private readonly offsets: PointerOffsets;
  private keptByStack = 0;
  /** Slots and ends of objects until now. */
  private looked = 0;

  constructor(view: ImageView, limit: number) {
    this.view = view;
    this.limit = limit;
    this.offsets = pointerOffsetsOf(view.memory);
  }

  *play(): IndexSteps<DoomedReport> {
    this.scanStack();
    yield this.report(MAIN_CELLS);
    this.readTable();
    for (let index = MAIN_CELLS - 1; index >= 0 && !this.isFull(); index--) yield* this.scanIndex(index);
    const { objects, byType, onStack, keptByStack } = this;
    return { objects, byType, onStack: onStack.size, keptByStack, isPartial: this.isFull() };
  }

  private report(index: number): IndexProgress {
    return { phase: "garbage", done: MAIN_CELLS - index, total: MAIN_CELLS };
  }

  private isFull(): boolean {
    return this.objects.length >= this.limit;
  }

  private scanStack(): void {
    const { memory } = this.view;
    eachStackPointer(this.view, (pointer) => {
      const object = pointer & ~1;
      if (!isCounted(memory, object) || this.onStack.has(object)) return;
      this.onStack.add(object);
      if (countEntry(memory, object) === null) (this.entriesAt[mainIndex(object)] as number)++;
    });
  }

  private readTable(): void {
    eachCountEntry(this.view.memory, ({ pointer, count, onStack, index }) => {
      (this.entriesAt[index] as number)++;
      if (onStack) this.onStack.add(pointer);
      if (count !== 0) return true;
      if (this.onStack.has(pointer)) this.keptByStack++;
      else this.addZero(pointer);
      return true;
    });
  }

  private addZero(pointer: Pointer): void {
    const index = mainIndex(pointer);
    const waiting = this.zeros.get(index);
    if (waiting === undefined) this.zeros.set(index, [pointer]);
    else waiting.push(pointer);
  }

  /** A lone entry is left behind once it is gone; a chain is looked at until nothing in it can go. */
  private *scanIndex(index: number): IndexSteps<void> {
    let waiting = this.zeros.get(index);
    while (waiting !== undefined && waiting.length > 0 && !this.isFull()) {
      const wasChain = (this.entriesAt[index] as number) > 1;
      const object = waiting.shift() as Pointer;
      (this.entriesAt[index] as number)--;
      yield* this.reclaim(object, index);
      if (!wasChain || this.entriesAt[index] === 0) return;
      waiting = this.zeros.get(index);
    }
  }

  /** The object goes, and all that dies with it: first to the end of a chain of last references, then on with what was put off. */
  private *reclaim(root: Pointer, index: number): IndexSteps<void> {
    const pending: { object: Pointer; holder: Pointer | null; next: number; slots: readonly Pointer[] }[] = [
      this.begin(root, null),
    ];
    for (let top = pending.at(-1); top !== undefined; top = pending.at(-1)) {
      if (this.isFull()) return;
      if (++this.looked % STEP_SLOTS === 0) yield this.report(index);
      if (top.next >= top.slots.length) {
        pending.pop();
        continue;
      }
      const target = top.slots[top.next++] as Pointer;
      if (!this.release(target)) continue;
      if (this.isChased(top.object)) {
        // A chased object gets its implicit count back before it is taken apart: its entry is gone.
        (this.entriesAt[mainIndex(target)] as number)--;
        pending.push(this.begin(target, top.object));
      } else {
        this.holders.set(target, top.object);
        this.addZero(target);
      }
    }
  }

  /** Holders of objects that reached zero but were left for the scan. */
  private readonly holders = new Map<Pointer, Pointer>();

  private begin(object: Pointer, holder: Pointer | null) {
    const { memory } = this.view;
    const type = typeNumber(this.view.memory, object);
    const lastHolder = holder ?? this.holders.get(object) ?? null;
    const slots: Pointer[] = [];
    if (!this.freed.has(object) && isMapped(memory, object, 2)) {
      this.freed.add(object);
      this.objects.push({ pointer: object, type, lastHolder });
      this.byType.set(type, (this.byType.get(type) ?? 0) + 1);
      const collect = (pointer: Pointer, kind: SlotKind) => {
        // The collector never gives back what the cell before the code holds (collection specification, 7.8).
        if (kind !== "debugging") slots.push(pointer);
      };
      eachPointer(memory, object, collect, this.offsets);
    }
    return { object, holder, next: 0, slots };
  }

  /** Takes one reference away. True when that makes a new entry with count 0. */
  private release(pointer: Pointer): boolean {
    const object = pointer & POINTER_MASK & ~1;
    const { memory } = this.view;
    if (!isCounted(memory, object) || !isMapped(memory, object, 2) || this.freed.has(object)) return false;
    const entry = countEntry(memory, object);
    const before = this.counts.get(object) ?? entry?.count ?? 1;
    if (before === 0) return false;
    this.counts.set(object, before - 1);
    const isMarked = this.onStack.has(object);
    const hadEntry = before !== 1 || isMarked;
    if (before - 1 === 1 && !isMarked) (this.entriesAt[mainIndex(object)] as number)--;
    if (hadEntry) return false;
    (this.entriesAt[mainIndex(object)] as number)++;
    return true;
  }

  private isChased(object: Pointer): boolean {
    const type = typeNumber(this.view.memory, object);
    return type !== TYPE_BLOCK && !isCodeHunk(type);
  }
}
