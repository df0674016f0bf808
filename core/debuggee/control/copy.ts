/** Makes one machine what another is: memory, registers, manager, code. The other one does not notice. */
import { assert } from "../../base/errors.ts";
import { PAGE_ABSENT } from "../../memory/virtual-memory.ts";
import type { Machine } from "../../vm/machine.ts";

/**
 * Both were made of the same program with the same settings. The ports of the copy stay its own: files that the other has open are not open there.
 * @returns why that is impossible now; nothing has changed then
 */
export function copyMachine(from: Machine, to: Machine): string | null {
  if (from.collection !== null) return "a collection is under way: step over it, or continue, until it has ended";
  assert(from.memory.sizeBytes === to.memory.sizeBytes, "machines of different sizes");
  to.memory.bytes.set(from.memory.bytes);
  const { pageFlags } = to.memory;
  for (let page = 0; page < pageFlags.length; page++) {
    const isAbsent = (from.memory.pageFlags[page] as number) & PAGE_ABSENT;
    pageFlags[page] = ((pageFlags[page] as number) & ~PAGE_ABSENT) | isAbsent;
  }
  to.code.restore(from.code.save());
  to.manager.restore(from.manager.save());
  to.restoreState({ ...from.saveState(), ports: to.ports });
  return null;
}
