/** What goes wrong with arenas, in words: stale references, references that would outlive their arena, limits. */
import { VmFault } from "../../../base/errors.ts";
import type { Pointer, WordAddress, Words } from "../../../base/units.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { typeName } from "../../../objects/dtd.ts";
import { octalAddress } from "../../../objects/pointer-notation.ts";
import type { StorageContext } from "../context.ts";
import type { FormerUnit } from "./arena-units.ts";
import type { MachineArena, OutsideReference } from "./machine-arena.ts";

/** A reference was followed after its arena was reset or ended. */
export function staleFault(memory: VirtualMemory, pointer: Pointer, former: FormerUnit): VmFault {
  const { place, generation, now, hasEnded, type } = former;
  const object = `{${typeName(memory, type)}}#${octalAddress(pointer)}`;
  const since = hasEnded ? "has ended" : "was reset";
  const message = `stale reference: ${object} was allocated in ${place}, which ${since}: generation ${generation} of ${now}`;
  return new VmFault("MemoryError", message, pointer);
}

/** An object is about to be referred to from where it is not going to live that long. `holder` null: from no arena. */
export function regionFault(
  now: Pointer,
  inner: MachineArena,
  slot: WordAddress,
  holder: MachineArena | null,
): VmFault {
  const where = holder === null ? "an object outside of all arenas" : `an object of ${placeOf(holder)}`;
  const message = `region violation: #${octalAddress(now)} of ${placeOf(inner)} was to be stored at #${octalAddress(slot as Pointer)}, in ${where}, which lives longer. Copy it there, or make the other object in the same arena`;
  return new VmFault("MemoryError", message, now);
}

/** The value of a form that ends an arena lies in that arena. */
export function escapeFault(result: Pointer, arena: MachineArena): VmFault {
  const message = `escape: the result #${octalAddress(result)} lies in ${placeOf(arena)}, which ends here. Make it before the arena begins, or end the arena later`;
  return new VmFault("MemoryError", message, result);
}

/** An arena ends, and something outside refers to an object of it. */
export function outsideFault({ slot, found }: OutsideReference, arena: MachineArena): VmFault {
  const message = `${placeOf(arena)} cannot end: #${octalAddress(slot as Pointer)}, outside of it, refers to #${octalAddress(found)} in it. Store something else there first`;
  return new VmFault("MemoryError", message, found);
}

export function limitFault(context: StorageContext, arena: MachineArena, request: Words): VmFault {
  const message = `storage full: ${placeOf(arena)} has a limit of ${2 * (arena.policy.limit ?? 0)} bytes, capacity ${2 * arena.capacityWords} bytes, requested ${2 * request} bytes`;
  context.observer.storageFull(message);
  return new VmFault("StorageFull", message);
}

/** `arena 3 (with-arena)`: how messages name one. */
export function placeOf({ identity: { number, name, isRegion } }: MachineArena): string {
  return `${isRegion ? "region" : "arena"} ${number} (${name})`;
}
