/** Setting a value from the debugger: where it goes, and what has to be counted. */
import { assert } from "../base/errors.ts";
import type { Pointer } from "../base/units.ts";
import type { InspectNode, Slot } from "../inspect/node.ts";
import { valueNode } from "../inspect/values.ts";
import type { MemoryManager } from "../managers/contract.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { carCell } from "../objects/cons.ts";
import { faultOf } from "../vm/faults.ts";
import type { Machine } from "../vm/machine.ts";
import type { EvaluationResult } from "./types.ts";
import { viewOf } from "./view.ts";

/** Of `ReferenceCounts.operate`. */
const OPERATION_STACK_REFERENCE = 2;

/** The answer to storing what is nowhere in the image. */
export const NOT_STORABLE: EvaluationResult = {
  kind: "failed",
  message:
    "this value is no object of the image, and none is made: store a symbol, a small integer (-65536 to 65535), a character, or an object that exists",
};

/** The answer to storing in a place that the evaluation of the value has taken away. */
export const PLACE_GONE: EvaluationResult = {
  kind: "failed",
  message: "the place is not there any more: computing the value has changed what it is a part of. Nothing was stored",
};

/** Stores the result of an evaluation where `find` says, and shows it as it is then: the value may contain the place. */
export function storeResult(machine: Machine, result: EvaluationResult, find: () => Slot | null): EvaluationResult {
  if (result.kind !== "value") return result;
  if (result.value === null) return NOT_STORABLE;
  const slot = find();
  if (slot === null) return PLACE_GONE;
  try {
    store(machine, slot, result.value);
  } catch (problem) {
    // The manager refuses some stores, such as one out of a region: what the evaluation has done stays done.
    return { kind: "failed", message: faultOf(problem).message };
  }
  return { ...result, node: valueNode(viewOf(machine), result.node.name, result.value) };
}

/** Stores a value in a machine that stands still, and counts as the machine would. */
export function store({ memory, manager, collection }: Machine, slot: Slot, value: Pointer): void {
  storeInSlot(memory, manager, slot, value);
  // References from the stack are not counted. A scan that is over has not seen this one: the value would be freed under the program.
  if (slot.kind === "stack" && collection?.phase === "reclaim")
    manager.counts?.operate(OPERATION_STACK_REFERENCE, value);
}

/** @param manager counts what is counted; null where no tables can be kept, which a CDR cannot do without */
export function storeInSlot(memory: VirtualMemory, manager: MemoryManager | null, slot: Slot, value: Pointer): void {
  switch (slot.kind) {
    case "stack":
      memory.setCell(slot.address, value);
      return;
    case "heap":
      manager?.barrier(slot.address, memory.pointer(slot.address), value, "add-first");
      memory.setPointer(slot.address, value);
      return;
    case "weak":
      if (manager === null) memory.setPointer(slot.holder + slot.offset, value);
      else manager.weak.store(slot.holder, slot.offset, value);
      return;
    case "car": {
      const cell = carCell(memory, slot.cons);
      manager?.barrier(cell, memory.pointer(cell), value, "delete-first");
      memory.setPointer(cell, value);
      return;
    }
    case "cdr":
      assert(manager !== null, "a cdr is set without a memory manager");
      manager.replaceCdr(slot.cons, value);
      return;
  }
}

/** `(set! name expression)` typed at top level of the console, when it names a variable that is shown with a slot. */
export function topLevelAssignment(text: string, find: (name: string) => InspectNode | null) {
  const match = /^\s*\((?:set!|set|setq|SETQ)\s+([^\s()'"`,;]+)\s+([\s\S]+)\)\s*$/.exec(text);
  const node = match === null ? null : find(match[1] as string);
  return node === null || node.slot === null ? null : { slot: node.slot, text: match?.[2] as string };
}
