/**
 * Every root of a running machine, for memory managers that trace: what the stack holds, and what the tables of the image hold.
 * Source: collection specification, section 11.2.
 */
import type { Pointer } from "../../base/units.ts";
import type { RootKind } from "../../managers/contract.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { eachImageRoot } from "../../objects/roots.ts";

/** @param eachStackPointer visits what the stack holds */
export function eachRoot(
  memory: VirtualMemory,
  eachStackPointer: (visit: (pointer: Pointer) => void) => void,
  visit: (pointer: Pointer, kind: RootKind) => void,
): void {
  eachStackPointer((pointer) => visit(pointer, "stack"));
  eachImageRoot(memory, (pointer, holder) =>
    visit(pointer, holder === "system" || holder === "interface" ? "machine" : holder),
  );
}
