/** Whether the collector of an image works, and if not, why. Source: collection specification, sections 6, 9 and 10. */
import { COLLISION_LIMIT_CELLS, type CountGauges } from "../counts/counts.ts";
import { collectorState } from "../heap/system.ts";
import type { ImageView } from "../image-view.ts";

export interface CollectorVerdict {
  readonly state: "on" | "due" | "suspended" | "disabled" | "unknown";
  /** New table entries until a collection is due; null when scheduling is off. */
  readonly countdown: number | null;
  readonly restartValue: number | null;
  /** A sentence: what the state means, and what led to it. */
  readonly explanation: string;
}

export function collectorVerdict(view: ImageView, gauges: CountGauges): CollectorVerdict {
  const { countdown, restartValue, isDisabled, isKnown } = collectorState(view.memory);
  const verdict = (state: CollectorVerdict["state"], explanation: string): CollectorVerdict => ({
    state,
    countdown,
    restartValue,
    explanation,
  });
  if (!isKnown) return verdict("unknown", "the image has no variable \\RECLAIM.COUNTDOWN");
  if (isDisabled) {
    const isFull = gauges.nextPair >= COLLISION_LIMIT_CELLS && gauges.freeHead === 0;
    const cause = isFull
      ? `the collision table ran out of pairs (${COLLISION_LIMIT_CELLS} of its cells are handed out)`
      : "the program called DISABLEGC, for the collision table still has room";
    return verdict(
      "disabled",
      `\\GCDISABLED is T: ${cause}. Nothing is counted or freed any more, and nothing turns it on again; the count tables show a frozen past`,
    );
  }
  if (countdown === null) {
    const why =
      restartValue === null
        ? "\\RECLAIMMIN is NIL too: the program turned scheduling off, (RECLAIM) still works"
        : "a collection was under way or about to begin";
    return verdict("suspended", `the countdown is NIL: ${why}`);
  }
  if (countdown <= 0) return verdict("due", "the countdown is used up: a collection begins at the next safe point");
  return verdict("on", `the next collection is due after ${countdown} more count entries`);
}
