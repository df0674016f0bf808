/** Host calls that look at memory itself: flat memory, addresses, counts, regions. */
import type { WordAddress } from "../../../base/units.ts";
import { FLAT_CELLS, FLAT_PROTECTED_CELLS } from "../../../memory/flat-memory.ts";
import { DISPLAY_BASE, NIL } from "../../../memory/layout.ts";
import { regionOf } from "../../../memory/regions.ts";
import { integerValue } from "../../../objects/numbers.ts";
import { signal } from "../../faults.ts";
import { makeInteger } from "../../image/datum.ts";
import { internSymbol } from "../../image/install.ts";
import type { Processor } from "../../processor.ts";
import type { Arguments, Subr } from "../arguments.ts";

/**
 * An argument that is an address of the flat memory.
 * @throws {LispFault} `bad-address` for what is no address from `lowest` on
 */
export function flatAddress(m: Processor, args: Arguments, i: number, lowest: number): number {
  const address = integerValue(m.memory, args.pointer(i));
  if (address === null || address < lowest || address >= FLAT_CELLS) {
    return signal(m.memory, "bad-address", [args.pointer(i)]);
  }
  return address;
}
function flatCell(m: Processor, args: Arguments, lowest: number): WordAddress {
  return DISPLAY_BASE + 2 * flatAddress(m, args, 0, lowest);
}

export const peek: Subr = (m, args) => makeInteger(m, m.memory.signedCell(flatCell(m, args, 0)));

export const poke: Subr = (m, args) => {
  const cell = flatCell(m, args, FLAT_PROTECTED_CELLS);
  m.memory.setCell(cell, args.integer(1));
  return args.pointer(1);
};

export const addressOf: Subr = (m, args) => makeInteger(m, args.pointer(0));

export const referenceCount: Subr = (m, args) => {
  const count = m.manager.counts?.countOf(args.pointer(0)) ?? null;
  return count === null ? NIL : makeInteger(m, count);
};

/** PLAN: an operation of the lifetime plan, for managers that have one. */
export const plan: Subr = (m, args) => m.manager.planned?.perform(args.integer(0), args.pointer(1)) ?? args.pointer(1);

export const region: Subr = (m, args) => {
  const found = regionOf(args.pointer(0));
  return found === null ? NIL : internSymbol(m, found.name);
};
