/**
 * What every part of the manager works on: storage, the table of objects, the quarantine, and the two ways in which an object ends: alone, or with its place.
 */
import { hex, VmFault } from "../../base/errors.ts";
import type { ByteAddress, Pointer, Words } from "../../base/units.ts";
import { STRATEGY } from "../../isa/plan.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { sizeOf } from "../../objects/object-slots.ts";
import { pointerNotation } from "../../objects/pointer-notation.ts";
import { typeNumber } from "../../objects/types.ts";
import type { HeapBinding } from "../contract.ts";
import type { HeapObserver } from "../events.ts";
import type { Storage } from "../storage/storage.ts";
import { NO_SLOT, ObjectTable } from "./objects/object-table.ts";
import { Quarantine } from "./objects/quarantine.ts";

export class AsapHeap {
  readonly storage: Storage;
  readonly memory: VirtualMemory;
  readonly table: ObjectTable;
  readonly quarantine: Quarantine;
  private readonly binding: HeapBinding;

  constructor(binding: HeapBinding, storage: Storage, quarantined: number) {
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
    return sizeOf(this.memory, this.table.objects[slot] as Pointer);
  }

  /** An object ends by itself. What it refers to is not looked at. */
  free(slot: number, site: ByteAddress): void {
    const object = this.table.objects[slot] as Pointer;
    this.storage.noteFreed(object, typeNumber(this.memory, object), sizeOf(this.memory, object));
    this.table.end(slot, site);
    this.quarantine.add(slot);
  }

  /** An object ends with its place, which has reported that. */
  leave(slot: number, site: ByteAddress): void {
    this.storage.noteLeft(this.objectWords(slot));
    this.table.end(slot, site);
    this.quarantine.add(slot);
  }

  /** The program is over: an object ends, and its cells stay as they are. */
  abandon(slot: number): void {
    this.storage.noteLeft(this.objectWords(slot));
    this.table.end(slot, 0);
  }

  /** Whether a slot holds an object of a place that has members. */
  isIn(slot: number, place: number): boolean {
    const { slots, values, strategies } = this.table;
    const strategy = strategies[slot];
    const hasPlace = strategy === STRATEGY.ARENA || strategy === STRATEGY.STACK;
    return hasPlace && values[slot] === place && slots.isInUse(slot);
  }

  /** @throws {VmFault} `MemoryError` when a value is a reference to something that was freed */
  check(value: Pointer, what: string): void {
    const slot = this.quarantine.slotOf(value);
    if (slot !== NO_SLOT) throw this.staleFault(slot, what);
  }

  /** The report of a use after free: where the object came from, where it went, and both generations. */
  staleFault(slot: number, what: string): VmFault {
    const { objects, origins, ends, slots } = this.table;
    const object = objects[slot] as Pointer;
    const now = slots.generationOf(slot);
    const notation = pointerNotation(this.memory, object);
    const message =
      `${what}: ${notation} was allocated ${this.placeName(origins[slot] as number)} and released ${this.placeName(ends[slot] as number)}; ` +
      `the reference has generation ${(now - 1) >>> 0}, slot ${slot} has generation ${now}`;
    this.observer.memoryError(object, message);
    return new VmFault("MemoryError", message, object);
  }

  /** @throws {VmFault} `MemoryError` always: the plan says something about an object that is not so */
  refuse(slot: number, what: string): never {
    const object = this.table.objects[slot] as Pointer;
    const origin = this.placeName(this.table.origins[slot] as number);
    const message = `${pointerNotation(this.memory, object)}, allocated ${origin}, ${what}`;
    this.observer.memoryError(object, message);
    throw new VmFault("MemoryError", message, object);
  }

  /** Where an instruction is, for messages. */
  placeName(site: ByteAddress): string {
    return site === 0 ? "outside of the program" : `at ${hex(site)} ${this.binding.sites.name(site)}`.trim();
  }
}
