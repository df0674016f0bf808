/**
 * The image of opcode-run.json with a real memory manager on it: objects are allocated, stored, dropped and collected as a machine would,
 * without one. Roots are the local variables of the image's first frame.
 */

import type { Pointer, TypeNumber } from "../../../core/base/units.ts";
import type { ImageView } from "../../../core/inspect/image-view.ts";
import { managerFactory } from "../../../core/managers/catalog.ts";
import { BLOCK_POINTERS, type CollectionReport, type MemoryManager, noSites } from "../../../core/managers/contract.ts";
import { silent } from "../../../core/managers/events.ts";
import { STACK_BASE, TYPE_NOREF } from "../../../core/memory/layout.ts";
import type { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { CodeDirectory } from "../../../core/objects/code/code-directory.ts";
import { isCons } from "../../../core/objects/cons.ts";
import { DTD_POINTERS, dtdAddress, writeTypeDescriptor } from "../../../core/objects/dtd.ts";
import { smallInteger } from "../../../core/objects/immediates.ts";
import { builtinType, setTypeEntries } from "../../../core/objects/types.ts";
import { eachStackPointer } from "../../../core/vm/stack/frames.ts";
import { type OpcodeRun, opcodeRunMemory } from "../machine/opcode-run-image.ts";

export const ROOTS = 8;
/** The heap ends at 16 MB; more would only cost time. */
const PRIMARY_BYTES = 1 << 24;
const RECORDED_HEAP = 0x310000;
const RECORDED_HEAP_END = 0x350000;
/** Types whose objects tests make: those with pointer fields get their descriptors' lists. */
export const CLOSURE = 13;
export const HUNK = 32;
const WITH_POINTERS = [CLOSURE, 14, 31, HUNK];

export class ManagedImage {
  readonly memory: VirtualMemory;
  readonly manager: MemoryManager;
  readonly view: ImageView;
  readonly freed: Pointer[] = [];
  private readonly firstRoot: number;

  constructor(run: OpcodeRun, managerName = "refcount") {
    this.memory = opcodeRunMemory({ ...run, worldBytes: PRIMARY_BYTES });
    // The recorded heap has objects without free lists and counts: it becomes uncounted memory that holds no objects.
    setTypeEntries(this.memory, RECORDED_HEAP, RECORDED_HEAP_END, TYPE_NOREF);
    this.firstRoot = STACK_BASE + run.frame.fx + 10;
    const factory = managerFactory(managerName);
    if (factory === null) throw new RangeError(`no manager ${managerName}`);
    const eachStack = (visit: (pointer: Pointer) => void) => eachStackPointer(this.memory, -1, -1, -1, visit);
    this.manager = factory.create(
      { memory: this.memory, eachStackPointer: eachStack, eachRoot() {}, requestSafepoint() {}, sites: noSites },
      {},
    );
    this.manager.observer = { ...silent, freed: (object) => this.freed.push(object) };
    this.view = {
      memory: this.memory,
      manager: this.manager,
      registers: null,
      collection: null,
      code: new CodeDirectory(),
    };
    for (const type of WITH_POINTERS) this.declare(type);
    this.collect();
  }

  root(index: number): Pointer {
    return this.memory.view.getUint32(2 * (this.firstRoot + 2 * index));
  }
  setRoot(index: number, value: Pointer): void {
    this.memory.setCell(this.firstRoot + 2 * index, value);
  }

  list(...items: Pointer[]): Pointer {
    let list = 0;
    for (const item of items.reverse()) list = this.manager.cons(item, list);
    return list;
  }
  /** An object of a type with pointer fields, or a block of pointers when the type is 0. */
  object(type: TypeNumber, fields: readonly Pointer[]): Pointer {
    const object =
      type === 0 ? this.manager.allocateBlock(Math.max(2, fields.length), BLOCK_POINTERS) : this.manager.allocate(type);
    for (const [i, field] of fields.entries()) this.store(object + 2 * i, field);
    return object;
  }
  store(slot: number, value: Pointer): void {
    this.manager.barrier(slot, this.memory.pointer(slot), value, "add-first");
    this.memory.setPointer(slot, value);
  }
  replaceCdr(cons: Pointer, value: Pointer): void {
    if (isCons(this.memory, cons)) this.manager.replaceCdr(cons, value);
  }

  /** @returns what was freed */
  collect(): { readonly freed: readonly Pointer[]; readonly report: CollectionReport | null } {
    this.freed.length = 0;
    const report = this.manager.collect("request");
    return { freed: [...this.freed], report };
  }

  private declare(type: TypeNumber): void {
    const { words, entry, pointerOffsets } = builtinType(type) ?? { words: 0, entry: type, pointerOffsets: [] };
    const name = this.memory.pointer(dtdAddress(type));
    writeTypeDescriptor(this.memory, { type, name, sizeWords: words, pointers: 0, entry });
    const list = this.list(...(pointerOffsets ?? []).map(smallInteger));
    this.store(dtdAddress(type) + DTD_POINTERS, list);
  }
}
