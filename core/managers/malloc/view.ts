/** What the manager `malloc` shows about itself. Reads only. */
import { eachBlock, MINIMUM_LINKED_CELLS } from "../../objects/arrays/blocks.ts";
import { pointerNotation } from "../../objects/pointer-notation.ts";
import type { CodeSites, ManagerFigure, ManagerRow, ManagerSection } from "../contract.ts";
import { bucketIndex } from "../storage/blocks/array-blocks.ts";
import type { Release, ReleasedObjects } from "../storage/freeing/released.ts";
import type { Storage } from "../storage/storage.ts";

export function mallocFigures(storage: Storage, released: ReleasedObjects): ManagerFigure[] {
  const { allocatedObjects, freedObjects } = storage.statistics(0);
  const { limitPages, usedPages } = storage.limit.extent();
  return [
    {
      label: "objects allocated",
      value: String(allocatedObjects),
      meaning: "objects allocated since the machine started; a vector or string is two, header and elements",
    },
    { label: "objects freed", value: String(freedObjects), meaning: "objects that the program gave back" },
    {
      label: "not freed",
      value: String(allocatedObjects - freedObjects),
      meaning: "objects allocated since the machine started that the program still has, or has lost",
    },
    {
      label: "waiting",
      value: String(released.queue.length),
      meaning: "freed objects whose storage is kept back, so that a use of them is noticed",
    },
    {
      label: "pages used",
      value: `${usedPages} of ${limitPages}`,
      meaning: "pages of 512 bytes given to objects and arrays",
    },
  ];
}

export function mallocSections(storage: Storage, released: ReleasedObjects, sites: CodeSites): ManagerSection[] {
  const { memory } = storage.context;
  const queue = released.queue;
  const releaseRow = ({ object, site }: Release): ManagerRow => {
    const value = `freed at ${sites.name(site) || `byte ${site}`}`;
    return { label: pointerNotation(memory, object), value, object: null, details: [] };
  };
  const waiting = {
    label: "Waiting",
    meaning: "freed objects, oldest first; their cells hold poison until they go to the free lists",
    size: queue.length,
    rows: (start: number, count: number) => queue.slice(start, start + count).map(releaseRow),
  };
  return [waiting, freeBlockSection(storage)];
}

/** The free array blocks in address order: what first fit and best fit choose from. */
function freeBlockSection(storage: Storage): ManagerSection {
  const { memory, variables } = storage.context;
  const free: { readonly address: number; readonly cells: number }[] = [];
  const start = memory.pointer(variables.arraySpace);
  const end = memory.pointer(variables.arrayFrLst);
  eachBlock(memory, start, end, (block) => {
    // Shorter ones are on no list.
    if (!block.isInUse && block.cells >= MINIMUM_LINKED_CELLS) free.push({ address: block.header, cells: block.cells });
  });
  const row = ({ address, cells }: (typeof free)[number]): ManagerRow => ({
    label: `${address}`,
    value: `${cells} cells`,
    object: null,
    details: [
      {
        label: "bucket",
        value: String(bucketIndex(cells)),
        meaning: "the free list of blocks whose lengths have that many bits",
      },
    ],
  });
  return {
    label: "Free array blocks",
    meaning: "by address; lengths with header and trailer",
    size: free.length,
    rows: (from, count) => free.slice(from, from + count).map(row),
  };
}
