/**
 * What the user changed in a dead image, cell by cell, so that it can be shown and taken back. The memory of the session is changed, the file is not.
 */
import { VmFault } from "../../base/errors.ts";
import type { ByteAddress, Cell, VirtualPage, WordAddress } from "../../base/units.ts";
import type { InspectNode } from "../../inspect/node.ts";
import { groupNode, makeNode } from "../../inspect/nodes.ts";
import { addressText } from "../../inspect/parts/value-text.ts";
import { PAGE_JOURNALED, type StoreObserver, type VirtualMemory } from "../../memory/virtual-memory.ts";

export interface CellEdit {
  readonly address: WordAddress;
  readonly before: Cell;
  readonly after: Cell;
}
/** One action of the user, with all that changed by it. */
export interface Edit {
  /** For instance `FOO = 7`. */
  readonly what: string;
  readonly cells: readonly CellEdit[];
}

export class EditLog implements StoreObserver {
  private readonly memory: VirtualMemory;
  private readonly edits: Edit[] = [];
  /** The last edit that the newest saved file has; null when it has none. */
  private saved: Edit | null = null;
  /** Cells as they were before the action under way; null outside of one. */
  private open: Map<WordAddress, Cell> | null = null;

  /** @param memory of an image without a machine: nobody else listens to its stores */
  constructor(memory: VirtualMemory) {
    this.memory = memory;
    memory.storeObserver = this;
    const { pageFlags } = memory;
    for (let page = 0; page < pageFlags.length; page++) pageFlags[page] = (pageFlags[page] as number) | PAGE_JOURNALED;
  }

  /** A file has been written with all edits. */
  noteSaved(): void {
    this.saved = this.edits.at(-1) ?? null;
  }

  get count(): number {
    return this.edits.length;
  }

  /**
   * Does something and writes down what it changed.
   * @throws {VmFault} what the action throws; what it had changed by then is put back
   */
  perform(what: string, action: () => void): void {
    const before = new Map<WordAddress, Cell>();
    this.open = before;
    try {
      action();
      const cells = [...before].map(([address, cell]) => ({ address, before: cell, after: this.memory.cell(address) }));
      const changed = cells.filter((cell) => cell.before !== cell.after);
      if (changed.length > 0) this.edits.push({ what, cells: changed });
    } catch (problem) {
      this.open = null;
      if (problem instanceof VmFault) this.putBack([...before].map(([address, cell]) => ({ address, before: cell })));
      throw problem;
    } finally {
      this.open = null;
    }
  }

  /** Takes the last edit back; null when there is none. */
  undo(): Edit | null {
    const last = this.edits.pop() ?? null;
    if (last !== null) this.putBack(last.cells);
    return last;
  }

  private putBack(cells: readonly Pick<CellEdit, "address" | "before">[]): void {
    for (const { address, before } of cells) this.memory.setCell(address, before);
  }

  beforeStore(_page: VirtualPage, address: ByteAddress, lengthBytes: number): void {
    if (this.open === null) return;
    for (let cell = (address >> 2) << 1; cell * 2 < address + lengthBytes; cell += 2) {
      if (!this.open.has(cell)) this.open.set(cell, this.memory.cell(cell));
    }
  }
  afterStore(): void {}

  /** The edits, newest first, each with its cells. */
  node(): InspectNode {
    const edits = [...this.edits].reverse();
    const isSaved = (edits[0] ?? null) === this.saved;
    return makeNode("Edits", `${edits.length}, ${isSaved ? "saved" : "not saved"}`, {
      type: "scope",
      indexedCount: edits.length,
      indexed: (start, count) =>
        edits
          .slice(start, start + count)
          .map(({ what, cells }, i) => groupNode(String(edits.length - start - i), what, cells.map(cellNode), "edit")),
    });
  }
}

function cellNode({ address, before, after }: CellEdit): InspectNode {
  const text = (cell: Cell) => cell.toString(16).padStart(8, "0");
  return makeNode(addressText(address), `${text(before)} → ${text(after)} hex`, { type: "cell", address });
}
