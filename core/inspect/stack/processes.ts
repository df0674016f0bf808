/**
 * Which process of the Lisp system waits in which frame: objects of the type PROCESS, whose second word is the stack offset of that frame
 * (the first is the number of the stack's segment) and whose first pointer is the name.
 * Source: medley sources/PROC, record PROCESS. An image without that type has no processes.
 */
import type { StackOffset, TypeNumber } from "../../base/units.ts";
import { NIL, STACK_BASE } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { DTD_LIMIT, instanceWords, pointerOffsets, typeName } from "../../objects/dtd.ts";
import { PREVIEW, printValue } from "../../objects/printer.ts";
import { unitsOfType } from "../../objects/types.ts";
import { instanceAddress, typeLayout } from "../heap/typed-storage.ts";
import { readSafely } from "../nodes.ts";

const STACK_SEGMENT = STACK_BASE >> 16;
const PROCESS_FRAME = 1;

/** Names of the processes that have one, by the stack offset of the frame that each waits in. */
export function processNames(memory: VirtualMemory): ReadonlyMap<StackOffset, string> {
  const names = new Map<StackOffset, string>();
  const type = processType(memory);
  if (type === null) return names;
  const layout = typeLayout(type, instanceWords(memory, type));
  const [nameOffset] = pointerOffsets(memory, type);
  if (layout === null || nameOffset === undefined) return names;
  for (const unit of unitsOfType(memory, type)) {
    for (let i = 0; i < layout.perUnit; i++) {
      const object = instanceAddress(layout, unit, i);
      // A free object has a link, or nothing, where the segment of the stack would be.
      if (!isMapped(memory, object, layout.sizeWords) || memory.word(object) !== STACK_SEGMENT) continue;
      // The scheduler's own process has no name: its functions say more than NIL would.
      if (memory.pointer(object + nameOffset) === NIL) continue;
      names.set(memory.word(object + PROCESS_FRAME), nameText(memory, object + nameOffset));
    }
  }
  return names;
}

function processType(memory: VirtualMemory): TypeNumber | null {
  for (let type = 1; type < DTD_LIMIT; type++) {
    if (instanceWords(memory, type) > 0 && typeName(memory, type) === "PROCESS") return type;
  }
  return null;
}

function nameText(memory: VirtualMemory, cell: number): string {
  return readSafely(
    () => printValue(memory, memory.pointer(cell), { ...PREVIEW, style: "display" }),
    () => "(no name)",
  );
}
