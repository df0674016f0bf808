/** How full the reference count tables are, and what is in them by type and count. Source: collection specification, sections 3, 4.4 and 9. */
import type { TypeNumber } from "../../base/units.ts";
import { typeNumber } from "../../objects/types.ts";
import {
  COLLISION_LIMIT_CELLS,
  type CountEntry,
  type CountGauges,
  eachCountEntry,
  MAIN_CELLS,
} from "../counts/counts.ts";
import type { ImageView } from "../image-view.ts";

/** Cells before the first pair of the collision table. */
const FIRST_PAIR = 2;

export interface TableLoad {
  readonly mainUsed: number;
  readonly mainCells: number;
  /** Pairs of the collision table that are members of chains. */
  readonly pairsInUse: number;
  /** Pairs on the free list. */
  readonly pairsFree: number;
  /** Pairs that can still be had, free ones and those never used, before the collector switches itself off. */
  readonly pairsLeft: number;
  readonly pairsInAll: number;
}

export function tableLoad({ mainUsed, nextPair, freePairs }: CountGauges): TableLoad {
  const pairsInAll = (COLLISION_LIMIT_CELLS - FIRST_PAIR) / 2;
  const handedOut = Math.min(pairsInAll, Math.max(0, nextPair - FIRST_PAIR) / 2);
  return {
    mainUsed,
    mainCells: MAIN_CELLS,
    pairsInUse: Math.max(0, handedOut - freePairs),
    pairsFree: freePairs,
    pairsLeft: pairsInAll - handedOut + freePairs,
    pairsInAll,
  };
}

export interface CountHistogram {
  /** Count -> entries. */
  readonly byCount: ReadonlyMap<number, number>;
  readonly byType: ReadonlyMap<TypeNumber, number>;
  /** Entries with the highest counts, highest first. */
  readonly biggest: readonly CountEntry[];
}

/** @param most how many of the biggest entries to keep */
export function countHistogram({ memory }: ImageView, most: number): CountHistogram {
  const byCount = new Map<number, number>();
  const byType = new Map<TypeNumber, number>();
  const biggest: CountEntry[] = [];
  eachCountEntry(memory, (entry) => {
    const type = typeNumber(memory, entry.pointer);
    byCount.set(entry.count, (byCount.get(entry.count) ?? 0) + 1);
    byType.set(type, (byType.get(type) ?? 0) + 1);
    const least = biggest.length < most ? -1 : (biggest[biggest.length - 1]?.count ?? -1);
    if (entry.count > least) {
      if (biggest.length === most) biggest.pop();
      let place = biggest.length;
      while (place > 0 && (biggest[place - 1] as CountEntry).count < entry.count) place--;
      biggest.splice(place, 0, entry);
    }
    return true;
  });
  return { byCount, byType, biggest };
}
