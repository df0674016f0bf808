/**
 * The memory manager that never frees: allocation by the shared allocators, and nothing else. What runs out of memory here leaks, or is large.
 * It is what the storage of all managers does when nobody has a policy.
 */
import type { ManagerTraits, ManagerView } from "../contract.ts";
import { STORAGE_EVENTS } from "../events.ts";
import { StoredManager } from "../storage/stored-manager.ts";

export const noneTraits: ManagerTraits = {
  name: "none",
  summary: "never frees anything: the program runs until its memory is used up",
  moves: false,
  barrier: "none",
  reclaims: "never",
  collectsCycles: false,
  usesPlan: false,
  raises: STORAGE_EVENTS,
};

export class NoneManager extends StoredManager {
  readonly traits = noneTraits;

  view(): ManagerView {
    const { limitPages, usedPages } = this.storage.limit.extent();
    const { allocatedObjects } = this.statistics();
    return {
      traits: noneTraits,
      figures: [
        {
          label: "objects allocated",
          value: String(allocatedObjects),
          meaning: "objects allocated since the machine started; none was freed",
        },
        {
          label: "pages used",
          value: `${usedPages} of ${limitPages}`,
          meaning: "pages of 512 bytes given to objects and arrays",
        },
      ],
      sections: [],
      lastCollection: null,
    };
  }
}
