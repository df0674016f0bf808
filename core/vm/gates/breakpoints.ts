/**
 * Breakpoints as one comparison an instruction: between two safepoints PC only grows, so only the nearest one ahead can be hit.
 * Source: style guide 2.4.
 */
import type { ByteAddress } from "../../base/units.ts";
import type { Moment } from "../events.ts";

export class Breakpoints {
  /** Ascending. */
  private addresses: readonly ByteAddress[] = [];
  /** Where the user has been told that the machine stands: a breakpoint there is not reported again. */
  seen: Moment | null = null;

  /** Replaces all breakpoints; answers the old ones. */
  set(addresses: Iterable<ByteAddress>): readonly ByteAddress[] {
    const old = this.addresses;
    this.addresses = [...new Set(addresses)].sort((a, b) => a - b);
    return old;
  }
  get isEmpty(): boolean {
    return this.addresses.length === 0;
  }

  /** The nearest breakpoint from PC on, without one that was reported at this moment; -1 when there is none. */
  nearest(block: number, pc: ByteAddress): ByteAddress {
    const { addresses, seen } = this;
    if (addresses.length === 0) return -1;
    const from = seen !== null && seen.pc === pc && seen.block === block ? pc + 1 : pc;
    let low = 0;
    let high = addresses.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((addresses[middle] as number) < from) low = middle + 1;
      else high = middle;
    }
    return low < addresses.length ? (addresses[low] as number) : -1;
  }
}
