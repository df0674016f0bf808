/** When array space is compacted, what is pinned then, and what came of it. */
import type { Pointer } from "../../../base/units.ts";
import type { ManagerFigure, RootKind } from "../../contract.ts";
import { canCompact, fragmentationOf, slideBlocks } from "../../storage/compaction/slide.ts";
import type { Storage } from "../../storage/storage.ts";
import type { ObjectTable } from "../table/object-table.ts";
import { thousands } from "../table/report.ts";
import { relocation } from "./compaction.ts";
import type { MachineObjects } from "./machine-objects.ts";

export class Compactor {
  private readonly storage: Storage;
  private readonly objects: MachineObjects;
  private readonly table: ObjectTable;
  private compactions = 0;
  private movedBlocks = 0;
  /** Percent of the last compaction. */
  private before = 0;
  private after = 0;

  constructor(storage: Storage, objects: MachineObjects, table: ObjectTable) {
    this.storage = storage;
    this.objects = objects;
    this.table = table;
  }

  /**
   * Compacts array space when that is worth it.
   * @param least percent of fragmentation from which on it is
   */
  run(least: number, eachRoot: (visit: (pointer: Pointer, kind: RootKind) => void) => void): void {
    if (!canCompact(this.storage)) return;
    const { percent } = fragmentationOf(this.storage);
    if (percent < least) return;
    this.movedBlocks += slideBlocks(this.storage, relocation(this.objects, this.table, this.pinned(eachRoot)));
    this.compactions++;
    this.before = percent;
    this.after = fragmentationOf(this.storage).percent;
  }

  private pinned(eachRoot: (visit: (pointer: Pointer, kind: RootKind) => void) => void): Set<number> {
    const pinned = new Set<number>();
    // A word of the stack may point into the middle of a block, and it cannot be changed: it may be no pointer at all.
    eachRoot((pointer, kind) => {
      if (kind === "stack" || kind === "machine") pinned.add(this.objects.owners.ownerOf(pointer));
    });
    const pin = { mark: (id: number) => void pinned.add(id) };
    this.table.eachObject((id) => {
      if (this.objects.isCodeObject(id)) this.objects.scan(id, pin);
    });
    return pinned;
  }

  /** What the figures say. */
  save(): readonly number[] {
    return [this.compactions, this.movedBlocks, this.before, this.after];
  }
  restore([compactions = 0, movedBlocks = 0, before = 0, after = 0]: readonly number[]): void {
    this.compactions = compactions;
    this.movedBlocks = movedBlocks;
    this.before = before;
    this.after = after;
  }

  figures(): ManagerFigure[] {
    if (this.compactions === 0) return [];
    const percent = (value: number) => `${value.toFixed(1)}%`;
    return [
      { label: "compactions", value: thousands(this.compactions), meaning: "times that array space was compacted" },
      {
        label: "blocks moved",
        value: thousands(this.movedBlocks),
        meaning: "array blocks that got another address by it",
      },
      {
        label: "fragmentation before, after",
        value: `${percent(this.before)}, ${percent(this.after)}`,
        meaning:
          "free words outside the largest free array block, in percent of the free words, at the last compaction",
      },
    ];
  }
}
