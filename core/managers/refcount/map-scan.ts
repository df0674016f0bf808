/**
 * The two walks of a collection over the count tables: take the garbage out, then take the stack bits off.
 * Source: collection specification, sections 7.3 and 7.4.
 */
import type { Pointer } from "../../base/units.ts";
import { HTCOLL_BASE, HTMAIN_BASE, NIL } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { COUNT_ONE, COUNT_STACK_MASK, type CountTable, STACK_BIT, TAG_MASK } from "./count-table.ts";
import { MAIN_ENTRIES } from "./gc-scan.ts";

/** Hands out the garbage, one root at a time, going down through the main table. */
export class GarbageScan {
  private readonly memory: VirtualMemory;
  private readonly table: CountTable;
  private probe: number;
  /** The chain at `probe` may hold more. */
  private sameProbe = false;

  /** @param from index above the first entry that is looked at */
  constructor(memory: VirtualMemory, table: CountTable, from = MAIN_ENTRIES) {
    this.memory = memory;
    this.table = table;
    this.probe = from;
  }

  /** Where another scan goes on with what this one has not looked at yet. */
  get cursor(): number {
    return this.probe + 1;
  }

  /** Removes the next zero entry from the tables. @returns its object, NIL when there is none any more */
  next(): Pointer {
    const memory = this.memory;
    for (;;) {
      if (!this.sameProbe) {
        this.probe = this.table.mainScan.nextCandidate(this.probe);
        if (this.probe < 0) return NIL;
      }
      this.sameProbe = false;
      const main = HTMAIN_BASE + 2 * this.probe;
      const entry = memory.cell(main);
      if ((entry & 1) === 0) {
        // Looked at again after its chain has shrunk: it may be live, or gone.
        if (entry === 0 || entry >>> 16 !== 0) continue;
        memory.setCell(main, 0);
        return addressOf(entry, this.probe);
      }
      const object = this.nextInChain(main, entry - 1);
      if (object === NIL) continue;
      this.sameProbe = memory.cell(main) !== 0;
      return object;
    }
  }

  private nextInChain(main: number, first: number): Pointer {
    const memory = this.memory;
    let previous = 0;
    for (let link = first; link !== 0; link = memory.cell(HTCOLL_BASE + 2 * link + 2)) {
      const member = memory.cell(HTCOLL_BASE + 2 * link);
      if (member >>> 16 === 0) {
        this.table.removeMember(main, previous, link);
        return addressOf(member, this.probe);
      }
      previous = link;
    }
    return NIL;
  }
}

/** Takes all stack bits off; entries that then say count 1 go. */
export function removeStackMarks(memory: VirtualMemory, table: CountTable): void {
  let probe = table.mainScan.nextStackMark(MAIN_ENTRIES);
  while (probe >= 0) {
    const main = HTMAIN_BASE + 2 * probe;
    const entry = memory.cell(main);
    if ((entry & 1) === 0) {
      if ((entry & STACK_BIT) !== 0) memory.setCell(main, isOnlyMarked(entry) ? 0 : (entry & ~STACK_BIT) >>> 0);
    } else if (unmarkChain(memory, table, main, entry - 1)) continue;
    probe = table.mainScan.nextStackMark(probe);
  }
}

/** @returns whether a member was removed, so that the chain, or what is left of it, must be looked at again */
function unmarkChain(memory: VirtualMemory, table: CountTable, main: number, first: number): boolean {
  let previous = 0;
  for (let link = first; link !== 0; link = memory.cell(HTCOLL_BASE + 2 * link + 2)) {
    const member = memory.cell(HTCOLL_BASE + 2 * link);
    if ((member & STACK_BIT) !== 0) {
      if (isOnlyMarked(member)) {
        table.removeMember(main, previous, link);
        return true;
      }
      memory.setCell(HTCOLL_BASE + 2 * link, (member & ~STACK_BIT) >>> 0);
    }
    previous = link;
  }
  return false;
}

/** Count 1 and the stack bit: without the bit there would be no entry. */
function isOnlyMarked(entry: number): boolean {
  return (entry & COUNT_STACK_MASK) >>> 0 === (COUNT_ONE | STACK_BIT);
}

/** The object that an entry at a main table index stands for. */
function addressOf(entry: number, index: number): Pointer {
  return (((entry & TAG_MASK) << 15) | (index << 1)) >>> 0;
}
