/** The table of system O: from escape class, shape and size to the strategy. Source: "Strategy" in its description, corrections O-C7 and O-C10. */
import { STRATEGY, type Strategy } from "../../../isa/plan.ts";
import type { EscapeClass, Shape } from "./plan.ts";

/** Most cells that a stack scope takes for one value, unless another limit is asked for. */
export const STACK_CELLS = 16;

/**
 * @param cells size when it is known before the program runs, null when not. Scalars need no memory: their row is PROGRAM, nothing ends.
 */
export function strategyFor(reach: EscapeClass, shape: Shape, cells: number | null, most = STACK_CELLS): Strategy {
  const isLocal = reach === "none" || reach === "argument";
  const fitsStack = isLocal && cells !== null && cells <= most;
  switch (shape) {
    case "scalar":
    case "unknown":
      return STRATEGY.PROGRAM;
    case "tree":
      if (fitsStack) return STRATEGY.STACK;
      return reach === "closure" ? STRATEGY.COUNTED : STRATEGY.OWNED;
    case "dag":
      return fitsStack ? STRATEGY.STACK : STRATEGY.COUNTED;
    case "cyclic":
      return isLocal ? STRATEGY.ARENA : STRATEGY.COMPONENT;
  }
}
