/**
 * What every part of the manager works on: storage, the table of objects, the quarantine, and the ways in which an object ends: alone, with its place, or
 * with the program.
 */
import { hex, VmFault } from "../../base/errors.ts";
import type { ByteAddress, Pointer, TypeNumber, WordAddress, Words } from "../../base/units.ts";
import { STRATEGY } from "../../isa/plan.ts";
import { TYPE_BLOCK, TYPE_LISTP } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { CDR_INDIRECT, CDR_NIL, carCell, cdrCode } from "../../objects/cons.ts";
import { sizeOf } from "../../objects/object-slots.ts";
import { pointerNotation } from "../../objects/pointer-notation.ts";
import { typeNumber } from "../../objects/types.ts";
import type { HeapBinding } from "../contract.ts";
import type { CollectionReport, HeapObserver } from "../events.ts";
import { BLOCK_OVERHEAD_WORDS, consWords, type Storage } from "../storage/storage.ts";
import type { Counting } from "./objects/counting.ts";
import { NO_SLOT, ObjectTable } from "./objects/object-table.ts";
import { Quarantine } from "./objects/quarantine.ts";
import type { SlotReference } from "./objects/slots.ts";

const CELL_WORDS = 2;

export class AsapHeap {
  readonly storage: Storage;
  readonly memory: VirtualMemory;
  readonly table: ObjectTable;
  readonly quarantine: Quarantine;
  readonly counting: Counting;
  private readonly binding: HeapBinding;
  /** An object is about to leave with its place. Set once, by the manager. */
  whenLeaving: (slot: number) => void = () => {};

  constructor(binding: HeapBinding, storage: Storage, quarantined: number, counting: Counting) {
    this.counting = counting;
    this.binding = binding;
    this.storage = storage;
    this.memory = binding.memory;
    this.table = new ObjectTable(binding.memory);
    this.quarantine = new Quarantine(storage, this.table, quarantined);
  }

  get observer(): HeapObserver {
    return this.storage.context.observer;
  }
  /** The instruction that is being executed. */
  site(): ByteAddress {
    return this.binding.sites.current();
  }

  /** Slot of an object that is there; `NO_SLOT` for immediates, objects of the image, and what is gone. */
  liveSlot(pointer: Pointer): number {
    const { table } = this;
    const slot = table.slotOf(pointer);
    return slot !== NO_SLOT && table.slots.isInUse(slot) ? slot : NO_SLOT;
  }

  objectWords(slot: number): Words {
    const object = this.table.objects[slot] as Pointer;
    return typeNumber(this.memory, object) === TYPE_LISTP
      ? consWords(this.memory, object)
      : sizeOf(this.memory, object);
  }

  // Which cells belong to which object

  coverCons(slot: number): void {
    const { table, memory } = this;
    const cons = table.objects[slot] as Pointer;
    table.cover(slot, cons, 1);
    let holder: WordAddress = cons;
    if (cdrCode(memory, cons) === CDR_INDIRECT) {
      holder = carCell(memory, cons);
      table.cover(slot, holder, 1);
    }
    const code = cdrCode(memory, holder);
    if (code < CDR_NIL) table.cover(slot, holder + CELL_WORDS * code, 1);
  }
  coverObject(slot: number, type: TypeNumber): void {
    if (type === TYPE_LISTP) this.coverCons(slot);
    else {
      const words = this.objectWords(slot) - (type === TYPE_BLOCK ? BLOCK_OVERHEAD_WORDS : 0);
      this.table.cover(slot, this.table.objects[slot] as Pointer, words / CELL_WORDS);
    }
  }
  /** After the image was put back to an earlier state, and the table with it. */
  coverAll(): void {
    const { table } = this;
    for (let slot = 0; slot < table.slots.bound; slot++) {
      const object = table.objects[slot] as Pointer;
      if (object === 0) continue;
      // What lies poisoned in quarantine has no further cells.
      if (table.slots.isInUse(slot)) this.coverObject(slot, typeNumber(this.memory, object));
      else table.cover(slot, object, this.quarantine.cellsOf(object));
    }
  }

  // Ends

  /** An object ends by itself. What it refers to is not looked at. */
  free(slot: number, site: ByteAddress): void {
    const object = this.table.objects[slot] as Pointer;
    this.storage.noteFreed(object, typeNumber(this.memory, object), this.objectWords(slot));
    this.table.end(slot, site);
    this.quarantine.add(slot);
  }

  /** An object ends with its place, which has reported that. */
  leave(slot: number, site: ByteAddress): void {
    this.whenLeaving(slot);
    this.storage.noteLeft(this.table.objects[slot] as Pointer, this.objectWords(slot));
    this.table.end(slot, site);
    this.quarantine.add(slot);
  }

  /** A number box goes, to which nothing refers: no quarantine. */
  freeBox(slot: number, report: CollectionReport): void {
    const object = this.table.objects[slot] as Pointer;
    const type = typeNumber(this.memory, object);
    const words = this.objectWords(slot);
    report.freedObjects++;
    report.freedWords += words;
    report.freedByType.set(type, (report.freedByType.get(type) ?? 0) + 1);
    this.storage.noteFreed(object, type, words);
    this.table.end(slot, 0);
    this.quarantine.giveBack(slot, false);
  }

  /** The program is over: an object ends, and its cells stay as they are. */
  abandon(slot: number): void {
    this.storage.noteLeft(this.table.objects[slot] as Pointer, this.objectWords(slot));
    this.table.end(slot, 0);
  }

  /** Whether a slot holds an object of a place that has members. */
  isIn(slot: number, place: number): boolean {
    const { slots, values, strategies } = this.table;
    const strategy = strategies[slot];
    const hasPlace = strategy === STRATEGY.ARENA || strategy === STRATEGY.STACK;
    return hasPlace && values[slot] === place && slots.isInUse(slot);
  }

  // Reports

  /** The reference that a pointer stands for: the generation is the one that its object had while it was there. Null for what is no object of the table. */
  reference(pointer: Pointer): SlotReference | null {
    const { slots } = this.table;
    const gone = this.quarantine.slotOf(pointer);
    if (gone !== NO_SLOT) return { index: gone, generation: (slots.generationOf(gone) - 1) >>> 0 };
    const reference = slots.refer(this.table.slotOf(pointer));
    return typeof reference === "number" ? null : reference;
  }

  /** @throws {VmFault} `MemoryError` when a value is a reference to something that was freed */
  check(value: Pointer, what: string): void {
    const slot = this.quarantine.slotOf(value);
    if (slot !== NO_SLOT) throw this.staleFault(slot, what);
  }

  /** The fault of a use after free: where the object came from, where it went, and both generations. */
  staleFault(slot: number, what: string): VmFault {
    const object = this.table.objects[slot] as Pointer;
    const message = this.staleReport(slot, what);
    this.observer.memoryError(object, message);
    return new VmFault("MemoryError", message, object);
  }
  staleReport(slot: number, what: string): string {
    const { objects, origins, ends, slots } = this.table;
    const now = slots.generationOf(slot);
    return (
      `${what}: ${pointerNotation(this.memory, objects[slot] as Pointer)} was allocated ${this.placeName(origins[slot] as number)} ` +
      `and released ${this.placeName(ends[slot] as number)}; ` +
      `the reference has generation ${(now - 1) >>> 0}, slot ${slot} has generation ${now}`
    );
  }

  /** @throws {VmFault} `MemoryError` always: the plan, or the program, says something about an object that is not so */
  refuse(slot: number, what: string): never {
    const object = this.table.objects[slot] as Pointer;
    const origin = this.placeName(this.table.origins[slot] as number);
    throw this.fault(object, `${pointerNotation(this.memory, object)}, allocated ${origin}, ${what}`);
  }
  fault(object: Pointer, message: string): VmFault {
    this.observer.memoryError(object, message);
    return new VmFault("MemoryError", message, object);
  }

  /** Where an instruction is, for messages. */
  placeName(site: ByteAddress): string {
    return site === 0 ? "outside of the program" : `at ${hex(site)} ${this.binding.sites.name(site)}`.trim();
  }
}
