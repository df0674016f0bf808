/**
 * The counted slots of an object with the place of each, for those who show or follow references. Which slots there are is `objects/object-slots.ts`' knowledge.
 * Source: collection specification, section 11.2.
 */
import type { Pointer, WordAddress } from "../../base/units.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { debuggingCellOf, functionHeader } from "../../objects/code/functions.ts";
import { carCell, cdrCell } from "../../objects/cons.ts";
import type { SlotKind } from "../../objects/object-slots.ts";
import { definitionCell, nameCell, propertyListCell, valueCell } from "../../objects/symbols.ts";

/**
 * The cell that holds a slot's pointer; for a CDR that only the CDR code expresses, the cons; for a constant in code, the word with its first byte.
 *
 * @param kind and `index` as `eachPointer` gives them
 */
export function slotAddress(memory: VirtualMemory, holder: Pointer, kind: SlotKind, index: number): WordAddress {
  switch (kind) {
    case "car":
      return carCell(memory, holder);
    case "cdr":
      return cdrCell(memory, holder) ?? holder;
    case "field":
      return holder + index;
    case "element":
      return holder + 2 * index;
    case "frame-name":
      return holder + 4;
    case "constant":
      return holder + (index >> 1);
    case "debugging":
      return debuggingCellOf(holder, functionHeader(memory, holder)?.startPc ?? 0) ?? holder;
    case "print-name":
      return nameCell(holder);
    case "value":
      return valueCell(holder);
    case "definition":
      return definitionCell(holder);
    case "properties":
      return propertyListCell(holder);
  }
}

/** What a slot is, for messages. */
export function slotText(kind: SlotKind, index: number): string {
  if (kind === "element") return `element ${index}`;
  return kind === "field" ? `field at word ${index}` : kind.replace("-", " ");
}
